"""Finding the pictures in whatever a worker returned: there is no standard, but a finite number of habits."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.runpod.words import error_text

# Never "mask": a picture of where the picture is.
_KEYS = ("images", "image", "image_url", "result", "image_b64", "output", "message", "data")
_DEEPEST = 3
_WHITE = str.maketrans("", "", " \t\r\n\v\f")
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")


@dataclass(frozen=True)
class Link:
    """A picture that is still to be downloaded."""

    url: str = field(repr=False)


Source: TypeAlias = bytes | Link


@dataclass(frozen=True)
class Outputs:
    """What was found.

    Attributes:
        pictures: files and links, in the worker's order.
        problem: why there are none, where the worker said or sent something that explains it; empty otherwise.
    """

    pictures: tuple[Source, ...] = field(default=(), repr=False)
    problem: str = ""


_NOTHING = Outputs()


def find_pictures(output: Json) -> Outputs:
    """Look through the ``output`` of a completed job.

    A string is a URL, a data URI, or base64; an object is asked for its keys in a fixed order; a list holds any of them.
    What is decoded must begin like a picture.

    >>> find_pictures({"result": "https://image.runpod.ai/a.png", "cost": 0.003}).pictures
    (Link(),)
    >>> find_pictures({"output": {"error": "out of luck"}}).problem
    'out of luck'
    """
    return _look(output, _DEEPEST)


def _look(value: Json, depth: int) -> Outputs:
    match value:
        case str():
            return _from_text(value)
        case dict() if depth:
            return _from_object(value, depth)
        case list() if depth:
            return _from_list(value, depth)
        case _:
            return _NOTHING


def _from_object(value: dict[str, Json], depth: int) -> Outputs:
    if value.get("error"):
        return Outputs(problem=error_text(value["error"]) or "the worker reports an error without words")
    found = [_look(value[key], depth - 1) for key in _KEYS if value.get(key)]
    best = next((outputs for outputs in found if outputs.pictures), None)
    if best is not None:
        return best
    said = (error_text(value.get("errors")), *(outputs.problem for outputs in found))
    return Outputs(problem=next(filter(None, said), ""))


def _from_list(values: list[Json], depth: int) -> Outputs:
    """Take every item's pictures; one that is damaged spoils the list, as its place may matter."""
    found = [_from_object(item, depth) if isinstance(item, dict) else _from_item(item) for item in values]
    if problem := next((outputs.problem for outputs in found if outputs.problem), ""):
        return Outputs(problem=problem)
    return Outputs(tuple(picture for outputs in found for picture in outputs.pictures))


def _from_item(item: Json) -> Outputs:
    return _from_text(item) if isinstance(item, str) else _NOTHING


def _from_text(text: str) -> Outputs:
    text = text.strip()
    if not text:
        return _NOTHING
    if text[:8].lower().startswith(("http://", "https://")):
        return Outputs((Link(text),))
    data = _from_data_uri(text) if text[:5].lower() == "data:" else _from_base64(text)
    if data is None:
        return Outputs(problem=f"{_start(text)} is neither a URL nor the base64 of a picture")
    if not looks_like_a_picture(data):
        return Outputs(problem=f"the answer decodes to {len(data)} bytes that do not begin like a picture")
    return Outputs((data,))


def _start(text: str) -> str:
    """Quote a text that is words; base64, which has neither spaces nor stops, is only counted."""
    if any(sign in text[:60] for sign in " .<"):
        return repr(error_text(text[:60]))
    return f"a text of {len(text)} characters"


def _from_data_uri(text: str) -> bytes | None:
    head, comma, body = text.partition(",")
    if not comma:
        return None
    return _from_base64(body) if head.lower().endswith(";base64") else unquote_to_bytes(body)


def _from_base64(text: str) -> bytes | None:
    packed = text.translate(_WHITE).rstrip("=")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def looks_like_a_picture(data: bytes) -> bool:
    """Tell by the first bytes whether *data* is a PNG, JPEG, GIF, BMP, TIFF, WebP or AVIF file.

    >>> looks_like_a_picture(b"<!DOCTYPE html>")
    False
    """
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    avif = data[4:8] == b"ftyp" and data[8:12] in {b"avif", b"avis", b"mif1"}
    return data.startswith(_SIGNATURES) or webp or avif
