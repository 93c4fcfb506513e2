"""What pydantic found wrong, in words for the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from asset_pipeline.errors import Mistake
from asset_pipeline.manifest.base import EMPTY, PLAIN, Place, mistyped
from asset_pipeline.manifest.document import Document

_TAG = re.compile(r"<[a-z]+>|\[key\]")  # parts of a place that stand for no key of the file


def mistakes_of(error: ValidationError, document: Document, file: Path) -> list[Mistake]:
    """Put every error into words, with the line it is about."""
    found = []
    errors = error.errors(include_url=False)
    for details in errors:
        if details["type"] == "too_short" and _is_around(details, errors):
            continue  # pydantic counts only the good ones; the bad ones are told anyway
        place = tuple(part for part in details["loc"] if not _TAG.fullmatch(str(part)))
        found.append(Mistake(file, document.line_of(place), path_of(place), _in_words(details)))
    return found


def path_of(place: Place) -> str:
    """Write *place* as people do.

    >>> path_of(("sprites", "hero", "shape", "polygon", 2))
    'sprites.hero.shape.polygon[2]'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def _is_around(outer: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    depth = len(outer["loc"])
    return any(len(error["loc"]) > depth and error["loc"][:depth] == outer["loc"] for error in errors)


def _in_words(error: ErrorDetails) -> str:
    if error["type"] == PLAIN:
        return error["msg"]
    if error["input"] is None:
        return EMPTY
    context: Mapping[str, Any] = error.get("ctx", {})
    words = _WORDS.get(error["type"])
    return words(error["input"], context) if words else f"{error['msg']}; here is {_shown(error['input'])}"


def _shown(value: object) -> str:
    """Show *value* as the file has it, but short."""
    if isinstance(value, dict | list | tuple):
        return "a list" if not isinstance(value, dict) else "a block of settings"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _choice(given: object, context: Mapping[str, Any]) -> str:
    return mistyped("choice here", given, re.findall("'([^']*)'", context["expected"]))


def _too_few(given: object, context: Mapping[str, Any]) -> str:  # noqa: ARG001 - one signature for all
    return f"at least {context['min_length']} must be listed; here {_are(context['actual_length'])}"


def _too_many(given: object, context: Mapping[str, Any]) -> str:  # noqa: ARG001 - one signature for all
    return f"at most {context['max_length']} may be listed; here {_are(context['actual_length'])}"


def _are(count: int | None) -> str:
    return "are more" if count is None else "is 1" if count == 1 else f"are {count}"


def _not_a_text(given: object, context: Mapping[str, Any]) -> str:  # noqa: ARG001 - one signature for all
    if isinstance(given, dict | list):
        return f"this must be text; here is {_shown(given)}"
    return f'this must be text; put quotes around it: "{_shown(given)}"'


def _fixed(message: str) -> Callable[[object, Mapping[str, Any]], str]:
    return lambda given, context: message.format(given=_shown(given), **context)


_NUMBER = "this must be a number, such as 0.5; here is {given}"
_WHOLE = "this must be a whole number, such as 64; here is {given}"
_WORDS: Mapping[str, Callable[[object, Mapping[str, Any]], str]] = {
    "literal_error": _choice,
    "string_type": _not_a_text,
    "string_too_short": _fixed("this must not be empty"),
    "string_too_long": _fixed("this is too long; at most {max_length} characters are allowed"),
    "int_type": _fixed(_WHOLE),
    "int_from_float": _fixed(_WHOLE),
    "float_type": _fixed(_NUMBER),
    "finite_number": _fixed(_NUMBER),
    "bool_type": _fixed("this must be true or false; here is {given}"),
    "greater_than": _fixed("{given} is too small; it must be more than {gt:g}"),
    "greater_than_equal": _fixed("{given} is too small; at least {ge:g} is allowed"),
    "less_than": _fixed("{given} is too large; it must be less than {lt}"),
    "less_than_equal": _fixed("{given} is too large; at most {le:g} is allowed"),
    "tuple_type": _fixed("this must be a list in square brackets, such as [a, b]; here is {given}"),
    "too_short": _too_few,
    "too_long": _too_many,
    "missing": _fixed("a value is missing here"),
    "mapping_type": _fixed("this must be indented settings (key: value); here is {given}"),
    "dict_type": _fixed("this must be indented settings (key: value); here is {given}"),
    "model_type": _fixed("this must be indented settings (key: value); here is {given}"),
}
