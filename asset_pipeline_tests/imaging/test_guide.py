from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from asset_pipeline.errors import ImageError
from asset_pipeline.gates.guides import read_guide
from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab
from asset_pipeline.imaging.guide import draw_guide, guide_matte
from asset_pipeline.imaging.shapes import Box, Circle, Mask, Polygon, Shape
from asset_pipeline_tests.imaging.pictures import iou

DIAMOND = Polygon(((0.5, 0.1), (0.9, 0.5), (0.5, 0.9), (0.1, 0.5)))
SEEN_FROM = 0.18  # the gate sees a pixel from about this coverage on, in the colour used here
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
@settings(max_examples=25, deadline=None)
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


def canvas_of(aspect: float) -> tuple[int, int]:
    """A canvas of the sprite's own aspect, as it is asked of a model: multiples of 16, a short side of 64 or more."""
    long_px = 1024 if max(aspect, 1 / aspect) >= 8 else 512
    width, height = long_px * min(1, aspect), long_px * min(1, 1 / aspect)
    return max(64, 16 * round(width / 16)), max(64, 16 * round(height / 16))


def drawn_by_pillow(shape: Shape, aspect: float) -> NDArray[np.float64]:
    """Coverage of the canvas by another rasteriser than ours: Pillow's, 8 samples a pixel each way."""
    width_px, height_px = canvas_of(aspect)
    w = 0.9 * min(width_px, height_px * aspect)
    left, top = 8 * (width_px - w) / 2, 8 * (height_px - w / aspect) / 2
    w, h = 8 * w, 8 * w / aspect
    large = Image.new("L", (8 * width_px, 8 * height_px))
    pen = ImageDraw.Draw(large)
    corners = (left, top, left + w - 1, top + h - 1)  # Pillow counts the last pixel in
    match shape:
        case Box():
            pen.rectangle(corners, fill=255)
        case Circle():
            pen.ellipse(corners, fill=255)
        case Polygon():
            pen.polygon(
                [(left + (x - 0.1) / 0.8 * w, top + (y - 0.1) / 0.8 * h) for x, y in shape.points], 255
            )
        case Mask(array):
            picture = (
                Image.fromarray(array).convert("L").resize((round(w), round(h)), Image.Resampling.NEAREST)
            )
            large.paste(picture, (round(left), round(top)))
    samples = np.asarray(large, np.float64).reshape(height_px, 8, width_px, 8)
    return np.asarray(samples.mean(axis=(1, 3)) / 255)


@pytest.mark.parametrize("shape", SHAPES, ids=["box", "circle", "polygon", "mask"])
@pytest.mark.parametrize("aspect", [1 / 16, 1 / 9, 0.25, 0.7, 1.0, 1.6, 16 / 3, 11.0, 16.0])
def test_a_guide_overlaps_its_spec_by_99_percent_and_its_box_is_right_to_a_pixel(
    shape: Shape, aspect: float
) -> None:
    """As another rasteriser sees it, on the canvas that a model is given, from 1:16 to 16:1."""
    width_px, height_px = canvas_of(aspect)
    expected = drawn_by_pillow(shape, aspect)

    size = {"canvas_width_px": width_px, "canvas_height_px": height_px}
    matte = guide_matte(shape, aspect=aspect, **size)
    seen, fill = read_guide(draw_guide(shape, aspect=aspect, fill_rgb=(200, 120, 40), **size))

    assert np.minimum(matte, expected).sum() / np.maximum(matte, expected).sum() >= 0.99
    assert np.abs(np.subtract(box_of(matte > 0.02), box_of(expected > 0.02))).max() <= 1
    # Where the rim is as faint as the gate's threshold, a reader is in doubt.
    assert iou(seen, expected > SEEN_FROM) >= 0.97
    assert np.abs(np.subtract(fill, (200, 120, 40))).max() <= 60


def box_of(region: NDArray[np.bool_]) -> tuple[int, ...]:
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


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


def test_a_black_guide_still_shows_where_the_light_comes_from() -> None:
    """A model that sees no volume paints a hole; black itself is below luma 0.06 (quality gate D5)."""
    black = draw_guide(Circle(), canvas_width_px=64, canvas_height_px=64, aspect=1, fill_rgb=(0, 0, 0))
    luma = black[32, :, :3].astype(float) @ (0.2126, 0.7152, 0.0722) / 255

    assert 0.06 < luma.min() < 0.1
    assert black[..., :3][black[..., 0] < 60].std() > 1


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
