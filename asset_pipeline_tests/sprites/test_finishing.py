"""The last step: what a game loads, from the settings that cost nothing, and what the file says about itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from asset_pipeline.imaging.alpha import PixelBox, alpha_box
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image, encode_png, read_png_text
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Receipt, Weights
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline.sprites.expected import expected_requests
from asset_pipeline.sprites.finishing import finished

SpecOf = Callable[..., SpriteSpec]
DRAWN = Receipt(
    provider="runpod", operation="image_to_image", model="flux-dev", seed=7, job_id="job-1", fingerprint="f" * 64,
    weights=(Weights(name="flux-dev", licence="LicenseRef-FLUX-1-dev-Non-Commercial", commercial="no"),),
)  # fmt: skip
CUT = Receipt(provider="local", operation="remove_background", model="local")


def frog_picture() -> Rgba:
    """A green ellipse twice as wide as high, cut out."""
    rgba = np.zeros((96, 160, 4), np.uint8)
    cv2.ellipse(rgba, (80, 48), (70, 35), 0, 0, 360, (60, 170, 80, 255), -1)
    return rgba


def edited(games_dir: Path, before: str, after: str) -> None:
    manifest = games_dir / "pond.yaml"
    assert before in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(before, after))


@pytest.mark.parametrize(
    "settings",
    [
        "finish: {anchor: top}",
        "finish: {outline: navy}",
        "finish: {dither: ordered}",
        "finish: {anchor: bottom, dither: floyd-steinberg, outline: '#102030'}",
    ],
)
@pytest.mark.parametrize("sprite", ["frog", "reed", "sky", "hills", "logo"])
def test_a_finish_setting_asks_nothing_else_of_any_model(
    settings: str, sprite: str, spec_of: SpecOf, games_dir: Path
) -> None:
    """What is drawn and paid for stays as it is: the request, and so its name in the journal, is the same."""
    edited(games_dir, "style: cartoon", "style: pixel")
    before = expected_requests(spec_of(sprite), games_dir)

    edited(games_dir, "style: pixel", f"style: pixel\n{settings}")

    assert expected_requests(spec_of(sprite), games_dir) == before


def test_a_finish_setting_makes_those_sprites_stale_that_can_use_it(spec_of: SpecOf, games_dir: Path) -> None:
    sprites = ("frog", "sky", "hills", "logo", "plaque")
    before = {sprite: spec_of(sprite).version for sprite in sprites}

    edited(games_dir, "style: cartoon", "style: cartoon\nfinish: {dither: ordered}")
    dithered = {sprite for sprite in sprites if spec_of(sprite).version != before[sprite]}
    edited(games_dir, "{dither: ordered}", "{outline: navy}")
    outlined = {sprite for sprite in sprites if spec_of(sprite).version != before[sprite]}

    assert dithered == set(), "cartoons have no grid to dither on"
    assert outlined == {"frog", "logo"}


@pytest.mark.parametrize(
    ("role", "settings", "y"),
    [
        ("character", "", 32),
        ("enemy", "", 32),
        ("platform", "", 0),
        ("item", "", 16),
        ("character", ", finish: {anchor: centre}", 16),
        ("item", ", finish: {anchor: top}", 0),
    ],
)
def test_a_thing_drawn_too_flat_stands_where_its_role_needs_it(
    role: str, settings: str, y: int, spec_of: SpecOf, games_dir: Path
) -> None:
    """A hero in the middle of its rectangle would hover over the ground; one cannot stand on a sunken platform."""
    edited(
        games_dir,
        "role: character, description: a green frog",
        f"role: {role}, description: a green frog{settings}",
    )

    sprite = finished(spec_of("frog"), Artwork((encode_png(frog_picture()),)))

    box = alpha_box(decode_image(sprite.picture, what="frog"), 127)
    assert box is not None
    assert box == PixelBox(0, y, 64, 32)


def test_a_sprite_can_do_without_its_games_outline(spec_of: SpecOf, games_dir: Path) -> None:
    artwork = Artwork((encode_png(frog_picture()),))
    plain = finished(spec_of("frog"), artwork).picture
    edited(games_dir, "style: cartoon", "style: cartoon\nfinish: {outline: white}")
    outlined = finished(spec_of("frog"), artwork).picture
    edited(games_dir, "a green frog}", "a green frog, finish: {outline: none}}")

    assert finished(spec_of("frog"), artwork).picture == plain
    assert (decode_image(outlined, what="frog")[63, 32] == 255).all()


def test_a_finished_png_says_what_made_it_and_repeats_byte_for_byte(spec_of: SpecOf) -> None:
    """A picture found in a shipped game can be traced to its model, its licence and its job."""
    artwork = Artwork((encode_png(frog_picture()),), (DRAWN, CUT))
    sprite = finished(spec_of("frog"), artwork)

    notes = read_png_text(sprite.picture)
    told = json.loads(notes["asset_pipeline"])

    assert notes["Software"] == told["software"] == "asset_pipeline"
    assert (told["game"], told["sprite"], told["seed"]) == ("pond", "frog", spec_of("frog").seed)
    assert len(told["prompt_sha256"]) == 64
    assert told["made_by"] == [
        ["image_to_image", "runpod", "flux-dev"],
        ["remove_background", "local", "local"],
    ]
    assert told["jobs"] == ["f" * 64, ""]
    assert told["weights"][0][0]["licence"] == "LicenseRef-FLUX-1-dev-Non-Commercial"
    assert finished(spec_of("frog"), artwork).picture == sprite.picture
