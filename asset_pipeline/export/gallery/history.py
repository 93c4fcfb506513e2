"""Which pictures a sprite had before, so that the gallery can show them beside the newest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

REMEMBERED = 6


class Version(BaseModel):
    """One published picture of a sprite.

    Attributes:
        picture: key of its blob.
        made_at: when it was published, UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    picture: str
    made_at: AwareDatetime


class History(BaseModel):
    """The published pictures of a game's sprites, as its gallery saw them.

    Attributes:
        format: counts up when the file means something else.
        sprites: by sprite, the newest version first, at most ``REMEMBERED``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    sprites: Mapping[str, tuple[Version, ...]] = {}

    def newest(self, sprite: str) -> str | None:
        """Return the picture that *sprite* had last, or ``None``."""
        versions = self.sprites.get(sprite, ())
        return versions[0].picture if versions else None

    def earlier(self, sprite: str) -> tuple[Version, ...]:
        """Return what *sprite* was before its newest version, the newest first."""
        return self.sprites.get(sprite, ())[1:]

    def with_version(self, sprite: str, version: Version) -> History:
        """Put *version* before the others of *sprite*; a picture that comes back is listed once, and the oldest is forgotten.

        >>> from datetime import UTC, datetime
        >>> drawn = [Version(picture=name, made_at=datetime(2026, 11, 24, tzinfo=UTC)) for name in "aba"]
        >>> history = History()
        >>> for version in drawn:
        ...     history = history.with_version("frog", version)
        >>> history.newest("frog"), [version.picture for version in history.earlier("frog")]
        ('a', ['b'])
        """
        others = [old for old in self.sprites.get(sprite, ()) if old.picture != version.picture]
        return self.model_copy(
            update={"sprites": {**self.sprites, sprite: (version, *others[: REMEMBERED - 1])}}
        )
