from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from asset_pipeline.errors import ConfigError
from asset_pipeline.gates.guides import read_guide
from asset_pipeline.imaging.colour import luma, parse_colour
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.capabilities import Sizes
from asset_pipeline.providers.fitting import crop_back, fit, pad_to
from asset_pipeline.sprites.guides import NEUTRAL, guide_colour, guide_png
from asset_pipeline_tests.imaging.pictures import iou

SpecOf = Callable[..., SpriteSpec]


@pytest.mark.parametrize("sprite", ["frog", "reed"])
def test_a_guide_is_as_large_as_what_is_asked_of_the_model(
    sprite: str, spec_of: SpecOf, games_dir: Path
) -> None:
    spec = spec_of(sprite)

    guide = decode_image(guide_png(spec, games_dir), what="guide")

    assert guide.shape == (spec.canvas_height_px, spec.canvas_width_px, 4)
    assert (guide[..., 3] == 255).all()


@pytest.mark.parametrize(
    ("description", "palette", "colour"),
    [
        ("a green frog", "[]", "#2fa84f"),
        ("a black cat with green eyes", "[]", "#000000"),
        ("a knight in a teal coat with black boots", "[]", "#12908e"),
        ("a knight with black boots", "[]", None),
        ("a knight with black boots", '["#0b0f2b", "#4a7fd6", "#f7f4ea"]', "#4a7fd6"),
    ],
)
def test_a_guide_has_the_things_own_colour_and_is_never_dark_by_accident(
    description: str, palette: str, colour: str | None, spec_of: SpecOf, games_dir: Path
) -> None:
    """Quality gate D5: of black guides 100 of 161 were still to be seen in the picture, of coloured ones none."""
    manifest = games_dir / "pond.yaml"
    text = manifest.read_text().replace("a green frog", description)
    manifest.write_text(text.replace("style: cartoon", f"style: cartoon\npalette: {palette}"))

    spec = spec_of("frog")

    wanted = NEUTRAL if colour is None else parse_colour(colour)
    assert guide_colour(spec) == wanted
    _, seen = read_guide(decode_image(guide_png(spec, games_dir), what="guide"))
    assert luma(seen) == pytest.approx(luma(wanted), abs=0.15)


def test_an_edited_mask_is_refused_until_the_game_is_loaded_again(spec_of: SpecOf, games_dir: Path) -> None:
    spec = spec_of("reed")
    Image.new("L", (32, 32), 128).save(games_dir / "pictures" / "look.png")

    with pytest.raises(ConfigError, match=r"the mask .* was edited after the game was loaded"):
        guide_png(spec, games_dir)
    assert guide_png(spec_of("reed"), games_dir)


def test_only_what_has_an_outline_or_letters_has_a_guide(spec_of: SpecOf, games_dir: Path) -> None:
    with pytest.raises(
        ConfigError, match="pond/sky: only an entity or a lettered title has a guide, this is a background"
    ):
        guide_png(spec_of("sky"), games_dir)


@pytest.mark.parametrize(
    "sizes",
    [
        Sizes(128, 2048, 16),
        Sizes(512, 1536, 16),
        Sizes(256, 1536, 64),
        Sizes(choices=((1024, 1024), (1344, 768), (768, 1344), (1536, 640), (640, 1536))),
    ],
    ids=["128 to 2048", "512 to 1536", "steps of 64", "buckets"],
)
@pytest.mark.parametrize(("width", "height"), [(16, 1), (1, 16), (5, 1), (1, 3), (1, 1), (4, 3)])
def test_a_guide_comes_back_whole_from_the_size_that_a_model_takes(
    width: int, height: int, sizes: Sizes, spec_of: SpecOf, games_dir: Path
) -> None:
    """What is padded on the way there is cropped on the way back, once, also for what is sixteen times as long as high."""
    manifest = games_dir / "pond.yaml"
    text = manifest.read_text().replace("width: 1, height: 1,", f"width: {width}, height: {height},")
    manifest.write_text(text.replace("  size_px: 128\n", ""))
    spec = spec_of("frog")
    wanted = spec.canvas_width_px, spec.canvas_height_px
    guide = guide_png(spec, games_dir)

    there = pad_to(guide, fit(sizes, *wanted), what="the guide")
    back = crop_back(decode_image(there, what="padded"), wanted)

    before, _ = read_guide(decode_image(guide, what="guide"))
    after, _ = read_guide(back)
    assert max(wanted) >= 512
    assert iou(before, after) >= 0.97
