"""Which model does what is asked, how it is spelled, and what is said where none can."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from asset_pipeline.errors import ProviderRejected
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.fitting import fit
from asset_pipeline.providers.operations import ControlNet, DecomposeLayers, Lora, Request
from asset_pipeline.providers.prices import prices
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.runpod.canvas import asked_size, encoded_pictures
from asset_pipeline.providers.runpod.catalogue import Catalogue
from asset_pipeline.providers.runpod.config import FluxFields, RunPodConfig
from asset_pipeline.providers.runpod.public import public_models
from asset_pipeline.providers.runpod.wiring import write_input
from asset_pipeline.testing.pictures import jpeg
from asset_pipeline.testing.runpod_public import PUBLIC
from asset_pipeline_tests.providers.runpod.at_hand import OWN, ball, over_guide, removal, words

CONTRACT = Path(__file__).parents[4] / "shared" / "contracts" / "runpod.md"
MODELS = public_models("data_uri")
PUBLISHED = "https://store.example/guide.png"


def catalogue(*, can_publish: bool = False, **fields: Any) -> Catalogue:  # noqa: ANN401  # of the configuration
    return Catalogue(RunPodConfig(**{"api_key": "k", **fields}), can_publish=can_publish)


def body_of(request: Request, *, can_publish: bool = False, **fields: Any) -> dict[str, Json]:  # noqa: ANN401
    """What would be sent, through JSON as on the wire."""
    choice = catalogue(can_publish=can_publish, **fields).choose(request)
    asked = asked_size(choice, request)
    pictures = encoded_pictures(choice, request, asked, lambda _: PUBLISHED)
    body: dict[str, Json] = json.loads(json.dumps(write_input(choice.wiring, request, asked, pictures)))
    return body


def chosen(request: Request, **fields: Any) -> str:  # noqa: ANN401  # of the configuration
    return catalogue(**fields).choose(request).model.name


def refusal(request: Request, **fields: Any) -> str:  # noqa: ANN401  # of the configuration
    with pytest.raises(ProviderRejected) as raised:
        catalogue(**fields).choose(request)
    return str(raised.value)


# Choosing -----------------------------------------------------------------------------------------------------------


def test_an_endpoint_of_ones_own_with_flux_comes_first_then_sdxl_then_public_models() -> None:
    assert chosen(words(), **OWN) == "flux"
    assert chosen(words(), sdxl_endpoint_id="abc") == "sdxl"
    assert chosen(words()) == "flux-dev"
    assert chosen(over_guide()) == "z-image-turbo"
    assert chosen(removal(), **OWN) == "bg-removal"


def test_a_worker_that_cannot_do_the_operation_is_passed_over() -> None:
    drawing_only = {**OWN, "flux_fields": FluxFields(image="")}
    assert chosen(over_guide(), can_publish=True, **drawing_only) == "sdxl"
    assert chosen(words(), **drawing_only) == "flux"


def test_beside_endpoints_of_ones_own_a_model_paid_by_the_picture_must_be_named() -> None:
    """Nobody who rents a GPU wants to find 0.02 USD a picture on the bill."""
    only_sdxl = {"sdxl_endpoint_id": "abc"}
    said = refusal(over_guide(), **only_sdxl)
    assert "sdxl cannot do image_to_image" in said
    assert "z-image-turbo" in said
    assert "kontext" in said
    assert chosen(over_guide(model="kontext"), **only_sdxl) == "kontext"
    assert chosen(over_guide(model="qwen-image-edit"), **only_sdxl) == "qwen-edit"  # by its slug


def test_only_a_remover_of_ones_own_leaves_drawing_to_public_models() -> None:
    assert chosen(words(), bg_removal_endpoint_id="abc") == "flux-dev"


def test_without_public_models_the_way_out_is_named() -> None:
    assert "RUNPOD_FLUX_ENDPOINT_ID" in refusal(words(), public_endpoints=False)
    assert "switched off" in refusal(words(model="kontext"), public_endpoints=False)


def test_background_removal_and_layers_say_who_else_can() -> None:
    assert "RUNPOD_BG_REMOVAL_ENDPOINT_ID" in refusal(removal())
    assert "comfyui" in refusal(DecomposeLayers(image=ball(), layer_count=3), **OWN)


def test_a_model_that_is_not_configured_or_misspelled_is_explained() -> None:
    assert "set RUNPOD_SDXL_ENDPOINT_ID" in refusal(words(model="sdxl"))
    assert "did you mean kontext?" in refusal(over_guide(model="kontex"))
    assert "there are flux" in refusal(words(model="zzz"), **OWN)


def test_a_model_that_takes_no_picture_says_so_and_names_those_that_do() -> None:
    said = refusal(over_guide(model="flux-dev"), **OWN)
    assert "flux-dev cannot do image_to_image" in said
    assert "flux," in said
    assert "kontext" in said
    assert "flux-schnell" not in said


def test_what_no_model_honours_is_refused_with_every_reason() -> None:
    said = refusal(words(loras=(Lora(name="pixel"),)), **OWN)
    assert "flux takes no loras; sdxl takes no loras" in said
    said = refusal(words(controlnets=(ControlNet(image=ball()),), model="flux-dev"))
    assert "flux-dev takes no controlnets" in said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"model": "flux-schnell", "steps": 28}, "flux-schnell takes steps from 1 to 8, not 28"),
        ({"model": "flux-dev", "steps": 51}, "steps from 1 to 50"),
        ({"model": "flux-dev", "guidance_scale": 12}, "guidance_scale from 0 to 10, not 12"),
    ],
)
def test_a_value_beyond_a_models_range_is_refused_here_and_not_there(
    fields: dict[str, Any], said: str
) -> None:
    assert said in refusal(words(**fields))


def test_what_a_model_ignores_becomes_a_warning() -> None:
    choose = catalogue(can_publish=True, sdxl_endpoint_id="abc").choose
    guided = choose(over_guide(negative_prompt="blur", guidance_scale=7, steps=20))
    assert guided.warnings == ("sdxl ignores guidance_scale", "sdxl ignores negative_prompt")
    assert choose(words(negative_prompt="blur", guidance_scale=7)).warnings == ()
    for strength in (
        0.5,
        0.8,
    ):  # also the usual one: whoever asks for a guide asks how closely it is followed
        edited = catalogue().choose(over_guide(model="seedream-4-edit", denoise_strength=strength))
        assert edited.warnings == ("seedream-4-edit ignores denoise_strength", "seedream-4-edit ignores seed")


# Own endpoints --------------------------------------------------------------------------------------------------------


def test_flux_is_spelled_as_the_seed_says_by_default() -> None:
    asked = words(width_px=1024, height_px=768, steps=25, guidance_scale=7, negative_prompt="blur")
    assert body_of(asked, **OWN) == {
        "prompt": "a red frog",
        "seed": 7,
        "width": 1024,
        "height": 768,
        "num_inference_steps": 25,
        "guidance_scale": 7.0,
        "negative_prompt": "blur",
    }


def test_every_name_of_a_flux_worker_can_be_changed_or_left_out() -> None:
    fields = FluxFields(
        negative_prompt="", steps="steps", guidance_scale="guidance", image="init", image_encoding="data_uri"
    )
    body = body_of(over_guide(steps=9, guidance_scale=3), **OWN | {"flux_fields": fields})
    assert body["steps"] == 9
    assert body["guidance"] == 3.0
    assert body["strength"] == 0.8
    assert body["init"].startswith("data:image/png;base64,")
    ignoring = catalogue(**OWN | {"flux_fields": fields}).choose(words(negative_prompt="blur"))
    assert ignoring.warnings == ("flux ignores negative_prompt",)


def test_a_guide_is_padded_to_the_size_that_is_asked_for() -> None:
    body = body_of(over_guide(width_px=200, height_px=100), **OWN)
    guide = decode_image(base64.b64decode(body["image"]), what="the guide")
    assert guide.shape[:2] == (body["height"], body["width"]) == (512, 1024)


def test_worker_sdxl_gets_floats_where_its_schema_wants_them() -> None:
    """A 7 where it wants 7.0 fails the whole job, after the worker's start has been paid."""
    body = body_of(words(guidance_scale=7, steps=20), sdxl_endpoint_id="abc")
    assert type(body["guidance_scale"]) is float
    assert type(body["num_inference_steps"]) is int
    assert body["num_images"] == 1


def test_worker_sdxl_over_a_guide_reads_a_url_and_runs_its_refiner_only() -> None:
    body = body_of(over_guide(denoise_strength=1, steps=30), can_publish=True, sdxl_endpoint_id="abc")
    assert body == {
        "prompt": "a red frog",
        "seed": 7,
        "image_url": PUBLISHED,
        "strength": 1.0,
        "refiner_inference_steps": 30,
    }
    assert type(body["strength"]) is float


def test_a_worker_that_reads_urls_only_is_not_given_pictures_where_nothing_can_be_published() -> None:
    assert "image_to_image" not in catalogue(sdxl_endpoint_id="abc").models[0].card.operations
    forced = catalogue(sdxl_endpoint_id="abc", sdxl_image_encoding="data_uri").models[0]
    assert "image_to_image" in forced.card.operations
    assert "RUNPOD_BG_REMOVAL" in refusal(removal(), bg_removal_endpoint_id="abc", bg_encoding="url")


@pytest.mark.parametrize(
    ("encoding", "start"),
    [("base64", "iVBOR"), ("data_uri", "data:image/png;base64,iVBOR"), ("url", PUBLISHED)],
)
def test_a_remover_gets_its_picture_in_the_configured_field_and_encoding(encoding: Any, start: str) -> None:  # noqa: ANN401
    fields = {"bg_removal_endpoint_id": "abc", "bg_field": "image_b64", "bg_encoding": encoding}
    body = body_of(removal(), can_publish=True, **fields)
    assert list(body) == ["image_b64"]
    assert body["image_b64"].startswith(start)


def test_a_picture_that_is_no_png_is_sent_as_png_and_no_picture_is_refused() -> None:
    body = body_of(removal(image=jpeg(ball())), bg_removal_endpoint_id="abc")
    assert base64.b64decode(body["image"]).startswith(b"\x89PNG")
    with pytest.raises(ProviderRejected, match="remove_background: the picture"):
        body_of(removal(image=b"<html>"), bg_removal_endpoint_id="abc")


# Public endpoints -----------------------------------------------------------------------------------------------------


def test_every_public_model_has_a_price_and_is_known_to_the_double() -> None:
    rows = prices("runpod")["public"]["models"]
    assert {model.name for model in MODELS} == set(rows) == {rules.name for rules in PUBLIC.values()}
    assert {model.endpoint_id for model in MODELS} == set(PUBLIC)


@pytest.mark.skipif(not CONTRACT.is_file(), reason="the contract is not beside this checkout")
def test_every_slug_of_the_contract_is_there() -> None:
    section = CONTRACT.read_text().split("## 8.")[1].split("## 9.")[0]
    slugs = set(re.findall(r"^\| [^|]+ \| `([a-z0-9-]+)` \|", section, re.MULTILINE))
    assert len(slugs) == 13
    assert slugs <= {model.endpoint_id for model in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_body_for_a_public_model_passes_its_page(model: Any) -> None:  # noqa: ANN401  # a Model
    """The double's rules are written from the pages, apart from the client's tables."""
    everything = {"negative_prompt": "blur", "guidance_scale": 5, "steps": 4, "model": model.name}
    requests: dict[str, Request] = {
        "text_to_image": words(**everything),
        "image_to_image": over_guide(**everything),
    }
    for operation in model.card.operations:
        body = body_of(requests[operation])
        assert PUBLIC[model.endpoint_id].mistake(body) == ""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_format_is_always_asked_for_and_it_is_png(model: Any) -> None:  # noqa: ANN401  # a Model
    optional = PUBLIC[model.endpoint_id].optional
    for wiring in model.wirings.values():
        formats = {name: value for name, value in wiring.fixed.items() if name.endswith("_format")}
        assert formats == {name: "png" for name in optional if name.endswith("_format")}


def test_public_flux_is_asked_for_guidance_and_never_for_guidance_scale() -> None:
    assert body_of(words(model="flux-dev", guidance_scale=3.5, width_px=512, height_px=512)) == {
        "prompt": "a red frog",
        "seed": 7,
        "width": 512,
        "height": 512,
        "guidance": 3.5,
        "image_format": "png",
    }


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("kontext", {"size": "1024*1024"}),
        ("seedream-4-edit", {"size": "1024*1024"}),
        ("z-image-turbo", {"size": "1024*1024"}),
        ("nano-banana-pro-edit", {"aspect_ratio": "1:1", "resolution": "1k"}),
        ("p-image-edit", {"aspect_ratio": "match_input_image"}),
        ("qwen-edit", {}),
        ("nano-banana-edit", {}),
    ],
)
def test_sizes_are_spelled_as_each_page_wants_them(model: str, said: dict[str, str]) -> None:
    body = body_of(over_guide(model=model, width_px=1024, height_px=1024))
    assert {key: body.get(key) for key in said} == said
    assert ("size" in body) == ("size" in said)
    assert "width" not in body


def test_p_image_is_asked_for_its_size_as_a_custom_ratio() -> None:
    body = body_of(words(model="p-image", width_px=640, height_px=480))
    assert (body["aspect_ratio"], body["width"], body["height"]) == ("custom", 640, 480)


def test_references_go_behind_the_guide_where_a_model_takes_several_pictures() -> None:
    asked = over_guide(model="qwen-edit-2511", reference_images=(ball(), ball()))
    assert len(body_of(asked)["images"]) == 3
    too_many = over_guide(model="qwen-edit-2511", reference_images=(ball(),) * 3)
    assert "qwen-edit-2511 takes 3 pictures, not 4" in refusal(too_many)
    assert "qwen-edit takes no reference_images" in refusal(
        over_guide(model="qwen-edit", reference_images=(ball(),))
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_listed_size_of_a_model_is_one_that_it_takes_itself(model: Any) -> None:  # noqa: ANN401  # a Model
    for width, height in model.card.sizes.choices:
        assert fit(model.card.sizes, width, height).width_px == width
        assert width % model.card.sizes.step_px == height % model.card.sizes.step_px == 0
