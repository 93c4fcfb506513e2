"""Runs a graph without weights: follows the links and draws what the words, sizes, seeds and pictures in it ask for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from asset_pipeline.errors import ProviderRejected
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.testing.pictures import cutout, layers, picture

Pixels = NDArray[np.uint8]
_SCALES = {"nearest-exact": cv2.INTER_NEAREST_EXACT, "area": cv2.INTER_AREA}


class Drawing:
    """One run of a graph.

    Args:
        graph: validated.
        read: returns an input picture by its name.
    """

    def __init__(self, graph: Mapping[str, Any], read: Callable[[str], bytes]) -> None:
        self._graph, self._read = graph, read
        self._done: dict[str, tuple[Any, ...]] = {}

    def saved(self, node_id: str) -> list[bytes]:
        """Return what an output node saves: PNG, RGB or RGBA, the whole graph in a text chunk as real servers do."""
        notes = PngImagePlugin.PngInfo()
        notes.add_text("prompt", json.dumps(self._graph))
        return [_encoded(pixels, notes) for pixels in self._of(node_id, "images")]

    def _of(self, node_id: str, name: str) -> Any:  # noqa: ANN401  # what the link carries
        value = self._graph[node_id]["inputs"].get(name)
        if not isinstance(value, list):
            return value
        source, slot = value
        if source not in self._done:
            self._done[source] = self._run(source)
        return self._done[source][slot]

    def _run(self, node_id: str) -> tuple[Any, ...]:
        inputs = _Lazy(self, node_id)
        rule = _RULES.get(self._graph[node_id]["class_type"])
        return (None, None, None) if rule is None else rule(inputs, self._read)


class _Lazy:
    """The inputs of a node, each run when it is asked for."""

    def __init__(self, drawing: Drawing, node_id: str) -> None:
        self._drawing, self._node_id = drawing, node_id

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # what the link carries
        return self._drawing._of(self._node_id, name)  # its other half


_Read = Callable[[str], bytes]
_Rule = Callable[[_Lazy, _Read], tuple[Any, ...]]


def _sample(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    words, latent = inputs["positive"] or {}, inputs["latent_image"]
    guide = latent.get("pixels") if inputs["denoise"] < 1 or "mask" in latent else None
    hint = words.get("hint")
    drawn = {"text": words.get("text", ""), "seed": inputs["seed"], "scene": words.get("scene")}
    return ({**latent, **drawn, "guide": hint if guide is None else guide},)


def _decode(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    latent = inputs["samples"]
    if "layers" in latent:
        return (_layered(latent),)
    width, height = latent["size"]
    guide = None if latent["guide"] is None else _png(latent["guide"][0])
    try:
        drawn = picture(latent["text"], width, height, latent["seed"], guide=guide)
    except ProviderRejected:  # a guide without a shape, which a real model would paint over all the same
        drawn = picture(latent["text"], width, height, latent["seed"])
    return ([decode_image(drawn, what="drawn")[..., :3]] * latent.get("count", 1),)


def _layered(latent: Mapping[str, Any]) -> list[Pixels]:
    """Return the whole scene, then the layers from back to front; too many frames where the latent was not cut."""
    scene = latent["scene"]
    width, height = latent["size"]
    whole = picture(latent["text"], width, height, latent["seed"]) if scene is None else _png(scene[0])
    parts = [decode_image(part, what="a layer") for part in layers(whole, max(2, latent["layers"]))]
    frames = [over(parts), *parts]
    return frames if latent.get("cut") else frames * 3


def _scaled(images: Sequence[Pixels], width: int, height: int, method: str) -> list[Pixels]:
    way = _SCALES.get(method, cv2.INTER_LINEAR)
    return [np.asarray(cv2.resize(image, (width, height), interpolation=way), np.uint8) for image in images]


def _to_longest(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    height, width = inputs["image"][0].shape[:2]
    factor = inputs["largest_size"] / max(width, height)
    size = round(width * factor), round(height * factor)
    return (_scaled(inputs["image"], *size, inputs["upscale_method"]),)


def _load(inputs: _Lazy, read: _Read) -> tuple[Any, ...]:
    rgba = decode_image(read(inputs["image"]), what="an input picture")
    return [rgba[..., :3]], [1 - rgba[..., 3].astype(np.float32) / 255]


def _load_mask(inputs: _Lazy, read: _Read) -> tuple[Any, ...]:
    rgba = decode_image(read(inputs["image"]), what="a mask")
    channel = {"red": 0, "green": 1, "blue": 2, "alpha": 3}[inputs["channel"]]
    return ([rgba[..., channel].astype(np.float32) / 255],)


def _foreground(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    cut = [decode_image(cutout(_png(image)), what="a cutout") for image in inputs["image"]]
    return ([rgba[..., 3].astype(np.float32) / 255 for rgba in cut],)


def _join(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    """Add alpha, of which 1 is transparent here."""
    pairs = zip(inputs["image"], inputs["alpha"], strict=True)
    return (
        [np.dstack([image[..., :3], np.rint((1 - alpha) * 255).astype(np.uint8)]) for image, alpha in pairs],
    )


def _paste(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    below, above, mask = inputs["destination"][0], inputs["source"][0], inputs["mask"][0][..., None]
    return ([np.rint(below * (1 - mask) + above[..., :3] * mask).astype(np.uint8)],)


def _quantize(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    pictures = (Image.fromarray(image[..., :3]) for image in inputs["image"])
    few = [image.quantize(inputs["colors"], dither=Image.Dither.NONE) for image in pictures]
    return ([np.asarray(image.convert("RGB")) for image in few],)


def _empty(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    colour = [inputs["color"] >> shift & 255 for shift in (16, 8, 0)]
    frame = np.full((inputs["height"], inputs["width"], 3), colour, np.uint8)
    return ([frame] * inputs["batch_size"],)


def _latent(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    size = inputs["width"] // 8 * 8, inputs["height"] // 8 * 8
    count = inputs["batch_size"] or 1
    layer_count = inputs["layers"]
    return ({"size": size, "count": count, **({} if layer_count is None else {"layers": layer_count})},)


def _encode(inputs: _Lazy, _: _Read) -> tuple[Any, ...]:
    height, width = inputs["pixels"][0].shape[:2]
    return ({"size": (width, height), "pixels": inputs["pixels"]},)


def _fill(inputs: _Lazy, read: _Read) -> tuple[Any, ...]:
    (latent,) = _encode(inputs, read)
    return inputs["positive"], inputs["negative"], {**latent, "mask": inputs["mask"]}


_RULES: Mapping[str, _Rule] = {
    "CLIPTextEncode": lambda inputs, _: ({"text": inputs["text"]},),
    "ConditioningZeroOut": lambda _, __: ({"text": ""},),
    "FluxGuidance": lambda inputs, _: (inputs["conditioning"],),
    "ReferenceLatent": lambda inputs, _: ({**inputs["conditioning"], "scene": inputs["latent"]["pixels"]},),
    "ControlNetApplyAdvanced": lambda inputs, _: (
        {**inputs["positive"], "hint": inputs["image"]},
        inputs["negative"],
    ),
    "EmptyLatentImage": _latent,
    "EmptySD3LatentImage": _latent,
    "EmptyQwenImageLayeredLatentImage": _latent,
    "LatentCutToBatch": lambda inputs, _: ({**inputs["samples"], "cut": True},),
    "SetLatentNoiseMask": lambda inputs, _: ({**inputs["samples"], "mask": inputs["mask"]},),
    "InpaintModelConditioning": _fill,
    "VAEEncode": _encode,
    "VAEDecode": _decode,
    "KSampler": _sample,
    "LoadImage": _load,
    "LoadImageMask": _load_mask,
    "ImageScale": lambda inputs, _: (
        _scaled(inputs["image"], inputs["width"], inputs["height"], inputs["upscale_method"]),
    ),
    "ImageScaleToMaxDimension": _to_longest,
    "GetImageSize": lambda inputs, _: (*inputs["image"][0].shape[1::-1], len(inputs["image"])),
    "Canny": lambda inputs, _: (inputs["image"],),
    "ImageInvert": lambda inputs, _: ([255 - image for image in inputs["image"]],),
    "ImageQuantize": _quantize,
    "ImageCompositeMasked": _paste,
    "RemoveBackground": _foreground,
    "InvertMask": lambda inputs, _: ([1 - mask for mask in inputs["mask"]],),
    "JoinImageWithAlpha": _join,
    "EmptyImage": _empty,
}


def _png(pixels: Pixels) -> bytes:
    if pixels.shape[2] == 3:
        pixels = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    return encode_png(pixels)


def _encoded(pixels: Pixels, notes: PngImagePlugin.PngInfo) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1, pnginfo=notes)
    return buffer.getvalue()
