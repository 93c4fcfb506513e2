"""How far a model may go from the guide: the one place that decides it where a manifest does not."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import ImageToImage, Request
from asset_pipeline.sprites.guides import aspect_of, guide_colour, is_dark
from asset_pipeline.sprites.lettering import lettering_of

FILE = "strengths.toml"
"""Name of this package's data, and of the file beside the games that wins over it."""
USUAL = 0.8
_FOR_DARK, _FOR_THIN, _FOR_LETTERS = 0.85, 0.7, 0.6
_THIN = 4.0


class ModelStrength(BaseModel):
    """How one model takes the strength.

    Attributes:
        factor: the usual strength is multiplied by it; 1 leaves it.
        measured: whether somebody measured it; else it is a guess.
        as_of: the day it was found.
        reason: why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    factor: Annotated[float, Field(gt=0, le=1.25)]
    measured: bool
    as_of: date
    reason: Annotated[str, Field(min_length=1)]


_TABLE = TypeAdapter(Mapping[str, ModelStrength])


def denoise_strength(spec: SpriteSpec) -> float:
    """Return how much of the guide is drawn anew, 0 to 1: what the manifest says, else :func:`usual_strength`.

    Over laid-out letters 0.6: strokes are thinner than any thing, and a letter that is drawn anew is easily another one. That
    is reasoned, not measured; ``letter_iou`` judges what comes of it.
    """
    if spec.denoise_strength is not None:
        return spec.denoise_strength
    if lettering_of(spec) is not None:
        return _FOR_LETTERS
    return usual_strength(guide_colour(spec), aspect_of(spec))


def usual_strength(guide_rgb: Rgb, aspect: float) -> float:
    """Choose how much of the guide is drawn anew, by a model of which nothing else is known: 0 keeps it, 1 ignores it.

    - **0.8** as a rule: the guide gives shape and main colour, the model the rest. It is what Scenario's flux-1-dev and
      RunPod's z-image-turbo take by themselves, and at it no coloured guide of the 161 measured pictures leaked (D5).
    - **0.85** over a dark guide, which a spec asks for only where the thing is dark: of black guides 100 of 161 leaked
      at the usual strength (D5), so the model must be free to light them.
    - **0.7** for what is longer than 4:1: there a model fills its canvas rather than the strip, and what is lost first is
      shape and aspect (D2: 34 of 161 failed, D3: 39). A thin strip has room for little else, so this rule wins.

    Args:
        guide_rgb: the guide's colour.
        aspect: the object's width divided by its height.

    >>> usual_strength((200, 60, 60), 1.0), usual_strength((20, 20, 30), 1.0), usual_strength((20, 20, 30), 1 / 8)
    (0.8, 0.85, 0.7)
    """
    if max(aspect, 1 / aspect) > _THIN:
        return _FOR_THIN
    return _FOR_DARK if is_dark(guide_rgb) else USUAL


def suited(request: Request, spec: SpriteSpec, drawn_by: str, games_dir: Path) -> Request:
    """Return *request* with the strength that suits the model which draws; the same request where no data says otherwise.

    What the manifest, or a further roll, says stays. A fallback gets the strength of the provider it stands in for: it is
    asked the same thing.

    Args:
        request: what is to be asked.
        spec: whose.
        drawn_by: provider and model, such as ``comfyui/sdxl``.
        games_dir: the folder beside whose games ``strengths.toml`` may be.

    Raises:
        ConfigError: that file is wrong.
    """
    if not isinstance(request, ImageToImage) or spec.denoise_strength is not None:
        return request
    known = {**_own(), **_declared(games_dir / FILE)}.get(drawn_by)
    if known is None or known.factor == 1:
        return request
    strength = round(min(1.0, request.denoise_strength * known.factor), 2)
    return request.model_copy(update={"denoise_strength": strength})


@cache
def _own() -> Mapping[str, ModelStrength]:
    return _TABLE.validate_python(tomllib.loads(files(__package__ or "").joinpath(FILE).read_text("utf-8")))


def _declared(file: Path) -> Mapping[str, ModelStrength]:
    if not file.is_file():
        return {}
    try:
        return _TABLE.validate_python(tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is no TOML ({error})") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigError(
            f'{file}: {wrong}. An entry is ["provider/model"] with factor, measured, as_of and reason'
        ) from error
