"""One line of configuration chooses who does what; a fallback is for those who do not deliver, not for those who refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from asset_pipeline.errors import ConfigError, OutcomeUnknown, ProviderRejected, ProviderUnavailable
from asset_pipeline.jobs.breaker import OPENS_AFTER, STAYS_OPEN_S, Breaker
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.routing import Roster, Router, Routes
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import RemoveBackground, Request
from asset_pipeline.providers.remote import Failed, Money
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.scripted import PRICE, ScriptedProvider, unavailable
from asset_pipeline_tests.jobs.conftest import FROG, PURPOSE


def router(
    tmp_path: Path, routes: Routes, *remote: ScriptedProvider, clock: FakeClock | None = None
) -> Router:
    clock = clock or FakeClock()
    journal = Journal(f"sqlite:///{tmp_path / 'journal.db'}")
    door = Door(journal, FolderStore(tmp_path / "store"), clock)
    roster = Roster(
        {"local": LocalProvider()}, {p.name: p for p in remote}, {"comfyui": "COMFYUI_URL is not set"}
    )
    return Router(routes, roster, door, clock)


def away(name: str) -> ScriptedProvider:
    return ScriptedProvider(name=name, submits=[unavailable(name) for _ in range(999)])


def test_the_environments_word_for_an_operation_wins_over_the_manifests_and_that_over_the_general_one() -> (
    None
):
    """A deployment can always say what it will not pay for."""
    routes = Routes(("runpod",), {"remove_background": ("local",)})

    assert routes.chain("text_to_image", {}) == ("runpod",)
    assert routes.chain("text_to_image", {"text_to_image": ("scenario",)}) == ("scenario",)
    assert routes.chain("remove_background", {"remove_background": ("scenario",)}) == ("local",)


def test_swapping_the_provider_changes_one_line(tmp_path: Path) -> None:
    runpod, scenario = ScriptedProvider(name="runpod"), ScriptedProvider(name="scenario")
    for name in ("runpod", "scenario", "local"):
        delivery = router(tmp_path, Routes((name,)), runpod, scenario).run(FROG, {}, PURPOSE)
        assert delivery.receipt.provider == name

    assert (runpod.paid_jobs, scenario.paid_jobs) == (1, 1)


def test_a_provider_that_does_not_answer_is_replaced_by_the_next_and_the_receipt_says_why(
    tmp_path: Path,
) -> None:
    scenario = ScriptedProvider(name="scenario")
    delivery = router(tmp_path, Routes(("runpod", "scenario")), away("runpod"), scenario).run(
        FROG, {}, PURPOSE
    )

    assert delivery.receipt.provider == "scenario"
    assert any("connection refused" in warning for warning in delivery.receipt.warnings)


def test_a_job_that_failed_is_done_by_the_fallback(tmp_path: Path) -> None:
    failing = ScriptedProvider(
        name="runpod", script=(Failed("worker died", again=False, cost=Money(PRICE, "charged")),)
    )
    delivery = router(tmp_path, Routes(("runpod", "local")), failing).run(FROG, {}, PURPOSE)

    assert delivery.receipt.provider == "local"


@pytest.mark.parametrize(
    "error", [ProviderRejected("runpod", "400: bad prompt"), OutcomeUnknown("runpod", "lost", final=True)]
)
def test_no_fallback_for_bad_input_nor_for_what_may_be_paid_already(tmp_path: Path, error: Exception) -> None:
    runpod = ScriptedProvider(name="runpod", submits=[error], findable=False)
    with pytest.raises(type(error)):
        router(tmp_path, Routes(("runpod", "local")), runpod).run(FROG, {}, PURPOSE)


def test_when_nobody_delivers_every_reason_is_told(tmp_path: Path) -> None:
    asked = router(tmp_path, Routes(("runpod", "scenario")), away("runpod"), away("scenario"))
    with pytest.raises(ProviderUnavailable, match="scenario") as raised:
        asked.run(FROG, {}, PURPOSE)

    assert any("runpod" in note for note in raised.value.__notes__)


def test_a_provider_that_is_not_ready_says_what_it_lacks_before_anything_is_paid(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="COMFYUI_URL is not set"):
        router(tmp_path, Routes(("local", "comfyui"))).run(FROG, {}, PURPOSE)


def test_a_fallback_uses_its_own_model_where_it_does_not_know_the_one_that_was_named(tmp_path: Path) -> None:
    request = FROG.model_copy(update={"model": "flux-dev"})
    scenario = ScriptedProvider(name="scenario")
    router(tmp_path, Routes(("runpod", "scenario")), away("runpod"), scenario).run(request, {}, PURPOSE)

    [job] = scenario.jobs.values()
    assert not isinstance(job.request, RemoveBackground)
    assert job.request.model is None


def test_the_breaker_opens_after_failures_in_a_row_and_lets_one_try_after_a_while() -> None:
    clock = FakeClock()
    breaker = Breaker("runpod", clock)
    for _ in range(OPENS_AFTER - 1):
        breaker.failed()
    breaker.require_closed()
    breaker.failed()
    with pytest.raises(ProviderUnavailable, match="left alone"):
        breaker.require_closed()

    clock.sleep(STAYS_OPEN_S + 1)
    breaker.require_closed()
    with pytest.raises(ProviderUnavailable):
        breaker.require_closed()  # another one, while the first is trying
    breaker.succeeded()
    breaker.require_closed()


def test_a_hundred_sprites_do_not_each_wait_for_a_provider_that_is_away(tmp_path: Path) -> None:
    runpod = away("runpod")
    asked = router(tmp_path, Routes(("runpod", "local")), runpod)
    for seed in range(20):
        asked.run(FROG.model_copy(update={"seed": seed}), {}, PURPOSE)

    assert runpod.prepared == OPENS_AFTER


def test_a_model_that_cuts_out_is_used_where_both_steps_go_to_its_provider(tmp_path: Path) -> None:
    class Fuser(ScriptedProvider):
        def fused(self, request: Request) -> Request | None:
            return None if request.model else request.model_copy(update={"model": "sprite"})

    asked = router(tmp_path, Routes(("comfyui",)), Fuser(name="comfyui"), ScriptedProvider(name="runpod"))
    assert getattr(asked.fused(FROG, {}), "model", None) == "sprite"
    assert asked.fused(FROG, {"remove_background": ("local",)}) is FROG
    assert asked.fused(FROG, {"text_to_image": ("runpod",), "remove_background": ("runpod",)}) is FROG
    named = FROG.model_copy(update={"model": "flux"})
    assert asked.fused(named, {}) is named


def test_a_fallbacks_picture_stays_when_the_first_provider_is_back(tmp_path: Path) -> None:
    """Otherwise the next materialization would pay again, and change the picture and all that depends on it."""
    runpod, scenario = away("runpod"), ScriptedProvider(name="scenario")
    made = router(tmp_path, Routes(("runpod", "scenario")), runpod, scenario).run(FROG, {}, PURPOSE)
    runpod.submits = []

    again = router(tmp_path, Routes(("runpod", "scenario")), runpod, scenario).run(FROG, {}, PURPOSE)
    assert again.images == made.images
    assert (runpod.paid_jobs, scenario.paid_jobs) == (0, 1)


def test_what_a_killed_run_began_at_a_fallback_is_ended_there_when_the_first_provider_is_back(
    tmp_path: Path,
) -> None:
    """Otherwise one sprite is paid for twice: by the job that nobody waits for any more, and by the first provider."""

    class Killed(BaseException):
        pass

    class Dies(FakeClock):
        def sleep(self, seconds: float) -> None:
            if scenario.jobs:
                raise Killed
            super().sleep(seconds)

    runpod, scenario = away("runpod"), ScriptedProvider(name="scenario")
    with pytest.raises(Killed):
        router(tmp_path, Routes(("runpod", "scenario")), runpod, scenario, clock=Dies()).run(
            FROG, {}, PURPOSE
        )
    runpod.submits = []

    delivery = router(tmp_path, Routes(("runpod", "scenario")), runpod, scenario).run(FROG, {}, PURPOSE)
    assert delivery.receipt.provider == "scenario"
    assert (runpod.paid_jobs, scenario.paid_jobs) == (0, 1)


def test_what_nobody_can_tell_of_a_fallback_is_not_paid_for_at_the_first_provider(tmp_path: Path) -> None:
    runpod = away("runpod")
    scenario = ScriptedProvider(name="scenario", submits=["drop"], findable=False)
    with pytest.raises(OutcomeUnknown):
        router(tmp_path, Routes(("runpod", "scenario")), runpod, scenario).run(FROG, {}, PURPOSE)
    runpod.submits = []

    with pytest.raises(OutcomeUnknown):
        router(tmp_path, Routes(("runpod", "scenario")), runpod, scenario).run(FROG, {}, PURPOSE)
    assert (runpod.paid_jobs, scenario.paid_jobs) == (0, 1)


def test_a_provider_that_loses_every_answer_is_left_alone_too(tmp_path: Path) -> None:
    """Each lost answer counts as spent at its worst price: a hundred sprites must not all be sent into the void."""
    runpod = ScriptedProvider(name="runpod", submits=["drop"] * 99, findable=False)
    asked = router(tmp_path, Routes(("runpod",)), runpod)
    requests = [FROG.model_copy(update={"seed": seed}) for seed in range(20)]
    for request in requests:
        with pytest.raises((OutcomeUnknown, ProviderUnavailable)):
            asked.run(request, {}, PURPOSE)

    assert runpod.paid_jobs == OPENS_AFTER


def test_what_is_still_uncertain_says_nothing_of_the_provider_today(tmp_path: Path) -> None:
    runpod = ScriptedProvider(name="runpod", submits=["drop"] * OPENS_AFTER, findable=False)
    requests = [FROG.model_copy(update={"seed": seed}) for seed in range(OPENS_AFTER)]
    for _ in range(2):  # the second time nothing is sent
        asked = router(tmp_path, Routes(("runpod",)), runpod)
        for request in requests:
            with pytest.raises(OutcomeUnknown):
                asked.run(request, {}, PURPOSE)

    assert asked.run(FROG.model_copy(update={"seed": 99}), {}, PURPOSE).images
