"""Nothing is paid for twice, and nothing that was paid for is lost."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest

from asset_pipeline.errors import (
    BadResult,
    BudgetExceeded,
    JobFailed,
    JobLost,
    JobTimedOut,
    OutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
    StoreUnavailable,
)
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.jobs.budgets import Budgets
from asset_pipeline.jobs.clock import SystemClock
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.schema import ATTEMPTS
from asset_pipeline.providers.operations import RemoveBackground
from asset_pipeline.providers.remote import (
    Ceilings,
    Failed,
    JobState,
    Lost,
    Money,
    Prepared,
    Queued,
    Running,
    Succeeded,
    Ticket,
)
from asset_pipeline.testing.scripted import PRICE, empty_result, unavailable
from asset_pipeline_tests.jobs.conftest import FROG, PURPOSE, Counter

REFUNDED = Money(Decimal(0), "charged")


def states(desk: Counter) -> list[str]:
    return [attempt.state for attempt in desk.journal.attempts()]


def test_the_same_request_is_paid_for_once(desk: Counter) -> None:
    first, second = desk.run(), desk.run()

    assert desk.provider.paid_jobs == 1
    assert second.images == first.images
    assert (first.receipt.memoised, second.receipt.memoised) == (False, True)
    assert first.receipt.cost_usd == second.receipt.cost_usd == PRICE


def test_another_process_finds_the_memo_without_a_call(desk: Counter) -> None:
    made = desk.run()

    other = desk.reborn()
    other.provider.submits = [AssertionError("the memo has it")]
    assert other.run().images == made.images
    assert desk.provider.prepared == 1


@pytest.mark.parametrize("change", [{"prompt": "a red frog"}, {"seed": 8}, {"take": 1}, {"width_px": 80}])
def test_another_request_is_another_piece_of_work(desk: Counter, change: dict[str, object]) -> None:
    desk.run()
    desk.run(FROG.model_copy(update=change))

    assert desk.provider.paid_jobs == 2


def test_a_run_that_died_while_waiting_is_continued_not_repeated(desk: Counter) -> None:
    """The job's id is in the journal before the first look at it."""

    def died(ticket: Ticket) -> JobState:
        raise KeyboardInterrupt(ticket.job_id)

    look = desk.provider.look
    desk.provider.look = died  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        desk.run()
    assert states(desk) == ["accepted"]

    other = desk.reborn()
    other.provider.look = look  # type: ignore[method-assign]
    assert other.run().receipt.job_id == "job-1"
    assert desk.provider.paid_jobs == 1


def test_a_run_that_died_before_the_answer_came_finds_its_job(desk: Counter) -> None:
    submit = desk.provider.submit

    def died(prepared: Prepared) -> str:
        submit(prepared)
        raise KeyboardInterrupt

    desk.provider.submit = died  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        desk.run()
    assert states(desk) == ["sending"]

    assert desk.reborn().run().receipt.job_id == "job-1"
    assert desk.provider.paid_jobs == 1


def test_a_run_that_died_before_it_sent_anything_sends_once(desk: Counter) -> None:
    def died(prepared: Prepared) -> str:
        raise KeyboardInterrupt(prepared.ticket.token)

    submit = desk.provider.submit
    desk.provider.submit = died  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        desk.run()

    other = desk.reborn()
    other.provider.submit = submit  # type: ignore[method-assign]
    other.run()
    assert states(desk) == ["refused", "delivered"]
    assert desk.provider.paid_jobs == 1


def test_a_lost_answer_is_looked_for_at_once(desk: Counter) -> None:
    desk.provider.submits = ["drop"]

    assert desk.run().receipt.job_id == "job-1"
    assert desk.provider.paid_jobs == 1


def test_what_nobody_can_tell_is_never_sent_again_and_counts_at_its_worst(desk: Counter) -> None:
    """RunPod has no list of jobs."""
    desk.provider.findable = False
    desk.provider.submits = ["drop"]
    for _ in range(2):
        with pytest.raises(OutcomeUnknown, match="asset-pipeline jobs"):
            desk.run()

    assert desk.provider.paid_jobs == 1
    [attempt] = desk.journal.attempts()
    assert (attempt.state, attempt.cost_usd) == ("uncertain", PRICE * 2)


def test_what_was_certainly_not_accepted_is_sent_again(desk: Counter) -> None:
    desk.provider.submits = [unavailable(), unavailable(), None]

    assert desk.run().receipt.cost_usd == PRICE
    assert desk.provider.paid_jobs == 1
    assert states(desk) == ["delivered"]


def test_a_provider_that_stays_away_is_given_up_without_cost(desk: Counter) -> None:
    desk.provider.submits = [unavailable() for _ in range(20)]
    with pytest.raises(ProviderUnavailable):
        desk.run()

    assert desk.journal.attempts()[-1].cost_usd == 0


def test_a_wrong_request_is_not_repeated(desk: Counter) -> None:
    desk.provider.submits = [ProviderRejected("runpod", "400: no such model")]
    with pytest.raises(ProviderRejected):
        desk.run()

    assert states(desk) == ["refused"]
    assert desk.journal.attempts()[-1].cost_usd == 0


def test_over_budget_nothing_is_sent(desk: Counter) -> None:
    other = desk.reborn(Budgets(run_usd=PRICE - Decimal("0.001")))
    with pytest.raises(BudgetExceeded, match=r"this run may cost \$0.019 .* ASSET_PIPELINE_BUDGET_RUN_USD"):
        other.run()

    assert other.provider.paid_jobs == 0
    assert desk.journal.attempts() == []


@pytest.mark.parametrize(
    ("budgets", "second"),
    [
        (Budgets(game_usd=PRICE), Purpose(game="pond", sprite="reed", run_id="run-2")),
        (Budgets(month_usd=PRICE), Purpose(game="lake", sprite="fish", run_id="run-2")),
        (Budgets(run_usd=PRICE), Purpose(game="lake", sprite="fish", run_id="run-1")),
        (Budgets(), Purpose(game="pond", sprite="reed", run_id="run-2", game_budget_usd=PRICE)),
    ],
)
def test_every_budget_counts_what_was_spent_before(desk: Counter, budgets: Budgets, second: Purpose) -> None:
    other = desk.reborn(budgets)
    other.run()
    with pytest.raises(BudgetExceeded):
        other.run(FROG.model_copy(update={"seed": 99}), second)

    assert desk.provider.paid_jobs == 1


def test_the_memo_answers_whatever_the_budget(desk: Counter) -> None:
    desk.run()

    assert desk.reborn(Budgets(month_usd=Decimal(0))).run().receipt.memoised


def test_two_askers_of_one_piece_of_work_pay_once_and_both_get_it(desk: Counter) -> None:
    one, other = desk.reborn(clock=SystemClock()), desk.reborn(clock=SystemClock())
    found: list[tuple[bytes, ...]] = []
    threads = [
        threading.Thread(target=lambda d=d: found.append(d.run().images)) for d in (one, other, one, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert desk.provider.paid_jobs == 1
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_failure_that_invites_it_gets_one_more_attempt(desk: Counter) -> None:
    desk.provider.script = (Failed("out of memory", again=True, cost=Money(Decimal("0.001"), "estimated")),)
    with pytest.raises(JobFailed, match="out of memory"):
        desk.run()

    assert desk.provider.paid_jobs == 2
    assert [a.cost_usd for a in desk.journal.attempts() if a.state == "failed"] == [Decimal("0.001")] * 2


def test_a_failure_from_bad_input_gets_none(desk: Counter) -> None:
    desk.provider.script = (Failed("no such sampler", again=False, cost=REFUNDED),)
    with pytest.raises(JobFailed):
        desk.run()

    assert desk.provider.paid_jobs == 1


def test_a_failed_job_is_done_again_under_its_own_id_where_the_provider_offers_it(desk: Counter) -> None:
    """Its inputs are there already, and the id is known whatever happens next."""
    desk.provider.script = (Failed("worker lost", again=True, cost=REFUNDED),)
    desk.provider.revives = True

    assert desk.run().receipt.job_id == "job-1"
    assert desk.provider.paid_jobs == 1
    assert states(desk) == ["failed", "delivered"]


def test_a_job_that_vanished_counts_at_its_worst(desk: Counter) -> None:
    desk.provider.script = (Lost("expired", again=False),)
    with pytest.raises(JobLost):
        desk.run()

    assert desk.journal.attempts()[-1].cost_usd == PRICE * 2


def test_a_stuck_queue_is_cancelled_and_tried_once_more(desk: Counter) -> None:
    """A worker left running after we stop watching still bills."""
    desk.provider.script = (Queued(),)
    with pytest.raises(JobFailed, match="did not begin within 60 s and was cancelled"):
        desk.run()

    assert [job.cancelled for job in desk.provider.jobs.values()] == [True, True]


def test_a_job_that_finishes_while_it_is_cancelled_is_collected(desk: Counter) -> None:
    def late(ticket: Ticket) -> None:
        desk.provider.jobs[ticket.job_id].states = [Succeeded(None)]

    desk.provider.cancel = late  # type: ignore[method-assign]
    desk.provider.script = (Running(),)
    assert desk.run().receipt.job_id == "job-1"


def test_a_job_that_cannot_be_stopped_stays_in_the_journal(desk: Counter) -> None:
    desk.provider.script = (Running(),)
    desk.provider.cancel = lambda _: None  # type: ignore[method-assign,assignment]
    with pytest.raises(JobTimedOut, match="asset-pipeline jobs resume"):
        desk.run()
    assert states(desk) == ["accepted"]

    desk.provider.jobs["job-1"].states = [Succeeded(None)]
    assert desk.run().receipt.job_id == "job-1"
    assert desk.provider.paid_jobs == 1


@pytest.mark.parametrize("broken", [b"<html>oops</html>", b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
def test_a_broken_download_is_fetched_again_not_paid_again(desk: Counter, broken: bytes) -> None:
    desk.provider.pictures = [broken, unavailable()]

    assert desk.run().receipt.cost_usd == PRICE
    assert desk.provider.paid_jobs == 1


def test_done_without_a_picture_is_an_error_of_its_own_and_counts(desk: Counter) -> None:
    desk.provider.pictures = [empty_result() for _ in range(9)]
    with pytest.raises(BadResult, match="no picture"):
        desk.run()

    assert (desk.provider.paid_jobs, desk.journal.attempts()[-1].cost_usd) == (1, PRICE)


def test_a_full_store_loses_nothing(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> bool:
        raise StoreUnavailable("no room")

    with monkeypatch.context() as patched:
        patched.setattr(type(desk.store), "put_if_absent", full)
        with pytest.raises(StoreUnavailable):
            desk.run()
    assert states(desk) == ["accepted"]

    desk.run()
    assert desk.provider.paid_jobs == 1


def test_pictures_gone_from_the_store_are_fetched_again_while_the_provider_has_them(desk: Counter) -> None:
    made = desk.run()
    for key in list(desk.store.list_keys("blobs/")):
        desk.store.delete(key)

    assert desk.run().images == made.images
    assert desk.provider.paid_jobs == 1
    assert sum(a.cost_usd for a in desk.journal.attempts()) == PRICE


def test_pictures_gone_everywhere_are_paid_for_anew_and_both_costs_stay(desk: Counter) -> None:
    desk.run()
    for key in list(desk.store.list_keys("blobs/")):
        desk.store.delete(key)
    desk.provider.jobs["job-1"].states = [Lost("expired", again=False)]

    desk.run()
    assert desk.provider.paid_jobs == 2
    assert sum(a.cost_usd for a in desk.journal.attempts()) == PRICE * 2


def test_never_more_in_flight_than_the_ceiling(desk: Counter) -> None:
    provider = desk.provider
    provider.ceilings = Ceilings(parallel=3)
    provider.script = (*(Running() for _ in range(20)), Succeeded(None))
    desks = [desk.reborn(clock=SystemClock()), desk.reborn(clock=SystemClock())]
    threads = [
        threading.Thread(target=desks[n % 2].run, args=(FROG.model_copy(update={"seed": n}),))
        for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (provider.paid_jobs, provider.most_in_flight) == (12, 3)


def test_the_rate_of_submissions_is_kept(desk: Counter) -> None:
    desk.provider.ceilings = Ceilings(parallel=3, per_second=0.1)
    began = desk.clock.now()
    for seed in range(3):
        desk.run(FROG.model_copy(update={"seed": seed}))

    assert desk.clock.now() - began >= 20


def test_a_receipt_says_what_the_provider_charged(desk: Counter) -> None:
    charged = Money(Decimal("0.02097152"), "charged")
    desk.provider.script = (Succeeded(None, cost=charged, queue_s=3.0, run_s=1.5, warnings=("as jpeg",)),)
    receipt = desk.run().receipt

    assert (receipt.cost_usd, receipt.cost_basis, receipt.quoted_usd) == (charged.usd, "charged", PRICE)
    assert (receipt.queue_seconds, receipt.run_seconds) == (3.0, 1.5)
    assert (receipt.seed, receipt.warnings) == (7, ("as jpeg",))
    assert desk.journal.attempts(ATTEMPTS.c.game == "pond")[0].cost_usd == charged.usd


def test_a_cut_out_has_the_size_of_its_picture(desk: Counter) -> None:
    picture = desk.run().images[0]
    cut = desk.run(RemoveBackground(image=picture)).images[0]

    assert decode_image(cut, what="cut-out").shape == decode_image(picture, what="picture").shape


def test_an_orphaned_job_is_brought_home_without_a_call_that_costs(desk: Counter) -> None:
    desk.provider.script = (Running(),)
    desk.provider.cancel = lambda _: None  # type: ignore[method-assign,assignment]
    with pytest.raises(JobTimedOut):
        desk.run()
    desk.provider.jobs["job-1"].states = [Succeeded(None)]

    [attempt] = desk.journal.attempts()
    assert desk.door.resume(desk.provider, attempt) == "delivered"
    assert desk.run(purpose=PURPOSE).receipt.memoised
    assert desk.provider.paid_jobs == 1


def test_what_a_person_cancelled_is_not_begun_again_by_the_run_that_watches_it(desk: Counter) -> None:
    """`asset-pipeline jobs cancel` in one terminal must not make the run in another buy the same thing again."""

    def cancelled(ticket: Ticket) -> JobState:
        desk.journal.cancelled(ticket.token)
        return Failed("cancelled", again=True, cost=REFUNDED)

    desk.provider.look = cancelled  # type: ignore[method-assign]
    with pytest.raises(JobFailed):
        desk.run()

    assert desk.provider.paid_jobs == 1


def test_a_run_that_died_before_it_had_a_failed_job_repeated_counts_that_failure_once(desk: Counter) -> None:
    failure = Failed("worker lost", again=True, cost=Money(Decimal("0.01"), "charged"))
    desk.provider.script = (failure,)

    def died(ticket: Ticket) -> bool:
        raise KeyboardInterrupt(ticket.job_id)

    desk.provider.retry = died  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        desk.run()
    desk.provider.script = (Succeeded(None),)

    desk.reborn().run()
    assert sum(a.cost_usd for a in desk.journal.attempts()) == Decimal("0.01") + PRICE


def test_a_download_that_is_refused_keeps_the_job_for_a_later_run(desk: Counter) -> None:
    """A link our own rules forbid, or a store that is closed for an hour, is no reason to write paid work off."""
    desk.provider.pictures = [ProviderRejected("runpod", "403 for the picture") for _ in range(3)]
    with pytest.raises(ProviderRejected):
        desk.run()
    assert states(desk) == ["accepted"]

    desk.run()
    assert desk.provider.paid_jobs == 1


def test_what_was_given_up_meanwhile_is_not_opened_again_by_a_resume_that_read_it_before(
    desk: Counter,
) -> None:
    desk.provider.findable = False
    desk.provider.submits = ["drop"]
    with pytest.raises(OutcomeUnknown):
        desk.run()
    [stale] = desk.journal.attempts()
    desk.journal.ended(stale.token, "abandoned", REFUNDED, "given up by a person", desk.clock.now())

    assert desk.door.resume(desk.provider, stale) == "is over by now"
    assert states(desk) == ["abandoned"]
