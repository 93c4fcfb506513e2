"""From settings to open things, without Dagster: the store, the providers and the journal, for commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pydantic import SecretStr

from asset_pipeline.errors import ConfigError
from asset_pipeline.jobs.budgets import Budgets
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.licensing import Licensing
from asset_pipeline.jobs.opening import RouterConfig, open_router
from asset_pipeline.jobs.routing import Router, Routes
from asset_pipeline.manifest.load import LoadedGames, load_games
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.planning.misfits import checked
from asset_pipeline.providers.licences import open_licences
from asset_pipeline.providers.opening import Record
from asset_pipeline.settings import PROVIDERS, Settings, missing_for
from asset_pipeline.storage.open import open_store
from asset_pipeline.storage.s3_config import S3Config
from asset_pipeline.storage.store import Store


@dataclass(frozen=True)
class Studio:
    """Everything a command works with."""

    store: Store
    router: Router
    journal: Journal

    @property
    def door(self) -> Door:
        """The door for paid work.

        Raises:
            ConfigError: no provider that costs money is configured.
        """
        if self.router.door is None:
            raise ConfigError(
                "no remote provider is configured here; `asset-pipeline doctor` says what is missing"
            )
        return self.router.door


def routes_of(settings: Settings) -> Routes:
    """Return who carries out which operation."""
    return Routes(settings.providers, settings.operations)


def providers_asked(settings: Settings) -> frozenset[str]:
    """Name every provider to which a route leads: by the environment, or by the manifest of a game that can be read."""
    routes = routes_of(settings)
    games = load_games(settings.games_dir, settings.games).games if settings.games_dir.is_dir() else ()
    specs = [
        resolve(game, name, pack) for game in games for name in game.sprites for pack in game.packs or (None,)
    ]
    by_manifests = [
        routes.chain(operation, spec.providers) for spec in specs for operation in spec.operations
    ]
    return routes.named.union(*by_manifests)


def unready(settings: Settings) -> dict[str, str]:
    """Say why a provider cannot be used, by its name; those that can are left out."""
    reasons = {name: missing_for(name, settings) for name in PROVIDERS}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def store_of(settings: Settings) -> Store:
    """Open the store.

    Raises:
        ConfigError: its address cannot be right.
    """
    s3 = settings.s3
    config = S3Config(
        endpoint_url=s3.endpoint_url,
        region=s3.region,
        path_style=s3.path_style,
        checksums=s3.checksums,
        public_base_url=settings.public_base_url,
        presign_seconds=s3.presign_seconds,
        access_key_id=_plain(s3.access_key_id),
        secret_access_key=_plain(s3.secret_access_key),
        session_token=_plain(s3.session_token),
    )
    bucket = config if settings.store_folder is None else None
    return open_store(settings.store_url, s3=bucket, public_base_url=settings.public_base_url)


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def budgets_of(settings: Settings) -> Budgets:
    """Return what may be spent."""
    return Budgets(settings.budgets.run_usd, settings.budgets.game_usd, settings.budgets.month_usd)


def licensing_of(settings: Settings) -> Licensing:
    """Return which models may be used.

    Raises:
        ConfigError: what is declared beside the games is wrong.
    """
    return Licensing(settings.licences, open_licences(settings.games_dir))


def router_config(settings: Settings) -> RouterConfig:
    """Return what the router of *settings* is made of.

    Raises:
        ConfigError: what is declared about licences is wrong.
    """
    return RouterConfig(
        routes=routes_of(settings),
        variables={name: value.get_secret_value() for name, value in settings.credentials.items()},
        unready=unready(settings),
        journal_url=settings.journal.get_secret_value(),
        budgets=budgets_of(settings),
        allow_loopback=settings.environment == "local",
        licensing=licensing_of(settings),
    )


def checked_games(loaded: LoadedGames, settings: Settings) -> LoadedGames:
    """Move the games that ask for what their providers cannot do to the broken ones; asks no network.

    Raises:
        ConfigError: a provider's configuration cannot be right.
    """
    with open_router(replace(router_config(settings), journal_url=None), store_of(settings)) as router:
        return checked(loaded, router, settings.games_dir)


@contextmanager
def open_studio(settings: Settings, *, record: Record | None = None) -> Iterator[Studio]:
    """Open everything *settings* name, and close it afterwards.

    Args:
        settings: what the environment decides.
        record: is given every exchange with a provider, redacted.

    Raises:
        ConfigError: something cannot be right; says what.
    """
    store = store_of(settings)
    journal = Journal(settings.journal.get_secret_value(), budgets_of(settings))
    try:
        with open_router(router_config(settings), store, record=record) as router:
            yield Studio(store, router, journal)
    finally:
        journal.close()
