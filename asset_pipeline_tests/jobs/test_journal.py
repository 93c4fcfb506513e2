"""Each step is written down before the next one is taken, and a claim belongs to one who lives."""

from __future__ import annotations

import sqlite3
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from asset_pipeline.errors import ConfigError
from asset_pipeline.jobs.journal import Journal, JournalError
from asset_pipeline.jobs.owners import LEASE_S, is_at_work, new_owner, retire
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.schema import ATTEMPTS, JOBS, SCHEMA_VERSION, SLOTS, VERSION
from asset_pipeline.providers.remote import Money, Quote
from asset_pipeline_tests.jobs.at_hand import (
    CENTS_2,
    ELSEWHERE,
    NOW,
    POND,
    at_once,
    attempt,
    delivered,
    receipt,
    sent,
    states,
    ticket,
    work,
)

LATER = NOW + LEASE_S + 1
SECRET = "s3cret-w0rd"


# Claims -----------------------------------------------------------------------------------------------------------


def test_what_one_has_the_other_waits_for(journal: Journal, me: str, other: str) -> None:
    assert journal.claim(work(), me, NOW) == "mine"
    assert journal.claim(work(), me, NOW) == "mine"
    assert journal.claim(work(), other, NOW) == "busy"
    assert journal.claim(work("b"), other, NOW) == "mine"

    journal.release(work().fingerprint, me)
    assert journal.claim(work(), other, NOW) == "mine"


def test_nobody_gives_back_what_is_anothers(journal: Journal, me: str, other: str) -> None:
    journal.claim(work(), me, NOW)
    journal.release(work().fingerprint, other)

    assert journal.claim(work(), other, NOW) == "busy"


def test_of_many_who_ask_at_once_one_gets_it(journal: Journal) -> None:
    owners = [new_owner() for _ in range(16)]
    answers = at_once([lambda o=o: journal.claim(work(), o, NOW) for o in owners])  # type: ignore[misc]

    assert sorted(map(str, answers)) == ["busy"] * 15 + ["mine"]


def test_a_dead_process_of_this_machine_is_followed_at_once(
    journal: Journal, me: str, dead_owner: str
) -> None:
    """Who starts a killed run again does not wait for a lease."""
    journal.claim(work(), dead_owner, NOW)

    assert journal.claim(work(), me, NOW) == "mine"


@pytest.mark.parametrize("asleep_s", [0.0, LEASE_S + 1, 8 * 3600])
def test_a_living_process_of_this_machine_keeps_what_it_has_however_old_its_last_sign_of_life(
    journal: Journal, me: str, living_owner: str, asleep_s: float
) -> None:
    """A laptop that slept, or a database that was busy for a minute, must not have two send the same request."""
    journal.claim(work(), living_owner, NOW)

    assert journal.claim(work(), me, NOW + asleep_s) == "busy"


def test_an_owner_of_this_process_that_is_done_is_followed_at_once_even_where_it_could_not_say_so(
    journal: Journal, me: str, other: str
) -> None:
    journal.claim(work(), other, NOW)
    retire(other)

    assert journal.claim(work(), me, NOW) == "mine"


def test_another_machines_claim_lasts_as_long_as_its_lease(journal: Journal, me: str) -> None:
    journal.claim(work(), ELSEWHERE, NOW)

    assert journal.claim(work(), me, NOW + LEASE_S - 1) == "busy"
    assert journal.claim(work(), me, LATER) == "mine"


def test_a_sign_of_life_makes_a_claim_last_longer_and_only_that_of_its_owner(
    journal: Journal, me: str
) -> None:
    journal.claim(work("a"), f"{ELSEWHERE}1", NOW)
    journal.claim(work("b"), f"{ELSEWHERE}2", NOW)
    journal.renew([f"{ELSEWHERE}1"], NOW + 30)

    assert journal.claim(work("a"), me, LATER) == "busy"
    assert journal.claim(work("b"), me, LATER) == "mine"


def test_a_sign_of_life_is_one_for_the_places_in_flight_too(journal: Journal) -> None:
    with journal.engine.begin() as connection:
        connection.execute(
            SLOTS.insert().values(provider="runpod", holder="a", owner=ELSEWHERE, lease_until=NOW)
        )
    journal.renew([ELSEWHERE], NOW)

    with journal.reading() as connection:
        assert connection.execute(sa.select(SLOTS.c.lease_until)).scalar_one() == NOW + LEASE_S


@pytest.mark.parametrize("owner", ["", "x", "host|pid|1|a", "a|b|c|d|e", "||||||"])
def test_an_owner_that_cannot_be_read_is_judged_by_its_lease(owner: str) -> None:
    assert is_at_work(owner, NOW + 1, NOW)
    assert not is_at_work(owner, NOW, NOW)


def test_a_process_that_ends_while_it_is_looked_at_is_dead_not_an_error(
    dead_owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux says "no such process" for the file of one that ended after it was opened."""

    def vanished(*_: object, **__: object) -> str:
        raise ProcessLookupError

    monkeypatch.setattr(Path, "read_text", vanished)
    assert not is_at_work(dead_owner, LATER, NOW)


def test_another_users_process_that_cannot_be_looked_at_is_alive(
    living_owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some servers hide other users' processes in /proc."""

    def hidden(*_: object, **__: object) -> str:
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", hidden)
    assert is_at_work(living_owner, NOW, LATER)


# Requests ---------------------------------------------------------------------------------------------------------


def test_who_lost_a_claim_sends_nothing(journal: Journal, me: str) -> None:
    journal.claim(work(), ELSEWHERE, NOW)
    journal.claim(work(), me, LATER)

    with pytest.raises(JournalError, match=r"another process took over a000.*run again"):
        journal.intend(work(), ELSEWHERE, ticket(), CENTS_2)
    assert journal.attempts() == []


def test_who_never_claimed_sends_nothing(journal: Journal, me: str) -> None:
    with pytest.raises(JournalError):
        journal.intend(work(), me, ticket(), CENTS_2)


def test_a_claim_outlasts_the_sending_whatever_kept_its_owner_from_a_sign_of_life(
    journal: Journal, me: str
) -> None:
    """Between the intent and the answer nobody else may look: they would find nothing, and send it too."""
    journal.claim(work(), ELSEWHERE, NOW)
    journal.intend(work(), ELSEWHERE, ticket(created_at=NOW + LEASE_S - 1), CENTS_2)

    assert journal.claim(work(), me, LATER) == "busy"


def test_a_refused_request_is_sent_again_in_its_own_row(journal: Journal, me: str) -> None:
    journal.claim(work(), me, NOW)
    mine = ticket()
    journal.intend(work(), me, mine, CENTS_2)
    journal.ended(mine.token, "refused", Money(Decimal(0), "charged"), "429", NOW)
    assert attempt(journal, mine.token).cost_usd == 0
    journal.intend(work(), me, mine.model_copy(update={"created_at": NOW + 5}), CENTS_2)

    [again] = journal.attempts()
    assert (again.state, again.cost_usd, again.sent_at, again.ended_at) == (
        "sending",
        CENTS_2.usd,
        NOW + 5,
        None,
    )


def test_every_attempt_has_a_token_of_its_own(journal: Journal, me: str) -> None:
    first = sent(journal, work("a"), me)
    second = sent(journal, work("b"), me)

    assert first.token != second.token
    with pytest.raises(sa.exc.IntegrityError), journal.engine.begin() as connection:
        connection.execute(
            ATTEMPTS.update().where(ATTEMPTS.c.number == second.number).values(token=first.token)
        )


def test_a_ticket_comes_back_as_it_was_with_the_jobs_id(journal: Journal, me: str) -> None:
    journal.claim(work(), me, NOW)
    mine = ticket(sent_px=(1024, 768), wanted_px=(512, 384), count=3, seed=7, notes={"endpoint": ["a", 1]})
    journal.intend(work(), me, mine, CENTS_2)
    journal.accepted(mine.token, "job-1", NOW + 1)

    found = journal.open_attempt(work().fingerprint)
    assert found is not None
    assert found.ticket == mine.model_copy(update={"job_id": "job-1"})
    assert (found.quote, found.purpose, found.accepted_at) == (CENTS_2, POND, NOW + 1)


def test_what_is_delivered_is_remembered_and_nobody_can_claim_it(
    journal: Journal, me: str, other: str
) -> None:
    made = sent(journal, work(), me, job_id="job-1")
    told = receipt(made, cost_usd=Decimal("0.02097152"), warnings=("as jpeg",))
    journal.delivered(made, ["blobs/a.png", "blobs/b.png"], told, NOW)

    done = journal.recall(work().fingerprint)
    assert done is not None
    assert (done.results, done.receipt) == (("blobs/a.png", "blobs/b.png"), told)
    assert journal.claim(work(), other, NOW) == "done"
    assert journal.open_attempt(work().fingerprint) is None


def test_what_is_not_done_is_not_remembered(journal: Journal, me: str) -> None:
    sent(journal, work(), me, job_id="job-1")

    assert journal.recall(work().fingerprint) is None
    assert journal.recall("f" * 64) is None


def test_a_forgotten_result_may_be_fetched_again_and_its_cost_stays(
    journal: Journal, me: str, other: str
) -> None:
    delivered(journal, work(), me)
    journal.forget_result(work().fingerprint)

    assert journal.recall(work().fingerprint) is None
    assert journal.claim(work(), other, NOW) == "mine"
    found = journal.open_attempt(work().fingerprint)
    assert found is not None
    assert (found.state, found.ticket.job_id, found.cost_usd) == ("accepted", "job-a", CENTS_2.usd)


def test_a_latecomer_cannot_talk_a_delivery_away(journal: Journal, me: str) -> None:
    """A process that slept through a takeover finds the job expired; its cost and result are known better."""
    made = delivered(journal, work(), me, cost_usd=Decimal("0.03"))
    said: list[Callable[[], None]] = [
        lambda: journal.ended(made.token, "lost", Money(Decimal("0.05"), "estimated"), "404", LATER),
        lambda: journal.uncertain(made.token, Decimal("0.05"), "reset"),
        lambda: journal.accepted(made.token, "job-2", LATER),
    ]
    for late in said:
        with pytest.raises(JournalError, match="run again"):
            late()

    assert attempt(journal, made.token) == made
    assert journal.recall(work().fingerprint) is not None


def test_a_jobs_id_is_written_down_even_where_somebody_thought_it_was_never_accepted(
    journal: Journal, me: str
) -> None:
    made = sent(journal, work(), me)
    journal.ended(made.token, "refused", Money(Decimal(0), "charged"), "was not accepted", NOW)
    journal.accepted(made.token, "job-1", NOW)

    assert states(journal) == ["accepted"]


def test_whatever_a_provider_says_can_be_written_down(journal: Journal, me: str) -> None:
    """PostgreSQL takes no NUL, and a proxy's error page may hold anything."""
    made = sent(journal, work(), me)
    journal.uncertain(made.token, Decimal("0.05"), "\0PNG " + "x" * 9000)
    told = attempt(journal, made.token).error
    assert told is not None
    assert told.startswith("PNG xxx")
    assert len(told) == 2000

    journal.ended(made.token, "failed", Money(Decimal(0), "charged"), "bad \0 input", NOW)
    assert attempt(journal, made.token).error == "bad  input"


def test_the_jobs_of_all_other_attempts_at_a_provider_are_known(journal: Journal, me: str) -> None:
    """Also those of the same work that failed: from outside they look like the one that is looked for."""
    failed = sent(journal, work("a"), me, job_id="job-1")
    journal.ended(failed.token, "failed", Money(Decimal(0), "charged"), "bad luck", NOW)
    again = sent(journal, work("a"), me)
    other = sent(journal, work("b"), me, job_id="job-2")
    elsewhere = sent(journal, work("c", provider="comfyui"), me)

    assert journal.other_job_ids(again) == {"job-1", "job-2"}
    assert journal.other_job_ids(other) == {"job-1"}
    assert journal.other_job_ids(elsewhere) == frozenset()


def test_money_is_exact_to_the_billionth_and_adds_up_so(journal: Journal, me: str) -> None:
    price = Decimal("0.020971521")
    for number in range(50):
        sent(journal, work(f"{number:02}"), me, Quote(price, price, "quoted"))

    assert {found.cost_usd for found in journal.attempts()} == {price}
    with journal.reading() as connection:
        assert connection.execute(sa.select(sa.func.sum(ATTEMPTS.c.cost_usd))).scalar() == price * 50


def test_attempts_are_in_the_order_they_were_written_down(journal: Journal, me: str) -> None:
    for name in "abcd":
        sent(journal, work(name), me)

    numbers = [found.number for found in journal.attempts()]
    assert numbers == sorted(numbers)
    assert [found.fingerprint[0] for found in journal.attempts(newest=2)] == ["c", "d"]


def test_months_are_those_of_greenwich(journal: Journal, me: str) -> None:
    new_year = 1_798_761_600.0  # 2027-01-01
    sent(journal, work("a"), me, now=new_year - 0.5)
    sent(journal, work("b"), me, now=new_year)

    with journal.reading() as connection:
        months = connection.execute(sa.select(ATTEMPTS.c.month).order_by(ATTEMPTS.c.number)).scalars().all()
    assert months == ["2026-12", "2027-01"]


# Opening ----------------------------------------------------------------------------------------------------------


def test_many_may_open_a_new_database_at_once(journal_url: str) -> None:
    def opened() -> int:
        journal = Journal(journal_url)
        try:
            with journal.reading() as connection:
                return len(connection.execute(sa.select(VERSION)).all())
        finally:
            journal.close()

    assert at_once([opened] * 12) == [1] * 12


def test_a_file_that_another_process_is_just_setting_up_is_waited_for(tmp_path: Path) -> None:
    """SQLite changes a new file over to WAL without waiting for whoever writes in it."""
    with closing(sqlite3.connect(tmp_path / "journal.db", check_same_thread=False)) as other:
        other.execute("CREATE TABLE theirs (x)")
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO theirs VALUES (1)")
        done = threading.Timer(0.2, other.commit)
        done.start()
        Journal(f"sqlite:///{tmp_path / 'journal.db'}").close()
        done.join()


def test_a_newer_packages_tables_are_left_alone(journal_url: str) -> None:
    first = Journal(journal_url)
    with first.engine.begin() as connection:
        connection.execute(VERSION.update().values(version=SCHEMA_VERSION + 1))
    first.close()

    with pytest.raises(
        ConfigError,
        match=f"tables of version {SCHEMA_VERSION + 1}, and this asset_pipeline knows version {SCHEMA_VERSION}; install",
    ):
        Journal(journal_url)


def test_a_database_of_another_time_is_refused(empty_postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is a minute ahead would see every lease of the others as over, and pay for their work."""
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 60)
    with pytest.raises(ConfigError, match=r"clock is 60 s ahead of the journal's database.*NTP"):
        Journal(empty_postgres)

    monkeypatch.setattr(time, "time", lambda: real() - 5)
    Journal(empty_postgres).close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"{SECRET}", "no database URL"),
        ("", "no database URL"),
        (f"postgresql://me:{SECRET}@host:port/name", "no database URL"),
        (f"postgresql://me:x:y@z:{SECRET}@host/name", "no database URL"),
        (f"postgresql://me:x@{SECRET}@host/name", "write an @ of the password as %40"),
        (f"mysql://me:{SECRET}@host/name", "cannot be kept in mysql"),
        (f"postgresql+nosuch://me:{SECRET}@host/name", "postgresql.nosuch"),
        (f"postgresql://me:{SECRET}@127.0.0.1:1/name", "127.0.0.1.*refused"),
        (f"postgresql://127.0.0.1:1/name?user=me&password={SECRET}", "127.0.0.1.*refused"),
        (f"postgresql://me:{SECRET}@nosuch.invalid/name", "nosuch.invalid"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("sqlite:////proc/nosuch/journal.db", "/proc/nosuch"),
    ],
)
def test_a_journal_that_cannot_be_opened_is_one_message_without_the_password(url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=f"(?s){says}") as raised:
        Journal(url)

    told = "".join(traceback.format_exception(raised.value))
    assert SECRET not in f"{told}{raised.value!r}{raised.value.__cause__!r}"
    assert "sqlite:///" in told or "cannot be opened" in told  # what to do, or where it failed


def test_a_file_that_is_no_database_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database, " * 100)
    with pytest.raises(ConfigError, match=r"journal\.db cannot be opened: file is not a database"):
        Journal(f"sqlite:///{tmp_path / 'journal.db'}")


def test_a_password_is_in_no_print_of_the_journal(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path / 'new' / 'journal.db'}")  # makes its folder, too
    journal.close()

    assert "journal.db" not in repr(journal)


def test_an_intent_survives_a_power_cut(tmp_path: Path) -> None:
    """WAL without full synchronisation loses the newest transactions, and with them a job that was paid for."""
    journal = Journal(f"sqlite:///{tmp_path / 'journal.db'}")
    with journal.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    journal.close()


def test_no_attempt_without_its_piece_of_work(journal: Journal, me: str) -> None:
    sent(journal, work(), me)
    with pytest.raises(sa.exc.IntegrityError), journal.engine.begin() as connection:
        connection.execute(ATTEMPTS.update().values(fingerprint="f" * 64))


def test_a_claim_writes_down_what_was_asked_and_for_whom(journal: Journal, me: str) -> None:
    journal.claim(work("a", Purpose("pond", "night", "frog")), me, NOW)

    with journal.reading() as connection:
        row = connection.execute(sa.select(JOBS)).one()
    assert (row.game, row.pack, row.sprite, row.request) == ("pond", "night", "frog", {"prompt": "a"})
    assert (row.done_at, row.created_at) == (None, NOW)
