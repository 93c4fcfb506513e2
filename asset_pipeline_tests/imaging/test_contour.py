from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.imaging.alpha import alpha_box
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.contour import outline_cells, outline_smoothly
from asset_pipeline.imaging.finish import finish_sprite
from asset_pipeline_tests.imaging.pictures import disc_matte

MAGENTA = (255, 0, 255)


def disc(side_px: int = 64, radius_px: float = 20) -> Rgba:
    rgba = np.zeros((side_px, side_px, 4), np.uint8)
    rgba[..., :3] = (40, 180, 90)
    rgba[..., 3] = np.rint(disc_matte(side_px, radius_px) * 255)
    return rgba


def test_pixel_art_gets_one_cell_all_around_and_keeps_its_own() -> None:
    art = disc()
    art[..., 3] = np.where(art[..., 3] > 127, 255, 0)

    outlined = outline_cells(art, MAGENTA)

    line = (outlined[..., :3] == MAGENTA).all(axis=2) & (outlined[..., 3] == 255)
    drawn = art[..., 3] > 0
    near = np.zeros_like(drawn)
    for axis in (0, 1):
        near |= np.roll(drawn, 1, axis) | np.roll(drawn, -1, axis)
    assert np.array_equal(line, near & ~drawn)
    assert np.array_equal(outlined[drawn], art[drawn])


@pytest.mark.parametrize("width_px", [1, 2, 5])
def test_a_smooth_line_is_as_wide_as_asked_for_and_lies_behind(width_px: int) -> None:
    outlined = outline_smoothly(disc(), MAGENTA, width_px)

    area = outlined[..., 3].sum() / 255
    assert area == pytest.approx(np.pi * (20 + width_px) ** 2, rel=0.03)
    assert (outlined[disc()[..., 3] == 255] == disc()[disc()[..., 3] == 255]).all()


def test_nothing_has_no_outline() -> None:
    assert not outline_smoothly(np.zeros((8, 8, 4), np.uint8), MAGENTA, 2).any()


@pytest.mark.parametrize(("style", "width_px"), [("cartoon", 1), ("pixel", 1), ("cartoon", 2), ("pixel", 2)])
def test_a_finished_sprite_is_outlined_within_its_exact_size(style: str, width_px: int) -> None:
    """The line takes its room from the sprite, or it would be cut off at the frame."""
    side = {("cartoon", 1): 64, ("cartoon", 2): 128, ("pixel", 1): 100, ("pixel", 2): 256}[style, width_px]

    finished = finish_sprite(disc(), width_px=side, height_px=side, style=style, outline=MAGENTA)

    box = alpha_box(finished, 127)
    assert finished.shape == (side, side, 4)
    assert box is not None
    assert min(box.x, box.y) == 0
    middle = finished[side // 2]
    assert (middle[:width_px, :3] == MAGENTA).all()
    assert not (middle[width_px + 2, :3] == MAGENTA).all()


def test_the_line_of_pixel_art_has_a_palette_colour() -> None:
    palette = [(40, 180, 90), (200, 20, 180)]

    finished = finish_sprite(
        disc(), width_px=48, height_px=48, style="pixel", palette=palette, outline=MAGENTA
    )

    assert {tuple(colour) for colour in finished[finished[..., 3] > 0][:, :3].tolist()} == set(palette)
