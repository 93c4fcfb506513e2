"""Every shape in which a RunPod worker may return a picture, and how a fault looks in it."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from typing import Any

from asset_pipeline.imaging.png import decode_image
from asset_pipeline.testing.faults import Fault
from asset_pipeline.testing.pictures import jpeg, resized, spoiled, truncated

MISSING = object()
"""An output that is not in the answer at all."""


class Shape(StrEnum):
    """One habit of workers; see section 9.3 of the contract."""

    URL = "url"
    DATA_URI = "data_uri"
    BASE64 = "base64"
    IMAGE = "image"
    IMAGE_DATA_URI = "image_data_uri"
    IMAGE_AND_MASK = "image_and_mask"
    IMAGE_B64 = "image_b64"
    IMAGE_URL = "image_url"
    IMAGE_URL_DATA_URI = "image_url_data_uri"
    RESULT = "result"
    IMAGES = "images"
    IMAGES_OF_OBJECTS = "images_of_objects"
    LIST = "list"
    LIST_OF_OBJECTS = "list_of_objects"
    NESTED = "nested"
    MESSAGE = "message"
    MASK_ONLY = "mask_only"
    NO_IMAGES = "no_images"
    ERROR_INSIDE = "error_inside"
    FILE_NAME = "file_name"
    TRUE = "true"
    NUMBER = "number"
    NULL = "null"
    MISSING = "missing"


WITHOUT_A_PICTURE = frozenset(
    {
        Shape.MASK_ONLY,
        Shape.NO_IMAGES,
        Shape.ERROR_INSIDE,
        Shape.FILE_NAME,
        Shape.TRUE,
        Shape.NUMBER,
        Shape.NULL,
        Shape.MISSING,
    }
)


def shaped(shape: Shape, png: bytes, url: str) -> Any:  # noqa: ANN401  # any JSON
    """Return *png*, which can also be had at *url*, the way *shape* says."""
    text = base64.b64encode(png).decode("ascii")
    uri = f"data:image/png;base64,{text}"
    outputs: dict[Shape, Any] = {
        Shape.URL: url,
        Shape.DATA_URI: uri,
        Shape.BASE64: text,
        Shape.IMAGE: {"image": text},
        Shape.IMAGE_DATA_URI: {"image": uri},
        Shape.IMAGE_AND_MASK: {"mask": "not a picture", "image": text},
        Shape.IMAGE_B64: {"image_b64": text},
        Shape.IMAGE_URL: {"image_url": url, "seed": 1},
        Shape.IMAGE_URL_DATA_URI: {"image_url": uri},
        Shape.RESULT: {"result": url},
        Shape.IMAGES: {"images": [uri], "image_url": uri, "seed": 1},
        Shape.IMAGES_OF_OBJECTS: {"images": [{"filename": "a.png", "type": "base64", "data": text}]},
        Shape.LIST: [text],
        Shape.LIST_OF_OBJECTS: [{"image": text, "seed": 1}],
        Shape.NESTED: {"output": {"images": [uri]}},
        Shape.MESSAGE: {"message": text, "status": "success"},
        Shape.MASK_ONLY: {"mask": text},
        Shape.NO_IMAGES: {"status": "success_no_images", "images": []},
        Shape.ERROR_INSIDE: {"output": {"error": "inner"}},
        Shape.FILE_NAME: "/simulated_uploaded/0.png",
        Shape.TRUE: True,
        Shape.NUMBER: 42,
        Shape.NULL: None,
        Shape.MISSING: MISSING,
    }
    return outputs[shape]


def damaged(png: bytes, fault: Fault | None) -> bytes:
    """Return *png* as a provider with *fault* delivers it."""
    match fault:
        case Fault.WRONG_FORMAT:
            return jpeg(png)
        case Fault.TRUNCATED:
            return truncated(png)
        case Fault.WRONG_SIZE:
            height, width = decode_image(png, what="the picture").shape[:2]
            return resized(png, width, max(16, height // 2))
        case Fault.SPOILED:
            return spoiled(png)
        case _:
            return png


def damaged_output(output: Any, fault: Fault | None) -> Any:  # noqa: ANN401  # any JSON
    """Damage every picture in base64 inside *output*; for handlers that shape their output themselves."""
    match output:
        case dict():
            return {key: damaged_output(value, fault) for key, value in output.items()}
        case list():
            return [damaged_output(value, fault) for value in output]
        case str() if fault is not None:
            return _damaged_text(output, fault)
        case _:
            return output


def _damaged_text(text: str, fault: Fault) -> str:
    head, comma, body = text.partition(",") if text.startswith("data:") else ("", "", text)
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return text
    if not data.startswith(b"\x89PNG"):
        return text
    return head + comma + base64.b64encode(damaged(data, fault)).decode("ascii")
