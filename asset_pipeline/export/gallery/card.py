"""One sprite of the gallery as HTML: its card in the grid, and the page that opens behind it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template

from asset_pipeline.export.gallery.facts import facts_html
from asset_pipeline.export.gallery.history import Version
from asset_pipeline.export.gallery.shown import VERDICTS, Shown
from asset_pipeline.export.gallery.views import viewer_html
from asset_pipeline.imaging.finish import is_pixel_art
from asset_pipeline.storage.keys import blob_key

STATIC = files("asset_pipeline.export.gallery") / "static"
THUMBNAIL_PX = 192


def card_html(shown: Shown, earlier: Sequence[Version], up: str) -> str:
    """Return the card of a sprite; whatever comes from outside is escaped.

    Args:
        shown: the sprite.
        earlier: its published pictures before this one, the newest first.
        up: the way from the page to the store's root, such as ``../../``.
    """
    spec, verdict = shown.spec, shown.verdict
    return Template((STATIC / "card.html").read_text()).substitute(
        sprite=escape(spec.sprite),
        names=escape(f"{spec.sprite} {spec.name}".lower()),
        style=" crisp" if is_pixel_art(spec.style) and max(shown.size_px) <= THUMBNAIL_PX else "",
        kind=spec.kind,
        verdict=verdict,
        verdict_words=VERDICTS[verdict],
        picture="#" if shown.png is None else up + blob_key(shown.png, ".png"),
        thumbnail=_thumbnail(shown),
        description=escape(spec.description),
        viewer=viewer_html(shown, up),
        facts=facts_html(shown, earlier, up),
    )


def thumbnail_name(sprite: str) -> str:
    """Name the file of a sprite's small picture, within the gallery.

    >>> thumbnail_name("frog")
    'thumbnails/frog.webp'
    """
    return f"thumbnails/{sprite}.webp"


def _thumbnail(shown: Shown) -> str:
    """The name beside it says what it shows, so a screen reader passes over the picture."""
    if shown.png is None:
        return ""
    name = escape(thumbnail_name(shown.spec.sprite))
    return f'<img src="{name}" alt="" width="160" height="160" loading="lazy" decoding="async">'
