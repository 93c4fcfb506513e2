"""Where a sprite's page is."""

from __future__ import annotations

from asset_pipeline.reviews.places import Place
from asset_pipeline.settings import Settings


def review_url(settings: Settings, game: str, pack: str | None, sprite: str) -> str | None:
    """Return where people decide about a sprite, or ``None`` where no page is served.

    >>> from pathlib import Path
    >>> here = Settings(games_dir=Path("games"), store_url="file:///s", review_url="http://127.0.0.1:3002")
    >>> review_url(here, "pirates", "winter", "hero"), review_url(here, "flappy", None, "bird")
    ('http://127.0.0.1:3002/pirates/winter#winter/hero', 'http://127.0.0.1:3002/flappy#bird')
    """
    return page_url(settings.review_url or "", game, pack, sprite)


def page_url(base: str, game: str, pack: str | None, sprite: str) -> str | None:
    """Return where below *base* people decide about a sprite, or ``None`` where *base* is empty."""
    return f"{base}{page_path(game, pack)}#{Place(game, pack, sprite).name}" if base else None


def page_path(game: str, pack: str | None) -> str:
    """Return the path of a game's page, or of one of its packs.

    >>> page_path("pirates", "winter"), page_path("pirates", None)
    ('/pirates/winter', '/pirates')
    """
    return f"/{game}" if pack is None else f"/{game}/{pack}"
