"""Opening everything between a request and its pictures, and closing it again on every path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from asset_pipeline.errors import ConfigError
from asset_pipeline.jobs.budgets import Budgets
from asset_pipeline.jobs.clock import Clock
from asset_pipeline.jobs.courier import AVAILABLE, Courier, Kit
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.licensing import Licensing
from asset_pipeline.jobs.routing import Roster, Router, Routes
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.opening import REMOTE, Publish, Record, Surroundings, open_provider
from asset_pipeline.providers.remote import RemoteProvider
from asset_pipeline.storage.blobs import put_blob
from asset_pipeline.storage.keys import blob_key
from asset_pipeline.storage.store import Store


@dataclass(frozen=True)
class RouterConfig:
    """What a router is made of.

    Attributes:
        routes: who does what.
        variables: the providers' environment variables that are set, by name; secrets among them.
        unready: why a provider cannot be used, by name.
        journal_url: where paid work is written down; ``None`` for a router that is only asked what could be done.
        budgets: what may be spent.
        allow_loopback: providers may be on this very machine, without https.
        licensing: which models may be used here.
    """

    routes: Routes
    variables: Mapping[str, str] = field(repr=False)
    unready: Mapping[str, str]
    journal_url: str | None = field(repr=False)
    budgets: Budgets
    allow_loopback: bool
    licensing: Licensing


@contextmanager
def open_router(
    config: RouterConfig, store: Store, *, record: Record | None = None, clock: Clock | None = None
) -> Iterator[Router]:
    """Open the providers that are ready, and the journal where there is one of them.

    A provider that cannot be opened and that no route names does not keep the others from working.

    Args:
        config: what it is made of.
        store: where pictures go.
        record: is given every exchange with a provider, redacted.
        clock: time; an op's ends its waiting when the run is stopped.

    Raises:
        ConfigError: the configuration of a provider that is wanted cannot be right, or the journal cannot be opened.
    """
    around = Surroundings(config.allow_loopback, _publisher(store), record)
    unready = dict(config.unready)
    remote: dict[str, RemoteProvider] = {}
    with ExitStack() as stack:
        for name in (name for name in REMOTE if name not in config.unready):
            try:
                remote[name] = stack.enter_context(open_provider(name, config.variables, around))
            except ConfigError as error:
                if name in config.routes.named:
                    raise
                unready[name] = str(error)
        door = None
        if remote and config.journal_url is not None:
            journal = Journal(config.journal_url, config.budgets)
            stack.callback(journal.close)
            courier = None
            if AVAILABLE and record is None:  # what another process sends cannot be recorded here
                courier = Courier(Kit(config.journal_url, config.variables, config.allow_loopback))
                stack.callback(courier.close)
            door = Door(journal, store, clock, courier)
        roster = Roster({"local": LocalProvider()}, remote, unready)
        yield Router(config.routes, roster, door, clock, config.licensing)


def _publisher(store: Store) -> Publish | None:
    """Return what puts a picture where a provider can read it by URL; ``None`` where the store has no such place."""
    url = store.browser_url(blob_key(b"", ".png"))
    if url is None or not url.startswith("https://"):
        return None
    return lambda png: store.browser_url(put_blob(store, png)) or ""
