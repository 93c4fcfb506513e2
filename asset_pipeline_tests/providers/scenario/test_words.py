from __future__ import annotations

import pytest

from asset_pipeline.providers.http import Answer
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.api import job_id_of
from asset_pipeline.providers.scenario.words import explain, iso, moment, server_time


def answer(body: Json, text: str = "raw text", **headers: str) -> Answer:
    return Answer(400, body, text, headers)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"reason": "r", "message": "m", "error": {"message": "e"}, "detail": "d"}, "r"),
        ({"message": "m", "error": {"message": "e"}, "detail": "d"}, "m"),
        ({"error": {"message": "e"}, "detail": "d"}, "e"),
        ({"error": "text", "detail": "d"}, "text"),
        ({"detail": "d"}, "d"),
        ({"reason": "", "detail": "d"}, "d"),
        ({"reason": 5}, "raw text"),
        (None, "raw text"),
        (["a list"], "raw text"),
    ],
)
def test_the_sentence_of_an_error_is_found_in_its_order(body: Json, said: str) -> None:
    assert explain(answer(body)) == said


def test_name_plan_and_ceiling_are_kept() -> None:
    restricted = {
        "reason": "restricted",
        "name": "ModelAccessRestrictedError",
        "details": {"requiredPlan": "cu-pro-q3-25"},
    }
    said = explain(answer(restricted))
    assert said == (
        "restricted (ModelAccessRestrictedError) - this model needs the plan cu-pro-q3-25; upgrade, or choose another model"
    )
    full = {"reason": "full", "details": {"actionName": "parallelCustomJobs", "actionLimit": 4}}
    assert explain(answer(full)) == "full - the ceiling for parallelCustomJobs is 4"


def test_a_very_long_reason_is_cut() -> None:
    assert len(explain(answer({"reason": "x" * 9000}))) == 500


@pytest.mark.parametrize(
    ("body", "job_id"),
    [
        ({"job": {"jobId": "job_1", "id": "job_2"}}, "job_1"),
        ({"job": {"id": "job_2"}}, "job_2"),
        ({"job": {}}, ""),
        ({"id": "job_3"}, ""),
        ([], ""),
    ],
)
def test_a_job_is_named_in_either_of_two_ways(body: Json, job_id: str) -> None:
    assert job_id_of(body) == job_id


def test_times_are_read_and_written_as_the_service_does() -> None:
    assert iso(1_790_000_000.5) == "2026-09-21T14:13:20.500Z"
    assert moment("2026-09-21T14:13:20.500Z") == 1_790_000_000.5
    assert moment("2026-09-21T14:13:20") == 1_790_000_000
    assert moment(None) is None
    assert moment("soon") is None


def test_the_servers_clock_is_read_from_its_answer() -> None:
    assert server_time(answer({}, date="Mon, 21 Sep 2026 14:13:20 GMT")) == 1_790_000_000
    assert server_time(answer({})) is None
    assert server_time(answer({}, date="long ago")) is None
