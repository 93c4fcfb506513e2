from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.operations import DecomposeLayers, Request
from asset_pipeline.providers.scenario.bodies import draft
from asset_pipeline.providers.scenario.catalogue import Catalogue, Model, card_of, sizes_of
from asset_pipeline.providers.scenario.contracts import Contract, Input, contract_from, offline
from asset_pipeline.providers.scenario.drafts import PENDING, Draft, snapped, wire_seed
from asset_pipeline.providers.scenario.validate import mistakes
from asset_pipeline_tests.providers.scenario.conftest import cut_out, guided, knight

SEED = Input("seed", "number", minimum=0, maximum=2147483647)


def drafted(request: Request, contract: Contract | None = None) -> Draft:
    model = Catalogue({}).choose(request)
    assert isinstance(model, Model)
    found = contract or offline(model.name, model.model_id)
    assert found is not None
    return draft(request, model, found)


@given(st.integers(0, 2**32 - 1))
def test_a_seed_of_32_bits_always_becomes_the_same_one_of_31(seed: int) -> None:
    assert 0 <= wire_seed(seed, SEED) <= 2147483647
    assert wire_seed(seed, SEED) == (seed if seed < 2**31 else seed - 2**31)


@given(st.floats(0, 1), st.sampled_from([0.01, 0.05, 0.1]))
def test_a_fraction_moves_by_less_than_a_step_and_is_then_taken(value: float, step: float) -> None:
    item = Input("strength", "number", minimum=step, maximum=1, step=step)
    contract = Contract("m", {"strength": item}, date(2026, 1, 1), live=False)
    sent = snapped(value, item)
    assert abs(sent - value) <= step + 1e-9
    assert mistakes({"strength": sent}, contract) == ()


def test_whole_numbers_are_never_moved() -> None:
    """51 steps where 50 are the most is somebody's mistake, not a rounding."""
    assert snapped(51, Input("steps", "number", minimum=1, maximum=50, step=1)) == 51


def test_the_seed_and_one_picture_are_always_asked_for_explicitly() -> None:
    body = drafted(knight()).body()
    assert body == {"prompt": "a knight", "width": 128, "height": 128, "numOutputs": 1, "seed": 7}


def test_a_guide_without_an_input_of_its_own_is_the_first_reference() -> None:
    made = drafted(guided(model="gpt-image-2", reference_images=(b"look",)))
    assert [picture.what for picture in made.pictures["referenceImages"]] == [
        "the guide",
        "a reference image",
    ]
    assert made.body()["referenceImages"] == [PENDING, PENDING]
    assert "gpt-image-2 ignores denoise_strength" in made.warnings


def test_pixel_models_are_told_palette_loop_and_style() -> None:
    made = drafted(knight(model="retro-plus", palette=("#ff0000", "#00ff00"), wraps=True, style="ui_element"))
    body = made.body()
    assert (body["tileX"], body["style"], body["inputPalette"]) == (True, "ui_element", PENDING)
    swatches = decode_image(made.pictures["inputPalette"][0].fitted(), what="the palette")
    assert {tuple(int(part) for part in colour) for colour in swatches.reshape(-1, 4)} == {
        (255, 0, 0, 255),
        (0, 255, 0, 255),
    }


def test_a_style_the_model_has_no_word_for_is_left_to_the_prompt() -> None:
    assert "style" not in drafted(knight(model="retro-plus", style="watery dreams")).body()


def test_the_background_of_a_cut_out_is_asked_to_be_transparent() -> None:
    assert drafted(cut_out()).body() == {"image": PENDING, "backgroundColor": ""}
    assert drafted(cut_out(model="bria")).body() == {"image": PENDING}


def test_layers_say_what_the_scene_shows_and_how_many_they_are() -> None:
    asked = DecomposeLayers(image=b"", layer_count=5, prompt="hills", seed=9)
    assert drafted(asked).body() == {"image": PENDING, "numLayers": 5, "description": "hills", "seed": 9}


def live(*inputs: dict[str, Any]) -> Contract:
    return contract_from({"id": "model_x", "inputs": list(inputs)}, as_of=date(2026, 11, 23), live=True)


def test_a_setting_that_a_new_contract_dropped_is_not_dropped_without_a_word() -> None:
    """Models change; what our table promises and the service no longer takes must be said."""
    contract = live({"name": "prompt", "type": "string"}, {"name": "width"}, {"name": "height"})
    made = drafted(knight(steps=9, controlnets=()), contract=contract)
    assert made.warnings == ["flux-1-dev ignores seed", "flux-1-dev ignores steps"]
    assert drafted(guided(), contract=contract).mistakes == ["flux-1-dev takes no image"]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({}, (128, 2048, 16)),
        ({"min": 672}, (672, 2048, 16)),
        ({"max": 1024, "step": 64}, (128, 1024, 64)),
        ({"min": 4096, "max": 8192}, (4096, 8192, 16)),
    ],
)
def test_sizes_follow_the_contract_where_it_is_narrower(
    sides: dict[str, int], expected: tuple[int, int, int]
) -> None:
    card = Catalogue({}).choose(knight())
    assert isinstance(card, Model)
    assert card.card is not None
    contract = live(*({"name": name, "type": "number", **sides} for name in ("width", "height")))
    found = sizes_of(contract, card.card.sizes)
    assert (found.min_px, found.max_px, found.step_px) == expected


@pytest.mark.parametrize(
    ("names", "operations"),
    [
        (("prompt", "width", "height"), {"text_to_image"}),
        (("prompt", "image"), {"text_to_image", "image_to_image"}),
        (("image",), {"remove_background"}),
        (("image", "numLayers", "description"), {"decompose_layers"}),
        (("mesh",), set()),
    ],
)
def test_what_an_unknown_model_can_do_follows_from_its_inputs(
    names: tuple[str, ...], operations: set[str]
) -> None:
    card = card_of(live(*({"name": name, "type": "string"} for name in names)))
    assert card.operations == operations


def test_a_model_that_needs_a_picture_does_not_draw_from_words() -> None:
    needed = {"name": "image", "type": "file", "required": {"always": True}}
    assert card_of(live({"name": "prompt"}, needed)).operations == {"image_to_image"}
