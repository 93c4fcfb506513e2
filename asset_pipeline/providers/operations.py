"""The typed operations every provider may be asked for, and what comes back.

Wire names stay inside the client that speaks them; these are the names the rest of the code uses.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Operation: TypeAlias = Literal["text_to_image", "image_to_image", "remove_background", "decompose_layers"]
CostBasis: TypeAlias = Literal["charged", "quoted", "estimated", "free"]
Commercial: TypeAlias = Literal["yes", "conditions", "no", "unknown"]
HexColour: TypeAlias = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Pixels: TypeAlias = Annotated[int, Field(ge=16, le=8192)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lora(_Frozen):
    """A small adapter of a model's weights.

    Attributes:
        name: the provider's name of it: a file, or an id.
        strength: 0 ignores it; 1 is as trained.
    """

    name: str = Field(min_length=1)
    strength: float = Field(default=1.0, ge=-2, le=2)


class ControlNet(_Frozen):
    """A picture whose structure the drawing follows.

    Attributes:
        image: PNG; lines, depth or pose are found in it by the provider.
        control: what is followed: ``canny``, ``depth``, ``pose``, ``tile`` …, as the model names it.
        model: the provider's name of the network; ``None`` for its default.
        strength: 0 ignores the picture; 1 is as trained.
        start: where in the denoising it begins to act, 0 to 1.
        end: where it ends.
    """

    image: bytes = Field(repr=False)
    control: str = "canny"
    model: str | None = None
    strength: float = Field(default=0.7, ge=0, le=2)
    start: float = Field(default=0.0, ge=0, le=1)
    end: float = Field(default=1.0, ge=0, le=1)


class _Asked(_Frozen):
    """What every request has.

    Attributes:
        take: which roll of the dice; another number is another piece of work, whatever else is equal.
    """

    take: int = Field(default=0, ge=0)


class _Generation(_Asked):
    """What text-to-image and image-to-image have in common.

    Attributes:
        prompt: what to draw, in words.
        negative_prompt: what to keep out.
        width_px: width of the picture.
        height_px: height of the picture.
        seed: integer noise seed; always explicit, so that the same request means the same picture.
        steps: denoising steps; ``None`` leaves it to the model.
        guidance_scale: classifier-free guidance; ``None`` leaves it to the model.
        model: the provider's name of a model; ``None`` for its default.
        style: ``pixel``, ``cartoon``, ``3d``, ``flat`` or free words.
        palette: colours to prefer, as ``#rrggbb``; empty for none.
        wraps: the picture is to continue at its left edge where its right edge ends.
        loras: adapters, applied in order.
        controlnets: structures to follow.
        reference_images: PNG pictures whose look is to be taken over.
    """

    prompt: str = Field(min_length=1)
    negative_prompt: str = ""
    width_px: Pixels
    height_px: Pixels
    seed: int = Field(ge=0, lt=2**32)
    steps: int | None = Field(default=None, ge=1)
    guidance_scale: float | None = Field(default=None, ge=0)
    model: str | None = None
    style: str = "cartoon"
    palette: tuple[HexColour, ...] = ()
    wraps: bool = False
    loras: tuple[Lora, ...] = ()
    controlnets: tuple[ControlNet, ...] = ()
    reference_images: tuple[bytes, ...] = Field(default=(), repr=False)


class TextToImage(_Generation):
    """Draw a picture from words alone."""

    operation: ClassVar[Operation] = "text_to_image"


class ImageToImage(_Generation):
    """Draw a picture from words over a guide.

    Attributes:
        image: the guide, encoded as PNG, any size; providers scale it to ``width_px`` x ``height_px``.
        denoise_strength: 0 keeps the guide, 1 ignores it.
    """

    operation: ClassVar[Operation] = "image_to_image"

    image: bytes = Field(repr=False)
    denoise_strength: float = Field(default=0.8, ge=0, le=1)


class RemoveBackground(_Asked):
    """Cut the subject out of its background.

    Attributes:
        image: the picture, encoded as PNG.
        model: the provider's name of a model; ``None`` for its default.
    """

    operation: ClassVar[Operation] = "remove_background"

    image: bytes = Field(repr=False)
    model: str | None = None


class DecomposeLayers(_Asked):
    """Split a scene into layers that recompose to it.

    Attributes:
        image: the scene, encoded as PNG.
        layer_count: how many layers, the farthest included.
        prompt: what the scene shows; some models use it.
        seed: integer noise seed.
        model: the provider's name of a model; ``None`` for its default.
    """

    operation: ClassVar[Operation] = "decompose_layers"

    image: bytes = Field(repr=False)
    layer_count: int = Field(ge=2, le=8)
    prompt: str = ""
    seed: int = Field(default=0, ge=0, lt=2**32)
    model: str | None = None


Request: TypeAlias = TextToImage | ImageToImage | RemoveBackground | DecomposeLayers


class Weights(_Frozen):
    """A model, LoRA or network that took part in a call, and its licence as it was known then.

    Attributes:
        name: the provider's name of it.
        licence: SPDX-like id, or ``unknown``.
        commercial: whether a studio may make art for sale with it.
    """

    name: str
    licence: str
    commercial: Commercial


class Receipt(_Frozen):
    """What one call to a provider was and what it cost.

    Attributes:
        provider: who did it.
        operation: what was asked.
        model: the model that did it.
        seed: the seed that was used; ``None`` for operations without one.
        job_id: the provider's id of the job; empty for embedded work.
        cost_usd: what the call cost when it was made.
        cost_basis: how *cost_usd* is known.
        quoted_usd: what was expected before the call.
        seconds: from asking to having the bytes.
        queue_seconds: how long the job waited at the provider, where it says so.
        run_seconds: how long the provider worked on it, where it says so.
        memoised: the pictures are those of an earlier call; nothing was called or paid now.
        fingerprint: 64 hexadecimal digits that name the piece of work in the journal; empty for embedded work.
        warnings: what the model ignored or did otherwise than asked.
        weights: what took part, the model first; filled in where the call is handed out.
    """

    provider: str
    operation: Operation
    model: str
    seed: int | None = None
    job_id: str = ""
    cost_usd: Decimal = Decimal(0)
    cost_basis: CostBasis = "free"
    quoted_usd: Decimal = Decimal(0)
    seconds: float = Field(default=0.0, ge=0)
    queue_seconds: float | None = None
    run_seconds: float | None = None
    memoised: bool = False
    fingerprint: str = ""
    warnings: tuple[str, ...] = ()
    weights: tuple[Weights, ...] = ()


class Delivery(_Frozen):
    """Pictures and the receipt for them.

    Attributes:
        images: PNG bytes; RGBA straight alpha. One picture, but for layers: back (farthest) to front. A job that draws and cuts
            out in one may add, after its cutout, the picture as it was drawn.
        receipt: what the call was and cost.
    """

    images: tuple[bytes, ...] = Field(min_length=1, repr=False)
    receipt: Receipt


class ImageProvider(Protocol):
    """Carries out typed operations; one method a call, safe to call from many threads at once."""

    @property
    def name(self) -> str:
        """The provider's name as users write it: ``local`` or ``runpod``."""

    def honours(self, request: Request) -> bool:
        """Tell whether everything that *request* asks for would have its effect."""

    def run(self, request: Request) -> Delivery:
        """Do what *request* asks and return its pictures.

        Raises:
            ProviderRejected: the request is wrong or beyond this provider.
            ProviderUnavailable: the provider could not be reached or is overloaded.
        """
