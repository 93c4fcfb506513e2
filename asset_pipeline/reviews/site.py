"""The review site without its server: requests in, answers out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, ValidationError

from asset_pipeline.errors import AssetPipelineError, DecisionRefused, ObjectNotFound
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.reviews import guards
from asset_pipeline.reviews.deciding import Wish, decide
from asset_pipeline.reviews.overview import review_of, reviews_of
from asset_pipeline.reviews.page import PICTURES, STATIC, Page, index_html, page_html, section_html
from asset_pipeline.reviews.places import Place, places
from asset_pipeline.storage.blobs import IMMUTABLE
from asset_pipeline.storage.store import Store

HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
_STATIC_TYPES = {"review.css": "text/css", "review.js": "text/javascript"}


@dataclass(frozen=True)
class Asked:
    """One request: header names in small letters, *port* the one it came in at."""

    method: str
    path: str
    headers: Mapping[str, str]
    port: int
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int
    body: bytes
    content_type: str
    cache_control: str = "no-store"


class _Decided(BaseModel):
    """The body of a decision's request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    game: str
    pack: str | None
    sprite: str
    wish: Wish


@dataclass(frozen=True)
class Site:
    """The pages of all games, their pictures, and the door for decisions.

    Attributes:
        store: where candidates and decisions are.
        game_of: reads a game's manifest; ``None`` where there is none, or a broken one.
        who: who decides unless the page names somebody else.
        public_url: where the page is opened from elsewhere.
        token: proves that a decision comes from a page of this process.
    """

    store: Store
    game_of: Callable[[str], Game | None]
    who: str
    public_url: str | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def answer(self, asked: Asked) -> Answer:
        """Answer one request; a decision that is refused, and a store that fails, are told in plain text."""
        allowed = guards.origins(asked.port, self.public_url)
        if wrong := guards.wrong_host(asked.headers, allowed):
            return _text(421, wrong)
        try:
            if asked.method == "GET":
                return self._shown(asked.path.partition("?")[0])
            if wrong := guards.wrong_sender(asked.headers, allowed, self.token):
                return _text(403, wrong)
            return self._decided(asked)
        except DecisionRefused as error:
            return _text(409, str(error))
        except AssetPipelineError as error:
            return _text(500, str(error))

    def _shown(self, path: str) -> Answer:
        if path.startswith(PICTURES):
            return self._picture(unquote(path.removeprefix(PICTURES)))
        match path.strip("/").split("/"):
            case [""]:
                games = dict.fromkeys(place.game for place in places(self.store))
                return Answer(200, index_html(games).encode(), HTML)
            case ["-", name] if name in _STATIC_TYPES:
                return Answer(200, (STATIC / name).read_bytes(), _STATIC_TYPES[name])
            case [game] if game != "-":
                return self._page(game, None)
            case [game, pack] if game != "-":
                return self._page(game, pack)
        return _nothing_at(path)

    def _page(self, game_id: str, pack: str | None) -> Answer:
        found = [place for place in places(self.store, game_id) if pack in (None, place.pack)]
        game = self.game_of(game_id)
        if not found and game is None:
            return _nothing_at(f"/{game_id}")
        title = game_id if game is None else game.title
        page = Page(
            title=title if pack is None else f"{title}, {pack}",
            reviews=reviews_of(self.store, found),
            token=self.token,
            who=self.who,
            specs={place: spec for place in found if (spec := _spec(game, place)) is not None},
        )
        return Answer(200, page_html(page).encode(), HTML)

    def _picture(self, path: str) -> Answer:
        """Return a picture that belongs to one of the sprite's candidates; nothing else of the store."""
        parts = path.split("/", 3)
        if len(parts) < 4:
            return _nothing_at(path)
        game, pack, sprite, key = parts
        review = review_of(self.store, Place(game, None if pack == "-" else pack, sprite))
        candidates = [entry.candidate for entry in review.entries]
        if key not in {image for each in candidates for image in (*each.images, each.generated)}:
            return _nothing_at(path)
        try:
            return Answer(200, self.store.get(key), "image/png", IMMUTABLE)
        except ObjectNotFound:
            return _nothing_at(path)

    def _decided(self, asked: Asked) -> Answer:
        if asked.path != "/-/decisions":
            return _nothing_at(asked.path)
        try:
            given = _Decided.model_validate_json(asked.body)
        except ValidationError as error:
            return _text(400, f"this is no decision: {error}")
        place = Place(given.game, given.pack, given.sprite)
        decide(self.store, place, given.wish)
        section = section_html(review_of(self.store, place), _spec(self.game_of(place.game), place))
        return Answer(200, section.encode(), HTML)


def _spec(game: Game | None, place: Place) -> SpriteSpec | None:
    """Return what the manifest says of a sprite now; it may have gone since the sprite was drawn."""
    if game is None or place.sprite not in game.sprites or place.pack not in (game.packs or (None,)):
        return None
    return resolve(game, place.sprite, place.pack)


def _text(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), TEXT)


def _nothing_at(path: str) -> Answer:
    return _text(404, f"there is nothing at {path}")
