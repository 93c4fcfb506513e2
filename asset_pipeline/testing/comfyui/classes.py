"""The node classes and files of weights that the double has, in the words of ``/object_info``."""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

INSTALLED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "checkpoints": ("flux1-schnell-fp8.safetensors", "sd_xl_base_1.0.safetensors"),
        "diffusion_models": (
            "flux1-dev.safetensors",
            "flux1-fill-dev.safetensors",
            "qwen_image_fp8_e4m3fn.safetensors",
            "qwen_image_layered_bf16.safetensors",
        ),
        "text_encoders": (
            "clip_l.safetensors",
            "qwen_2.5_vl_7b_fp8_scaled.safetensors",
            "t5xxl_fp16.safetensors",
        ),
        "vae": ("ae.safetensors", "qwen_image_layered_vae.safetensors", "qwen_image_vae.safetensors"),
        "loras": ("pixel_art_xl.safetensors", "style_a_xl.safetensors"),
        "controlnet": ("controlnet-canny-sdxl-1.0.safetensors",),
        "background_removal": ("birefnet.safetensors",),
    }
)
"""The files that every template of ours needs, by folder."""

NOT_IN_2025 = frozenset(
    {"LoadBackgroundRemovalModel", "RemoveBackground", "EmptyQwenImageLayeredLatentImage", "BatchImagesNode"}
)
_FOLDER_OF = {
    ("CheckpointLoaderSimple", "ckpt_name"): "checkpoints",
    ("UNETLoader", "unet_name"): "diffusion_models",
    ("CLIPLoader", "clip_name"): "text_encoders",
    ("DualCLIPLoader", "clip_name1"): "text_encoders",
    ("DualCLIPLoader", "clip_name2"): "text_encoders",
    ("VAELoader", "vae_name"): "vae",
    ("LoraLoader", "lora_name"): "loras",
    ("LoraLoaderModelOnly", "lora_name"): "loras",
    ("ControlNetLoader", "control_net_name"): "controlnet",
    ("LoadBackgroundRemovalModel", "bg_removal_name"): "background_removal",
    ("LoadImage", "image"): "input",
    ("LoadImageMask", "image"): "input",
}


def object_info(installed: Mapping[str, Collection[str]], without: Collection[str] = ()) -> dict[str, Any]:
    """Return what ``/object_info`` says.

    Args:
        installed: files by folder; ``input`` are the uploads.
        without: classes that this server lacks.
    """
    found = {name: copy.deepcopy(body) for name, body in _recorded().items() if name not in without}
    for (name, field), folder in _FOLDER_OF.items():
        if name not in found:
            continue
        spec = found[name]["input"]["required"][field]
        names = sorted(installed.get(folder, ()))
        if isinstance(spec[0], list):
            spec[0] = names
        else:
            spec[1]["options"] = names
    return found


@cache
def _recorded() -> Mapping[str, Any]:
    """Read the classes of ComfyUI 0.27.0 that our templates use, without their descriptions."""
    text = (files(__package__) / "object_info.json").read_text("utf-8")
    read: Mapping[str, Any] = json.loads(text)
    return read
