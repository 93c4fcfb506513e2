"""What is added up is what was written down, to the billionth of a dollar."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.ledger import Line, summary, total_usd
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.schema import ATTEMPTS
from asset_pipeline.providers.remote import Money, Quote
from asset_pipeline_tests.jobs.at_hand import CENTS_2, NOW, attempt, delivered, sent, work

DAY_S = 86_400


def test_an_empty_journal_adds_up_to_nothing(journal: Journal) -> None:
    assert summary(journal, ["provider"]) == []
    assert total_usd([]) == 0


def test_the_sum_is_that_of_the_attempts_to_the_last_digit(journal: Journal, me: str) -> None:
    random = Random(4)  # noqa: S311 - prices
    for number in range(60):
        price = Decimal(random.randrange(1, 90_000_000)).scaleb(-9)
        asked = work(f"{number:02}", Purpose("abc"[number % 3], "", "s"), ("runpod", "scenario")[number % 2])
        made = sent(journal, asked, me, Quote(price, price * 2, "quoted"), now=NOW + number * DAY_S)
        if number % 4 == 0:
            journal.ended(made.token, "failed", Money(price / 3, "charged"), "oom", NOW)
        elif number % 4 == 1:
            journal.ended(made.token, "refused", Money(Decimal(0), "charged"), "429", NOW)
        elif number % 4 == 2:
            journal.uncertain(made.token, price * 2, "reset")
    counted = [found for found in journal.attempts() if found.state != "refused"]
    total = sum((found.cost_usd for found in counted), Decimal(0))

    for by in (["provider"], ["game"], ["month"], ["month", "game", "provider", "operation"], ["state"], []):
        lines = summary(journal, by)
        assert total_usd(lines) == total
        assert sum(line.attempts for line in lines) == len(counted) == 45


def test_what_was_refused_does_not_count_and_what_was_not_delivered_does(journal: Journal, me: str) -> None:
    delivered(journal, work("a"), me, cost_usd=Decimal("0.03"), run_seconds=4.5)
    lost = sent(journal, work("b"), me, job_id="job-b")
    journal.ended(lost.token, "lost", Money(CENTS_2.worst_usd, "estimated"), "404", NOW)
    refused = sent(journal, work("c"), me)
    journal.ended(refused.token, "refused", Money(Decimal(0), "charged"), "400", NOW)
    sent(journal, work("d"), me)

    [line] = summary(journal, ["provider", "game"])
    assert line == Line(
        group=("runpod", "pond"),
        attempts=3,
        delivered=1,
        quoted_usd=Decimal("0.06"),
        cost_usd=Decimal("0.10"),  # 0.03 charged, 0.05 at worst, 0.02 quoted
        charged_usd=Decimal("0.03"),
        run_s=4.5,
    )


def test_only_what_the_provider_named_counts_as_charged(journal: Journal, me: str) -> None:
    for name, basis in (("a", "charged"), ("b", "quoted"), ("c", "estimated"), ("d", "free")):
        delivered(journal, work(name), me, cost_basis=basis)

    [line] = summary(journal, [])
    assert (line.group, line.cost_usd, line.charged_usd) == ((), CENTS_2.usd * 4, CENTS_2.usd)


def test_lines_are_sorted_by_their_group(journal: Journal, me: str) -> None:
    for name, game, provider in (("a", "zoo", "runpod"), ("b", "ape", "scenario"), ("c", "ape", "comfyui")):
        delivered(journal, work(name, Purpose(game), provider), me)

    assert [line.group for line in summary(journal, ["game", "provider"])] == [
        ("ape", "comfyui"),
        ("ape", "scenario"),
        ("zoo", "runpod"),
    ]


def test_a_condition_narrows_it_down(journal: Journal, me: str) -> None:
    delivered(journal, work("a", Purpose("zoo")), me)
    delivered(journal, work("b", Purpose("ape")), me)

    [line] = summary(journal, ["game"], ATTEMPTS.c.game == "ape")
    assert line.group == ("ape",)


def test_a_deed_of_twenty_fifth_takes_is_paid_for_in_its_own_month(journal: Journal, me: str) -> None:
    """A job that is sent at the end of a month and delivered in the next belongs to the budget that let it pass."""
    made = sent(journal, work("a"), me, job_id="job-a")
    journal.ended(made.token, "failed", Money(Decimal("0.02"), "charged"), "x", NOW + 40 * DAY_S)

    [line] = summary(journal, ["month"])
    assert line.group == ("2026-09",)
    assert attempt(journal, made.token).ended_at == NOW + 40 * DAY_S


def test_sums_beyond_what_a_float_can_tell_are_exact(journal: Journal, me: str) -> None:
    large = Decimal("1234567.000000001")
    for number in range(9):
        sent(journal, work(f"{number}"), me, Quote(large, large, "quoted"))

    assert total_usd(summary(journal, ["provider"])) == Decimal("11111103.000000009")
