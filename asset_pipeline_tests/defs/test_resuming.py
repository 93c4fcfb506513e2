"""Dagster sees what a killed run left at a provider, and brings it home without paying."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

import dagster as dg
import pytest

from asset_pipeline.defs.resuming import TRY_AGAIN_S, orphan_sensor, resume_paid_jobs, run_key_of
from asset_pipeline.errors import ConfigError
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.orphans import orphans
from asset_pipeline.jobs.routing import Roster, Router, Routes
from asset_pipeline.providers.remote import Failed, Money, Ticket
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.scripted import ScriptedProvider
from asset_pipeline_tests.defs.conftest import Studio
from asset_pipeline_tests.jobs.at_hand import sent, states, work
from asset_pipeline_tests.jobs.conftest import FROG, PURPOSE
from asset_pipeline_tests.jobs.conftest import dead_owner as dead_owner  # noqa: PLC0414 - a fixture

HOUR_S = float(TRY_AGAIN_S)
UNREACHABLE = "postgresql://me:s3cret@127.0.0.1:1/name?password=s3cret"


@dataclass
class Desk:
    """A journal with a provider."""

    url: str
    journal: Journal
    provider: ScriptedProvider
    router: Router

    def died(self, seed: int = 7) -> None:
        """Have a run killed while its job is at the provider."""
        look = self.provider.look

        def killed(_: Ticket) -> None:
            raise KeyboardInterrupt

        self.provider.look = killed  # type: ignore[method-assign,assignment]
        with pytest.raises(KeyboardInterrupt):
            self.router.run(FROG.model_copy(update={"seed": seed}), {}, PURPOSE)
        self.provider.look = look  # type: ignore[method-assign]

    def resumed(self, *, ok: bool = True) -> dg.ExecuteInProcessResult:
        result = resume_paid_jobs.execute_in_process(resources={"router": self.router}, raise_on_error=False)
        assert result.success is ok
        return result


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    journal, provider = Journal(url), ScriptedProvider()
    door = Door(journal, FolderStore(tmp_path / "store"), FakeClock(time.time()))
    yield Desk(url, journal, provider, Router(Routes(("runpod",)), Roster({}, {"runpod": provider}), door))
    journal.close()


def looked(url: str) -> dg.RunRequest | dg.SkipReason:
    """Let the sensor look once."""
    [found] = told_by(orphan_sensor(lambda: Journal(url)))
    return found


def told_by(sensor: dg.SensorDefinition) -> list[dg.RunRequest | dg.SkipReason]:
    return list(cast("Iterator[dg.RunRequest | dg.SkipReason]", sensor()))


# The sensor -------------------------------------------------------------------------------------------------------


def test_nothing_left_behind_is_nothing_to_do(desk: Desk) -> None:
    desk.router.run(FROG, {}, PURPOSE)

    found = looked(desk.url)
    assert isinstance(found, dg.SkipReason)
    assert "every paid job is over" in str(found.skip_message)


def test_an_orphan_starts_the_job_that_brings_it_home(desk: Desk) -> None:
    desk.died()
    found = looked(desk.url)

    assert isinstance(found, dg.RunRequest)
    assert found.run_key == run_key_of(orphans(desk.journal, time.time()), time.time())


def test_the_same_orphans_are_asked_for_once_an_hour(desk: Desk) -> None:
    """A provider that is down is not asked every two minutes, and not forgotten either."""
    desk.died(seed=1)
    desk.died(seed=2)
    found = orphans(desk.journal, time.time())
    begin = 1_790_000_000.0 // HOUR_S * HOUR_S

    keys = {run_key_of(found, begin + minutes * 60) for minutes in range(0, 60, 2)}
    assert len(keys) == 1
    assert run_key_of(found, begin + HOUR_S) not in keys
    assert run_key_of(found[:1], begin) not in keys
    assert len(run_key_of(found * 1000, begin)) < 100, "PostgreSQL's index takes no tag beyond 2,704 bytes"


def test_somebody_who_watches_is_left_alone(desk: Desk) -> None:
    with desk.router.door._heart.owner() as owner:  # type: ignore[union-attr]
        sent(desk.journal, work(), owner, now=time.time(), job_id="job-1")
        assert isinstance(looked(desk.url), dg.SkipReason)
    assert isinstance(looked(desk.url), dg.RunRequest)


def test_a_journal_that_cannot_be_opened_fails_the_tick_without_its_password() -> None:
    with pytest.raises(ConfigError, match="refused") as raised:
        looked(UNREACHABLE)

    assert "s3cret" not in "".join(traceback.format_exception(raised.value))


def test_the_sensor_opens_the_journal_for_one_look_only(desk: Desk) -> None:
    opened: list[Journal] = []

    class Counted(Journal):
        closed = 0

        def close(self) -> None:
            Counted.closed += 1
            super().close()

    def open_journal() -> Journal:
        opened.append(Counted(desk.url))
        return opened[-1]

    told_by(orphan_sensor(open_journal))
    assert (len(opened), Counted.closed) == (1, 1)


# The job ----------------------------------------------------------------------------------------------------------


def test_what_was_left_behind_is_brought_home_and_never_paid_again(desk: Desk) -> None:
    for seed in range(3):
        desk.died(seed)
    desk.resumed()

    assert states(desk.journal) == ["delivered"] * 3
    assert desk.router.run(FROG.model_copy(update={"seed": 1}), {}, PURPOSE).receipt.memoised
    assert desk.provider.paid_jobs == 3


def test_nothing_to_bring_home_is_a_success(desk: Desk) -> None:
    desk.resumed()


def test_a_request_that_was_never_accepted_is_no_failure(desk: Desk, dead_owner: str) -> None:
    """There is nothing to bring home, and nothing to do for anybody."""
    sent(desk.journal, work(), dead_owner, now=time.time())
    desk.resumed()

    assert states(desk.journal) == ["refused"]


def test_what_could_not_be_brought_home_fails_the_run_and_says_what_and_why(desk: Desk) -> None:
    desk.provider.script = (Failed("worker died", again=False, cost=Money(Decimal(0), "charged")),)
    desk.died()
    result = desk.resumed(ok=False)

    [event] = [event for event in result.all_events if event.is_step_failure]
    told = str(event.step_failure_data.error)
    assert "pond/frog" in told
    assert "worker died" in told


def test_without_a_provider_it_says_how_to_find_out() -> None:
    router = Router(Routes(), Roster())
    with pytest.raises(ConfigError, match="asset-pipeline doctor"):
        resume_paid_jobs.execute_in_process(resources={"router": router})


def test_both_are_part_of_the_definitions(studio: Studio) -> None:
    repository = studio.definitions().get_repository_def()

    assert repository.has_job("resume_paid_jobs")
    sensor = repository.get_sensor_def("orphaned_jobs")
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    with closing(Journal(studio.settings.journal.get_secret_value())) as journal:
        assert orphans(journal, time.time()) == []
