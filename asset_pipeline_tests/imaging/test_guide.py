from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab
from asset_pipeline.imaging.guide import Box, Circle, Mask, Polygon, Shape, draw_guide, guide_matte
from asset_pipeline_tests.imaging.pictures import iou

DIAMOND = Polygon(((0.5, 0.1), (0.9, 0.5), (0.5, 0.9), (0.1, 0.5)))
FRAME = np.ones((12, 12), np.bool_)
FRAME[3:9, 3:9] = False
SHAPES = [Box(), Circle(), DIAMOND, Mask(FRAME)]
aspects = st.floats(1 / 16, 16)


def exact(shape: Shape, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Tell by geometry, not by drawing, whether points ``(u, v)`` of the unit square lie inside."""
    match shape:
        case Box():
            return np.ones_like(u, np.bool_)
        case Circle():
            return (u - 0.5) ** 2 + (v - 0.5) ** 2 <= 0.25
        case Polygon():
            return np.abs(u - 0.5) + np.abs(v - 0.5) <= 0.5
        case Mask(array):
            return np.asarray(array[(v * 12).astype(int).clip(0, 11), (u * 12).astype(int).clip(0, 11)] > 0)


@pytest.mark.parametrize("shape", SHAPES, ids=["box", "circle", "polygon", "mask"])
@given(aspect=aspects, width_px=st.integers(128, 200), height_px=st.integers(128, 200))
@settings(max_examples=25)
def test_the_guide_is_the_shape_at_its_own_aspect(
    shape: Shape, aspect: float, width_px: int, height_px: int
) -> None:
    """The finished sprite is measured against it; compared here with the geometry, 8 x 8 samples a pixel."""
    w = 0.9 * min(width_px, height_px * aspect)
    h = w / aspect
    x = (np.arange(width_px * 8) + 0.5) / 8
    y = (np.arange(height_px * 8) + 0.5) / 8
    u, v = np.meshgrid((x - (width_px - w) / 2) / w, (y - (height_px - h) / 2) / h)
    inside = exact(shape, u, v) & (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
    sampled = inside.reshape(height_px, 8, width_px, 8).mean(axis=(1, 3))

    matte = guide_matte(shape, canvas_width_px=width_px, canvas_height_px=height_px, aspect=aspect)

    soft_iou = np.minimum(matte, sampled).sum() / np.maximum(matte, sampled).sum()
    assert soft_iou >= 0.93  # what 8 samples can tell of a shape that may be only 7 px thick
    assert matte.sum() == pytest.approx(sampled.sum(), rel=0.04)
    columns, rows = np.flatnonzero(matte.max(axis=0) > 0), np.flatnonzero(matte.max(axis=1) > 0)
    assert len(columns) == pytest.approx(w, abs=2)
    assert len(rows) == pytest.approx(h, abs=2)


@pytest.mark.parametrize("shape", SHAPES, ids=["box", "circle", "polygon", "mask"])
@pytest.mark.parametrize("aspect", [1 / 16, 0.4, 16.0])
def test_at_the_size_models_are_given_the_overlap_is_99_percent(shape: Shape, aspect: float) -> None:
    matte = guide_matte(shape, canvas_width_px=512, canvas_height_px=512, aspect=aspect)
    w, h = min(0.9 * 512, 0.9 * 512 * aspect), min(0.9 * 512, 0.9 * 512 / aspect)
    fine = (np.arange(512 * 8) + 0.5) / 8
    u, v = np.meshgrid((fine - (512 - w) / 2) / w, (fine - (512 - h) / 2) / h)
    inside = exact(shape, u, v) & (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
    sampled = inside.reshape(512, 8, 512, 8).mean(axis=(1, 3))

    assert np.minimum(matte, sampled).sum() / np.maximum(matte, sampled).sum() >= 0.99


def test_a_polygon_that_fills_only_a_part_of_its_units_is_drawn_full_size() -> None:
    large = Polygon(tuple((10 + 40 * x, 5 + 40 * y) for x, y in DIAMOND.points))
    size = {"canvas_width_px": 64, "canvas_height_px": 64}

    assert np.allclose(
        guide_matte(DIAMOND, aspect=1, **size), guide_matte(large, aspect=1, **size), atol=1e-6
    )


@pytest.mark.parametrize("shape", SHAPES, ids=["box", "circle", "polygon", "mask"])
@pytest.mark.parametrize("fill_rgb", [(255, 255, 255), (255, 230, 0), (200, 60, 60), (20, 30, 90)])
def test_a_guide_stands_out_from_white_and_shows_its_colour(shape: Shape, fill_rgb: Rgb) -> None:
    """What cannot be told from the background cannot be followed; black stays black (quality gate D5)."""
    guide = draw_guide(shape, canvas_width_px=96, canvas_height_px=96, aspect=1.5, fill_rgb=fill_rgb)
    matte = guide_matte(shape, canvas_width_px=96, canvas_height_px=96, aspect=1.5)
    lab = rgb_to_lab(guide[..., :3])

    assert (guide[..., 3] == 255).all()
    assert (guide[matte == 0, :3] == 255).all()
    assert iou(delta_e76(lab, rgb_to_lab(np.array([255, 255, 255], np.uint8))) > 8, matte > 0.5) > 0.9
    toned = np.array(fill_rgb) * min(1, 0.82 * 255 / (np.array(fill_rgb) @ (0.2126, 0.7152, 0.0722)))
    assert guide[matte == 1, :3].mean(axis=0) == pytest.approx(0.88 * toned, abs=16)


def test_only_a_dark_colour_gives_a_dark_guide() -> None:
    grey = draw_guide(Circle(), canvas_width_px=64, canvas_height_px=64, aspect=1, fill_rgb=(140, 148, 163))

    assert grey[..., :3].min() > 90


@pytest.mark.parametrize(
    "wrong",
    [
        {"aspect": 0.0},
        {"aspect": float("nan")},
        {"canvas_width_px": 0},
        {"fill_share": 0.0},
        {"fill_share": 1.1},
        {"shape": Polygon(((0.0, 0.0), (1.0, 1.0)))},
        {"shape": Polygon(((0.0, 0.0), (1.0, 0.0), (0.5, 0.0)))},
        {"shape": Mask(np.zeros((4, 4), np.uint8))},
        {"shape": Mask(np.ones((4, 4, 3), np.uint8))},
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    arguments: dict[str, object] = {
        "shape": Box(),
        "canvas_width_px": 8,
        "canvas_height_px": 8,
        "aspect": 1.0,
    }

    with pytest.raises(ImageError):
        guide_matte(**(arguments | wrong))  # type: ignore[arg-type]  # wrong on purpose
