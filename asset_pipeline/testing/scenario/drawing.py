"""What the double's models deliver: believable pictures, each made when it is first downloaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from asset_pipeline.imaging.alpha import alpha_box
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.testing.faults import Fault
from asset_pipeline.testing.pictures import cutout, jpeg, layers, picture, resized, spoiled, truncated

Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Result:
    """One result of a job: how it is made, and what the service says of it."""

    make: Callable[[], bytes]
    kind: str = "image"
    mime: str = "image/png"
    type: str = "inference-txt2img"
    width: int | None = None
    height: int | None = None
    bbox: list[int] | None = None


def results(
    model_id: str, body: Mapping[str, Any], read: Read, fault: Fault | None, *, cropped: bool
) -> list[Result]:
    """Return what a model makes of *body*.

    Args:
        model_id: which model.
        body: as the service kept it.
        read: bytes of an asset.
        fault: what goes wrong.
        cropped: layers come cut to their own boxes.
    """
    if fault is Fault.EMPTY_RESULT:
        return []
    if "numLayers" in body:
        made = _cropped_layers(body, read) if cropped else _layers(body, read)
    elif "prompt" in body:
        made = [_drawn(body, read, number) for number in range(body.get("numOutputs", 1))]
    else:
        cut = _almost_solid if "birefnet" in model_id else cutout
        made = [Result(lambda: cut(read(body["image"])), type="background-removal")]
    return [_damaged(result, fault) for result in made]


def _drawn(body: Mapping[str, Any], read: Read, number: int) -> Result:
    width, height = int(body.get("width", 256)), int(body.get("height", 256))
    guide = body.get("image") or next(iter(body.get("referenceImages", [])), None)

    def make() -> bytes:
        seed = int(body.get("seed", 0)) + number
        return picture(body["prompt"], width, height, seed, guide=None if guide is None else read(guide))

    return Result(
        make, type="inference-img2img" if guide else "inference-txt2img", width=width, height=height
    )


def _almost_solid(png: bytes) -> bytes:
    """Cut out as BiRefNet does: what is solid is left at 254."""
    rgba = decode_image(cutout(png), what="a cut-out").copy()
    rgba[..., 3] = np.minimum(rgba[..., 3], 254)
    return encode_png(rgba)


def _layers(body: Mapping[str, Any], read: Read) -> list[Result]:
    count = int(body["numLayers"])

    def maker(number: int) -> Callable[[], bytes]:
        return lambda: layers(read(body["image"]), count)[number]

    return [Result(maker(number), type="layer") for number in range(count)]


def _cropped_layers(body: Mapping[str, Any], read: Read) -> list[Result]:
    """The first layer is the whole scene's size; the others are cut to what shows of them."""
    made = []
    for number, layer in enumerate(_layers(body, read)):
        rgba = decode_image(layer.make(), what="a layer")
        box = alpha_box(rgba) if number else None
        if box is None:
            made.append(layer)
            continue
        cut = encode_png(rgba[box.y : box.y + box.height, box.x : box.x + box.width].copy())
        bbox = [box.x, box.y, box.width, box.height]
        made.append(Result(_always(cut), type="layer", width=box.width, height=box.height, bbox=bbox))
    return made


def _always(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _damaged(result: Result, fault: Fault | None) -> Result:
    match fault:
        case Fault.WRONG_FORMAT:
            return Result(lambda: jpeg(result.make()), mime="image/jpeg", type=result.type)
        case Fault.WRONG_SIZE:
            return Result(lambda: _other_size(result.make()), type=result.type)
        case Fault.TRUNCATED:
            return Result(lambda: truncated(result.make()), type=result.type)
        case Fault.SPOILED:
            return Result(lambda: spoiled(result.make()), type=result.type)
        case _:
            return result


def _other_size(png: bytes) -> bytes:
    height, width = decode_image(png, what="a picture").shape[:2]
    return resized(png, max(16, width // 2), height)
