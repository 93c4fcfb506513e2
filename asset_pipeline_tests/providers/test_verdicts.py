from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from asset_pipeline.providers.verdicts import LONGEST_WAIT_S, Verdict, retry_after_s, verdict

GOOD, REFUSED, LATER, UNKNOWN = Verdict.GOOD, Verdict.REFUSED, Verdict.LATER, Verdict.UNKNOWN
NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)

TABLE: list[tuple[int | Exception, Verdict, Verdict]] = [
    # what came back                             paid     free
    (200, GOOD, GOOD),
    (201, GOOD, GOOD),
    (269, GOOD, GOOD),  # Scenario's dry run
    (301, UNKNOWN, REFUSED),
    (307, UNKNOWN, REFUSED),
    (400, REFUSED, REFUSED),
    (401, REFUSED, REFUSED),
    (402, REFUSED, REFUSED),
    (403, REFUSED, REFUSED),
    (404, REFUSED, REFUSED),
    (405, REFUSED, REFUSED),
    (408, UNKNOWN, LATER),
    (409, REFUSED, REFUSED),
    (413, REFUSED, REFUSED),
    (422, REFUSED, REFUSED),
    (429, LATER, LATER),
    (500, UNKNOWN, LATER),
    (502, UNKNOWN, LATER),
    (503, UNKNOWN, LATER),
    (504, UNKNOWN, LATER),
    (520, UNKNOWN, LATER),
    (524, UNKNOWN, LATER),
    (httpx.ConnectError("refused"), LATER, LATER),
    (httpx.ConnectTimeout(""), LATER, LATER),
    (httpx.PoolTimeout(""), LATER, LATER),
    (httpx.ProxyError("no tunnel"), LATER, LATER),
    (httpx.ReadTimeout(""), UNKNOWN, LATER),
    (httpx.WriteTimeout(""), UNKNOWN, LATER),
    (httpx.ReadError("reset"), UNKNOWN, LATER),
    (httpx.WriteError("broken pipe"), UNKNOWN, LATER),
    (httpx.RemoteProtocolError("disconnected"), UNKNOWN, LATER),
    (httpx.LocalProtocolError("too little data"), UNKNOWN, LATER),
    (httpx.DecodingError("gzip"), UNKNOWN, LATER),
    (httpx.CloseError(""), UNKNOWN, LATER),
    (httpx.UnsupportedProtocol("ftp"), REFUSED, REFUSED),
    (httpx.InvalidURL("no"), REFUSED, REFUSED),
]


def _name(value: object) -> str:
    return value.name if isinstance(value, Verdict) else str(value or type(value).__name__)


@pytest.mark.parametrize(("outcome", "paid", "free"), TABLE, ids=_name)
def test_only_what_surely_was_not_accepted_may_be_paid_for_again(
    outcome: int | Exception, paid: Verdict, free: Verdict
) -> None:
    """The table of the three contracts in one: a wrong line here is a picture paid twice, or one never made."""
    assert verdict(outcome, paid=True) is paid
    assert verdict(outcome, paid=False) is free


def test_a_good_status_without_json_leaves_a_paid_call_unknown() -> None:
    """The job id was in the body."""
    assert verdict(200, paid=True, readable=False) is UNKNOWN
    assert verdict(200, paid=False, readable=False) is GOOD
    assert verdict(400, paid=True, readable=False) is REFUSED


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("12", 12),
        ("1.5", 1.5),
        ("-3", 0),
        ("99999999", LONGEST_WAIT_S),
        ("inf", LONGEST_WAIT_S),
        ("nan", None),
        ("", None),
        ("soon", None),
        (format_datetime(NOW + timedelta(seconds=30), usegmt=True), 30),
        (format_datetime(NOW - timedelta(seconds=30), usegmt=True), 0),
        (format_datetime(NOW + timedelta(days=400), usegmt=True), LONGEST_WAIT_S),
        ("Tue, 03 Nov 2026 12:01:00 -0000", 60),
        ("Tue, 99 Nov 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_and_as_a_date_with_a_ceiling(
    value: str | None, seconds: float | None
) -> None:
    assert retry_after_s(value, now=NOW) == seconds
