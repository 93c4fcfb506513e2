"""Rectangles go onto pages whole, apart, and together where they belong together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ExportError
from asset_pipeline.export.atlas.packing import Cell, PackedPage, PageShape, pack

sides = st.integers(1, 55)
shapes = st.builds(PageShape, st.sampled_from([256, 512]), st.integers(0, 3), st.booleans())


@st.composite
def groups(draw: st.DrawFn) -> list[Cell]:
    """Make groups of at most ten cells, each of which takes half a small page or less."""
    sizes = draw(
        st.lists(st.lists(st.tuples(sides, sides), min_size=1, max_size=10), min_size=1, max_size=12)
    )
    return [Cell(str(group), *size) for group, of in enumerate(sizes) for size in of]


def placed(page: PackedPage, of: list[Cell]) -> list[tuple[int, int, int, int]]:
    """Return left, top, right and bottom of what lies on a page."""
    return [(x, y, x + of[index].width, y + of[index].height) for index, (x, y) in page.places.items()]


@settings(deadline=None, max_examples=60)
@given(groups(), shapes)
def test_every_cell_has_a_place_within_its_page_and_a_gap_to_its_neighbours(
    of: list[Cell], shape: PageShape
) -> None:
    pages = pack(of, shape)
    assert sorted(index for page in pages for index in page.places) == list(range(len(of)))
    for page in pages:
        assert max(page.width, page.height) <= shape.max_side_px
        boxes = placed(page, of)
        for number, (left, top, right, bottom) in enumerate(boxes):
            assert left >= 0
            assert top >= 0
            assert right <= page.width
            assert bottom <= page.height
            for other in boxes[:number]:
                assert (
                    right + shape.gap_px <= other[0]
                    or other[2] + shape.gap_px <= left
                    or bottom + shape.gap_px <= other[1]
                    or other[3] + shape.gap_px <= top
                )


@settings(deadline=None, max_examples=60)
@given(groups(), shapes)
def test_cells_of_a_group_share_a_page(of: list[Cell], shape: PageShape) -> None:
    """An animation that changes pages cannot be played by PixiJS, and costs every engine a texture switch."""
    homes = [{of[index].group for index in page.places} for page in pack(of, shape)]
    assert sum(map(len, homes)) == len(set().union(*homes))


@settings(deadline=None, max_examples=30)
@given(groups(), shapes)
def test_sides_are_powers_of_two_or_multiples_of_four(of: list[Cell], shape: PageShape) -> None:
    for page in pack(of, shape):
        for side in (page.width, page.height):
            assert side & (side - 1) == 0 if shape.power_of_two else side % 4 == 0


def test_what_fits_one_page_is_on_one_page() -> None:
    assert len(pack([Cell(str(n), 60, 60) for n in range(16)], PageShape(256, 1, False))) == 1
    assert len(pack([Cell(str(n), 60, 60) for n in range(17)], PageShape(256, 1, False))) == 2


def test_a_large_animation_is_not_kept_off_every_page_by_the_others() -> None:
    """Tallest first tears such a group apart on every page; then it gets a page of its own."""
    one = [Cell("hero", 60, 60) for _ in range(16)]
    many = [Cell(str(number), 30, 61) for number in range(20)]
    pages = pack([*one, *many], PageShape(256, 0, False))
    assert len(pages) == 2


def test_an_animation_larger_than_a_page_is_refused_by_name() -> None:
    with pytest.raises(ExportError, match=r"hero: its 17 frames do not fit one page of 256 px"):
        pack([Cell("hero", 60, 60) for _ in range(17)], PageShape(256, 1, False))
