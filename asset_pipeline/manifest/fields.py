"""The values a manifest is made of: ids, words, sizes, colours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from PIL import ImageColor
from pydantic import AfterValidator, BeforeValidator, Field, Strict, StringConstraints, WithJsonSchema

from asset_pipeline.manifest.base import did_you_mean, plain_error

ID_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
MAX_ID_LENGTH = 64
# The game's derived assets share its sprites' namespace.
RESERVED_SPRITE_IDS = ("contact_sheet", "catalog", "atlas", "exports", "gallery")
MIN_SIDE_PX, MAX_SIDE_PX = 16, 8192
MAX_PIXELS = 4096 * 4096  # 64 MB as RGBA; several are open at once
MAX_ASPECT = 16

COLOUR_PATTERN = r"^(#[0-9a-fA-F]{6}|[A-Za-z]+)$"


def slug(text: str, fallback: str = "game") -> str:
    """Make the nearest valid id of *text*.

    >>> slug("Hero-01 (red)"), slug("9 Lives"), slug("湖"), slug("x" * 200) == "x" * 64
    ('hero_01_red', 'game_9_lives', 'game', True)
    """
    words = "_".join(re.findall(r"[a-z0-9]+", text.lower()))
    safe = words if words[:1].isalpha() else f"{fallback}_{words}"
    return safe[:MAX_ID_LENGTH].strip("_")


def _checked_id(text: str) -> str:
    if len(text) > MAX_ID_LENGTH:
        raise plain_error(f"an id has at most {MAX_ID_LENGTH} characters; {text[:20]!r}… has {len(text)}")
    if not re.fullmatch(ID_PATTERN[1:-1], text):
        hint = f"; for example {slug(text, 'id')!r}" if re.search("[A-Za-z0-9]", text) else ""
        raise plain_error(
            f"{text!r} is not an id: use lower-case letters, digits and single underscores between words, "
            f"a letter first{hint}"
        )
    return text


def _checked_sprite_id(text: str) -> str:
    if text in RESERVED_SPRITE_IDS:
        raise plain_error(
            f"{text!r} is taken: the pipeline makes the game's {text} itself; choose another id, such as "
            f"'{text}_sprite' (and keep the engine's own id under 'name')"
        )
    return text


def checked_colour(text: str) -> str:
    """Return a colour as it is compared, lower case; refuse what is none and name the nearest."""
    colour = text.lower()
    if re.fullmatch("#[0-9a-f]{6}", colour) or colour in ImageColor.colormap:
        return colour
    near = did_you_mean(colour, ImageColor.colormap)
    raise plain_error(f'{text!r} is no colour; write "#rrggbb" in quotes or a CSS colour name{near}')


def colour_hex(colour: str) -> str:
    """Return *colour* as ``#rrggbb``.

    >>> colour_hex("teal"), colour_hex("#a0b0c0")
    ('#008080', '#a0b0c0')
    """
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _checked_amount(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    if isinstance(value, int | float | Decimal | None) and not isinstance(value, bool):
        return value
    raise plain_error("this must be a number, in US dollars and without a sign, such as 12.50")


def listed_twice(names: Iterable[str]) -> str | None:
    """Complain about the first name that is listed again, or return ``None`` where none is.

    >>> listed_twice(["local", "runpod", "local"])
    "'local' is listed twice; keep one"
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return f"{name!r} is listed twice; keep one"
        seen.add(name)
    return None


_AS_WRITTEN = StringConstraints(strip_whitespace=False)  # else "a" and "a " would be one id
_ID_SCHEMA = WithJsonSchema({"type": "string", "pattern": ID_PATTERN, "maxLength": MAX_ID_LENGTH})

Id: TypeAlias = Annotated[str, _AS_WRITTEN, AfterValidator(_checked_id), _ID_SCHEMA]
SpriteId: TypeAlias = Annotated[Id, AfterValidator(_checked_sprite_id), _ID_SCHEMA]
Words: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000)]
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
Colour: TypeAlias = Annotated[
    str, AfterValidator(checked_colour), WithJsonSchema({"type": "string", "pattern": COLOUR_PATTERN})
]
Whole: TypeAlias = Annotated[int, Strict()]
Number: TypeAlias = Annotated[float, Strict()]
Share: TypeAlias = Annotated[float, Strict(), Field(ge=0, le=1)]
Flag: TypeAlias = Annotated[bool, Strict()]
SidePx: TypeAlias = Annotated[int, Strict(), Field(ge=MIN_SIDE_PX, le=MAX_SIDE_PX)]
GapPx: TypeAlias = Annotated[int, Strict(), Field(ge=0, le=1024)]
WorldUnits: TypeAlias = Annotated[float, Strict(), Field(gt=0, le=10_000)]
Seed: TypeAlias = Annotated[int, Strict(), Field(ge=0, lt=2**32)]
_Sum: TypeAlias = Annotated[Decimal, Field(ge=0, le=1_000_000)]
_SumSchema: TypeAlias = Annotated[
    float, Field(ge=0, le=1_000_000)
]  # else text, which Decimal takes, would do
Usd: TypeAlias = Annotated[_Sum, BeforeValidator(_checked_amount, json_schema_input_type=_SumSchema)]
Take: TypeAlias = Annotated[int, Strict(), Field(ge=0, lt=10**15)]


def size_problem(width_px: float, height_px: float) -> str | None:
    """Say what is wrong with the size of a finished picture, or ``None`` where it can be made.

    >>> size_problem(8192, 4096)
    '8192 x 4096 px are 33.6 million pixels; at most 16.8 million can be made'
    """
    if not all(MIN_SIDE_PX <= round(side) <= MAX_SIDE_PX for side in (width_px, height_px)):
        return (
            f"the picture would have {width_px:.0f} x {height_px:.0f} px; "
            f"each side must have {MIN_SIDE_PX} to {MAX_SIDE_PX}"
        )
    if width_px * height_px > MAX_PIXELS:
        return (
            f"{width_px:.0f} x {height_px:.0f} px are {width_px * height_px / 1e6:.1f} million pixels; "
            f"at most {MAX_PIXELS / 1e6:.1f} million can be made"
        )
    return None


def aspect_problem(width: float, height: float) -> str | None:
    """Say that one side is too long for the other, or ``None`` where a model can draw that."""
    if max(width, height) <= MAX_ASPECT * min(width, height):
        return None
    return f"{width:g} x {height:g} is longer than {MAX_ASPECT}:1, which models cannot draw; split it"
