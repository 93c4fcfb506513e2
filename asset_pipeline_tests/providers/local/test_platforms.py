"""Ground to stand on: its upper edge follows the words and the game's skin."""

from __future__ import annotations

import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local.brief import read_brief
from asset_pipeline.providers.local.painter import paint_entity
from asset_pipeline.providers.operations import TextToImage


def platform(subject: str, theme: str) -> Floats:
    prompt = f"{subject}, video game platform, cartoon style, {theme}"
    cover = np.zeros((64, 128), np.float32)
    cover[8:56, 8:120] = 1
    return paint_entity(read_brief(TextToImage(prompt=prompt, width_px=128, height_px=64, seed=1)), cover)


def upper_edge(picture: Floats) -> tuple[float, float, float]:
    red, green, blue = (float(c) for c in picture[10:14, 12:116].mean((0, 1)))
    return red, green, blue


def test_grass_grows_on_top_and_not_below() -> None:
    picture = platform("green grass on brown soil", "a sunny valley")
    red, green, blue = upper_edge(picture)
    assert green > max(red, blue)
    red, green, _ = picture[44:52, 12:116].mean((0, 1))
    assert red > green


def test_a_winter_skin_lays_snow_on_the_same_platform() -> None:
    """A pack changes the theme alone; its platforms must show it."""
    summer, winter = (
        upper_edge(platform("a grass platform", theme)) for theme in ("a valley", "a frozen valley, snow")
    )
    assert min(winter) > 0.75
    assert min(summer) < 0.5
