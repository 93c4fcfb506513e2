from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asset_pipeline.providers.comfyui.preflight import findings
from asset_pipeline_tests.providers.comfyui.at_hand import needs_contracts, read, recorded

pytestmark = needs_contracts
# What only the server can know: ids, and which pictures were uploaded.
NOT_OURS = {"id_not_uuid", "id_number", "id_uppercase", "custom_validation_missing_image"}
# What the server lets through and does otherwise than meant.
SILENT = {"boolean_as_string", "number_as_string", "unknown_extra_input", "dangling_invalid_node", "two_outputs_one_invalid",
          "prefix_absolute", "prefix_traversal"}  # fmt: skip


def graph_of(body: Any) -> Any:  # noqa: ANN401  # any JSON
    asked = body["request"].get("json")
    return asked["prompt"] if isinstance(asked, dict) and "prompt" in asked else None


def is_about_the_graph(body: Any) -> bool:  # noqa: ANN401  # any JSON
    return graph_of(body) is not None and body["name"].removeprefix("prompt_err_") not in NOT_OURS


@pytest.mark.parametrize(
    "file", recorded("prompt_err_*.json", is_about_the_graph), ids=lambda file: file.stem
)
def test_what_a_real_server_refused_is_found_before_it_is_sent(file: Path, object_info: Any) -> None:  # noqa: ANN401
    assert findings(graph_of(read(file.stem)), object_info, {})


@pytest.mark.parametrize("file", recorded("prompt_ok*.json"), ids=lambda file: file.stem)
def test_what_a_real_server_took_is_refused_only_where_it_meant_something_else(
    file: Path,
    object_info: Any,  # noqa: ANN401
) -> None:
    found = findings(graph_of(read(file.stem)), object_info, {})
    assert bool(found) == (file.stem.removeprefix("prompt_ok_") in SILENT), found


def sampler(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    graph = {
        "ckpt": {
            "class_type": "CheckpointLoaderSimple",
            "inputs": {"ckpt_name": "sd_xl_base_1.0.safetensors"},
        },
        "pos": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["ckpt", 1]}},
        "latent": {
            "class_type": "EmptyLatentImage",
            "inputs": {"width": 64, "height": 64, "batch_size": 1},
        },
        "sampler": {
            "class_type": "KSampler",
            "inputs": {
                "seed": 1,
                "steps": 4,
                "cfg": 7,
                "sampler_name": "euler",
                "scheduler": "normal",
                "denoise": 1.0,
                "model": ["ckpt", 0],
                "positive": ["pos", 0],
                "negative": ["pos", 0],
                "latent_image": ["latent", 0],
            },
        },
        "decode": {"class_type": "VAEDecode", "inputs": {"samples": ["sampler", 0], "vae": ["ckpt", 2]}},
        "save": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["decode", 0]}},
    }
    for where, value in changes.items():
        node_id, _, name = where.partition("__")
        graph[node_id]["inputs"][name] = value  # type: ignore[index]
    return graph


def test_a_good_graph_has_no_findings(object_info: Any) -> None:  # noqa: ANN401
    assert findings(sampler(), object_info, {}) == ()


def test_everything_that_is_wrong_is_found_at_once(object_info: Any) -> None:  # noqa: ANN401
    graph = sampler(sampler__steps=0, sampler__scheduler="nromal", save__images=["sampler", 0])
    graph["extra"] = {"class_type": "NoSuchNode", "inputs": {}}
    del graph["decode"]["inputs"]["vae"]
    found = "\n".join(findings(graph, object_info, {}))
    assert "sampler.steps: 0 is less than 1" in found
    assert "sampler.scheduler: 'nromal' is none of normal" in found
    assert "save.images needs IMAGE and is linked to LATENT of node sampler" in found
    assert "extra: this server has no node NoSuchNode" in found
    assert "decode.vae is missing" in found


def test_missing_files_are_named_with_their_folder_and_what_there_is_instead(object_info: Any) -> None:  # noqa: ANN401
    graph = sampler(ckpt__ckpt_name="sd_xl_base.safetensors")
    (found,) = findings(graph, object_info, {"ckpt.ckpt_name": "checkpoints"})
    assert found.startswith(
        "models/checkpoints/sd_xl_base.safetensors is not on the server; there are sd_xl_base_1.0"
    )


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("latent__width", "64"),
        ("latent__width", True),
        ("latent__width", 72.5),
        ("latent__width", 100),
        ("sampler__cfg", float("nan")),
        ("sampler__cfg", "7"),
        ("pos__text", 7),
        ("sampler__model", "ckpt"),
        ("save__filename_prefix", "a/../b"),
        ("save__filename_prefix", "/etc/x"),
        ("save__filename_prefix", "v1..2"),
    ],
)
def test_values_that_the_server_would_bend_are_findings(where: str, value: Any, object_info: Any) -> None:  # noqa: ANN401
    (found,) = findings(sampler(**{where: value}), object_info, {})
    assert found.startswith(where.replace("__", "."))


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "a\\..\\b.png", "C:/x.png", ""])
def test_a_picture_outside_the_input_folder_is_a_finding(name: str, object_info: Any) -> None:  # noqa: ANN401
    """Servers of 2025 open it."""
    graph = {
        "load": {"class_type": "LoadImage", "inputs": {"image": name}},
        "save": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["load", 0]}},
    }
    assert findings(graph, object_info, {})


def test_both_spellings_of_choices_are_read(object_info: Any) -> None:  # noqa: ANN401
    graph = {
        "load": {"class_type": "LoadImage", "inputs": {"image": "a.png"}},
        "pal": {
            "class_type": "ImageQuantize",
            "inputs": {"image": ["load", 0], "colors": 4, "dither": "nome"},
        },
        "scale": {
            "class_type": "ImageScale",
            "inputs": {
                "image": ["pal", 0],
                "width": 8,
                "height": 8,
                "crop": "disable",
                "upscale_method": "area",
            },
        },
        "save": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["scale", 0]}},
    }
    found = findings(graph, object_info, {})
    assert [each.partition(":")[0] for each in found] == ["pal.dither", "scale.crop"]


def test_growing_inputs_are_read_by_their_dotted_names(object_info: Any) -> None:  # noqa: ANN401
    graph = {
        "load": {"class_type": "LoadImage", "inputs": {"image": "a.png"}},
        "batch": {
            "class_type": "BatchImagesNode",
            "inputs": {"images.image0": ["load", 0], "images.image1": ["load", 0]},
        },
        "save": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["batch", 0]}},
    }
    assert findings(graph, object_info, {}) == ()
    graph["batch"]["inputs"] = {}
    assert findings(graph, object_info, {}) == ("batch.images is missing",)


def test_wrapped_literals_are_unwrapped(object_info: Any) -> None:  # noqa: ANN401
    assert findings(sampler(latent__width={"__value__": 64}), object_info, {}) == ()
