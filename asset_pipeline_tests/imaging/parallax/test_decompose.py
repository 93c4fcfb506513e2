from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.parallax.decompose import decompose
from asset_pipeline.imaging.png import decode_image
from asset_pipeline_tests.imaging.parallax.scenes import hills
from asset_pipeline_tests.imaging.pictures import flat

REAL = Path(__file__).parents[3] / ".." / "shared" / "data" / "real_sprites"


def psnr_db(rgba: Rgba, other: Rgba) -> float:
    error = float(np.mean((rgba[..., :3].astype(float) - other[..., :3]) ** 2))
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


@given(st.integers(1, 8), st.integers(1, 40), st.integers(32, 60), st.booleans(), st.integers(0, 9))
@settings(max_examples=40)
def test_any_scene_recomposes_from_layers_of_its_size(
    count: int, width: int, height: int, wraps: bool, seed: int
) -> None:
    """Quality gate D19, for noise: away from the soft edges not one pixel may differ."""
    noise = np.random.default_rng(seed).integers(0, 255, (height, width, 4), np.uint8)
    noise[..., 3] = 255
    before = noise.copy()

    layers = decompose(noise, count, wraps=wraps)

    assert len(layers) == count
    assert {layer.shape for layer in layers} == {noise.shape}
    assert (layers[0][..., 3] == 255).all()
    hard = np.all([(layer[..., 3] == 0) | (layer[..., 3] == 255) for layer in layers], axis=0)
    assert np.array_equal(over(layers)[hard], noise[hard])
    assert np.array_equal(noise, before)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8])
def test_a_scene_of_hills_recomposes_closely(count: int) -> None:
    assert psnr_db(over(decompose(hills(), count)), hills()) >= 40


def test_layers_may_move_apart_without_showing_a_hole_or_a_wrong_colour() -> None:
    """Moved by up to a twentieth of the width; what comes to light must look like what is around it."""
    layers = decompose(hills(), 3)

    moved = over([np.roll(layer, 16 * number // 2, axis=1) for number, layer in enumerate(layers)])

    assert (moved[..., 3] == 255).all()
    sky_and_hills = ((150, 190, 240), (200, 230, 215), (90, 130, 160), (50, 110, 60))
    nearest = np.abs(moved[:, :, None, :3].astype(int) - sky_and_hills).max(axis=3).min(axis=2)
    assert (nearest < 50).mean() > 0.995


def test_every_layer_of_a_scene_that_wraps_does_too() -> None:
    """Quality gate D17, for colour as seen, that is premultiplied."""
    for layer in decompose(hills(), 3, wraps=True):
        seen = layer[..., :3] * (layer[..., 3:] / 255)
        steps = np.abs(np.diff(seen, axis=1)).mean(axis=(0, 2))
        assert np.abs(seen[:, 0] - seen[:, -1]).mean() <= 1.25 * np.percentile(steps, 95)


def test_edges_are_soft() -> None:
    near = decompose(hills(), 3)[2][..., 3]

    assert ((near > 0) & (near < 255)).any(axis=0).all()


def test_what_cannot_be_split_is_refused() -> None:
    clear = flat(40, (1, 2, 3))
    clear[0, 0, 3] = 254

    with pytest.raises(ImageError, match="transparent"):
        decompose(clear, 2)
    with pytest.raises(ImageError, match="1 to 10 layers, not 11"):
        decompose(flat(40, (1, 2, 3)), 11)
    with pytest.raises(ImageError, match="not 0"):
        decompose(flat(40, (1, 2, 3)), 0)


@pytest.mark.skipif(not REAL.exists(), reason="the real generations are not part of the project")
@pytest.mark.parametrize(
    "file", sorted(REAL.glob("*/background/generated.jpg")), ids=lambda file: file.parts[-3]
)
def test_real_backgrounds_recompose(file: Path) -> None:
    scene = decode_image(file.read_bytes(), what=str(file))

    assert psnr_db(over(decompose(scene, 4)), scene) >= 40


def test_a_cut_through_even_sky_fades_in_and_one_along_an_edge_does_not() -> None:
    """A ridge has to pass somewhere; where there is nothing to see, moving layers must not show where."""
    scene = flat(256, (120, 190, 240))
    scene[140:, :128] = (60, 110, 50, 255)

    near = decompose(scene, 2, wraps=False)[1][..., 3]

    rows = ((near > 8) & (near < 247)).sum(axis=0)
    assert rows[20:100].max() <= 4
    assert rows[180:].min() >= 8
