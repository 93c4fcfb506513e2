"""Under the commercial profile nothing is asked of weights with which no art for sale may be made, and nothing is paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from asset_pipeline.errors import ProviderRejected
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.licensing import Licensing, Profile
from asset_pipeline.jobs.routing import Roster, Router, Routes
from asset_pipeline.providers.licences import Licence, Licences, Table
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import Commercial, Receipt, Weights
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.scripted import ScriptedProvider
from asset_pipeline_tests.jobs.conftest import FROG, PURPOSE

Opener = Callable[..., Router]


@pytest.fixture
def router(tmp_path: Path) -> Iterator[Opener]:
    """Opens the same journal and store again and again, each time with another word about the licence."""
    journal, store, clock = (
        Journal(f"sqlite:///{tmp_path / 'journal.db'}"),
        FolderStore(tmp_path),
        FakeClock(),
    )

    def opened(
        provider: ScriptedProvider,
        commercial: Commercial | None,
        profile: Profile = "commercial",
        *fallbacks: str,
    ) -> Router:
        roster = Roster({"local": LocalProvider()}, {provider.name: provider})
        routes = Routes((provider.name, *fallbacks))
        licensing = Licensing(profile, Licences(declared(commercial)))
        return Router(routes, roster, Door(journal, store, clock), clock, licensing)

    yield opened
    journal.close()


def declared(commercial: Commercial | None) -> Table:
    if commercial is None:
        return {}
    day = date(2026, 11, 24)
    told = Licence(licence="Some-1.0", commercial=commercial, as_of=day, source="a test")
    return {"runpod": {"scripted": told}}


@pytest.mark.parametrize("commercial", ["no", "unknown", None])
def test_no_call_is_made_and_nothing_prepared_where_the_licence_forbids_it_or_nobody_knows(
    router: Opener, commercial: Commercial | None
) -> None:
    provider = ScriptedProvider()

    with pytest.raises(ProviderRejected, match=r'\[runpod\."scripted"\] in licences.toml'):
        router(provider, commercial).run(FROG, {}, PURPOSE)

    assert (provider.prepared, provider.paid_jobs) == (0, 0)


@pytest.mark.parametrize("commercial", ["yes", "conditions"])
def test_what_may_be_sold_is_made_and_its_receipt_says_under_which_licence(
    router: Opener, commercial: Commercial
) -> None:
    delivery = router(ScriptedProvider(), commercial).run(FROG, {}, PURPOSE)

    assert delivery.receipt.weights == (Weights(name="scripted", licence="Some-1.0", commercial=commercial),)


def test_without_the_profile_everything_is_made_and_the_receipt_says_what_is_known(router: Opener) -> None:
    delivery = router(ScriptedProvider(), "no", "any").run(FROG, {}, PURPOSE)

    assert [weights.commercial for weights in delivery.receipt.weights] == ["no"]


def test_what_was_made_before_is_not_handed_out_under_the_profile_either(router: Opener) -> None:
    """The memo must not carry a prototype's picture into the game that is sold."""
    provider = ScriptedProvider()
    router(provider, "no", "any").run(FROG, {}, PURPOSE)

    with pytest.raises(ProviderRejected, match="may not be used for art that is sold"):
        router(provider, "no").run(FROG, {}, PURPOSE)


def test_a_licence_that_is_bought_later_needs_no_second_payment(router: Opener) -> None:
    """What is known of a licence is no part of a request's fingerprint."""
    provider = ScriptedProvider()
    router(provider, "no", "any").run(FROG, {}, PURPOSE)

    delivery = router(provider, "yes").run(FROG, {}, PURPOSE)

    assert delivery.receipt.memoised
    assert [weights.commercial for weights in delivery.receipt.weights] == ["yes"]
    assert provider.paid_jobs == 1


def test_no_fallback_takes_over_silently(router: Opener) -> None:
    """Placeholder art in place of what was asked for is not what the profile is for."""
    with pytest.raises(ProviderRejected):
        router(ScriptedProvider(), "no", "commercial", "local").run(FROG, {}, PURPOSE)


def test_who_is_able_is_within_the_profile(router: Opener) -> None:
    assert router(ScriptedProvider(), "no").able(FROG) == ["local"]
    assert router(ScriptedProvider(), "yes").able(FROG) == ["local", "runpod"]


def test_what_is_embedded_may_be_used_and_says_its_licence(router: Opener) -> None:
    local = router(ScriptedProvider(name="local"), None)

    [weights] = local.run(FROG, {}, PURPOSE).receipt.weights

    assert (weights.licence, weights.commercial) == ("MIT", "yes")


def test_a_picture_whose_record_names_no_weights_is_known_by_its_model() -> None:
    receipt = Receipt(provider="runpod", operation="text_to_image", model="scripted")

    with pytest.raises(ProviderRejected, match="nobody knows whether scripted"):
        Licensing("commercial").require([receipt])

    Licensing("commercial", Licences(declared("yes"))).require([receipt])
    Licensing("any").require([receipt])
