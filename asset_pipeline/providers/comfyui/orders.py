"""From a request to the values, pictures and size that a template gets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.providers.comfyui.filling import Values, complaints
from asset_pipeline.providers.comfyui.parameters import ControlNetStack
from asset_pipeline.providers.comfyui.stacks import AS_IT_IS, PREPARED, Control
from asset_pipeline.providers.comfyui.template import Template
from asset_pipeline.providers.fitting import Fit, fit, pad_to
from asset_pipeline.providers.operations import (
    ControlNet,
    DecomposeLayers,
    ImageToImage,
    RemoveBackground,
    Request,
    TextToImage,
)
from asset_pipeline.providers.remote import Json

_WHITE = (255, 255, 255, 255)
_PICTURES = frozenset({"image", "mask"})
_SIZES = frozenset({"width_px", "height_px", "longest_px"})


@dataclass(frozen=True)
class Wanted:
    """A request in a template's terms.

    Attributes:
        values: for its parameters; pictures by name.
        pictures: PNG by that name, the hash of their content.
        sent_px: the ``(width, height)`` asked of the model.
        wanted_px: the ``(width, height)`` of the request.
    """

    values: Values
    pictures: Mapping[str, bytes] = field(repr=False)
    sent_px: tuple[int, int]
    wanted_px: tuple[int, int]


def scalars(request: Request, size: tuple[int, int] | None) -> dict[str, Json]:
    """Return the values of *request* that are no pictures; what it leaves to the model is left out."""
    found: dict[str, Json] = {}
    if size is not None:
        found |= {"width_px": size[0], "height_px": size[1], "longest_px": max(size)}
    for name in (
        "prompt",
        "negative_prompt",
        "seed",
        "steps",
        "guidance_scale",
        "denoise_strength",
        "layer_count",
    ):
        value = getattr(request, name, None)
        if value is not None:
            found[name] = value
    if isinstance(request, TextToImage | ImageToImage) and request.palette:
        found["colours"] = len(request.palette)
    return found


def unfit(template: Template, request: Request) -> list[str]:
    """Say which values of *request* the template does not take, without looking into its pictures."""
    if not isinstance(request, TextToImage | ImageToImage):
        return complaints(template, scalars(request, None), but=_PICTURES | _SIZES)
    fitted = fit(template.sizes, request.width_px, request.height_px)
    given = scalars(request, (fitted.width_px, fitted.height_px))
    found = complaints(template, given, but=_PICTURES)
    stack = template.parameters.get("controlnets")
    if isinstance(stack, ControlNetStack):
        found += filter(None, (_control_complaint(stack, net) for net in request.controlnets))
    return found


def wanted(template: Template, request: Request) -> Wanted:
    """Bring the pictures and sizes of *request* into the form that *template* takes.

    Guides and scenes are fitted to a size that the model draws well, and laid over white, since the server drops alpha.
    For a template with a mask the transparent parts of the guide become the mask.

    Raises:
        ImageError: a picture of the request is none, or has no part to repaint.
    """
    if isinstance(request, RemoveBackground):
        return _as_it_is(request)
    size = _size(request)
    fitted = fit(template.sizes, *size)
    pictures: dict[str, bytes] = {}
    given = scalars(request, (fitted.width_px, fitted.height_px))
    if isinstance(request, ImageToImage | DecomposeLayers):
        what = "the guide" if isinstance(request, ImageToImage) else "the scene"
        padded = pad_to(request.image, fitted, what=what, wanted_px=size)
        if "mask" in template.parameters:
            padded, mask = _split(padded)
            given["mask"] = _stored(mask, pictures)
        given["image"] = _stored(_opaque(padded, what), pictures)
    controls = () if isinstance(request, DecomposeLayers) else _controls(template, request, fitted, pictures)
    loras = () if isinstance(request, DecomposeLayers) else request.loras
    values = Values(given, loras, controls)
    return Wanted(values, pictures, (fitted.width_px, fitted.height_px), size)


def _as_it_is(request: RemoveBackground) -> Wanted:
    height, width = decode_image(request.image, what="the picture to cut out").shape[:2]
    pictures: dict[str, bytes] = {}
    name = _stored(_opaque(request.image, "the picture to cut out"), pictures)
    return Wanted(Values({"image": name}), pictures, (width, height), (width, height))


def _size(request: TextToImage | ImageToImage | DecomposeLayers) -> tuple[int, int]:
    if isinstance(request, DecomposeLayers):
        height, width = decode_image(request.image, what="the scene").shape[:2]
        return width, height
    return request.width_px, request.height_px


def _controls(
    template: Template, request: TextToImage | ImageToImage, fitted: Fit, pictures: dict[str, bytes]
) -> tuple[Control, ...]:
    stack = template.parameters.get("controlnets")
    if not isinstance(stack, ControlNetStack):
        return ()
    size = request.width_px, request.height_px
    found = []
    for net in request.controlnets:
        what = f"the picture of ControlNet {net.control}"
        png = _opaque(pad_to(net.image, fitted, what=what, wanted_px=size), what)
        file = net.model or stack.files[net.control]
        name = _stored(png, pictures)
        found.append(Control(name, net.control, file, net.strength, net.start, net.end))
    return tuple(found)


def _control_complaint(stack: ControlNetStack, net: ControlNet) -> str:
    if net.start >= net.end:
        return f"ControlNet {net.control} would end at {net.end:g}, before it begins at {net.start:g}"
    if net.control not in stack.files and net.model is None:
        return f"it follows {', '.join(stack.files)}, not {net.control}; name the network's file as model"
    if net.control not in PREPARED.keys() | AS_IT_IS | stack.files.keys():
        known = ", ".join(sorted(PREPARED.keys() | AS_IT_IS))
        return f"the server has no node that finds {net.control} in a picture; there are {known}"
    return ""


def _stored(png: bytes, pictures: dict[str, bytes]) -> str:
    name = f"{hashlib.sha256(png).hexdigest()}.png"
    pictures[name] = png
    return name


def _opaque(png: bytes, what: str) -> bytes:
    """Lay a picture with transparent parts over white; the very bytes of one without, where they are PNG."""
    rgba = decode_image(png, what=what)
    if rgba[..., 3].min() == 255 and png.startswith(b"\x89PNG"):
        return png
    return encode_png(over([np.full_like(rgba, _WHITE), rgba]))


def _split(png: bytes) -> tuple[bytes, bytes]:
    """Return the picture with its holes in its mean colour, and the mask: white where it was transparent."""
    rgba = decode_image(png, what="the picture to repaint")
    hole_u8 = 255 - rgba[..., 3]
    if not hole_u8.any() or hole_u8.min() == 255:
        raise ImageError(
            "the picture to repaint must be transparent where it is to be painted anew, and only there"
        )
    mean = np.average(rgba[..., :3].reshape(-1, 3), axis=0, weights=rgba[..., 3].reshape(-1))
    canvas = np.full_like(rgba, (*np.rint(mean).astype(int), 255))
    mask = np.dstack([hole_u8, hole_u8, hole_u8, np.full_like(hole_u8, 255)])
    return encode_png(over([canvas, rgba])), encode_png(mask)
