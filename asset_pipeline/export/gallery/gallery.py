"""All files of a gallery, from a game's sprites, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from string import Template
from typing import get_args

from asset_pipeline.export.gallery.card import STATIC, THUMBNAIL_PX, card_html, thumbnail_name
from asset_pipeline.export.gallery.history import History
from asset_pipeline.export.gallery.shown import VERDICTS, Shown
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.thumbnail import small_webp
from asset_pipeline.manifest.spec import Kind

PAGE, HISTORY = "index.html", "history.json"
THUMBNAIL_BYTES = 8000


@dataclass(frozen=True)
class Gallery:
    """All that one gallery shows.

    Attributes:
        title: the game, and its pack where it has packs, for people.
        shown: the sprites, in order.
        history: what they were before; its newest versions are what is shown.
        folders: how many folders below the store's root the gallery lies.
    """

    title: str
    shown: Sequence[Shown]
    history: History = field(default_factory=History)
    folders: int = 2


def gallery_files(gallery: Gallery) -> dict[str, bytes]:
    """Write a gallery as a folder that any browser opens, from a disk or a bucket.

    All links are relative: to the gallery's own files, and to blobs of the same store.

    Args:
        gallery: what to show.

    Returns:
        Contents by name, relative to the gallery's folder; ``index.html`` is the page, ``history.json`` what the next
        gallery is told. Thumbnails are WebP of at most 8,000 bytes. The same input gives the same bytes.

    Raises:
        ImageError: a picture is none.
    """
    thumbnails = {
        thumbnail_name(one.spec.sprite): _thumbnail(one.png, one.spec.sprite)
        for one in gallery.shown
        if one.png is not None
    }
    return {
        **thumbnails,
        **{name: (STATIC / name).read_bytes() for name in ("gallery.css", "gallery.js")},
        HISTORY: gallery.history.model_dump_json(indent=1).encode(),
        PAGE: page_html(gallery).encode(),
    }


def page_html(gallery: Gallery) -> str:
    """Return the page itself."""
    up = "../" * gallery.folders
    cards = (card_html(one, gallery.history.earlier(one.spec.sprite), up) for one in gallery.shown)
    return Template((STATIC / "gallery.html").read_text()).substitute(
        title=escape(gallery.title),
        summary=_sprites(len(gallery.shown)),
        kinds=_options([one.spec.kind for one in gallery.shown], {kind: kind for kind in get_args(Kind)}),
        verdicts=_options([one.verdict for one in gallery.shown], VERDICTS),
        cards="".join(cards),
    )


def _thumbnail(png: bytes, sprite: str) -> bytes:
    return small_webp(decode_image(png, what=sprite), THUMBNAIL_PX, max_bytes=THUMBNAIL_BYTES)


def _options(found: Sequence[str], words: Mapping[str, str]) -> str:
    """Offer what there is, with how often."""
    return "".join(
        f'<option value="{value}">{word} ({found.count(value)})</option>'
        for value, word in words.items()
        if value in found
    )


def _sprites(count: int) -> str:
    return "1 sprite" if count == 1 else f"{count} sprites"
