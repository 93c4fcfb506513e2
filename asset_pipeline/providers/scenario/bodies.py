"""From a typed request to the flat body of one model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from asset_pipeline.imaging.colour import parse_colour
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.providers.fitting import Fit, fit
from asset_pipeline.providers.operations import (
    ControlNet,
    DecomposeLayers,
    ImageToImage,
    RemoveBackground,
    Request,
    TextToImage,
)
from asset_pipeline.providers.scenario.catalogue import WIRE, Model, card_of, sizes_of
from asset_pipeline.providers.scenario.contracts import Contract
from asset_pipeline.providers.scenario.drafts import Draft, Picture, wire_seed

_SWATCH_PX: Final = 16


def draft(request: Request, model: Model, contract: Contract) -> Draft:
    """Write *request* in the words of *contract*; pure, no picture is decoded."""
    made = Draft(contract, model.name)
    match request:
        case TextToImage() | ImageToImage():
            _generation(made, request, model)
        case RemoveBackground():
            made.attach("image", [Picture(request.image, "the picture to cut out")], "image")
        case DecomposeLayers():
            _layers(made, request)
    for wire, value in model.fixed.items():
        made.hint(wire, value)
    return made


def _generation(made: Draft, request: TextToImage | ImageToImage, model: Model) -> None:
    card = model.card or card_of(made.contract)
    shape_px = request.width_px, request.height_px
    canvas = fit(sizes_of(made.contract, card.sizes), *shape_px)
    made.sent_px = canvas.width_px, canvas.height_px
    made.put("prompt", request.prompt, "prompt")
    made.put("width", canvas.width_px, "width_px")
    made.put("height", canvas.height_px, "height_px")
    made.hint("numOutputs", 1)
    _seed(made, request.seed)
    _settings(made, request)
    if isinstance(request, ImageToImage):
        _guide(made, request, canvas, shape_px)
    if request.reference_images:
        pictures = [Picture(png, "a reference image") for png in request.reference_images]
        made.attach(WIRE["reference_images"], pictures, "reference_images")
    if request.controlnets:
        _control(made, request.controlnets, canvas, shape_px)
    _hints(made, request)


def _settings(made: Draft, request: TextToImage | ImageToImage) -> None:
    """Send what was set; what was left alone is the model's affair."""
    if request.negative_prompt:
        made.put(WIRE["negative_prompt"], request.negative_prompt, "negative_prompt")
    for asked in ("steps", "guidance_scale"):
        if (value := getattr(request, asked)) is not None:
            made.put(WIRE[asked], value, asked)
    if request.loras:
        made.put("loras", [lora.name for lora in request.loras], "loras")
        made.put("lorasScale", [lora.strength for lora in request.loras], "loras")


def _guide(made: Draft, request: ImageToImage, canvas: Fit, shape_px: tuple[int, int]) -> None:
    picture = Picture(request.image, "the guide", canvas, shape_px)
    one = "image" in made.contract.inputs
    made.attach("image" if one else WIRE["reference_images"], [picture], "image")
    made.put(WIRE["denoise_strength"], request.denoise_strength, "denoise_strength")


def _control(made: Draft, controlnets: Sequence[ControlNet], canvas: Fit, shape_px: tuple[int, int]) -> None:
    first = controlnets[0]
    if len(controlnets) > 1:
        made.mistakes.append(f"{made.name} follows one control image at a time, not {len(controlnets)}")
    if first.model is not None:
        made.mistakes.append(f"{made.name} chooses the ControlNet itself; leave its model out")
    made.attach("controlImage", [Picture(first.image, "the control image", canvas, shape_px)], "controlnets")
    made.put("controlModality", first.control, "controlnets")
    made.put("controlStrength", first.strength, "controlnets")
    made.put("controlStart", first.start, "controlnets")
    made.put("controlEnd", first.end, "controlnets")


def _hints(made: Draft, request: TextToImage | ImageToImage) -> None:
    if "style" in made.contract.inputs and made.contract.inputs["style"].allowed:
        made.hint("style", request.style)
    if request.wraps:
        made.hint("tileX", value=True)
    if request.palette and "inputPalette" in made.contract.inputs:
        made.attach("inputPalette", [Picture(_swatches(request.palette), "the palette")], "palette")


def _layers(made: Draft, request: DecomposeLayers) -> None:
    made.attach("image", [Picture(request.image, "the scene")], "image")
    made.put("numLayers", request.layer_count, "layer_count")
    if request.prompt:
        made.put("description", request.prompt, "prompt")
    if request.seed or "seed" in made.contract.inputs:
        _seed(made, request.seed)


def _seed(made: Draft, seed: int) -> None:
    if (item := made.contract.inputs.get("seed")) is None:
        made.put("seed", seed, "seed")
        return
    made.values["seed"] = wire_seed(seed, item)
    if made.values["seed"] != seed:
        made.warnings.append(f"the seed is sent modulo 2**31, as {made.name} takes no larger one")


def _swatches(palette: Sequence[str]) -> bytes:
    """Draw the colours side by side, as a picture that a model can read them from."""
    colours = np.array([[*parse_colour(colour), 255] for colour in palette], np.uint8)
    return encode_png(np.repeat(np.repeat(colours[None], _SWATCH_PX, axis=0), _SWATCH_PX, axis=1))
