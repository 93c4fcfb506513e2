"""One quality path for every cutout, also for what came cut out as it was drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from asset_pipeline.gates.verdicts import Outcome
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.providers.operations import Delivery, Receipt
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline.sprites.cutting import cut_out_already
from asset_pipeline.sprites.judging import judge_picture
from asset_pipeline_tests.imaging.pictures import disc_matte

GAMES = Path(__file__).parents[2] / "games"


def with_a_rim(rim_px: int) -> bytes:
    """A red ball that was cut out with *rim_px* of the white it was drawn on."""
    drawn = np.full((256, 256, 4), 255, np.uint8)
    drawn[disc_matte(256, 100) > 0.5, :3] = (190, 40, 50)
    drawn[disc_matte(256, 60) > 0.5, :3] = (120, 20, 40)
    drawn[..., 3] = np.rint(disc_matte(256, 100 + rim_px) * 255)
    return encode_png(drawn)


def test_white_that_was_left_around_a_fused_picture_is_taken_off() -> None:
    spec = resolve(load_game(GAMES / "orbit_golf.yaml"), "power_button")

    generated, cutout, note = cut_out_already(spec, with_a_rim(3))

    alpha = decode_image(cutout, what="cutout")[..., 3]
    assert np.abs((alpha > 127).astype(int) - (disc_matte(256, 100) > 0.5)).mean() < 0.003
    assert decode_image(generated, what="generated")[..., 3].min() == 255
    assert note.startswith("cut out as it was drawn")


def test_a_fused_picture_is_held_against_what_was_drawn_where_that_came_too() -> None:
    """A checkerboard that the model drew, and its cutout left standing, is not to be seen on white."""
    spec = resolve(load_game(GAMES / "orbit_golf.yaml"), "power_button")
    y, x = np.mgrid[:256, :256] // 16
    drawn = np.full((256, 256, 4), 255, np.uint8)
    drawn[..., :3] = np.where((x + y) % 2, 205, 255)[..., None]
    ball = disc_matte(256, 100) > 0.5
    drawn[ball, :3] = (190, 40, 50)
    cutout = drawn.copy()
    cutout[~(disc_matte(256, 118) > 0.5), 3] = 0
    receipt = Receipt(provider="comfyui", operation="image_to_image", model="sprite-sdxl")
    artwork = Artwork(()).drawn(Delivery(images=(encode_png(cutout), encode_png(drawn)), receipt=receipt))

    generated, mended, _ = cut_out_already(spec, artwork.images[0], artwork.generated)

    assert generated == artwork.generated == encode_png(drawn)
    alpha = decode_image(mended, what="cutout")[..., 3]
    assert ((alpha > 127) != ball).mean() < 0.003
    judged = judge_picture(spec, encode_png(cutout), before=generated)
    [checkerboard] = [each for each in judged.report.verdicts if each.metric == "checkerboard"]
    assert checkerboard.outcome is Outcome.FAIL
