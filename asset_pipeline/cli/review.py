"""``asset-pipeline review``: looking at candidates, and deciding about them."""

from __future__ import annotations

import json
import webbrowser
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from asset_pipeline.cli.common import current_settings, plain_errors
from asset_pipeline.cli.tables import table
from asset_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from asset_pipeline.reviews.decisions import Action
    from asset_pipeline.reviews.overview import Entry, SpriteReview
    from asset_pipeline.reviews.places import Place
    from asset_pipeline.reviews.site import Site
    from asset_pipeline.settings import Settings
    from asset_pipeline.storage.store import Store

PACK = click.option("--pack", help="The pack, where the sprite was drawn for several.")
WHO = click.option("--who", help="Who decides. Default: the name git knows, or the user's.")


@click.group()
def review() -> None:
    """Look at the candidates of sprites; approve, reject or pin them."""


@review.command("list")
@click.argument("game")
@click.option("--pack", help="Only this pack.")
@click.option("--sprite", help="Only this sprite.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@plain_errors
def list_(game: str, pack: str | None, sprite: str | None, as_json: bool) -> None:
    """List the candidates of GAME's sprites, with their scores and what was decided about them."""
    from asset_pipeline.reviews.overview import reviews_of

    store = _store(current_settings())
    reviews = reviews_of(store, _matching(store, game, pack, sprite))
    click.echo(json.dumps([*map(_as_json, reviews)], indent=2) if as_json else _listed(reviews))


def _add(action: Action, about: str, *, needs_why: bool) -> None:
    """Add the command of one decision about a candidate."""

    @review.command(action, help=about)
    @click.argument("game")
    @click.argument("sprite")
    @click.argument("number")
    @PACK
    @click.option("--why", default="", help="The reason; it must be given." if needs_why else "The reason.")
    @WHO
    @plain_errors
    def command(  # noqa: PLR0913, PLR0917 - one argument an option
        game: str, sprite: str, number: str, pack: str | None, why: str, who: str | None
    ) -> None:
        from asset_pipeline.reviews.deciding import candidate_number

        store = _store(current_settings())
        place = _only(store, game, pack, sprite)
        _decide(store, place, action, candidate_number(store, place, number).picture, why, who)


_add("approve", "Say that candidate NUMBER of a sprite is good; takes a rejection back.", needs_why=False)
_add("reject", "Say that candidate NUMBER of a sprite is never to be used.", needs_why=True)
_add("pin", "Make candidate NUMBER the sprite's picture, whatever is drawn later.", needs_why=True)


@review.command()
@click.argument("game")
@click.argument("sprite")
@PACK
@click.option("--why", default="", help="The reason.")
@WHO
@plain_errors
def unpin(game: str, sprite: str, pack: str | None, why: str, who: str | None) -> None:
    """Let the sprite be what is drawn for it again."""
    store = _store(current_settings())
    _decide(store, _only(store, game, pack, sprite), "unpin", None, why, who)


@review.command("open")
@click.argument("game")
@click.option("--pack", help="Only this pack.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port of the page. Default: a free one."
)
@click.option("--browser", is_flag=True, help="Open it in the browser as well.")
@plain_errors
def open_(game: str, pack: str | None, port: int, browser: bool) -> None:
    """Serve the page on which people decide about GAME's candidates, until Ctrl-C."""
    from asset_pipeline.reviews.addresses import page_path
    from asset_pipeline.reviews.server import serve_site

    settings = current_settings()
    site = review_site(settings)
    _matching(site.store, game, pack, None)
    with serve_site(site, port) as base, suppress(KeyboardInterrupt):
        url = base + page_path(game, pack)
        click.echo(f"Decide at {url}; Ctrl-C ends it.")
        if browser:
            webbrowser.open(url)
        Event().wait()


def review_site(settings: Settings) -> Site:
    """Return the review site of *settings*, for :func:`~asset_pipeline.reviews.server.serve_site`."""
    from asset_pipeline.errors import ManifestError
    from asset_pipeline.manifest.game import Game
    from asset_pipeline.manifest.load import load_game
    from asset_pipeline.reviews.person import person_here
    from asset_pipeline.reviews.site import Site

    def game_of(game: str) -> Game | None:
        try:
            return load_game(settings.games_dir / f"{game}.yaml")
        except ManifestError:  # pictures can be judged while somebody edits the file
            return None

    return Site(_store(settings), game_of, person_here(), settings.review_url)


def _store(settings: Settings) -> Store:
    from asset_pipeline.studio import store_of

    return store_of(settings)


def _matching(store: Store, game: str, pack: str | None, sprite: str | None) -> list[Place]:
    """Find the sprites that were drawn; a name that fits none is one message with those there are."""
    from asset_pipeline.manifest.base import did_you_mean
    from asset_pipeline.reviews.places import places

    drawn = places(store, game)
    if not drawn:
        games = sorted({place.game for place in places(store)})
        raise ConfigError(f"nothing was drawn for {game!r} yet{did_you_mean(game, games)}")
    for what, given, there in (
        ("pack", pack, {place.pack for place in drawn if place.pack}),
        ("sprite", sprite, {place.sprite for place in drawn}),
    ):
        if given is not None and given not in there:
            raise ConfigError(f"nothing was drawn for the {what} {given!r} yet{did_you_mean(given, there)}")
    return [place for place in drawn if pack in (None, place.pack) and sprite in (None, place.sprite)]


def _only(store: Store, game: str, pack: str | None, sprite: str) -> Place:
    found = _matching(store, game, pack, sprite)
    if len(found) != 1:
        packs = ", ".join(str(place.pack) for place in found)
        raise ConfigError(f"{game}/{sprite} was drawn for several packs; name one: --pack {packs}")
    return found[0]


def _decide(  # noqa: PLR0913, PLR0917 - all that makes a decision
    store: Store, place: Place, action: Action, picture: str | None, why: str, who: str | None
) -> None:
    from asset_pipeline.reviews.deciding import Wish, decide
    from asset_pipeline.reviews.overview import told
    from asset_pipeline.reviews.person import person_here

    wish = Wish(action=action, picture=picture, who=person_here() if who is None else who, why=why)
    click.echo(f"{place}: {told(decide(store, place, wish))}")


def _listed(reviews: list[SpriteReview]) -> str:
    head = ["sprite", "candidate", "outcome", "score", "seed", "chosen", "decisions"]
    rows = [[each.place.name, *_row(entry)] for each in reviews for entry in each.entries]
    return f"{table(head, rows, right=['score'])}\n{len(reviews)} sprites, {len(rows)} candidates"


def _row(entry: Entry) -> list[str]:
    from asset_pipeline.reviews.overview import told

    candidate = entry.candidate
    return [
        candidate.label if entry.current else "earlier",
        candidate.outcome,
        f"{candidate.score:.2f}",
        str(candidate.seed),
        "yes" if entry.chosen else "",
        "; ".join(map(told, entry.decisions)),
    ]


def _as_json(each: SpriteReview) -> dict[str, Any]:
    place, record = each.place, each.record
    return {
        **place._asdict(),
        "spec_version": record.spec_version,
        "published": record.published,
        "candidates": [
            {
                "number": int(entry.candidate.label) if entry.current else None,
                "marks": entry.marks,
                **entry.candidate.model_dump(mode="json", exclude={"number"}),
            }
            for entry in each.entries
        ],
        "decisions": [
            decision.model_dump(mode="json", exclude={"candidate"}) for decision in each.standing.decisions
        ],
    }
