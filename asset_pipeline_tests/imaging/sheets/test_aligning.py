from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.placement import fitting_scale
from asset_pipeline.imaging.sheets.aligning import Pivot, aligned, jitter_px, pivot_px


def figure(x: int, y: int, width: int, height: int, *, seed: int = 0) -> Rgba:
    """A rectangle of random colours in a cell of 96 x 96."""
    cell = np.zeros((96, 96, 4), np.uint8)
    cell[y : y + height, x : x + width, :3] = np.random.default_rng(seed).integers(0, 256, (height, width, 3))
    cell[y : y + height, x : x + width, 3] = 255
    return cell


def width_of(cell: Rgba) -> int:
    return int((cell[..., 3] > 8).any(axis=0).sum())


def height_of(cell: Rgba) -> int:
    return int((cell[..., 3] > 8).any(axis=1).sum())


figures = st.builds(
    figure,
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(8, 56),
    st.integers(8, 56),
    seed=st.integers(0, 9),
)
fitted = partial(aligned, width_px=48, height_px=64)


@given(st.lists(figures, min_size=2, max_size=5), st.sampled_from(["feet", "centre"]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_frames_stand_on_one_point_and_keep_their_sizes_to_each_other(
    cells: list[Rgba], pivot: Pivot, pixel: bool
) -> None:
    """A walk must not jump, and a crouch must not grow to the size of a jump."""
    done = fitted(cells, pivot=pivot, style="pixel" if pixel else "flat")

    jitter = jitter_px(done, pivot)
    assert jitter is not None
    assert jitter <= 1
    widest, highest = (max(map(measure, cells)) for measure in (width_of, height_of))
    scale = fitting_scale(48 / widest, 64 / highest, whole=pixel)
    for old, new in zip(cells, done, strict=True):
        assert width_of(new) == pytest.approx(scale * width_of(old), abs=0.51)
        assert height_of(new) == pytest.approx(scale * height_of(old), abs=0.51)


def test_feet_stand_on_the_lower_edge_and_the_centre_lies_in_the_middle() -> None:
    cells = [figure(3, 5, 40, 20), figure(20, 30, 20, 50)]

    feet = [pivot_px(cell, "feet") for cell in fitted(cells, pivot="feet", style="flat")]
    middle = [pivot_px(cell, "centre") for cell in fitted(cells, pivot="centre", style="flat")]

    assert all(point == pytest.approx((24, 64), abs=0.51) for point in feet)
    assert all(point == pytest.approx((24, 32), abs=0.51) for point in middle)


def test_pixel_art_shares_its_colours_over_all_frames() -> None:
    """Palettes of their own, 32 colours each, would make a sheet flicker."""
    cells = [figure(10, 10, 60, 60, seed=seed) for seed in range(4)]

    done = fitted(cells, pivot="centre", style="pixel art")

    colours = {tuple(pixel[:3]) for cell in done for pixel in cell[cell[..., 3] > 0].tolist()}
    assert len(colours) <= 32
    assert {255} == {int(a) for cell in done for a in np.unique(cell[..., 3]) if a}


@pytest.mark.parametrize("noise", [0, 6])
def test_pixel_art_that_was_drawn_on_a_grid_keeps_to_it(noise: int) -> None:
    """Every square of the art becomes one of the sheet, wherever the frame stood in its cell."""
    random = np.random.default_rng(4)
    colours = np.array([(200, 40, 40), (40, 160, 60), (50, 60, 200), (240, 220, 60)], np.uint8)
    cells, arts = [], []
    for x, y in ((12, 6), (24, 30), (6, 18)):
        art = colours[random.integers(0, 4, (24, 18))]
        cell = np.zeros((180, 150, 4), np.uint8)
        drawn = art.repeat(6, axis=0).repeat(6, axis=1) + random.normal(0, noise, (144, 108, 3))
        cell[y : y + 144, x : x + 108] = np.dstack([drawn.clip(0, 255), np.full((144, 108), 255)])
        cells.append(cell)
        arts.append(art)

    done = aligned(
        cells,
        width_px=50,
        height_px=50,
        pivot="feet",
        style="pixel",
        palette=[tuple(c) for c in colours.tolist()],
    )

    for cell, art in zip(done, arts, strict=True):
        assert np.array_equal(cell[2:, 7:43, :3], art.repeat(2, axis=0).repeat(2, axis=1))


@pytest.mark.parametrize("style", ["flat", "pixel"])
def test_an_outline_has_room_and_keeps_the_frames_on_their_point(style: str) -> None:
    cells = [figure(3, 5, 40, 60), figure(20, 30, 60, 50)]

    done = fitted(cells, pivot="feet", style=style, outline=(10, 200, 30))

    jitter = jitter_px(done, "feet")
    assert jitter is not None
    assert jitter <= 1
    for cell in done:
        lowest = cell[-1][cell[-1, :, 3] > 127]
        assert len(lowest)
        assert np.array_equal(np.unique(lowest[:, :3], axis=0), [(10, 200, 30)])


def test_jitter_is_the_largest_step_away_from_where_most_frames_stand() -> None:
    cells = [figure(10, 10, 20, 20), figure(10, 10, 20, 20), figure(15, 7, 20, 20)]

    assert jitter_px(cells, "feet") == 5
    assert jitter_px(cells[:1], "feet") is None


def test_an_empty_cell_stays_empty_and_does_not_disturb_the_others() -> None:
    full, nothing = figure(10, 10, 40, 40), np.zeros((96, 96, 4), np.uint8)

    one, empty = fitted([full, nothing], pivot="feet", style="flat")

    assert not empty.any()
    assert np.array_equal(one, fitted([full], pivot="feet", style="flat")[0])
    with pytest.raises(ImageError, match="0 x 64"):
        aligned([full], width_px=0, height_px=64, pivot="feet", style="flat")
