"""A door over a journal and a store in a temporary folder, with a provider whose answers a test decides."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from asset_pipeline.jobs.budgets import Budgets
from asset_pipeline.jobs.clock import Clock
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.owners import new_owner, retire
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.providers.operations import Delivery, ImageToImage, RemoveBackground, TextToImage
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.postgres import postgres, postgres_programs
from asset_pipeline.testing.scripted import ScriptedProvider
from asset_pipeline_tests.jobs.at_hand import process_with_an_owner

FROG = TextToImage(prompt="a green frog, video game character", width_px=64, height_px=64, seed=7)
PURPOSE = Purpose(game="pond", sprite="frog", run_id="run-1")


@dataclass
class Counter:
    """Everything between a request and its picture."""

    url: str
    journal: Journal
    store: FolderStore
    door: Door
    provider: ScriptedProvider
    clock: Clock
    others: list[Counter] = field(default_factory=list)

    def run(
        self, request: TextToImage | ImageToImage | RemoveBackground = FROG, purpose: Purpose = PURPOSE
    ) -> Delivery:
        return self.door.run(self.provider, request, purpose)

    def reborn(self, budgets: Budgets | None = None, clock: Clock | None = None) -> Counter:
        """The same database and store in another process, as far as the door can tell."""
        self.others.append(counter(self.url, self.store, self.provider, budgets, clock))
        return self.others[-1]

    def close(self) -> None:
        for one in (self, *self.others):
            one.journal.close()


def counter(
    url: str,
    store: FolderStore,
    provider: ScriptedProvider | None = None,
    budgets: Budgets | None = None,
    clock: Clock | None = None,
) -> Counter:
    clock = clock or FakeClock()
    journal = Journal(url, budgets)
    return Counter(url, journal, store, Door(journal, store, clock), provider or ScriptedProvider(), clock)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if postgres_programs() is None and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed; scripts/get-test-servers")
    with postgres() as url:
        yield url


@pytest.fixture
def empty_postgres(postgres_url: str) -> str:
    """The server's database with nothing in it: to empty one is ten times as fast as to make and remove many."""
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL lock_timeout = '20s'"))
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return postgres_url


@pytest.fixture(params=["sqlite", "postgresql"])
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database of each kind that users run."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'journal.db'}"
    url: str = request.getfixturevalue("empty_postgres")
    return url


@pytest.fixture
def desk(journal_url: str, tmp_path: Path) -> Iterator[Counter]:
    made = counter(journal_url, FolderStore(tmp_path / "store"))
    yield made
    made.close()


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    opened = Journal(journal_url)
    yield opened
    opened.close()


@pytest.fixture
def me() -> Iterator[str]:
    """Somebody in this process who is at work."""
    owner = new_owner()
    yield owner
    retire(owner)


@pytest.fixture
def other() -> Iterator[str]:
    """Somebody else in this process."""
    owner = new_owner()
    yield owner
    retire(owner)


@pytest.fixture(scope="session")
def living_owner() -> Iterator[str]:
    """Somebody in another process of this machine, who is at work for as long as the tests last."""
    with process_with_an_owner() as owner:
        yield owner


@pytest.fixture(scope="session")
def dead_owner() -> str:
    """Somebody in a process of this machine that has ended."""
    with process_with_an_owner() as owner:
        return owner
