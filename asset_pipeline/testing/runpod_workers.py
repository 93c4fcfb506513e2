"""What the double's workers do: draw, redraw over a guide, cut out, or whatever a test plugs in."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from asset_pipeline.imaging.png import decode_image
from asset_pipeline.testing.pictures import cutout, picture
from asset_pipeline.testing.runpod_public import PUBLIC, PublicEndpoint, size_of
from asset_pipeline.testing.runpod_shapes import Shape

Handler: TypeAlias = Callable[[Mapping[str, Any]], Any]
"""A worker's own code: its ``input`` in, its ``output`` out; raises :class:`WorkerError` for the job to fail."""

Draw: TypeAlias = Callable[[Mapping[str, Any], Callable[[str], bytes]], bytes]
"""Draws a PNG from an ``input``; pictures in it are read with the second argument."""


class WorkerError(Exception):
    """The handler failed; *error* is what it returns under that key: a text, or a list as worker-sdxl does."""

    def __init__(self, error: str | list[str]) -> None:
        self.error = error
        super().__init__(str(error))


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of the double; either *draw* or *handler* does its work.

    Attributes:
        model: its name on the invoice.
        draw: draws the picture, which is then returned in *shape*.
        handler: a pluggable worker, such as worker-comfyui's.
        shape: how the picture is returned.
        public: the rules and prices of a hosted model.
        progress: a text that ``output`` holds while a job runs.
        workers: what ``/health`` counts; no worker at all means asleep, and jobs wait for ever.
    """

    model: str
    draw: Draw | None = None
    handler: Handler | None = None
    shape: Shape = Shape.IMAGE
    public: PublicEndpoint | None = None
    progress: str = ""
    workers: Mapping[str, int] = field(default_factory=lambda: {"idle": 1, "running": 0, "ready": 1})

    @property
    def asleep(self) -> bool:
        """Nobody will ever take a job."""
        return not any(self.workers.values())


_FLUX_FIELDS = {
    "prompt",
    "negative_prompt",
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "seed",
    "image",
    "strength",
}
_SDXL_FIELDS = {
    "prompt": str,
    "negative_prompt": str,
    "width": int,
    "height": int,
    "seed": int,
    "scheduler": str,
    "num_inference_steps": int,
    "refiner_inference_steps": int,
    "guidance_scale": float,
    "strength": float,
    "high_noise_frac": float,
    "image_url": str,
    "num_images": int,
}


def flux_endpoint(shape: Shape = Shape.IMAGE) -> Endpoint:
    """Return an endpoint with the Flux worker that the client's defaults are written for."""
    return Endpoint("flux", draw=_draw_flux, shape=shape)


def sdxl_endpoint(shape: Shape = Shape.IMAGES) -> Endpoint:
    """Return an endpoint with worker-sdxl."""
    return Endpoint("sdxl", draw=_draw_sdxl, shape=shape)


def removal_endpoint(shape: Shape = Shape.IMAGE, *, image_field: str = "image") -> Endpoint:
    """Return an endpoint that removes backgrounds and finds its picture in *image_field*."""

    def draw(asked: Mapping[str, Any], read: Callable[[str], bytes]) -> bytes:
        if set(asked) != {image_field}:
            raise WorkerError(f"expected {image_field}, got {', '.join(sorted(asked))}")
        return cutout(read(asked[image_field]))

    return Endpoint("bg-removal", draw=draw, shape=shape)


def public_endpoints(shape: Shape = Shape.IMAGE_URL) -> dict[str, Endpoint]:
    """Return all hosted models, by slug."""
    return {
        slug: Endpoint(rules.name, draw=_draw_public, shape=shape, public=rules)
        for slug, rules in PUBLIC.items()
    }


def _draw_flux(asked: Mapping[str, Any], read: Callable[[str], bytes]) -> bytes:
    if unknown := sorted(set(asked) - _FLUX_FIELDS):
        raise WorkerError(f"Unexpected input. {unknown[0]} is not a valid input option.")
    guide = read(asked["image"]) if "image" in asked else None
    return picture(
        asked["prompt"],
        asked.get("width", 1024),
        asked.get("height", 1024),
        asked.get("seed", 0),
        guide=guide,
    )


def _draw_sdxl(asked: Mapping[str, Any], read: Callable[[str], bytes]) -> bytes:
    mistakes = [
        f"Unexpected input. {name} is not a valid input option." for name in asked if name not in _SDXL_FIELDS
    ]
    mistakes += [
        f"{name} should be {kind} type, not {type(asked[name])}."
        for name, kind in _SDXL_FIELDS.items()
        if name in asked and type(asked[name]) is not kind
    ]
    if mistakes:
        raise WorkerError(mistakes)
    if "image_url" not in asked:
        return picture(asked["prompt"], asked["width"], asked["height"], asked.get("seed", 0))
    if not asked["image_url"].startswith("http"):
        raise WorkerError("Incorrect path or URL. URLs must start with `http://` or `https://`")
    guide = read(asked["image_url"])
    height, width = decode_image(guide, what="the guide").shape[:2]
    return picture(asked["prompt"], width, height, asked.get("seed", 0), guide=guide)


def _draw_public(asked: Mapping[str, Any], read: Callable[[str], bytes]) -> bytes:
    width, height = public_size(asked, read)
    pictures = asked.get("images", [asked["image"]] if "image" in asked else [])
    guide = read(pictures[0]) if pictures else None
    return picture(asked["prompt"], width, height, asked.get("seed", 0), guide=guide)


def public_size(asked: Mapping[str, Any], read: Callable[[str], bytes]) -> tuple[int, int]:
    """Return the size of the picture that *asked* will become."""
    named = size_of(asked)
    if named is not None:
        return named
    pictures = asked.get("images", [asked["image"]] if "image" in asked else [])
    if not pictures:
        return 1024, 1024
    height, width = decode_image(read(pictures[0]), what="the guide").shape[:2]
    return width, height


def inline(text: str) -> bytes:
    """Decode a picture in base64 or a data URI.

    Raises:
        WorkerError: it is neither.
    """
    body = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise WorkerError("Invalid base64-encoded string") from error
