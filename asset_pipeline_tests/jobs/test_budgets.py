"""What may be spent is checked in the transaction that writes the request down, so that no race goes over it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from asset_pipeline.errors import BudgetExceeded
from asset_pipeline.jobs.budgets import Budgets, usd
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.ledger import summary, total_usd
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.providers.remote import Money, Quote
from asset_pipeline_tests.jobs.at_hand import NOW, POND, at_once, sent, work
from asset_pipeline_tests.jobs.racers import race

CENTS_3 = Quote(Decimal("0.03"), Decimal("0.09"), "quoted")
DOLLAR = Decimal(1)
NEXT_MONTH = NOW + 31 * 86_400


def journal_with(url: str, **limits: str) -> Journal:
    return Journal(url, Budgets(**{f"{name}_usd": Decimal(limit) for name, limit in limits.items()}))


def spent(journal: Journal) -> Decimal:
    return total_usd(summary(journal, ["provider"]))


def test_threads_that_race_for_the_last_cents_never_spend_more_than_there_is(
    journal_url: str, me: str
) -> None:
    """32 at once, over two sets of connections; PostgreSQL shows a transaction what others wrote meanwhile."""
    journals = [journal_with(journal_url, month="0.50") for _ in range(2)]
    found = at_once(
        [lambda n=n: sent(journals[n % 2], work(f"{n:02}"), me, CENTS_3) for n in range(32)]  # type: ignore[misc]
    )
    total = spent(journals[0])
    for journal in journals:
        journal.close()

    refused = [one for one in found if isinstance(one, BudgetExceeded)]
    assert total == Decimal("0.48")
    assert len(refused) == 32 - 16
    assert not [one for one in found if isinstance(one, Exception) and one not in refused]


def test_two_processes_that_race_for_the_last_cents_do_not_either(journal_url: str, journal: Journal) -> None:
    said = race(*[("spend", journal_url, name, "0.50", "0.03", 16) for name in ("p", "q")])

    assert sum(map(int, said)) == 16
    assert spent(journal) == Decimal("0.48")


def test_the_last_cent_may_be_spent_and_not_one_more(journal_url: str, me: str) -> None:
    journal = journal_with(journal_url, month="0.06")
    sent(journal, work("a"), me, CENTS_3)
    sent(journal, work("b"), me, CENTS_3)
    with pytest.raises(BudgetExceeded):
        sent(journal, work("c"), me, Quote(Decimal("0.000000001"), Decimal("0.000000001"), "quoted"))
    journal.close()


def test_what_was_refused_is_free_for_others_and_what_is_unknown_takes_its_worst(
    journal_url: str, me: str
) -> None:
    journal = journal_with(journal_url, month="0.10")
    refused = sent(journal, work("a"), me, CENTS_3)
    journal.ended(refused.token, "refused", Money(Decimal(0), "charged"), "429", NOW)
    unknown = sent(journal, work("b"), me, CENTS_3)
    journal.uncertain(unknown.token, unknown.quote.worst_usd, "reset")
    with pytest.raises(BudgetExceeded, match=r"has spent or reserved \$0.09"):
        sent(journal, work("c"), me, CENTS_3)
    journal.ended(unknown.token, "abandoned", Money(unknown.quote.worst_usd, "estimated"), "given up", NOW)
    with pytest.raises(BudgetExceeded):
        sent(journal, work("d"), me, CENTS_3)
    journal.close()


def test_a_new_month_is_a_new_budget_and_a_game_lasts_for_ever(journal_url: str, me: str) -> None:
    monthly = journal_with(journal_url, month="0.03")
    sent(monthly, work("a"), me, CENTS_3)
    sent(monthly, work("b"), me, CENTS_3, now=NEXT_MONTH)
    monthly.close()

    forever = journal_with(journal_url, game="0.06")
    with pytest.raises(BudgetExceeded, match="the game pond"):
        sent(forever, work("c"), me, CENTS_3, now=NEXT_MONTH)
    forever.close()


@pytest.mark.parametrize(
    ("own", "general", "fits"), [("0.03", "0.01", True), ("0.01", "9", False), ("0", None, False)]
)
def test_a_games_own_budget_wins_over_the_general_one(
    journal_url: str, me: str, own: str, general: str | None, fits: bool
) -> None:
    journal = journal_with(journal_url, **({} if general is None else {"game": general}))
    asked = work("a", replace(POND, game_budget_usd=Decimal(own)))
    if fits:
        sent(journal, asked, me, CENTS_3)
    else:
        with pytest.raises(BudgetExceeded, match="budget_usd in its manifest"):
            sent(journal, asked, me, CENTS_3)
    journal.close()


def test_a_single_try_belongs_to_no_game_and_no_run_but_to_the_month(journal_url: str, me: str) -> None:
    journal = journal_with(journal_url, run="0.01", game="0.01", month="0.05")
    sent(journal, work("a", Purpose()), me, CENTS_3)
    with pytest.raises(BudgetExceeded, match=r"^a single try: .*the month 2026-09"):
        sent(journal, work("b", Purpose()), me, CENTS_3)
    journal.close()


def test_everything_that_is_too_small_is_told_at_once_with_what_to_do(journal_url: str, me: str) -> None:
    journal = journal_with(journal_url, run="0.01", game="0.02", month="0.025")
    with pytest.raises(BudgetExceeded) as raised:
        sent(journal, work("a"), me, CENTS_3)
    journal.close()

    assert str(raised.value) == (
        "pond/frog: the next call would cost $0.03, and nothing was sent: "
        "this run may cost $0.01 and has spent or reserved $0.00; raise ASSET_PIPELINE_BUDGET_RUN_USD; "
        "the game pond may cost $0.02 and has spent or reserved $0.00; "
        "raise budget_usd in its manifest, or ASSET_PIPELINE_BUDGET_GAME_USD; "
        "the month 2026-09 may cost $0.025 and has spent or reserved $0.00; raise ASSET_PIPELINE_BUDGET_MONTH_USD"
    )


def test_what_costs_nothing_needs_no_budget(journal_url: str, me: str) -> None:
    """A ComfyUI server of one's own, without a price."""
    journal = journal_with(journal_url, run="0", game="0", month="0")
    sent(journal, work("a"), me, Quote(Decimal(0), Decimal(0), "free"))
    journal.close()


def test_a_refused_request_that_is_sent_again_is_counted_once(journal_url: str, me: str) -> None:
    journal = journal_with(journal_url, month="0.03")
    made = sent(journal, work("a"), me, CENTS_3)
    for _ in range(5):
        journal.ended(made.token, "refused", Money(Decimal(0), "charged"), "429", NOW)
        journal.intend(work("a"), me, made.ticket, CENTS_3)
    assert spent(journal) == CENTS_3.usd
    journal.close()


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "$0.00"),
        ("0.1", "$0.10"),
        ("0.02", "$0.02"),
        ("0.0024", "$0.0024"),
        ("0.020971521", "$0.020972"),
        ("0.99999999", "$1.00"),
        ("0.0000001", "$0.00"),
        ("1", "$1.00"),
        ("1.005", "$1.00"),
        ("1234567.891", "$1,234,567.89"),
        ("1E+3", "$1,000.00"),
        ("0E-9", "$0.00"),
    ],
)
def test_an_amount_is_written_for_a_person(amount: str, written: str) -> None:
    assert usd(Decimal(amount)) == written
