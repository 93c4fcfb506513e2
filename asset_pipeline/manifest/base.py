"""What all models of the manifest share: frozen, no unknown keys, and complaints in plain words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

PLAIN = "plain"  # type of an error whose message is already meant for a person

EMPTY = (
    "nothing is written here; give a value or delete the line "
    '(text that begins with # needs quotes, as "#1e90ff" does)'
)

Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong, at a place relative to what is being validated."""

    place: Place
    message: str


class Frozen(BaseModel):
    """A frozen model that names the nearest key for one it does not know.

    Where a file is read (its path is the validation's context), a key without a value is a mistake too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)

    @model_validator(mode="wrap")
    @classmethod
    def _in_plain_words(
        cls,
        value: Any,  # noqa: ANN401 - whatever YAML holds
        handler: ModelWrapValidatorHandler[Self],
        info: ValidationInfo,
    ) -> Self:
        empty = _empty_keys(value) if isinstance(info.context, Path) else set()
        try:
            model = handler(value)
        except ValidationError as error:
            raise refusal(own_complaints(error, cls, empty), _of_others(error, empty)) from None
        if empty:
            raise refusal(Complaint((key,), EMPTY) for key in sorted(empty))
        return model


def refusal(complaints: Iterable[Complaint], others: Iterable[ErrorDetails] = ()) -> ValidationError:
    """Return the error by which a validator tells *complaints*, each at its place, and *others* unchanged."""
    lines = [InitErrorDetails(type=plain_error(c.message), loc=c.place, input=None) for c in complaints]
    for error in others:
        kind = plain_error(error["msg"]) if error["type"] == PLAIN else error["type"]
        lines.append(
            InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=error.get("ctx", {}))
        )
    return ValidationError.from_exception_data("manifest", lines)


def plain_error(message: str) -> PydanticCustomError:
    """Return the error by which a validator tells *message* to a person."""
    return PydanticCustomError(PLAIN, "{message}", {"message": message})


def own_complaints(
    error: ValidationError, model: type[BaseModel], empty: Collection[str] = ()
) -> list[Complaint]:
    """Put into words the keys that are unknown to *model*, missing from it, or *empty*."""
    told = [Complaint(e["loc"], _about_key(e, model)) for e in error.errors() if _is_own(e)]
    return told + [Complaint((key,), EMPTY) for key in sorted(empty) if key in model.model_fields]


def mistyped(what: str, given: object, allowed: Iterable[str]) -> str:
    """Say that *given* is no *what*, which ones there are, and the nearest.

    >>> mistyped("role", "enmy", ["character", "enemy"])
    "'enmy' is no role; choose one of character | enemy; did you mean 'enemy'?"
    """
    names = list(allowed)
    return f"{given!r} is no {what}; choose one of {' | '.join(names)}{did_you_mean(given, names)}"


def did_you_mean(given: object, names: Iterable[str]) -> str:
    """Return the question that names what is nearest to *given*, or nothing where nothing is near."""
    as_written = {name.lower(): name for name in names}
    near = get_close_matches(str(given).lower(), as_written, n=1)
    return f"; did you mean {as_written[near[0]]!r}?" if near else ""


def _empty_keys(value: object) -> set[str]:
    """Return the keys that a file names and gives no value: a slip, or a colour that became a comment."""
    return {key for key, entry in value.items() if entry is None} if isinstance(value, dict) else set()


def _of_others(error: ValidationError, empty: Collection[str]) -> list[ErrorDetails]:
    return [e for e in error.errors() if not (_is_own(e) or (len(e["loc"]) == 1 and e["loc"][0] in empty))]


def _is_own(error: ErrorDetails) -> bool:
    return len(error["loc"]) == 1 and error["type"] in ("missing", "extra_forbidden")


def _about_key(error: ErrorDetails, model: type[BaseModel]) -> str:
    key = str(error["loc"][0])
    if error["type"] == "missing":
        return f"{key!r} is missing: {model.model_fields[key].description}"
    known = [name for name, field in model.model_fields.items() if field.description]
    return f"there is no key {key!r} here{did_you_mean(key, known) or '; known are ' + ', '.join(known)}"
