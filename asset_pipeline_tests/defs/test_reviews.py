"""What people decided, in a run: pins hold, rejections hold back, approvals win."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Literal

import pytest

from asset_pipeline.definitions import build_defs
from asset_pipeline.errors import ConfigError, ProviderRejected
from asset_pipeline.imaging.png import read_png_text
from asset_pipeline.jobs.licensing import Licensing
from asset_pipeline.providers.licences import Licence, Licences
from asset_pipeline.providers.operations import Delivery, Request
from asset_pipeline.reviews.candidates import Candidates, read_candidates
from asset_pipeline.reviews.deciding import Wish, decide
from asset_pipeline.reviews.places import Place
from asset_pipeline.settings import Settings
from asset_pipeline_tests.defs.conftest import CountingProvider, Studio, job_of, needed
from asset_pipeline_tests.defs.test_gates import ONE_FROG, Spoiling, checks, with_settings

FROG = Place("pond", None, "frog")


def drawn(studio: Studio) -> Candidates:
    record = read_candidates(studio.store, "pond", None, "frog")
    assert record is not None
    return record


def decided(studio: Studio, action: Literal["approve", "reject", "pin", "unpin"], number: int = 0) -> None:
    picture = drawn(studio).candidates[number].picture
    decide(studio.store, FROG, Wish(action=action, picture=picture, who="Ada", why="it smiles"))


@pytest.fixture
def frog(studio: Studio) -> Studio:
    studio.write(ONE_FROG)
    studio.make("pond/frog")
    return studio


def test_a_pin_is_not_overwritten_and_costs_nothing(frog: Studio) -> None:
    before = frog.store.get("pond/frog.png")
    decided(frog, "pin")
    frog.provider.calls.clear()

    frog.make("pond/frog", tags={"asset_pipeline/take": "7"})

    assert frog.provider.calls == []
    assert frog.store.get("pond/frog.png") == before
    assert drawn(frog).candidates[0].seed == drawn(frog).candidates[drawn(frog).chosen].seed


def test_a_pin_that_comes_while_another_picture_is_drawn_is_not_overwritten_either(frog: Studio) -> None:
    """A backfill takes minutes, and people look at its candidates meanwhile."""
    before = frog.store.get("pond/frog.png")

    class PinnedMeanwhile(CountingProvider):
        def run(self, request: Request) -> Delivery:
            if not self.calls:
                decided(frog, "pin")
            return super().run(request)

    frog.provider = PinnedMeanwhile()
    result = frog.make("pond/frog", tags={"asset_pipeline/take": "7"})

    assert len(frog.provider.calls) == 2, "it had begun by then"
    assert frog.store.get("pond/frog.png") == before
    assert "pinned by Ada: it smiles" in str(frog.metadata(result, "pond/frog")["notes"])
    record = drawn(frog)
    assert [one.label for one in record.candidates] == ["1", "2"], "what was drawn stays to be looked at"
    assert (record.chosen, record.published) == (1, True)


def test_a_pinned_picture_is_finished_anew_where_the_finish_changes(frog: Studio) -> None:
    decided(frog, "pin")
    frog.provider.calls.clear()
    frog.write(ONE_FROG.replace("style: cartoon", "style: cartoon\npixels_per_unit: 32"))

    result = frog.make("pond/frog")

    assert frog.provider.calls == []
    assert frog.metadata(result, "pond/frog")["width_px"] == 32
    assert "pinned by Ada: it smiles" in str(frog.metadata(result, "pond/frog")["notes"])


def test_a_pinned_picture_tells_the_prompt_it_was_drawn_by(frog: Studio) -> None:
    prompt = drawn(frog).candidates[0].prompt
    decided(frog, "pin")
    frog.write(ONE_FROG.replace("a green frog", "a yellow frog"))

    result = frog.make("pond/frog")

    told = json.loads(read_png_text(frog.store.get("pond/frog.png"))["asset_pipeline"])
    assert "a green frog" in told["prompt"]
    assert told["prompt"] == prompt == frog.metadata(result, "pond/frog")["prompt"]
    assert told["prompt_sha256"] == hashlib.sha256(prompt.encode()).hexdigest()
    assert drawn(frog).candidates[0].prompt == prompt


def test_a_pinned_picture_that_may_not_be_sold_is_refused_like_a_call(frog: Studio) -> None:
    """It was made under any, and the pin must not carry it into the game that is sold."""
    decided(frog, "pin")
    frog.provider.calls.clear()
    frog.licensing = Licensing("commercial")
    frog.make("pond/frog")
    known = Licence(licence="None-1.0", commercial="no", as_of=date(2026, 11, 24), source="a test")
    frog.licensing = Licensing("commercial", Licences({"local": {"local-painter-1": known}}))

    with pytest.raises(ProviderRejected, match=r'may not .* \[local\."local-painter-1"\] .* or unpin'):
        frog.make("pond/frog")

    assert frog.provider.calls == []


def test_a_pin_holds_where_the_canvas_has_changed_since(frog: Studio) -> None:
    decided(frog, "pin")
    frog.write(ONE_FROG.replace("size_px: 128", "size_px: 192"))

    assert checks(frog.make("pond/frog"))["shape"].passed


def test_an_unpinned_sprite_is_drawn_again(frog: Studio) -> None:
    decided(frog, "pin")
    decided(frog, "unpin")
    frog.provider.calls.clear()

    frog.make("pond/frog", tags={"asset_pipeline/take": "7"})

    assert len(frog.provider.calls) == 2


def test_a_rejected_picture_never_reaches_the_game_and_is_taken_back_from_it(frog: Studio) -> None:
    decided(frog, "reject")

    review = checks(frog.make("pond/frog", ok=False))["review"]

    assert not review.passed
    assert "it smiles" in (review.description or "")
    assert "set take or candidates" in (review.description or "")
    assert not frog.store.exists("pond/frog.png")


def test_a_rejected_candidate_is_followed_by_another(frog: Studio) -> None:
    decided(frog, "reject")
    frog.write(with_settings(ONE_FROG, "candidates: 2"))

    frog.make("pond/frog")

    assert (drawn(frog).chosen, len(drawn(frog).candidates), drawn(frog).published) == (1, 2, True)


def test_an_approved_candidate_wins_and_ends_the_search(studio: Studio) -> None:
    """The fault of the first one is none that blocks, so that the gates alone would take the second."""
    warned = "gates: {semi_transparent: {at_most: 1, why: soft}}, candidates: 3"
    studio.write(with_settings(ONE_FROG, warned))
    studio.provider = Spoiling(spoils=lambda number: number == 1)
    studio.make("pond/frog")
    assert drawn(studio).chosen == 1
    decided(studio, "approve", 1)

    studio.provider = Spoiling(spoils=lambda number: number == 1)
    review = checks(studio.make("pond/frog"))["review"]

    assert drawn(studio).chosen == 1
    assert "approve" in (review.description or "")


def test_the_page_where_people_decide_is_linked(frog: Studio) -> None:
    review = checks(frog.make("pond/frog"))["review"]
    assert str(review.metadata["decide"].value) == "http://127.0.0.1:3002/pond#frog"


def test_a_pinned_sprite_is_made_with_no_key_set(frog: Studio) -> None:
    """Nobody is asked for it, so nobody has to be ready."""
    decided(frog, "pin")
    settings = Settings.from_environ({"IMAGE_GENERATION_PROVIDER": "runpod"}, root=frog.folder)
    job = job_of(build_defs(settings, needed=needed("pond/frog")))

    assert job.execute_in_process(instance=frog.instance).success

    decided(frog, "unpin")
    with pytest.raises(ConfigError, match="RUNPOD_API_KEY"):
        job.execute_in_process(instance=frog.instance)
