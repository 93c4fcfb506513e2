"""What public endpoints of RunPod accept and charge, by their pages: the double's own word, apart from the client's tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from asset_pipeline.providers.prices import prices

_FLUX = "negative_prompt width height num_inference_steps guidance seed image_format"
_SAFE = "enable_safety_checker"


@dataclass(frozen=True)
class PublicEndpoint:
    """One hosted model.

    Attributes:
        name: its row in the price table.
        required: fields it cannot do without, besides the prompt.
        optional: further fields.
        most_steps: of denoising.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    most_steps: int = 50

    def mistake(self, asked: Mapping[str, Any]) -> str:
        """Say what is wrong with an input; empty where nothing is."""
        fields = {"prompt", *self.required, *self.optional}
        if absent := sorted({"prompt", *self.required} - set(asked)):
            return f"Missing required parameter: {absent[0]}"
        if unknown := sorted(set(asked) - fields):
            return f"Invalid parameter: {unknown[0]}"
        return _wrong_numbers(asked, self.most_steps) or _wrong_images(asked)

    def usd(self, width_px: int, height_px: int) -> Decimal:
        """Charge a picture of that size."""
        row = prices("runpod")["public"]["models"][self.name]
        by_size = Decimal(row["usd"]) * width_px * height_px / 1_000_000
        if row["per"] == "megapixel":
            return by_size
        return (
            max(Decimal(row["usd"]), by_size) if row["per"] == "picture_or_megapixel" else Decimal(row["usd"])
        )


def _of(name: str, required: str, optional: str, most_steps: int = 50) -> PublicEndpoint:
    return PublicEndpoint(name, tuple(required.split()), tuple(optional.split()), most_steps)


PUBLIC: Mapping[str, PublicEndpoint] = {
    "black-forest-labs-flux-1-dev": _of("flux-dev", "", _FLUX),
    "black-forest-labs-flux-1-schnell": _of("flux-schnell", "", _FLUX, 8),
    "black-forest-labs-flux-1-kontext-dev": _of(
        "kontext",
        "image",
        f"negative_prompt size num_inference_steps guidance seed output_format {_SAFE}",
    ),
    "qwen-image-t2i": _of("qwen-image", "", f"negative_prompt size seed {_SAFE}"),
    "qwen-image-edit": _of("qwen-edit", "image", f"negative_prompt seed output_format {_SAFE}"),
    "qwen-image-edit-2511": _of("qwen-edit-2511", "images", "size seed output_format"),
    "seedream-v4-t2i": _of("seedream-4", "", f"negative_prompt size seed {_SAFE}"),
    "seedream-v4-edit": _of("seedream-4-edit", "images", f"size {_SAFE}"),
    "p-image-t2i": _of("p-image", "", "aspect_ratio width height seed disable_safety_checker"),
    "p-image-edit": _of("p-image-edit", "images", "aspect_ratio seed disable_safety_checker"),
    "z-image-turbo": _of("z-image-turbo", "", f"image strength size seed output_format {_SAFE}"),
    "nano-banana-edit": _of("nano-banana-edit", "images", _SAFE),
    "nano-banana-pro-edit": _of(
        "nano-banana-pro-edit", "images", f"resolution aspect_ratio output_format {_SAFE}"
    ),
    "flux-2-klein-9b-edit": _of("flux-2-klein-edit", "images", "seed enable_base64_output"),
}


def size_of(asked: Mapping[str, Any]) -> tuple[int, int] | None:
    """Read the size that *asked* names in one of three spellings; ``None`` where its picture decides."""
    if "width" in asked:
        return int(asked["width"]), int(asked["height"])
    if "size" in asked:
        width, height = str(asked["size"]).split("*")
        return int(width), int(height)
    ratio = re.fullmatch(r"(\d+):(\d+)", str(asked.get("aspect_ratio", "")))
    if ratio is None:
        return None
    side = 1024 / max(int(ratio[1]), int(ratio[2]))
    return round(int(ratio[1]) * side), round(int(ratio[2]) * side)


def _wrong_numbers(asked: Mapping[str, Any], most_steps: int) -> str:
    if "size" in asked and not re.fullmatch(r"\d+\*\d+", str(asked["size"])):
        return "Invalid parameter: size format must be width*height"
    if not 1 <= asked.get("num_inference_steps", 1) <= most_steps:
        return f"Invalid parameter: num_inference_steps must be 1 to {most_steps}"
    step = 16 if asked.get("aspect_ratio") == "custom" else 64
    sides = [asked[side] for side in ("width", "height") if side in asked]
    if any(not 256 <= side <= 1536 or side % step for side in sides):
        return f"Invalid parameter: width and height must be 256 to 1536 in steps of {step}"
    return ""


def _wrong_images(asked: Mapping[str, Any]) -> str:
    pictures = asked.get("images", [asked["image"]] if "image" in asked else [])
    if not isinstance(pictures, list) or ("images" in asked and not pictures):
        return "Invalid parameter: images must be a list of URLs"
    if any(not str(picture).startswith(("data:image/", "http")) for picture in pictures):
        return "Invalid image URL"
    return ""
