"""What is told to a store is true of what is there: yes, no, or not known."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from asset_pipeline.disclosure.records import Record, Step
from asset_pipeline.disclosure.statements import Disclosure, as_json, as_text, day_of
from asset_pipeline.providers.operations import Weights

STORED = datetime(2026, 11, 24, 8, tzinfo=UTC)
MADE = datetime(2026, 11, 3, 9, tzinfo=UTC)
LOCAL = Step("image_to_image", "local", "local-painter-1")
FLUX = Step(
    "image_to_image",
    "runpod",
    "flux-schnell",
    (
        Weights(name="flux-schnell", licence="Apache-2.0", commercial="yes"),
        Weights(name="ink", licence="unknown", commercial="unknown"),
    ),
    MADE,
)
CUT = Step("remove_background", "local", "local-painter-1")


def disclosed(*steps: tuple[Step, ...], unrecorded: tuple[str, ...] = ()) -> Disclosure:
    records = [Record(f"pond/s{n}.png", "", f"s{n}", STORED, made) for n, made in enumerate(steps)]
    return Disclosure("pond", "file:///store", date(2026, 11, 24), records, unrecorded)


def test_art_by_a_generative_model_is_told_to_steam_and_itch_with_its_model() -> None:
    told = disclosed((FLUX, CUT), (LOCAL, CUT))
    text, data = as_text(told), as_json(told)

    assert "1 of 2 sprites were drawn with flux-schnell (RunPod, licence Apache-2.0)" in text
    assert "Pre-generated content: Yes." in text
    assert "Live-generated content: No." in text
    assert "Yes: Graphics (tags: AI Generated, AI Generated Graphics)" in text
    assert data["steam"]["pre_generated"]["used"] is True
    assert data["itch_io"]["tags"] == ["AI Generated", "AI Generated Graphics"]
    assert [sprite["generative_ai"] for sprite in data["sprites"]] == [True, False]


def test_art_by_code_alone_is_no_ai() -> None:
    told = disclosed((LOCAL, CUT))

    assert "Pre-generated content: No." in as_text(told)
    assert "No (tags: No AI)" in as_text(told)
    assert as_json(told)["itch_io"]["tags"] == ["No AI"]


def test_a_picture_of_unknown_origin_keeps_us_from_saying_no() -> None:
    told = disclosed((LOCAL, CUT), unrecorded=("pond/hero.png",))

    assert "Pre-generated content: Not known, see below" in as_text(told)
    assert "pond/hero.png" in as_text(told)
    assert as_json(told)["steam"]["pre_generated"]["used"] is None
    assert as_json(told)["itch_io"]["tags"] == []


def test_every_lora_is_listed_with_its_licence() -> None:
    uses = {use.name: (use.licence, use.sprites) for use in disclosed((FLUX, CUT), (FLUX, CUT)).models}

    assert uses == {
        "flux-schnell": ("Apache-2.0", 2),
        "ink": ("unknown", 2),
        "local-painter-1": ("not recorded", 2),
    }


def test_nothing_is_claimed_about_the_work_of_people() -> None:
    told = disclosed((FLUX,))

    assert as_json(told)["edited_by_people"] is None
    assert "Nothing here records whether people edited" in as_text(told)


@pytest.mark.parametrize(("steps", "day"), [((FLUX, CUT), MADE), ((LOCAL, CUT), STORED)])
def test_a_sprite_is_dated_by_its_last_delivery_or_else_by_the_store(
    steps: tuple[Step, ...], day: datetime
) -> None:
    assert day_of(disclosed(steps).records[0]) == day.date()


def test_everything_is_json() -> None:
    assert json.loads(json.dumps(as_json(disclosed((FLUX, CUT)))))["as_of"] == "2026-11-24"
