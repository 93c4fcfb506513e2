"""A run that is killed while a paid request is on its way: sent once, and its answer is not lost."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from functools import partial
from multiprocessing import Pipe
from pathlib import Path

import pytest

from asset_pipeline.errors import (
    JobFailed,
    OutcomeUnknown,
    ProviderError,
    ProviderRejected,
    ProviderUnavailable,
)
from asset_pipeline.jobs.budgets import Budgets
from asset_pipeline.jobs.courier import AVAILABLE, Courier, Kit, _Desk
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.licensing import Licensing
from asset_pipeline.jobs.opening import RouterConfig, open_router
from asset_pipeline.jobs.routing import Router, Routes
from asset_pipeline.jobs.schema import SCHEMA_VERSION, VERSION
from asset_pipeline.providers.operations import TextToImage
from asset_pipeline.providers.remote import Prepared
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.double import Reply
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.runpod import API_KEY, RunPodDouble
from asset_pipeline.testing.scripted import ScriptedProvider
from asset_pipeline.testing.serving import variables_for
from asset_pipeline_tests.jobs.at_hand import CENTS_2, NOW, at_once, attempt, states, ticket, work
from asset_pipeline_tests.jobs.conftest import FROG, PURPOSE, Counter
from asset_pipeline_tests.jobs.test_heartbeat import eventually

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="a process is handed a pipe this way on POSIX only")


class SlowToAnswer(RunPodDouble):
    """Accepts at once, and answers a submission when it is told to."""

    def __init__(self, faults: FaultPlan | None = None) -> None:
        super().__init__(faults=faults)
        self.answers = threading.Event()

    def handle(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Reply:
        reply = super().handle(method, path, query, headers, body)
        if path.endswith("/run"):
            self.answers.wait(20)
        return reply


@pytest.fixture
def runpod() -> Iterator[SlowToAnswer]:
    with SlowToAnswer() as double:
        yield double
        double.answers.set()


def config(double: RunPodDouble, journal_url: str) -> RouterConfig:
    variables = {name: v for name, v in variables_for("runpod", double.url).items() if name.startswith("RUN")}
    unready = {"scenario": "not set", "comfyui": "not set"}
    return RouterConfig(
        Routes(("runpod",)),
        variables,
        unready,
        journal_url,
        Budgets(),
        allow_loopback=True,
        licensing=Licensing(),
    )


@contextmanager
def run(double: RunPodDouble, journal_url: str, tmp_path: Path) -> Iterator[Router]:
    with open_router(config(double, journal_url), FolderStore(tmp_path / "store")) as router:
        yield router


def door_of(router: Router) -> Door:
    assert router.door is not None
    return router.door


def courier_of(router: Router) -> Courier:
    courier: Courier | None = door_of(router)._courier
    assert courier is not None
    return courier


def couriers() -> set[int]:
    """The couriers of this process that live."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if b"asset_pipeline.jobs.courier" in words and state != "Z" and int(parent) == os.getpid():
            found.add(int(folder.name))
    return found


# Who sends --------------------------------------------------------------------------------------------------------


def test_of_one_who_sends_and_one_who_takes_back_just_one_succeeds(journal: Journal, me: str) -> None:
    for name in "abcdefgh":
        assert journal.claim(work(name), me, NOW) == "mine"
        mine = ticket()
        journal.intend(work(name), me, mine, CENTS_2, state="intended")
        begin, take = partial(journal.begin_sending, mine.token), partial(journal.take_back, mine.token, NOW)
        won = at_once([begin, take, begin])

        assert sum(map(bool, won)) == 1
        found = attempt(journal, mine.token)
        assert found.state == ("refused" if won[1] else "sending")
        assert found.cost_usd == (Decimal(0) if won[1] else CENTS_2.usd)


def test_a_journal_of_the_first_version_is_opened_and_keeps_the_older_package_out(journal_url: str) -> None:
    first = Journal(journal_url)
    with first.engine.begin() as connection:
        connection.execute(VERSION.delete())
        connection.execute(VERSION.insert().values(version=1))
    first.close()
    second = Journal(journal_url)
    with second.reading() as connection:
        assert SCHEMA_VERSION in connection.execute(VERSION.select()).scalars().all()
    second.close()


def test_what_a_killed_run_had_only_handed_over_is_taken_back_and_sent_by_the_next(
    desk: Counter, dead_owner: str
) -> None:
    """Nobody has begun to send it, so it can be paid for without fear."""
    desk.provider.findable = False
    plan = desk.provider.plan(FROG)
    handed_over(desk, dead_owner, plan.model)
    delivery = desk.run()

    assert delivery.receipt.cost_usd == desk.provider.price
    assert desk.provider.paid_jobs == 1
    assert states(desk.journal) == ["refused", "delivered"]
    assert desk.journal.attempts()[0].cost_usd == 0


def handed_over(desk: Counter, owner: str, model: str) -> None:
    from asset_pipeline.jobs.fingerprint import described, fingerprint  # noqa: PLC0415 - as the door does it
    from asset_pipeline.jobs.records import Work  # noqa: PLC0415 - as above

    name = fingerprint("runpod", desk.provider.plan(FROG), FROG)
    asked = Work(name, "runpod", model, FROG.operation, described(FROG), PURPOSE)
    assert desk.journal.claim(asked, owner, desk.clock.now()) == "mine"
    desk.journal.intend(asked, owner, ticket(created_at=desk.clock.now()), CENTS_2, state="intended")


# With the process itself --------------------------------------------------------------------------------------------


def test_one_courier_sends_everything_of_a_run_side_by_side_and_goes_with_it(
    runpod: SlowToAnswer, journal_url: str, tmp_path: Path
) -> None:
    before = couriers()
    frogs = [FROG.model_copy(update={"seed": seed}) for seed in range(8)]
    with run(runpod, journal_url, tmp_path) as router:
        assert couriers() == before, "it starts with the first request"
        threads = [
            threading.Thread(target=router.run, args=(frog, {}, PURPOSE), daemon=True) for frog in frogs
        ]
        for thread in threads:
            thread.start()
        # All are at the provider before any is answered.
        eventually(lambda: len(runpod.invoice) == len(frogs))
        [mine] = couriers() - before
        words = Path(f"/proc/{mine}/cmdline").read_bytes()
        assert API_KEY.encode() not in words
        assert API_KEY.encode() not in Path(f"/proc/{mine}/environ").read_bytes()
        runpod.answers.set()
        for thread in threads:
            thread.join(30)
        assert {a.state for a in door_of(router).journal.attempts()} == {"delivered"}
    assert len(runpod.invoice) == len(frogs)
    assert couriers() == before


RUN = """
import sys
from pathlib import Path
from asset_pipeline_tests.jobs.test_courier import FROG, PURPOSE, again
again(*sys.argv[1:])
"""


def again(url: str, journal_url: str, folder: str) -> None:
    """What a run does; called in a process of its own."""

    class There:
        """Where the double is that another process runs."""

        def __init__(self, url: str) -> None:
            self.url = url

    with run(There(url), journal_url, Path(folder)) as router:  # type: ignore[arg-type] # only its url is asked
        router.run(FROG, {}, PURPOSE)


def test_a_run_that_is_killed_before_the_answer_comes_neither_loses_it_nor_pays_again(
    runpod: SlowToAnswer, journal_url: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", RUN, runpod.url, journal_url, str(tmp_path)]
    life = subprocess.Popen(command, start_new_session=True)
    eventually(lambda: len(runpod.invoice) == 1)
    os.killpg(life.pid, signal.SIGKILL)
    life.wait()
    threading.Timer(0.5, runpod.answers.set).start()

    with run(runpod, journal_url, tmp_path) as router:
        delivery = router.run(FROG, {}, PURPOSE)
        assert [a.state for a in door_of(router).journal.attempts()] == ["delivered"]

    assert len(runpod.invoice) == 1
    assert delivery.receipt.job_id == runpod.invoice[0].job_id


@pytest.mark.parametrize(
    ("fault", "error", "state", "paid"),
    [
        (Fault.TOO_LARGE, ProviderRejected, "refused", 0),
        (Fault.ERROR_AFTER_ACCEPT, OutcomeUnknown, "uncertain", 1),
        (Fault.DROP_AFTER_ACCEPT, OutcomeUnknown, "uncertain", 1),
    ],
)
def test_what_goes_wrong_is_the_same_error_as_without_a_courier(  # noqa: PLR0917 - a row of the table
    fault: Fault, error: type[ProviderError], state: str, paid: int, journal_url: str, tmp_path: Path
) -> None:
    with SlowToAnswer(FaultPlan({1: fault})) as double:
        double.answers.set()
        with run(double, journal_url, tmp_path) as router:
            began = time.monotonic()
            with pytest.raises(error, match="runpod: "):
                router.run(FROG, {}, PURPOSE)
            assert [a.state for a in door_of(router).journal.attempts()] == [state]
            assert time.monotonic() - began < 20, "nobody is sending any more, so nobody is waited for"
        assert len(double.invoice) == paid


def test_a_courier_that_dies_with_a_request_leaves_it_uncertain_and_one_that_dies_before_it_is_replaced(
    runpod: SlowToAnswer, journal_url: str, tmp_path: Path
) -> None:
    before = couriers()
    met: list[Exception] = []

    def draw(router: Router, frog: TextToImage) -> None:
        try:
            router.run(frog, {}, PURPOSE)
        except ProviderError as error:
            met.append(error)

    with run(runpod, journal_url, tmp_path) as router:
        thread = threading.Thread(target=draw, args=(router, FROG))
        thread.start()
        eventually(lambda: len(runpod.invoice) == 1)
        [mine] = couriers() - before
        os.kill(mine, signal.SIGKILL)
        thread.join(30)
        assert [type(error) for error in met] == [OutcomeUnknown]
        assert [a.state for a in door_of(router).journal.attempts()] == ["uncertain"]

        runpod.answers.set()
        router.run(FROG.model_copy(update={"seed": 2}), {}, PURPOSE)
    assert len(runpod.invoice) == 2


def test_what_a_courier_had_not_begun_to_send_when_it_died_is_sent_anew(
    runpod: SlowToAnswer, journal_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runpod.answers.set()
    with run(runpod, journal_url, tmp_path) as router:
        door = door_of(router)
        handed: list[str] = []
        real = Courier.carry

        def dies_first(self: Courier, prepared: object) -> None:
            if not handed:
                handed.append("one")
                raise OutcomeUnknown(
                    "runpod", "the process that sends requests died; it may have been accepted"
                )
            real(self, prepared)  # type: ignore[arg-type] # as it came

        courier = courier_of(router)
        monkeypatch.setattr(courier, "carry", dies_first.__get__(courier))
        router.run(FROG, {}, PURPOSE)
        assert [a.state for a in door.journal.attempts()] == ["refused", "delivered"]
    assert len(runpod.invoice) == 1


def test_a_courier_that_cannot_start_says_so_and_nothing_is_sent(
    runpod: SlowToAnswer, journal_url: str, tmp_path: Path
) -> None:
    """Its journal is somewhere that cannot be opened, so that it ends at once."""
    with run(runpod, journal_url, tmp_path) as router:
        courier_of(router)._kit = Kit("sqlite:////proc/nowhere/journal.db", {})
        with pytest.raises(JobFailed, match="not accepted"):
            router.run(FROG, {}, PURPOSE)
        assert {a.state for a in door_of(router).journal.attempts()} == {"refused"}
    assert runpod.invoice == []


def test_what_a_courier_cannot_write_down_comes_back_with_the_jobs_id(journal: Journal, me: str) -> None:
    """The run writes it down then; that it "was not sent" would be a lie."""
    provider, mine = ScriptedProvider(findable=False), ticket()
    assert journal.claim(work("a"), me, NOW) == "mine"
    journal.intend(work("a"), me, mine, CENTS_2, state="intended")

    for error, said in (
        (OutcomeUnknown("runpod", "job job-1 was accepted", job_id="job-1"), "job job-1 was accepted"),
        (ValueError("who knows"), "may have been accepted: ValueError"),
    ):
        came = answered_by_a_courier(journal, provider, Prepared(mine, FROG, CENTS_2), error)
        assert isinstance(came, OutcomeUnknown)
        assert said in str(came)
        assert came.job_id == getattr(error, "job_id", None)
        journal.intend(work("a"), me, mine, CENTS_2, state="intended")


def answered_by_a_courier(
    journal: Journal, provider: ScriptedProvider, prepared: Prepared, error: Exception
) -> object:
    """What the run hears of a request whose sending ends in *error*."""
    ours, theirs = Pipe()
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        desk = _Desk(Kit("", {}), journal, theirs, stack)
        desk._providers["runpod"] = provider

        def sent(*_: object) -> None:
            raise error

        patch.setattr("asset_pipeline.jobs.courier.send", sent)
        desk.deal_with(prepared)
        return ours.recv()[1]


@pytest.mark.parametrize(
    "error",
    [
        ProviderRejected("runpod", "no"),
        ProviderUnavailable("runpod", "later", retry_after_s=3.5),
        OutcomeUnknown("runpod", "who knows", final=True),
        JobFailed("runpod", "out of memory", job_id="j-1", again=True),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_of_providers_travel_whole(error: ProviderError) -> None:
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert vars(arrived) == vars(error)
