from __future__ import annotations

import pytest
from dagster._utils.schedules import is_valid_cron_schedule
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from asset_pipeline.manifest.schedule import Schedule, cron_problem


def _field(low: int, high: int, *names: str) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    spans = st.tuples(number, number).map(lambda ends: f"{min(ends)}-{max(ends)}")
    steps = st.integers(1, high).map(lambda step: f"*/{step}")
    one = number.map(str) | spans | steps | (st.sampled_from(names) if names else number.map(str))
    return st.just("*") | st.lists(one, min_size=1, max_size=3).map(",".join)


_CRONS = st.tuples(
    _field(0, 59), _field(0, 23), _field(1, 28), _field(1, 12, "jan", "DEC"), _field(0, 6, "sun", "SAT")
).map(" ".join)


@given(_CRONS)
def test_what_we_accept_the_scheduler_accepts(cron: str) -> None:
    """A schedule the scheduler refuses would stop every game from loading."""
    assert cron_problem(cron) is None
    assert is_valid_cron_schedule(cron)


@pytest.mark.parametrize(
    "cron", ["@hourly", "@daily", "@weekly", "@monthly", "@yearly", "0 0 29 2 *", "0 0 31 * 1"]
)
def test_shorthands_and_rare_days_are_schedules(cron: str) -> None:
    assert cron_problem(cron) is None
    assert is_valid_cron_schedule(cron)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("", "five fields"),
        ("0 3 * *", "five fields"),
        ("0 3 * * * *", "five fields"),
        ("@sometimes", "five fields"),
        ("60 * * * *", "minute '60' is not within 0 to 59"),
        ("* * 0 * *", "day of month"),
        ("* * * foo *", "month 'foo'"),
        ("* 5-1 * * *", "backwards"),
        ("*/0 * * * *", "impossible steps"),
        ("*/ * * * *", "not understood"),
        ("1- * * * *", "not understood"),
        ("1,,2 * * * *", "not understood"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6 *", "never comes"),
    ],
)
def test_what_would_never_run_is_refused_with_the_reason(cron: str, words: str) -> None:
    problem = cron_problem(cron)

    assert problem
    assert words in problem


@pytest.mark.parametrize(
    ("zone", "words"), [("Europe/Berlni", "Europe/Berlin"), ("Europe", "UTC"), ("../etc", "UTC"), ("", "UTC")]
)
def test_a_clock_that_is_nobodys_is_refused(zone: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Schedule(cron="@daily", timezone=zone)
