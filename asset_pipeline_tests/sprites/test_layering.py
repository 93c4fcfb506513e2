"""What a provider's layers become: in order, in place, and going on sideways."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.measure.seams import wrap_seam
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.resample import resample
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import Delivery, Receipt
from asset_pipeline.sprites.layering import layered, looping_scene
from asset_pipeline.sprites.requests import decompose_layers, text_to_image

GAMES = Path(__file__).parents[2] / "games"


@pytest.fixture(scope="module")
def spec() -> SpriteSpec:
    return resolve(load_game(GAMES / "lantern_lake.yaml"), "lake_layers", "default")


@pytest.fixture(scope="module")
def scene(spec: SpriteSpec) -> bytes:
    return LocalProvider().run(text_to_image(spec, GAMES)).images[0]


def delivered(images: list[bytes], provider: str = "scenario") -> Delivery:
    receipt = Receipt(
        provider=provider, operation="decompose_layers", model="m", seed=1, seconds=0.0, cost_usd=Decimal(0)
    )
    return Delivery(images=tuple(images), receipt=receipt)


def test_shuffled_smaller_layers_with_the_whole_scene_among_them_give_the_scene_back(
    spec: SpriteSpec, scene: bytes
) -> None:
    true = LocalProvider().run(decompose_layers(spec, scene)).images
    source = decode_image(scene, what="scene")
    small = [
        encode_png(resample(decode_image(image, what="layer"), width=640, height=360))
        for image in (*reversed(true), scene)
    ]

    made, note = layered(spec, scene, delivered(small))

    pictures = [decode_image(image, what="layer") for image in made]
    assert all(picture.shape == source.shape for picture in pictures)
    assert len(pictures) == len(true)
    assert "composite" in note
    difference = over(pictures)[..., :3].astype(float) - source[..., :3]
    assert 20 * np.log10(255 / np.sqrt((difference**2).mean())) > 30


def test_layers_that_are_in_order_already_stay_as_they_are(spec: SpriteSpec, scene: bytes) -> None:
    images = list(LocalProvider().run(decompose_layers(spec, scene)).images)
    assert layered(spec, scene, delivered(images, "local")) == (tuple(images), "")


def test_a_scene_is_closed_only_where_its_seam_is_seen(spec: SpriteSpec, scene: bytes) -> None:
    """The same bytes are the same request: nothing is paid for that was not needed."""
    assert looping_scene(spec, scene) == scene
    cut = encode_png(np.ascontiguousarray(decode_image(scene, what="scene")[:, :700]))

    assert wrap_seam(decode_image(cut, what="cut")) > 1.25
    assert wrap_seam(decode_image(looping_scene(spec, cut), what="closed")) <= 1.25
    assert looping_scene(spec.model_copy(update={"traits": ("still",)}), cut) == cut
