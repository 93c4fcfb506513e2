"""The sample game's pixel art, from the words to the finished picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from asset_pipeline.imaging.colour import rgb_to_lab
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline.sprites.finishing import finished
from asset_pipeline.sprites.guides import guide_png
from asset_pipeline.sprites.requests import image_to_image, remove_background

GAMES = Path(__file__).parents[2] / "games"
CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
DARK_L = 40  # L* of the darkest paint; inks are darker


@pytest.mark.parametrize("sprite", ["golf_ball", "rover_caddy", "green_planet", "power_button"])
def test_the_outline_of_a_finished_pixel_sprite_is_whole(sprite: str) -> None:
    """The cutout once ate the corners of its squares, and the finish let thin outlines be outvoted."""
    spec = resolve(load_game(GAMES / "orbit_golf.yaml"), sprite)
    local = LocalProvider()

    artwork = Artwork(()).drawn(local.run(image_to_image(spec, guide_png(spec, GAMES), GAMES)))
    artwork = artwork.then(local.run(remove_background(spec, artwork.images[0])))
    art = decode_image(finished(spec, artwork).picture, what=sprite)

    shown = np.pad(art[..., 3] > 0, 1)
    rim = (shown & ~cv2.erode(shown.astype(np.uint8), CROSS).astype(bool))[1:-1, 1:-1]
    lightness = rgb_to_lab(np.ascontiguousarray(art[..., :3]))[..., 0]
    assert (lightness[rim] < DARK_L).mean() > 0.97
