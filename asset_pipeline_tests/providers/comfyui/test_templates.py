from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.comfyui.filling import Values, filled
from asset_pipeline.providers.comfyui.graphs import Graph
from asset_pipeline.providers.comfyui.library import Library, open_library
from asset_pipeline.providers.comfyui.preflight import findings
from asset_pipeline.providers.comfyui.stacks import Control
from asset_pipeline.providers.comfyui.template import Template, read_template
from asset_pipeline.providers.operations import Lora
from asset_pipeline_tests.providers.comfyui.at_hand import GRAPHS, needs_contracts

TOKEN = "0b7a3c52-6a0d-4b52-8f0e-6a9d2c1b7e11"
# What every job fills in anew.
GIVEN = {"text", "filename_prefix", "image", "seed", "denoise", "color", "layers"}
SMALL = {
    "about": "A test.",
    "model": "small",
    "operations": ["text_to_image"],
    "parameters": {"prompt": {"type": "text", "feeds": ["words.text"]}},
    "outputs": {"save": "deliver"},
    "graph": {
        "words": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["words", 0]}},
        "save": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["words", 0]}},
    },
}
SMALL["graph"]["words"]["inputs"]["clip"] = "none"  # type: ignore[index]


def packaged() -> Library:
    return open_library()


def wiring(graph: Mapping[str, Any], node_id: str) -> tuple[Any, ...]:
    """What a node is, down to its roots, whatever the nodes are called."""
    node = graph[node_id]
    return (
        node["class_type"],
        *(
            (name, value[1], wiring(graph, value[0])) if isinstance(value, list) else (name, value)
            for name, value in sorted(node["inputs"].items())
            if isinstance(value, list) or name not in GIVEN
        ),
    )


def saves(graph: Mapping[str, Any]) -> list[str]:
    return [node_id for node_id, node in graph.items() if node["class_type"] == "SaveImage"]


def contract(name: str) -> Graph:
    graph: Graph = json.loads((GRAPHS / f"{name}.json").read_text("utf-8"))
    return graph


def small(**changes: Any) -> str:  # noqa: ANN401  # any JSON
    return json.dumps({**SMALL, **changes})


@needs_contracts
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("txt2img_sdxl", "txt2img_sdxl"),
        ("img2img_sdxl", "img2img_sdxl"),
        ("inpaint_sdxl", "inpaint_sdxl_noise_mask"),
        ("txt2img_flux_dev", "txt2img_flux_dev"),
        ("txt2img_flux_schnell", "txt2img_flux_schnell_checkpoint"),
        ("inpaint_flux_fill", "inpaint_flux_fill"),
        ("txt2img_qwen_image", "txt2img_qwen_image"),
        ("layers_qwen_image", "layered_qwen_image"),
        ("remove_background", "remove_background_birefnet"),
        ("pixel_finish", "palette_quantize"),
        ("smoke", "smoke_empty_image"),
        ("sprite_txt2img_sdxl", "sprite_sdxl_cutout"),
    ],
)
def test_a_template_is_wired_like_the_graph_that_ran_on_a_real_server(ours: str, theirs: str) -> None:
    template, proven = packaged().templates[ours], contract(theirs)
    assert wiring(template.graph, template.delivered[0]) == wiring(proven, saves(proven)[0])


@needs_contracts
def test_loras_are_stacked_like_in_the_graph_that_ran_on_a_real_server() -> None:
    loras = [
        Lora(name="pixel_art_xl.safetensors", strength=0.9),
        Lora(name="style_a_xl.safetensors", strength=0.4),
    ]
    graph = filled(packaged().templates["txt2img_sdxl"], Values(sized(), loras), TOKEN, {})
    assert wiring(graph, "save") == wiring(contract("txt2img_sdxl_lora_stack"), "save")


@needs_contracts
def test_a_controlnet_is_put_in_like_in_the_graph_that_ran_on_a_real_server() -> None:
    control = Control("a.png", "canny", "controlnet-canny-sdxl-1.0.safetensors", 0.8, 0.0, 0.9)
    graph = filled(packaged().templates["txt2img_sdxl"], Values(sized(), (), [control]), TOKEN, {})
    assert wiring(graph, "save") == wiring(contract("txt2img_sdxl_controlnet_canny"), "save")


def sized() -> dict[str, Any]:
    return {"prompt": "", "width_px": 1024, "height_px": 1024, "seed": 0}


@needs_contracts
@pytest.mark.parametrize("name", sorted(open_library().templates))
def test_a_real_server_has_everything_that_a_template_needs(name: str, object_info: Any) -> None:  # noqa: ANN401
    assert findings(packaged().templates[name].graph, object_info, {}) == ()


def test_without_loras_and_controlnets_a_graph_is_the_template_with_values() -> None:
    template = packaged().templates["txt2img_sdxl"]
    graph = filled(template, Values({**sized(), "prompt": "a frog"}), TOKEN, {})
    assert graph.keys() == template.graph.keys()
    assert graph["pos"]["inputs"]["text"] == "a frog"
    assert graph["sampler"]["inputs"]["model"] == ["ckpt", 0]


def test_filling_a_template_leaves_the_template_alone() -> None:
    template = packaged().templates["txt2img_sdxl"]
    before = template.model_dump_json()
    filled(template, Values({**sized(), "prompt": "a frog"}, [Lora(name="a")]), TOKEN, {})
    assert template.model_dump_json() == before


def test_every_saved_picture_is_named_by_its_job_and_its_node() -> None:
    """Equal graphs get each other's files otherwise, and a worker says nothing but the name."""
    graph = filled(packaged().templates["sprite_txt2img_sdxl"], Values(sized()), TOKEN, {})
    assert graph["save_cutout"]["inputs"]["filename_prefix"] == f"asset-pipeline/{TOKEN}/n_save_cutout"
    assert graph["save_picture"]["inputs"]["filename_prefix"] == f"asset-pipeline/{TOKEN}/n_save_picture"


def test_a_file_of_weights_can_have_another_name_on_the_server() -> None:
    renamed = {"t5xxl_fp16.safetensors": "t5xxl_fp8_e4m3fn.safetensors"}
    graph = filled(packaged().templates["txt2img_flux_dev"], Values(sized()), TOKEN, renamed)
    assert graph["clip"]["inputs"]["clip_name2"] == "t5xxl_fp8_e4m3fn.safetensors"


def test_a_lora_without_a_text_encoder_changes_the_model_only() -> None:
    stack = {"type": "loras", "model": "words.0"}
    template = parsed(small(parameters={**SMALL["parameters"], "loras": stack}))  # type: ignore[dict-item]
    graph = filled(template, Values({"prompt": ""}, [Lora(name="a", strength=0.5)]), TOKEN, {})
    assert graph["added_lora_1"] == {
        "class_type": "LoraLoaderModelOnly",
        "inputs": {"lora_name": "a", "strength_model": 0.5, "model": ["words", 0]},
    }
    assert graph["save"]["inputs"]["images"] == ["added_lora_1", 0]


def test_the_first_models_are_the_defaults() -> None:
    cards = packaged().cards()
    first: dict[str, str] = {}
    for card in cards:
        for operation in card.operations:
            first.setdefault(operation, card.name)
    assert first == {
        "text_to_image": "sdxl",
        "image_to_image": "sdxl",
        "remove_background": "birefnet",
        "decompose_layers": "qwen-image-layered",
    }
    assert open_library(prefer=("flux-dev",)).cards()[0].name == "flux-dev"


def test_the_readiness_test_is_no_model() -> None:
    assert "smoke" not in {card.name for card in packaged().cards()}


def parsed(text: str) -> Template:
    return read_template(Path("small.json"), text)


def mistakes(text: str) -> str:
    with pytest.raises(ConfigError) as raised:
        parsed(text)
    return str(raised.value)


def test_a_good_template_is_read_whole() -> None:
    assert parsed(small()).name == "small"


def test_every_mistake_of_a_template_is_named_at_once_with_file_and_place() -> None:
    said = mistakes(
        small(
            about="",
            colour="red",
            operations=["text_to_video"],
            parameters={
                "prompt": {"type": "text", "feeds": ["words"]},
                "steps": {"type": "integer", "feeds": ["words.text"], "min": "one"},
            },
        )
    )
    assert all(line.startswith("small.json: ") for line in said.splitlines())
    for place in (
        "about:",
        "colour:",
        "operations.0:",
        "parameters.prompt.feeds.0:",
        "parameters.steps.min:",
    ):
        assert place in said


def test_parameters_that_lead_nowhere_are_mistakes() -> None:
    said = mistakes(
        small(
            parameters={
                "prompt": {"type": "text", "feeds": ["word.text", "words.txet", "save.images"]},
                "steps": {"type": "text", "feeds": ["words.text"], "default": "1"},
                "strength": {"type": "number", "feeds": ["words.text"]},
                "share": {"type": "number", "feeds": ["words.text"], "max": 1, "default": 2},
                "loras": {"type": "loras", "model": "modle.0"},
            }
        )
    )
    assert "parameters.prompt.feeds: node 'word' is not in the graph" in said
    assert "parameters.prompt.feeds: node 'words' has no input 'txet' in the graph" in said
    assert "parameters.prompt.feeds: save.images is a link" in said
    assert "parameters.steps.type: requests give steps as integer, not as text" in said
    assert "parameters.strength: text_to_image gives no value for 'strength'" in said
    assert "parameters.share.default: 2.0 is more than 1.0" in said
    assert "parameters.loras.model: node 'modle' is not in the graph" in said


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        ({"nodes": [], "links": []}, "editor's format"),
        ({"a": {"class_type": "X"}}, "graph.a.inputs"),
        ({"a": {"inputs": {}}}, "graph.a.class_type"),
        ({"a": {"class_type": "X", "inputs": {"i": ["b", 0]}}}, "graph.a.i: links to node 'b'"),
        ({"8": {"class_type": "X", "inputs": {"i": [8, 0]}}}, "the id in a link must be text"),
        ({"a": {"class_type": "X", "inputs": {"i": [1, 2, 3]}}}, "__value__"),
        ({"a": {"class_type": "X", "inputs": {"i": ["a", 0]}}}, "links in a circle"),
    ],
)
def test_what_is_no_graph_is_said_with_its_place(graph: Any, said: str) -> None:  # noqa: ANN401
    assert said in mistakes(small(graph=graph, parameters={}))


def test_an_operation_needs_its_picture() -> None:
    said = mistakes(small(operations=["decompose_layers"]))
    assert "decompose_layers needs a parameter 'image'" in said
    assert "decompose_layers needs a parameter 'layer_count'" in said


def test_something_must_be_delivered() -> None:
    assert "one must be" in mistakes(small(outputs={"save": "keep"}))
    assert "outputs.svae: is not in the graph" in mistakes(small(outputs={"svae": "deliver"}))


def test_text_that_is_no_json_is_a_mistake_of_the_file() -> None:
    assert mistakes("{").startswith("small.json: ")


def test_a_users_folder_adds_templates_and_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(small(model="mine"))
    ours = packaged().templates["txt2img_sdxl"]
    changed = {**json.loads(ours.model_dump_json(by_alias=True, exclude={"name"})), "about": "My own SDXL."}
    (tmp_path / "txt2img_sdxl.json").write_text(json.dumps(changed))
    library = open_library(tmp_path)
    assert library.templates["txt2img_sdxl"].about == "My own SDXL."
    assert library.find("mine", "text_to_image") is not None
    assert library.cards()[-1].name == "sprite-sdxl"
    assert packaged().templates["txt2img_sdxl"].about == ours.about


def test_mistakes_of_all_files_of_a_folder_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text(small(outputs={}))
    with pytest.raises(ConfigError) as raised:
        open_library(tmp_path)
    assert "a.json" in str(raised.value)
    assert "b.json: outputs" in str(raised.value)


def test_two_templates_for_one_operation_of_one_model_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "another.json").write_text(small(model="sdxl"))
    with pytest.raises(ConfigError, match="both do text_to_image for the model 'sdxl'"):
        open_library(tmp_path)


def test_a_folder_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no folder"):
        open_library(tmp_path / "gone")
    with pytest.raises(ConfigError, match="no model sdlx to prefer"):
        open_library(prefer=("sdlx",))


def test_another_graph_is_another_template() -> None:
    """The hash is part of a piece of work's fingerprint."""
    one = parsed(small())
    graph = json.loads(small())["graph"]
    graph["words"]["inputs"]["clip"] = "other"
    assert one.sha256 == parsed(small(about="Said otherwise.")).sha256
    assert one.sha256 != parsed(small(graph=graph)).sha256
