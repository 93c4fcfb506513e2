"""What a manifest asks for in vain, found when games are loaded: before a run, and long before it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from asset_pipeline.errors import ConfigError, ManifestError, Mistake, ProviderRejected
from asset_pipeline.jobs.routing import Router, asked_of_fallback
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.load import BrokenGame, LoadedGames
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import Title
from asset_pipeline.sprites.expected import expected_requests
from asset_pipeline.sprites.lettering import laid_out


def checked(loaded: LoadedGames, router: Router, games_dir: Path) -> LoadedGames:
    """Move the games that ask for what a provider cannot do, or a font, to the broken ones.

    Args:
        loaded: games as they were read.
        router: who would be asked; providers that are not ready are not asked, so that a missing key hides no game.
        games_dir: the folder that pictures named in manifests count from.
    """
    good: list[Game] = []
    broken = list(loaded.broken)
    for game in loaded.games:
        mistakes = unsettable(game, games_dir)
        mistakes += misfits(game, router, games_dir) if router.remote else []
        if mistakes:
            file = games_dir / f"{game.id}.yaml"
            broken.append(BrokenGame(game.id, file, ManifestError(mistakes)))
        else:
            good.append(game)
    return LoadedGames(tuple(good), tuple(broken))


def unsettable(game: Game, games_dir: Path) -> list[Mistake]:
    """Name the titles of *game* whose text cannot be set as they ask, and what their font lacks."""
    file, any_pack = games_dir / f"{game.id}.yaml", next(iter(game.packs), None)
    mistakes = []
    for name, sprite in game.sprites.items():
        if isinstance(sprite, Title) and sprite.lettering is not None:
            try:
                laid_out(resolve(game, name, any_pack), games_dir)
            except ConfigError as error:
                mistakes.append(Mistake(file, 0, f"sprites.{name}.lettering", str(error)))
    return mistakes


def misfits(game: Game, router: Router, games_dir: Path) -> list[Mistake]:
    """Name what *game* asks of its providers that they cannot do, who could, and every sprite that asks for it."""
    packs: Sequence[str | None] = tuple(game.packs) or (None,)
    sprites: dict[str, list[str]] = {}
    for name in game.sprites:
        complaints = [
            message for pack in packs for message in _complaints(resolve(game, name, pack), router, games_dir)
        ]
        for message in dict.fromkeys(complaints):
            sprites.setdefault(message, []).append(name)
    file = games_dir / f"{game.id}.yaml"
    return [
        Mistake(file, 0, f"sprites.{names[0]}", _with_others(message, names[1:]))
        for message, names in sprites.items()
    ]


def _with_others(message: str, others: Sequence[str]) -> str:
    if not others:
        return message
    shown = ", ".join(others[:8]) + (f" and {len(others) - 8} more" if len(others) > 8 else "")
    return f"{message}. The same for {shown}"


def _complaints(spec: SpriteSpec, router: Router, games_dir: Path) -> Iterator[str]:
    try:
        wanted = expected_requests(spec, games_dir, guide=False)
    except ConfigError as error:
        yield str(error)
        return
    for request in wanted:
        first, *fallbacks = router.routes.chain(request.operation, spec.providers)
        for name in (first, *fallbacks):
            provider = router.remote.get(name)
            try:
                if provider is not None:
                    asked = request if name == first else asked_of_fallback(provider.cards(), request)
                    router.plan(name, asked)
            except ProviderRejected as error:
                able = router.able(request)
                remedy = f", for example ASSET_PIPELINE_{request.operation.upper()}={able[0]}" if able else ""
                if request.operation == "decompose_layers":
                    remedy += (
                        "; or say in the sprite's plan what each layer shows, and they are drawn one by one"
                    )
                yield f"{error}; it can be done by {router.who_can(request)}{remedy}"
