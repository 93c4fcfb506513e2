"""What ``local`` paints over laid-out letters, and layers of scenes by themselves."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from asset_pipeline.imaging.lettering import draw_lettering, letter_lines
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import ImageToImage, TextToImage

ON_WHITE = "isolated on a plain white background"
STYLES = ("cartoon", "pixel", "flat", "3d")


@pytest.mark.parametrize("style", STYLES)
def test_letters_stay_where_the_guide_has_them_and_the_paper_stays_white(style: str) -> None:
    lettering = letter_lines("Fox Run", width_px=320, height_px=128)
    request = ImageToImage(
        prompt=f'the words "Fox Run" as a game logo, red letters, {ON_WHITE}',
        width_px=320,
        height_px=128,
        seed=1,
        style=style,
        image=encode_png(draw_lettering(lettering, (200, 60, 60))),
        denoise_strength=0.6,
    )
    rgb = decode_image(LocalProvider().run(request).images[0], what="letters")[..., :3].astype(int)

    painted = np.abs(rgb - rgb[0, 0]).max(axis=2) > 24
    inside = lettering.matte > 0.9
    assert painted[inside].mean() > 0.97
    assert painted[lettering.matte == 0].mean() < 0.15, "an outline, and nothing else"
    reds = rgb[inside][:, 0] - rgb[inside][:, 2]
    assert np.median(reds) > 40


def layer(words: str, number: int, *, style: str = "cartoon", framing: str = ON_WHITE) -> np.ndarray:
    request = TextToImage(
        prompt=f"{words}, video game layer {number} of 3 from the back, {style}, a valley, {framing}",
        width_px=256,
        height_px=128,
        seed=1,
        style=style,
        wraps=True,
    )
    return decode_image(LocalProvider().run(request).images[0], what="layer")[..., :3].astype(int)


@pytest.mark.parametrize("style", STYLES)
def test_a_nearer_layer_is_lower_stands_on_the_edge_and_is_white_above(style: str) -> None:
    def paper(rgb: np.ndarray) -> np.ndarray:
        return np.asarray((np.abs(rgb - rgb[0, 0]).max(axis=2) <= 6).all(axis=1))

    far, near = (paper(layer("dark green hills", number, style=style)) for number in (2, 3))

    assert far[0]
    assert near[0]
    assert not far[-1]
    assert int(near.sum()) > int(far.sum()) + 10


def test_the_farthest_layer_fills_its_picture_with_sky_and_no_land() -> None:
    rgb = layer("a clear blue sky", 1, framing="wide side-scrolling game scene")

    assert (rgb[..., 2] > rgb[..., 1]).mean() > 0.9


def test_no_paper_is_enclosed_between_blades_of_grass() -> None:
    """A cutter takes enclosed white for a part of the thing."""
    rgb = layer("a lake shore with reeds and grass", 3)

    paper = (np.abs(rgb - rgb[0, 0]).max(axis=2) <= 6).astype(np.uint8)
    assert cv2.connectedComponents(paper, connectivity=8)[0] == 2, "one piece of paper, and the land"
