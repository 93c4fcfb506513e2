from __future__ import annotations

import cv2
import numpy as np
import pytest

from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.background import find_background
from asset_pipeline.imaging.edges import softened, unmix, up_to_the_edge
from asset_pipeline_tests.imaging.pictures import disc_matte, flat, painted

SIDE_PX = 192
MATTE = disc_matte(SIDE_PX, 60)


@pytest.mark.parametrize("paper", [(250, 250, 248), (20, 200, 60), (20, 20, 40)])
def test_the_share_of_the_subject_is_its_coverage(paper: Rgb) -> None:
    drawn = painted(MATTE, (200, 60, 110), flat(SIDE_PX, paper))

    band = unmix(drawn, find_background(drawn[..., :3].copy()))

    assert np.abs(band.share - MATTE.reshape(-1)[band.where]).max() < 0.05
    assert np.abs(band.behind - paper).max() < 3


def test_an_outline_is_explained_by_itself_and_not_by_what_it_encloses() -> None:
    """Skin is farther from chroma green than ink is; measured by skin, ink would be half transparent."""
    paper = (20, 200, 60)
    drawn = painted(MATTE, (40, 30, 45), flat(SIDE_PX, paper))
    drawn = painted(disc_matte(SIDE_PX, 57), (232, 170, 120), drawn)

    background = find_background(drawn[..., :3].copy())
    band = unmix(drawn, background)
    cut = softened(drawn, up_to_the_edge(background.region, band), band)

    assert np.abs(cut[..., 3] / 255 - MATTE).max() < 0.2
    assert np.abs(cut[..., 3] / 255 - MATTE).mean() < 0.002


def test_a_line_of_one_colour_is_solid_along_its_middle() -> None:
    """Also where the ground changes under it, so that it differs most from that at its end."""
    drawn = flat(SIDE_PX, (245, 245, 243))
    drawn[..., :3] = (245 - np.linspace(0, 60, SIDE_PX)[None, :, None]).astype(np.uint8)
    drawn[94:98, 30:160, :3] = (120, 120, 135)
    drawn[86:106, 160:180, :3] = (30, 20, 40)

    background = find_background(drawn[..., :3].copy())
    band = unmix(drawn, background)
    cut = softened(drawn, background.region, band)

    assert cut[95:97, 35:155, 3].min() > 200


def test_the_background_runs_on_only_to_where_the_subject_begins() -> None:
    drawn = painted(MATTE, (60, 80, 160), flat(SIDE_PX, (250, 250, 248)))
    background = find_background(drawn[..., :3].copy())
    short = background.region & (disc_matte(SIDE_PX, 65) < 0.5)

    from_afar = type(background)(**{**vars(background), "region": short})
    region = up_to_the_edge(short, unmix(drawn, from_afar))

    assert (region[MATTE < 0.02]).all()
    assert not region[MATTE > 0.5].any()


def test_an_outline_of_large_squares_keeps_its_corners() -> None:
    """Pixel art; the smoothed picture, by which colours are told apart, is another one in such corners."""
    cells = disc_matte(48, 20) > 0.5
    outline = cells & ~cv2.erode(cells.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    art = flat(48, (253, 253, 253))
    art[cells, :3], art[outline, :3] = (74, 127, 214), (34, 48, 107)
    drawn = art.repeat(4, axis=0).repeat(4, axis=1)

    background = find_background(drawn[..., :3].copy())
    band = unmix(drawn, background)
    cut = softened(drawn, up_to_the_edge(background.region, band), band)

    inside = cells.repeat(4, axis=0).repeat(4, axis=1)
    assert np.array_equal(cut[..., 3] >= 128, inside)
    assert np.array_equal(cut[inside, :3], drawn[inside, :3])
