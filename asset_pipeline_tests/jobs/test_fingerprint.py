"""Equal requests have one name on every machine, and requests that differ in anything have two."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.jobs.fingerprint import described, fingerprint
from asset_pipeline.providers.operations import (
    ControlNet,
    DecomposeLayers,
    ImageToImage,
    Lora,
    RemoveBackground,
    Request,
    TextToImage,
)
from asset_pipeline.providers.remote import Plan, Quote

QUOTE = Quote(Decimal("0.02"), Decimal("0.04"), "estimated")
PLAN = Plan("flux-dev", QUOTE, {"template": "abc", "endpoint": {"kind": "own", "steps": [1, 2]}})
FROG = TextToImage(prompt="a frog", width_px=64, height_px=64, seed=7)
FULL = ImageToImage(
    prompt="a frog",
    negative_prompt="text",
    width_px=64,
    height_px=48,
    seed=7,
    steps=20,
    guidance_scale=3.5,
    model="flux-dev",
    style="pixel",
    palette=("#112233",),
    loras=(Lora(name="a", strength=0.5), Lora(name="b")),
    controlnets=(ControlNet(image=b"edges"),),
    reference_images=(b"one", b"two"),
    image=b"guide",
    denoise_strength=0.8,
)
CHANGES: dict[str, Any] = {
    "prompt": "a red frog",
    "negative_prompt": "",
    "width_px": 80,
    "height_px": 64,
    "seed": 8,
    "take": 1,
    "steps": None,
    "guidance_scale": 3.6,
    "style": "flat",
    "palette": ("#112234",),
    "wraps": True,
    "loras": (Lora(name="b"), Lora(name="a", strength=0.5)),
    "controlnets": (ControlNet(image=b"edges", end=0.9),),
    "reference_images": (b"two", b"one"),
    "image": b"guidf",
    "denoise_strength": 0.80001,
}


def named(request: Request = FULL, provider: str = "runpod", plan: Plan = PLAN) -> str:
    return fingerprint(provider, plan, request)


def test_the_name_is_the_same_for_ever() -> None:
    """If this test fails, everybody pays anew for everything they have: see FINGERPRINT_VERSION."""
    assert named(FROG) == "504492de05a953f4c0b74276ec142589dfee3928fea6473cebf84d9c828e0c87"
    assert named(FULL) == "750ef3632bb5aee3dc2c19cd213392495177b6f0f32a103b11dcde1aadc3b689"
    assert (
        named(RemoveBackground(image=b"x"))
        == "dc405f3ba28607c5925cc3319a83e062314460c7cedbe3ead4a24ca4a544bd16"
    )
    assert (
        named(DecomposeLayers(image=b"x", layer_count=3))
        == "71de1fcf0854f6c52c03b96296e3448b9e980b62e4edb7a5697560f27eada157"
    )


def test_every_field_that_is_changed_changes_the_name() -> None:
    names = {field: named(FULL.model_copy(update={field: value})) for field, value in CHANGES.items()}

    assert set(CHANGES) | {"model"} == set(ImageToImage.model_fields)
    assert len({named(), *names.values()}) == len(CHANGES) + 1


@pytest.mark.parametrize("field", list(ControlNet.model_fields))
def test_every_part_of_a_controlnet_counts(field: str) -> None:
    other = {
        "image": b"x",
        "control": "depth",
        "model": "m",
        "strength": 0.1,
        "start": 0.1,
        "end": 0.5,
    }[field]
    net = FULL.controlnets[0].model_copy(update={field: other})

    assert named(FULL.model_copy(update={"controlnets": (net,)})) != named()


@pytest.mark.parametrize(
    "other",
    [
        named(provider="scenario"),
        named(plan=replace(PLAN, model="flux-schnell")),
        named(plan=replace(PLAN, identity={**PLAN.identity, "template": "abd"})),
        named(plan=replace(PLAN, identity={**PLAN.identity, "endpoint": {"kind": "own", "steps": [2, 1]}})),
        named(plan=replace(PLAN, identity={})),
    ],
)
def test_whatever_else_decides_the_picture_counts(other: str) -> None:
    assert other != named()


def test_the_same_fields_mean_another_picture_in_another_operation() -> None:
    removal = RemoveBackground(image=b"x")
    layers = DecomposeLayers(image=b"x", layer_count=2)

    assert named(removal) != named(layers)


def test_price_and_warnings_do_not_count() -> None:
    """A new price list must not make anybody pay for what they have."""
    dearer = replace(PLAN, quote=replace(QUOTE, usd=Decimal(9)), warnings=("ignores steps",))

    assert named(plan=dearer) == named()


def test_a_model_that_is_named_is_the_one_that_would_have_been_chosen() -> None:
    assert named(FROG.model_copy(update={"model": "flux-dev"})) == named(FROG)


def test_pictures_count_by_their_bytes_and_are_nowhere_else() -> None:
    told = described(FULL)

    assert "guide" not in str(told)
    assert told["controlnets"][0]["image"].startswith("sha256:")
    assert [one[:7] for one in told["reference_images"]] == ["sha256:", "sha256:"]


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def turned(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same JSON with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(one) for one in value] if isinstance(value, list) else value


@given(st.dictionaries(st.text(), json, min_size=2, max_size=4))
def test_the_order_of_keys_does_not_count(identity: dict[str, Any]) -> None:
    assert named(plan=Plan("m", QUOTE, identity)) == named(plan=Plan("m", QUOTE, turned(identity)))


@given(st.text(min_size=1), st.text(min_size=1))
def test_prompts_that_differ_in_one_letter_differ(one: str, other: str) -> None:
    def of(prompt: str) -> str:
        return named(FROG.model_copy(update={"prompt": prompt}))

    assert (of(one) == of(other)) is (one == other)


@given(st.sampled_from(["seed", "take", "width_px", "steps"]), st.integers(16, 8192), st.integers(16, 8192))
def test_numbers_that_differ_differ(field: str, one: int, other: int) -> None:
    def of(number: int) -> str:
        return named(FROG.model_copy(update={field: number}))

    assert (of(one) == of(other)) is (one == other)


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_reference_pictures_cannot_be_shifted_into_each_other(one: list[bytes], other: list[bytes]) -> None:
    def of(images: list[bytes]) -> str:
        return named(FROG.model_copy(update={"reference_images": tuple(images)}))

    assert (of(one) == of(other)) is (one == other)


def test_another_process_gives_the_same_name() -> None:
    """Python's own hashes differ from process to process."""
    code = (
        "from asset_pipeline_tests.jobs.test_fingerprint import named; import sys; sys.stdout.write(named())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == named()


def test_what_is_no_request_is_an_error_of_the_programmer() -> None:
    class Odd:
        def model_dump(self, *, mode: str) -> str:
            return mode

    with pytest.raises(TypeError, match="Odd is no request"):
        described(Odd())  # type: ignore[arg-type]
