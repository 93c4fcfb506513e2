"""Scenario's own check lets some mistakes through and drops others without a word; ours finds all of them first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from asset_pipeline.providers.scenario.contracts import Contract, contract_from, offline
from asset_pipeline.providers.scenario.validate import mistakes, wrapped


def flux() -> Contract:
    found = offline("flux-1-dev", "model_bfl-flux-1-dev")
    assert found is not None
    return found


def gpt() -> Contract:
    found = offline("gpt-image-2", "model_openai-gpt-image-2")
    assert found is not None
    return found


def contract(*inputs: dict[str, Any]) -> Contract:
    return contract_from({"id": "model_x", "inputs": list(inputs)}, as_of=date(2026, 11, 23), live=True)


GOOD = {"prompt": "a frog", "width": 512, "height": 768, "seed": 3, "numOutputs": 1, "guidance": 3.5}


def test_a_good_body_has_no_mistakes() -> None:
    assert mistakes(GOOD, flux()) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"promt": "x"}, "promt is no input of model_bfl-flux-1-dev; did you mean prompt?"),
        ({"zzz": 1}, "zzz is no input of model_bfl-flux-1-dev"),
        ({"prompt": None}, "prompt must be a string, not NoneType"),
        ({"prompt": "x" * 2049}, "prompt must be at most 2048 letters long, not 2049"),
        ({"width": 100}, "width must be at least 128, not 100"),
        ({"width": 4096}, "width must be at most 2048, not 4096"),
        ({"width": 513}, "width must be a multiple of 16, not 513"),
        ({"width": "512"}, "width must be a number, not str"),
        ({"numInferenceSteps": True}, "numInferenceSteps must be a number, not bool"),
        ({"guidance": float("nan")}, "guidance must be a finite number"),
        ({"strength": 0.0}, "strength must be at least 0.01, not 0"),
        ({"controlModality": "scribble"}, "controlModality must be one of 'canny', 'tile'"),
        ({"image": "data:image/png;base64,AAAA"}, "image must be an id of Scenario's, not a link"),
        ({"image": ""}, "image must be an id of Scenario's, not empty"),
        ({"image": 7}, "image must be a file, not int"),
        ({"loras": "model_a", "lorasScale": [1]}, "loras must be a list"),
        ({"loras": ["m"] * 7, "lorasScale": [1] * 7}, "loras must be at most 6 items long, not 7"),
        ({"loras": ["model_a"], "lorasScale": [2.5]}, "lorasScale[0] must be at most 2, not 2.5"),
        ({"loras": ["model_a"], "lorasScale": [-0.5]}, "lorasScale[0] must be at least 0, not -0.5"),
        ({"loras": ["a", "b"], "lorasScale": [1]}, "must be as long as each other, not 2 and 1"),
        ({"loras": ["model_a"]}, "must be as long as each other, not 1 and 0"),
    ],
)
def test_each_mistake_is_named(change: dict[str, Any], words: str) -> None:
    found = mistakes({**GOOD, **change}, flux())
    assert any(words in mistake for mistake in found), found


def test_all_mistakes_are_named_at_once() -> None:
    found = mistakes({"width": 100, "height": 100.5, "colour": "red"}, flux())
    assert len(found) == 6  # the unknown key, the missing prompt, and twice each side


def test_a_bare_value_is_wrapped_where_a_list_is_expected() -> None:
    """Left bare, the service drops it without a word, and an image without its reference is paid for."""
    body = wrapped({"prompt": "x", "referenceImages": "asset_1"}, gpt())
    assert body == {"prompt": "x", "referenceImages": ["asset_1"]}
    assert mistakes(body, gpt()) == ()


def test_what_another_input_makes_necessary_is_asked_for() -> None:
    assert mistakes({"prompt": "x", "mask": "asset_1"}, gpt()) == (
        "referenceImages is missing: mask needs it",
    )
    either = contract(
        {"name": "prompt", "type": "string", "required": {"ifNotDefined": {"image": {}}}},
        {"name": "image", "type": "file"},
    )
    assert mistakes({}, either) == ("prompt is missing: it is needed where there is no image",)
    assert mistakes({"image": "asset_1"}, either) == ()


def test_steps_count_from_zero_or_from_the_least_value() -> None:
    """Which of the two the service means is not documented; we refuse only what fits neither."""
    odd = contract({"name": "size", "type": "number", "min": 5, "step": 10})
    assert mistakes({"size": 15}, odd) == ()
    assert mistakes({"size": 20}, odd) == ()
    assert mistakes({"size": 18}, odd) == ("size must be a multiple of 10, not 18",)


def test_kinds_we_do_not_know_are_left_to_the_service() -> None:
    assert mistakes({"mesh": {"any": 1}}, contract({"name": "mesh", "type": "model_3d"})) == ()
