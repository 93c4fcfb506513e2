"""Nothing secret leaves: not to the CDN, not in an error, not in a repr, not in a ticket, not in a saved exchange."""

from __future__ import annotations

import base64
import traceback

import pytest

from asset_pipeline.errors import ProviderError
from asset_pipeline.providers.http import Exchange
from asset_pipeline.providers.remote import Succeeded
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.loopback import Reply
from asset_pipeline.testing.scenario import ScenarioDouble
from asset_pipeline_tests.providers.scenario.conftest import (
    Driver,
    MakeDouble,
    MakeProvider,
    cut_out,
    guided,
    knight,
)

KEY, SECRET = "planted-key-91", "planted-secret-17"
UNENDING = (Fault.STUCK_QUEUE, Fault.VANISHED)
BASIC = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()


def leaks(text: str) -> list[str]:
    marks = (KEY, SECRET, BASIC, "Signature=", "Policy=", "iVBORw0KGgo")
    return [mark for mark in marks if mark in text.replace("Signature=***", "")]


def planted(make_double: MakeDouble, connect: MakeProvider, fault: Fault | None = None) -> Driver:
    faults = FaultPlan({1: fault} if fault else {})
    return Driver(connect(make_double(key=KEY, secret=SECRET, faults=faults)))


def test_the_cdn_is_asked_without_credentials(
    make_double: MakeDouble, connect: MakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []
    double = make_double()
    serve = double.files.serve

    def spied(asset_id: str, query: dict[str, str], headers: dict[str, str]) -> Reply:
        seen.append(headers)
        return serve(asset_id, query, headers)

    monkeypatch.setattr(double.files, "serve", spied)
    assert len(Driver(connect(double)).delivered(knight())) == 1
    assert len(seen) == 1
    assert "authorization" not in seen[0]


def test_the_double_refuses_credentials_at_its_cdn(double: ScenarioDouble) -> None:
    """Else the test above would prove nothing."""
    assert double.files.serve("asset_x", {}, {"authorization": "Basic x"}).status == 400


@pytest.mark.parametrize("fault", list(Fault))
def test_no_error_shows_a_secret_or_a_signed_link(
    make_double: MakeDouble, connect: MakeProvider, fault: Fault
) -> None:
    driver = planted(make_double, connect, fault)
    shown = ""
    try:
        ticket = driver.submitted(guided())
        state = driver.provider.look(ticket) if fault in UNENDING else driver.ended(ticket)
        shown += repr(state)
        shown += str(isinstance(state, Succeeded) and len(driver.provider.fetch(ticket, state)))
    except ProviderError as error:
        shown += "".join(traceback.format_exception(error)) + repr(error)
    assert shown
    assert leaks(shown) == []


def test_no_exchange_that_may_be_saved_shows_one(
    make_double: MakeDouble, connect: MakeProvider, exchanges: list[Exchange]
) -> None:
    driver = planted(make_double, connect)
    driver.delivered(guided())
    driver.delivered(cut_out())
    driver.provider.check_up()
    assert len(exchanges) > 15
    assert leaks(repr(exchanges)) == []


def test_no_ticket_or_repr_shows_one(make_double: MakeDouble, connect: MakeProvider) -> None:
    driver = planted(make_double, connect)
    prepared = driver.prepared(guided())
    ticket = driver.submitted(guided(seed=9))
    done = driver.done(ticket)
    shown = [repr(thing) for thing in (driver.provider, driver.provider.config, prepared, done)]
    assert leaks("".join([*shown, prepared.ticket.model_dump_json(), repr(done.outputs)])) == []


def test_a_wrong_key_is_not_repeated_in_the_error(make_double: MakeDouble, connect: MakeProvider) -> None:
    double = make_double()
    driver = Driver(connect(double, api_key=KEY, api_secret=SECRET))
    with pytest.raises(ProviderError) as raised:
        driver.prepared(knight())
    assert leaks("".join(traceback.format_exception(raised.value))) == []


def test_credentials_are_not_taken_along_by_a_redirect(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    double, elsewhere = make_double(), make_double()
    target = Reply(307, b"", {"Location": f"{elsewhere.base_url}/models"})
    double._routes[0] = (*double._routes[0][:2], lambda *_: target)  # a service gone astray
    (finding,) = connect(double).check_up()
    assert not finding.ok
    assert elsewhere.requests == []
