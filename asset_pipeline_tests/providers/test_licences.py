"""Every model has a licence that somebody looked up; what nobody can know is unknown until it is declared."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import asset_pipeline.providers.comfyui
from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.providers.comfyui.library import open_library
from asset_pipeline.providers.comfyui.weights import weights_of
from asset_pipeline.providers.licences import FILE, PROVIDERS, Licences, open_licences, packaged
from asset_pipeline.providers.local.provider import CARD
from asset_pipeline.providers.opening import REMOTE, Surroundings, open_provider
from asset_pipeline.providers.operations import (
    ControlNet,
    DecomposeLayers,
    ImageToImage,
    Lora,
    Operation,
    RemoveBackground,
    Request,
    TextToImage,
)
from asset_pipeline.providers.remote import RemoteProvider

GREY = encode_png(np.full((1024, 1024, 4), 128, np.uint8))
WORDS = TextToImage(prompt="a frog", width_px=1024, height_px=1024, seed=1)
REQUESTS: dict[Operation, Request] = {
    "text_to_image": WORDS,
    "image_to_image": ImageToImage(**dict(WORDS), image=GREY),
    "remove_background": RemoveBackground(image=GREY),
    "decompose_layers": DecomposeLayers(image=GREY, layer_count=3),
}
EVERYTHING = {
    "RUNPOD_FLUX_ENDPOINT_ID": "flux1",
    "RUNPOD_SDXL_ENDPOINT_ID": "sdxl1",
    "RUNPOD_BG_REMOVAL_ENDPOINT_ID": "rembg1",
    "RUNPOD_PUBLIC_ENDPOINTS": "true",
}
DECLARED = """
[runpod.flux]
licence = "Apache-2.0"
commercial = "yes"
as_of = 2026-11-24
source = "our image loads FLUX.1 schnell"
"""


@contextmanager
def opened(name: str, **variables: str) -> Iterator[RemoteProvider]:
    around = Surroundings(allow_loopback=True, publish=lambda _: "https://art.example.com/a.png")
    with open_provider(name, {**EVERYTHING, **variables}, around) as provider:
        yield provider


def weights_by_model(name: str) -> dict[str, set[str]]:
    """Name, for each card of a provider, whose licences count for all that it can do."""
    with opened(name) as provider:
        found: dict[str, set[str]] = {}
        for card in provider.cards():
            for operation in card.operations:
                plan = provider.plan(REQUESTS[operation].model_copy(update={"model": card.name}))
                found.setdefault(card.name, set()).update(plan.weights or (plan.model,))
    return found


@pytest.mark.parametrize("name", REMOTE)
def test_every_card_of_every_provider_has_a_licence(name: str) -> None:
    """A model that is added without one would be refused, or worse, sold."""
    found = weights_by_model(name)

    assert len(found) >= 8
    missing = {model: weights - packaged()[name].keys() for model, weights in found.items()}
    assert {model: weights for model, weights in missing.items() if weights} == {}


def test_the_embedded_painter_has_one() -> None:
    assert packaged()["local"].keys() == {CARD.name}


@pytest.mark.parametrize("name", REMOTE)
def test_no_licence_is_of_a_model_that_is_gone(name: str) -> None:
    files = {key for key in packaged()[name] if key.endswith(".safetensors")}
    used = set[str]().union(*weights_by_model(name).values())

    assert packaged()[name].keys() - files == used


def test_what_is_not_unknown_names_its_licence_and_what_has_conditions_names_them() -> None:
    every = [licence for table in packaged().values() for licence in table.values()]

    assert set(packaged()) == set(PROVIDERS)
    assert [one for one in every if one.licence == "unknown" and one.commercial != "unknown"] == []
    assert [one for one in every if one.commercial == "conditions" and not one.note] == []


def test_a_model_that_draws_and_cuts_out_counts_as_both() -> None:
    assert weights_by_model("comfyui")["sprite-flux-dev"] == {"flux-dev", "birefnet"}


def test_loras_networks_and_files_in_the_place_of_ours_count() -> None:
    """A LoRA for hobby use makes the whole picture one."""
    files = "sd_xl_base_1.0.safetensors=juggernaut.safetensors"
    with opened("comfyui", COMFYUI_MODEL_FILES=files) as provider:
        nets = (ControlNet(image=GREY), ControlNet(image=GREY, model="mine.safetensors"))
        asked = WORDS.model_copy(update={"loras": (Lora(name="ink.safetensors"),), "controlnets": nets})
        plan = provider.plan(asked)

    assert plan.weights[0] == "sdxl"
    assert {
        "ink.safetensors",
        "controlnet-canny-sdxl-1.0.safetensors",
        "mine.safetensors",
    } < set(plan.weights)


def test_a_file_in_the_place_of_one_of_ours_counts() -> None:
    with opened("comfyui", COMFYUI_MODEL_FILES="flux1-dev.safetensors=mine.safetensors") as provider:
        plan = provider.plan(WORDS.model_copy(update={"model": "flux-dev"}))

    assert plan.weights == ("flux-dev", "mine.safetensors")


def test_a_style_that_was_trained_at_scenario_counts() -> None:
    with opened("scenario") as provider:
        plan = provider.plan(WORDS.model_copy(update={"loras": (Lora(name="model_ours"),)}))

    assert plan.weights == ("flux-1-dev", "model_ours")


def test_a_workflow_of_ones_own_is_known_by_its_file_whatever_it_calls_itself(tmp_path: Path) -> None:
    """Only its author knows what it loads, also where it takes the place of ours."""
    ours = Path(asset_pipeline.providers.comfyui.__file__).parent / "templates" / "txt2img_sdxl.json"
    shutil.copy(ours, tmp_path)
    assert weights_of(open_library(tmp_path).templates["txt2img_sdxl"], WORDS, {}) == ("sdxl",)

    changed = json.loads(ours.read_text())
    changed["graph"]["ckpt"]["inputs"]["ckpt_name"] = "mine.safetensors"
    (tmp_path / ours.name).write_text(json.dumps(changed))
    own = open_library(tmp_path).templates["txt2img_sdxl"]

    assert weights_of(own, WORDS, {}) == ("txt2img_sdxl.json",)


# What people declare ---------------------------------------------------------------------------------------------


def test_what_is_declared_beside_the_games_wins(tmp_path: Path) -> None:
    assert Licences().weights("runpod", "flux").commercial == "unknown"
    (tmp_path / FILE).write_text(DECLARED)

    told = open_licences(tmp_path).weights("runpod", "flux")

    assert (told.licence, told.commercial) == ("Apache-2.0", "yes")


def test_without_such_a_file_nothing_is_declared_and_a_stranger_is_unknown(tmp_path: Path) -> None:
    told = open_licences(tmp_path).weights("comfyui", "ink.safetensors")

    assert (told.licence, told.commercial) == ("unknown", "unknown")


def test_every_mistake_of_the_file_is_told_at_once(tmp_path: Path) -> None:
    text = DECLARED.replace('"yes"', '"maybe"').replace("source", "sorce")
    (tmp_path / FILE).write_text(f"{text}\n{DECLARED.replace('runpod', 'runpd')}")

    with pytest.raises(ConfigError) as raised:
        open_licences(tmp_path)

    told = str(raised.value)
    assert str(tmp_path / FILE) in told
    assert "runpod.flux.commercial: the value should be 'yes', 'conditions', 'no' or 'unknown'" in told
    assert "runpod.flux.source: Field required" in told
    assert "runpod.flux.sorce" in told
    assert "'runpd' is no provider" in told


@pytest.mark.parametrize("text", ["[runpod.flux", "runpod = 3"])
def test_a_file_that_is_no_such_table_is_one_message(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)

    with pytest.raises(ConfigError, match=FILE):
        open_licences(tmp_path)
