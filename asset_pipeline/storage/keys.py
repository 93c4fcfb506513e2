"""Object keys: which ones a store takes, and where each thing lives.

::

    <game>/[<pack>/]<sprite>.png              what a game loads; readable, replaced by every regeneration
    <game>/[<pack>/]<sprite>.layer_<n>.png    the layers of a parallax sprite
    <game>/[<pack>/]exports/<file>            the atlas, and what engines load; <game>/[<pack>/]exports.zip has all of it
    <game>/[<pack>/]<sprite>.parallax.json    how those layers move; <sprite>.preview.webp shows it
    <game>/[<pack>/]<sprite>.<state>.png      a piece of user interface in another state; <sprite>.stretch.webp at other sizes
    <game>/[<pack>/]<sprite>.sheet.json       the cells and animations of a sheet
    <game>/[<pack>/]gallery/<file>            pages for people; <game>/[<pack>/]gallery/index.html is opened
    thumbnails/<game>/[<pack>/]<sprite>.png   small pictures for the UI
    blobs/<ab>/<sha256>.png                   the same bytes under their hash; never replaced
    work/<run>/<step>/<output>                what travels between the steps of one run
    money/<report>                            what the art cost, for people
    rejected/<game>/[<pack>/]<sprite>.png     what a gate held back, for people to look at
    candidates/<game>/[<pack>/]<sprite>.json  every picture that was drawn for it, with its verdicts
    candidates/<game>/[<pack>/]<sprite>.png   the same as a strip of small pictures
    reviews/<game>/[<pack>/]<sprite>/<id>     one decision of a person about one of them; never replaced

A game without packs has no pack folder. Ids hold neither a dot nor a slash, so no two of these meet.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import quote

from asset_pipeline.errors import StoreRefused

RESERVED_GAMES = frozenset({"blobs", "candidates", "money", "rejected", "reviews", "thumbnails", "work"})
"""Ids no game can have, since the folders above are named so."""

_MISTAKES: Mapping[str, re.Pattern[str]] = {
    "is empty": re.compile(r"\A\Z"),
    "begins or ends with a slash, or has two in a row": re.compile(r"\A/|/\Z|//"),
    # '.' and '..' leave the store, and FolderStore keeps its temporary files in '.tmp'.
    "has a part that begins with a dot": re.compile(r"(\A|/)\."),
    "holds a backslash": re.compile(r"\\"),
    "holds a control character": re.compile(r"[\x00-\x1f\x7f]"),
    "holds a character outside ASCII": re.compile(r"[^\x00-\x7f]"),
    "is longer than 512 characters": re.compile(r".{513}", re.DOTALL),
    # The longest file name of the usual file systems.
    "has a part longer than 255 characters": re.compile(r"[^/]{256}"),
}


def checked_key(key: str) -> str:
    """Return *key* where every store can hold it.

    Args:
        key: relative, ``/``-separated, printable ASCII, at most 512 characters, at most 255 between slashes.

    Raises:
        StoreRefused: naming everything that is wrong with it.

    >>> checked_key("pirates/halloween/hero.png")
    'pirates/halloween/hero.png'
    >>> checked_key("../hero.png")
    Traceback (most recent call last):
    asset_pipeline.errors.StoreRefused: the key '../hero.png' has a part that begins with a dot; ...
    """
    mistakes = [mistake for mistake, pattern in _MISTAKES.items() if pattern.search(key)]
    if mistakes:
        shown = repr(key if len(key) <= 80 else f"{key[:80]}…")
        raise StoreRefused(
            f"the key {shown} {', '.join(mistakes)}; keys look like pirates/halloween/hero.png"
        )
    return key


def blob_key(data: bytes, suffix: str) -> str:
    """Name *data* by its content: equal bytes have one key, whoever stores them.

    Args:
        data: the bytes of the object.
        suffix: file suffix with its dot, such as ``.png``.

    >>> blob_key(b"", ".png")
    'blobs/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.png'
    """
    sha256 = hashlib.sha256(data).hexdigest()
    return checked_key(f"blobs/{sha256[:2]}/{sha256}{suffix}")


def sprite_key(game: str, pack: str | None, sprite: str) -> str:
    """Name the finished picture of a sprite.

    Args:
        game: id of the game.
        pack: id of the pack, or ``None`` where the game has no packs.
        sprite: id of the sprite.

    Raises:
        StoreRefused: an id is none, or the game's is one of ``RESERVED_GAMES``.

    >>> sprite_key("pirates", "halloween", "hero"), sprite_key("flappy", None, "bird")
    ('pirates/halloween/hero.png', 'flappy/bird.png')
    """
    return checked_key(f"{_place(game, pack, sprite)}.png")


def layer_key(game: str, pack: str | None, sprite: str, n: int) -> str:
    """Name layer *n* of a parallax sprite; 0 is the farthest.

    >>> layer_key("pirates", "default", "sea", 0)
    'pirates/default/sea.layer_0.png'
    """
    return checked_key(f"{_place(game, pack, sprite)}.layer_{n}.png")


def parallax_key(game: str, pack: str | None, sprite: str) -> str:
    """Name the description of a parallax sprite's layers.

    >>> parallax_key("pirates", "default", "sea")
    'pirates/default/sea.parallax.json'
    """
    return checked_key(f"{_place(game, pack, sprite)}.parallax.json")


def preview_key(game: str, pack: str | None, sprite: str) -> str:
    """Name the moving picture of a sprite.

    >>> preview_key("pirates", "default", "sea")
    'pirates/default/sea.preview.webp'
    """
    return checked_key(f"{_place(game, pack, sprite)}.preview.webp")


def part_key(game: str, pack: str | None, sprite: str, part: str) -> str:
    """Name a file that goes with a sprite, such as one of its states.

    >>> part_key("pirates", None, "ok", "hover.png")
    'pirates/ok.hover.png'
    """
    return checked_key(f"{_place(game, pack, sprite)}.{part}")


def exports_prefix(game: str, pack: str | None) -> str:
    """Name the folder of the files that engines load.

    >>> exports_prefix("pirates", "halloween")
    'pirates/halloween/exports/'
    """
    return checked_key(_place(game, pack, "exports")) + "/"


def exports_key(game: str, pack: str | None) -> str:
    """Name the archive of all files that engines load.

    >>> exports_key("flappy", None)
    'flappy/exports.zip'
    """
    return checked_key(f"{_place(game, pack, 'exports')}.zip")


def gallery_prefix(game: str, pack: str | None) -> str:
    """Name the folder of the pages on which people look at the sprites.

    >>> gallery_prefix("pirates", "halloween")
    'pirates/halloween/gallery/'
    """
    return checked_key(_place(game, pack, "gallery")) + "/"


def thumbnail_key(game: str, pack: str | None, sprite: str) -> str:
    """Name the small picture of a sprite.

    >>> thumbnail_key("flappy", None, "bird")
    'thumbnails/flappy/bird.png'
    """
    return checked_key(f"thumbnails/{_place(game, pack, sprite)}.png")


def rejected_key(game: str, pack: str | None, sprite: str) -> str:
    """Name the picture of a sprite that a gate held back.

    >>> rejected_key("flappy", None, "bird")
    'rejected/flappy/bird.png'
    """
    return checked_key(f"rejected/{_place(game, pack, sprite)}.png")


def candidates_key(game: str, pack: str | None, sprite: str) -> str:
    """Name the record of all pictures that were drawn for a sprite.

    >>> candidates_key("flappy", None, "bird")
    'candidates/flappy/bird.json'
    """
    return checked_key(f"candidates/{_place(game, pack, sprite)}.json")


def candidates_strip_key(game: str, pack: str | None, sprite: str) -> str:
    """Name the strip of small pictures of all candidates.

    >>> candidates_strip_key("flappy", None, "bird")
    'candidates/flappy/bird.png'
    """
    return checked_key(f"candidates/{_place(game, pack, sprite)}.png")


def reviews_prefix(game: str, pack: str | None, sprite: str) -> str:
    """Name the folder of the decisions about a sprite.

    >>> reviews_prefix("pirates", "halloween", "hero")
    'reviews/pirates/halloween/hero/'
    """
    return checked_key(f"reviews/{_place(game, pack, sprite)}") + "/"


def work_key(run_id: str, step: str, output: str) -> str:
    """Name what *step* of a run hands to the next one.

    >>> work_key("0b5e", "flappy__bird.generate", "result")
    'work/0b5e/flappy__bird.generate/result'
    """
    return _joined("work", run_id, step, output)


def money_key(name: str) -> str:
    """Name a report about costs.

    >>> money_key("cost_report.png")
    'money/cost_report.png'
    """
    return _joined("money", name)


def public_url(base_url: str, key: str) -> str:
    """Return where a browser finds *key* below *base_url*.

    >>> public_url("https://art.example.com/", "flappy/a bird#1.png")
    'https://art.example.com/flappy/a%20bird%231.png'
    """
    return f"{base_url.rstrip('/')}/{quote(key)}"


def _place(game: str, pack: str | None, sprite: str) -> str:
    if game in RESERVED_GAMES:
        raise StoreRefused(
            f"no game can be called {game!r}: the store keeps other things in that folder; rename it"
        )
    return _joined(game, sprite) if pack is None else _joined(game, pack, sprite)


def _joined(*parts: str) -> str:
    for part in parts:
        if "/" in part:
            raise StoreRefused(f"{part!r} holds a slash; ids look like flying_fish")
    return checked_key("/".join(parts))
