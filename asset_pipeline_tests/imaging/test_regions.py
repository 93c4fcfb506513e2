from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from asset_pipeline.imaging.arrays import Region
from asset_pipeline.imaging.regions import (
    distance_px,
    grown,
    nearest_of,
    parts_of,
    reached,
    reached_from_border,
    shrunk,
)

regions = hnp.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12)))


@given(regions, st.booleans())
def test_the_parts_of_a_region_make_up_the_region(region: Region, diagonal: bool) -> None:
    parts = parts_of(region, diagonal=diagonal)

    everything = np.ones(len(parts.area_px), np.bool_)
    assert np.array_equal(parts.region(everything), region)
    assert parts.area_px[1:].sum() == region.sum()
    for number in parts.numbers(everything):
        box = parts.box(number)
        mask = parts.label == number
        assert mask[parts.around(number, 0)].sum() == mask.sum()
        assert mask.any(axis=0).sum() == box.width
        assert mask.any(axis=1).sum() == box.height


@given(regions)
def test_pixels_that_touch_at_a_corner_are_one_part_only_if_asked(region: Region) -> None:
    assert len(parts_of(region, diagonal=True).area_px) <= len(parts_of(region).area_px)


@given(regions, st.integers(1, 3))
def test_growing_adds_what_is_near_and_shrinking_undoes_no_more(region: Region, radius_px: int) -> None:
    larger = grown(region, radius_px)

    assert (larger >= region).all()
    assert (shrunk(larger, radius_px) >= region).all()
    assert np.array_equal(shrunk(region, radius_px), ~grown(~region, radius_px))


@given(regions)
def test_what_is_reached_is_passable_and_holds_the_seeds(region: Region) -> None:
    seeds = region & (np.indices(region.shape).sum(axis=0) % 3 == 0)

    found = reached(seeds, region)

    assert (found <= region).all()
    assert (found >= seeds).all()
    assert (reached_from_border(region, region) <= region).all()


@given(regions)
def test_the_nearest_value_of_a_region_is_its_own_inside(region: Region) -> None:
    values = np.arange(region.size, dtype=np.int32).reshape(region.shape)

    away_px, nearest = nearest_of(region, values)

    assert np.array_equal(nearest[region], values[region])
    assert not region.any() or set(np.unique(nearest)) <= set(values[region])
    assert np.array_equal(away_px == 0, region) or not region.any()
    some = np.arange(0, region.size, 2)
    assert np.array_equal(nearest_of(region, values, some)[1], nearest.reshape(-1)[some])


@given(regions)
def test_distance_is_zero_inside_and_grows_outside(region: Region) -> None:
    distance = distance_px(region)

    assert (distance[region] == 0).all()
    assert (distance[~region] >= 1).all()
