"""What every format comes to once it is read: the same facts, in the same units, whatever a format's own conventions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath

Files = Mapping[str, bytes]
Box = tuple[int, int, int, int]
Shown = tuple[str, float]


@dataclass(frozen=True)
class ReadFrame:
    """One frame.

    Attributes:
        picture: the PNG it is on.
        box: x, y, width, height from the picture's top left.
        pivot: the pivot's place on the picture, in pixels from its top left.
        insets: left, top, right, bottom of a nine-patch.
        whole: what the box was cut from: x and y of the box in it, and its width and height.
    """

    picture: str
    box: Box
    pivot: tuple[float, float] | None = None
    insets: tuple[int, int, int, int] | None = None
    whole: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class ReadAnimation:
    """One animation.

    Attributes:
        shown: frames and their milliseconds, in order; a ping-pong's way back only where the format cannot say it.
        playback: once, loop or ping_pong, where the format says so.
        loops: whether it begins again.
    """

    shown: tuple[Shown, ...]
    loops: bool | None = None
    playback: str | None = None


@dataclass(frozen=True)
class Reading:
    """All that a format says of an atlas."""

    frames: dict[str, ReadFrame] = field(default_factory=dict)
    animations: dict[str, ReadAnimation] = field(default_factory=dict)


def linked(file: str, link: str) -> str:
    """Return the name of the file that *link* in *file* leads to."""
    return normpath(join(dirname(file), link))
