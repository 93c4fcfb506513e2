"""How a sprite was made is read from the picture that is there, never from what a manifest would have made today."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.disclosure.records import Record, Step, read_records
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.storage.folder import FolderStore

GREY = np.full((4, 4, 4), 128, np.uint8)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(f"sqlite:///{tmp_path / 'journal.db'}")


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def put(store: FolderStore, key: str, **note: object) -> None:
    told = {"asset_pipeline": json.dumps({"pack": None, "sprite": "frog", **note})} if note else {}
    store.put(key, encode_png(GREY, text=told), content_type="image/png")


def read(store: FolderStore, journal: Journal) -> tuple[list[Record], list[str]]:
    records, unrecorded = read_records(store, journal, "pond")
    journal.close()
    return records, unrecorded


def test_a_picture_says_who_made_it_with_what_under_which_licence(
    store: FolderStore, journal: Journal
) -> None:
    weights = [{"name": "flux-schnell", "licence": "Apache-2.0", "commercial": "yes"}]
    put(
        store,
        "pond/day/frog.png",
        pack="day",
        made_by=[["text_to_image", "runpod", "flux-schnell"]],
        weights=[weights],
    )

    [[record], unrecorded] = read(store, journal)

    assert (record.pack, record.sprite, unrecorded) == ("day", "frog", [])
    assert [one.licence for one in record.steps[0].weights] == ["Apache-2.0"]
    assert record.is_generated
    assert record.stored_at == store.written_at("pond/day/frog.png")


def test_a_picture_of_an_earlier_version_still_says_its_models(store: FolderStore, journal: Journal) -> None:
    put(store, "pond/frog.png", made_by=[["image_to_image", "comfyui", "sdxl"]])

    [[record], _] = read(store, journal)

    assert record.steps == (Step("image_to_image", "comfyui", "sdxl"),)


@pytest.mark.parametrize("note", [{}, {"made_by": []}, {"made_by": "flux"}])
def test_a_picture_that_does_not_say_how_it_was_made_is_named(
    store: FolderStore, journal: Journal, note: dict[str, object]
) -> None:
    """Somebody painted over it, or put it there: silence about it would be a lie by omission."""
    put(store, "pond/frog.png", **note)

    assert read(store, journal) == ([], ["pond/frog.png"])


def test_layers_sheets_and_other_games_do_not_count(store: FolderStore, journal: Journal) -> None:
    made_by = [["text_to_image", "local", "local-painter-1"]]
    for key in (
        "pond/sky.png",
        "pond/sky.layer_0.png",
        "pond/sky.hover.png",
        "pond/contact_sheet.png",
        "ponderosa/tree.png",
    ):
        put(store, key, made_by=made_by)
    for key in ("pond/exports/atlas_0.png", "pond/winter/exports/atlas_0.png"):
        store.put(key, b"packed", content_type="image/png")

    records, unrecorded = read(store, journal)

    assert ([record.key for record in records], unrecorded) == (["pond/sky.png"], [])


@pytest.mark.parametrize(
    ("step", "ai", "generative"),
    [
        (Step("text_to_image", "local", "local-painter-1"), False, False),
        (Step("image_to_image", "comfyui", "pixel-finish"), False, False),
        (Step("remove_background", "comfyui", "birefnet"), True, False),
        (Step("decompose_layers", "scenario", "qwen-image-layered"), True, True),
        (Step("image_to_image", "comfyui", "sprite-sdxl"), True, True),
    ],
)
def test_only_a_trained_model_that_invents_pixels_is_generative(
    step: Step, ai: bool, generative: bool
) -> None:
    assert (step.is_ai, step.is_generative) == (ai, generative)
