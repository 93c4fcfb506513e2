"""YAML to plain values, with the line of each: safe, bounded, and no more of YAML than a manifest needs.

Built from the parser's events rather than its node tree: libyaml composes recursively and a file of 100,000
``[`` ends the process, while events can be counted as they come. Scalars follow the core schema of YAML 1.2:
``on``, ``yes`` and ``1:30`` are text, as the editors' language server has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from asset_pipeline.manifest.base import Place

MAX_DEPTH = 16
MAX_VALUES = 250_000  # what aliases stand for counts every time; 5,000 sprites have about 50,000

Value: TypeAlias = Any
Content: TypeAlias = ScalarEvent | SequenceStartEvent | MappingStartEvent
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
# What the parser says, and what a person needs to hear.
_PLAINER = (
    ("found character '\\t'", "a tab stands here; indent with spaces only"),
    (
        "found character that cannot start any token",
        "a tab, or one of @ ` %, stands here; use spaces, or quote the text",
    ),
    ("mapping values are not allowed", "a ':' stands where none can be; put text that holds ': ' in quotes"),
    ("could not find expected ':'", "a ':' and a space are missing after a key, at or just above this line"),
    (
        "did not find expected key",
        "this line is indented differently from its neighbours, or a quote is not closed",
    ),
    ("did not find expected '-' indicator", "this line of a list is indented differently, or lacks its '- '"),
    ("found unexpected end of stream", "a quote that was opened is not closed"),
    ("did not find expected ',' or ']'", "a ',' or the closing ']' of a list is missing"),
    ("did not find expected ',' or '}'", "a ',' or the closing '}' is missing"),
    (
        "did not find expected alphabetic or numeric character",
        "a '*' or '&' begins this text; put it in quotes",
    ),
    (
        "did not find expected node content",
        "a value is missing here; a '#' needs quotes around it, as in \"#1e90ff\"",
    ),
    ("found unexpected ':'", "a ':' stands where none can be; put text that holds ':' in quotes"),
    ("control characters are not allowed", "an invisible control character stands here; delete it"),
)


class NotYamlError(Exception):
    """The text cannot be read at all; ``line`` is 1-based."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


class Document:
    """The values of a YAML text.

    Attributes:
        value: dicts, lists, text, numbers, booleans and ``None``; keys are text as written.
        lines: the 1-based line of each value by its place; a key's line for what stands in a mapping.
        faults: what is wrong with the text itself though it could be read: place, line and message.

    Raises:
        NotYamlError: the text is no YAML, is more than one document, or is nested or aliased beyond reason.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self.faults: list[tuple[Place, int, str]] = []
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._count = 0
        self._events: Iterator[Event] = yaml.parse(text, _LOADER)
        try:
            self.value = self._document()
        except yaml.MarkedYAMLError as error:
            raise _not_yaml(error) from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise NotYamlError(line, "a character stands here that YAML does not allow; delete it") from error

    def line_of(self, place: Place) -> int:
        """Return the line of *place*, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def _document(self) -> Value:
        next(self._events)  # the stream's start
        event = next(self._events)
        value = self._value(next(self._events), ()) if isinstance(event, DocumentStartEvent) else None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                raise NotYamlError(_line(event), "a second document begins ('---'); one file holds one game")
        return value

    def _value(self, event: Event, place: Place) -> Value:
        line = _line(event)
        self.lines.setdefault(place, line)
        self._grow(1, line)
        if isinstance(event, AliasEvent):
            return self._aliased(event, place, line)
        assert isinstance(event, Content)  # noqa: S101 - for mypy: nothing else begins a value
        if event.tag not in (None, "!"):
            self.faults.append((place, line, f"the tag {event.tag!r} is not used in manifests; delete it"))
        if len(place) > MAX_DEPTH:
            raise NotYamlError(line, f"this is nested more than {MAX_DEPTH} levels deep; flatten it")
        before = self._count
        value = self._whole(event, place)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._count - before + 1)
        return value

    def _whole(self, event: Content, place: Place) -> Value:
        if isinstance(event, MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(place)
        return plain_value(event.value) if event.implicit[0] else event.value

    def _aliased(self, event: AliasEvent, place: Place, line: int) -> Value:
        if event.anchor not in self._anchors:
            self.faults.append(
                (place, line, f"*{event.anchor} stands for nothing; no &{event.anchor} is complete above")
            )
            return None
        value, size = self._anchors[event.anchor]
        self._grow(size, line)
        return value

    def _sequence(self, place: Place) -> list[Value]:
        values: list[Value] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            values.append(self._value(event, (*place, len(values))))
        return values

    def _mapping(self, place: Place) -> dict[str, Value]:
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            line = _line(event)
            key = self._key(event, place, line)
            if key in own:
                first = self.lines[(*place, key)]
                self.faults.append(
                    ((*place, key), line, f"{key!r} stands here twice, first on line {first}; keep one")
                )
            self.lines.setdefault((*place, key), line)
            value = self._value(next(self._events), (*place, key))
            if key == "<<" and _can_merge(value):
                for mapping in value if isinstance(value, list) else [value]:
                    merged = {**mapping, **merged}
            else:
                own.setdefault(key, value)
        return {**merged, **own}

    def _key(self, event: Event, place: Place, line: int) -> str:
        if isinstance(event, ScalarEvent):
            return str(event.value)
        self.faults.append((place, line, "a key must be a word; a list, a mapping or an alias stands here"))
        self._value(event, (*place, "?"))
        return "?"

    def _grow(self, size: int, line: int) -> None:
        self._count += size
        if self._count > MAX_VALUES:
            raise NotYamlError(
                line, f"with what its aliases stand for, this file holds more than {MAX_VALUES:,} values"
            )


def plain_value(text: str) -> str | int | float | bool | None:
    """Read an unquoted scalar by the core schema of YAML 1.2.

    >>> [plain_value(text) for text in ("64", "0.5", "true", "yes", "3d", "~", "1e3", "1:30", ".inf")]
    [64, 0.5, True, 'yes', '3d', None, 1000.0, '1:30', '.inf']
    """
    folded = text.lower()
    if folded in _WORDS:
        return _WORDS[folded]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _can_merge(value: Value) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and all(isinstance(mapping, dict) for mapping in value)
    )


def _not_yaml(error: yaml.MarkedYAMLError) -> NotYamlError:
    problem = error.problem or "this is not YAML"
    mark = error.problem_mark or error.context_mark
    plainer = next((words for part, words in _PLAINER if part in problem), problem)
    return NotYamlError(mark.line + 1 if mark else 1, plainer)
