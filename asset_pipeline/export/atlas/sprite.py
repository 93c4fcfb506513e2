"""What goes into an atlas: sprites of one or more frames, with all that an engine wants to know about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.manifest.composites import Insets

Playback: TypeAlias = Literal["once", "loop", "ping_pong"]


@dataclass(frozen=True)
class Animation:
    """Frames of one sprite, shown one after the other.

    Attributes:
        name: the sprite's own name for it.
        frames: indices into the sprite's frames, in order; one may come again.
        durations_ms: how long each of them is shown, in milliseconds.
        playback: ``once``; ``loop`` begins again at its end; ``ping_pong`` runs back from it, and so on for ever.
    """

    name: str
    frames: tuple[int, ...]
    durations_ms: tuple[float, ...]
    playback: Playback

    @property
    def unrolled(self) -> tuple[tuple[int, float], ...]:
        """One round of (frame, duration), for engines that only know loops: ``ping_pong`` with its way back.

        >>> Animation("bob", (0, 1, 2), (100, 100, 100), "ping_pong").unrolled
        ((0, 100), (1, 100), (2, 100), (1, 100))
        """
        forth = tuple(zip(self.frames, self.durations_ms, strict=True))
        return forth + forth[-2:0:-1] if self.playback == "ping_pong" else forth

    @property
    def loops(self) -> bool:
        """Whether it ever ends."""
        return self.playback != "once"


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a sprite.

    Attributes:
        label: tells it from the sprite's other frames, such as ``3`` or ``hover``; empty for the only one.
        rgba: ``(height, width, 4)`` uint8, straight alpha.
    """

    label: str
    rgba: Rgba = field(repr=False)


@dataclass(frozen=True, eq=False)
class Sprite:
    """One sprite of a game.

    Attributes:
        id: the manifest's id; names of files are made of it.
        name: the engine's own name.
        frames: one or more, all of one size.
        pivot: the point of a frame that lies on the thing's position, in shares of the frame from its top left; may lie outside.
        world_size: width and height in world units of what the sprite shows, where the game has said so.
        nine_patch: how far the corners reach in, where the sprite is to be stretched; it is not trimmed then.
        animations: in order.
        tile_columns: frames in a row of a level's tiles, which are laid in a grid and not trimmed; ``None`` for other sprites.
        neighbours: of a blob set, for each frame the neighbours of the same terrain that it is for: bits clockwise from the
            north, as :mod:`~asset_pipeline.imaging.sheets.blob` has them; empty for other sprites.
    """

    id: str
    name: str
    frames: tuple[Frame, ...]
    pivot: tuple[float, float] = (0.5, 0.5)
    world_size: tuple[float, float] | None = None
    nine_patch: Insets | None = None
    animations: tuple[Animation, ...] = ()
    tile_columns: int | None = None
    neighbours: tuple[int, ...] = ()

    @property
    def has_corners(self) -> bool:
        """Whether its tiles tell diagonal neighbours apart, too."""
        return len(self.neighbours) > 16

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of a frame."""
        height, width = self.frames[0].rgba.shape[:2]
        return width, height

    @property
    def stretched_box(self) -> PixelBox | None:
        """The middle of a nine-patch, which stretches both ways."""
        if self.nine_patch is None:
            return None
        (width, height), insets = self.size_px, self.nine_patch
        return PixelBox(
            insets.left, insets.top, width - insets.left - insets.right, height - insets.top - insets.bottom
        )

    @property
    def frame_names(self) -> tuple[str, ...]:
        """What the engine calls each frame: the sprite's name, with the frame's label where it has one."""
        return tuple(_labelled(self.name, frame.label) for frame in self.frames)

    @property
    def frame_ids(self) -> tuple[str, ...]:
        """The same, made of the sprite's id: safe in a file's name."""
        return tuple(_labelled(self.id, frame.label) for frame in self.frames)

    def animation_name(self, animation: Animation) -> str:
        """What the engine calls an animation of this sprite."""
        return _labelled(self.name, animation.name)


def _labelled(name: str, label: str) -> str:
    return f"{name}_{label}" if label else name
