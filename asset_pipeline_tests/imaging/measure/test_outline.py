from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Region, Rgba
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.measure.outline import connectivity, holes, silhouette_fit, state_fit
from asset_pipeline_tests.imaging.measure.drawn import disc, red_disc
from asset_pipeline_tests.imaging.pictures import rgba_pictures


def cut(mask: Region) -> Maps:
    rgba = np.zeros((*mask.shape, 4), np.uint8)
    rgba[mask] = (200, 60, 30, 255)
    return Maps(rgba)


def blocks(*boxes: tuple[int, int, int, int], canvas: int = 100) -> Region:
    mask = np.zeros((canvas, canvas), np.bool_)
    for x, y, width, height in boxes:
        mask[y : y + height, x : x + width] = True
    return mask


@given(rgba_pictures())
def test_a_sprite_fits_its_own_outline(rgba: Rgba) -> None:
    maps = Maps(rgba)
    fit = silhouette_fit(maps, maps.solid)

    if not maps.area_px:
        assert fit is None
        return
    assert fit is not None
    assert (fit.iou, fit.precision, fit.recall) == (1, 1, 1)
    assert not fit.offending.any()


def test_growing_costs_precision_and_missing_costs_recall() -> None:
    silhouette = disc() > 0.5
    grown, shrunk = (silhouette_fit(Maps(red_disc(by)), silhouette) for by in (20, -20))

    assert grown is not None
    assert shrunk is not None
    assert grown.recall == 1
    assert grown.iou == grown.precision == pytest.approx((200 / 220) ** 2, abs=0.005)
    assert shrunk.precision == 1
    assert shrunk.iou == shrunk.recall == pytest.approx((180 / 200) ** 2, abs=0.005)


def test_an_empty_sprite_fits_nothing_and_an_empty_silhouette_cannot_be_fitted() -> None:
    nothing = Maps(np.zeros((8, 8, 4), np.uint8))
    fit = silhouette_fit(nothing, np.ones((8, 8), np.bool_))

    assert fit is not None
    assert (fit.iou, fit.precision, fit.recall) == (0, 0, 0)
    assert silhouette_fit(nothing, np.zeros((8, 8), np.bool_)) is None
    with pytest.raises(ImageError, match="one size"):
        silhouette_fit(nothing, np.zeros((9, 8), np.bool_))


def test_pieces_and_specks_are_counted_apart() -> None:
    found = connectivity(cut(blocks((10, 10, 50, 50), (70, 70, 10, 10), (90, 5, 1, 1), (5, 90, 2, 1))))

    assert found is not None
    assert (found.components, found.specks) == (2, 2)
    assert found.largest_share == pytest.approx(2500 / 2603)
    assert found.offending.sum() == 103


def test_neighbours_across_a_corner_are_one_piece() -> None:
    found = connectivity(cut(blocks((10, 10, 20, 20), (30, 30, 20, 20))))

    assert found is not None
    assert found.components == 1


@given(rgba_pictures())
def test_the_largest_piece_and_the_rest_are_the_whole(rgba: Rgba) -> None:
    maps = Maps(rgba)
    found = connectivity(maps)

    if found is None:
        assert not maps.area_px
        return
    assert found.largest_share * maps.area_px + found.offending.sum() == pytest.approx(maps.area_px)
    assert not (found.offending & ~maps.solid).any()


def test_a_hole_is_what_is_enclosed_also_where_the_sprite_touches_the_frame() -> None:
    mask = blocks((0, 0, 60, 60))
    mask[20:30, 20:30] = False
    mask[0:5, 40:45] = False
    found = holes(cut(mask))

    assert found is not None
    assert found.offending.sum() == 100
    assert found.share == pytest.approx(100 / (3600 - 25))


def test_a_full_canvas_and_a_disc_have_no_holes() -> None:
    for maps in (cut(np.ones((9, 9), np.bool_)), Maps(red_disc())):
        found = holes(maps)
        assert found is not None
        assert found.share == 0
    assert holes(Maps(np.zeros((9, 9, 4), np.uint8))) is None


def test_a_state_that_moved_is_found_by_its_box() -> None:
    base = cut(blocks((20, 20, 50, 30)))
    moved = state_fit(cut(blocks((22, 20, 50, 30))), base)
    same = state_fit(cut(blocks((20, 20, 50, 30))), base)

    assert moved is not None
    assert same is not None
    assert moved.box_shift_px == 2
    assert moved.iou == pytest.approx(48 / 52)
    assert (same.iou, same.box_shift_px) == (1, 0)
    assert state_fit(cut(np.zeros((100, 100), np.bool_)), base) is None
