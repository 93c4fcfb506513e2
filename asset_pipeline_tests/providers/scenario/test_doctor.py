from __future__ import annotations

from asset_pipeline.providers.remote import Finding
from asset_pipeline.testing.scenario import ScenarioDouble
from asset_pipeline_tests.providers.scenario.conftest import MakeDouble, MakeProvider


def by_name(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.what: finding for finding in findings}


def test_a_good_account_has_nothing_to_mend(double: ScenarioDouble, connect: MakeProvider) -> None:
    findings = connect(double).check_up()
    assert all(finding.ok for finding in findings)
    assert len(findings) == 11  # the key, eight models, the ceiling and the credits
    assert by_name(findings)["credits"].detail == "5040 of 5000 CU left, 45.36 USD at 0.0090 a CU"


def test_a_wrong_key_is_all_that_is_reported_with_where_to_get_one(
    double: ScenarioDouble, connect: MakeProvider
) -> None:
    (finding,) = connect(double, api_secret="wrong").check_up()
    assert not finding.ok
    assert "SCENARIO_SECRET_API_KEY" in finding.remedy


def test_a_host_that_does_not_answer_is_not_taken_for_a_wrong_key(
    double: ScenarioDouble, connect: MakeProvider
) -> None:
    provider = connect(double)
    double.__exit__(None, None, None)
    (finding,) = provider.check_up()
    assert not finding.ok
    assert "base URL" in finding.remedy


def test_models_beyond_the_plan_and_unknown_ids_are_named(
    double: ScenarioDouble, connect: MakeProvider
) -> None:
    double.restricted.add("model_retrodiffusion-plus")
    findings = by_name(connect(double, model_ids={"retro-tile": "model_nowhere"}).check_up())
    plus = findings["model retro-plus (model_retrodiffusion-plus)"]
    tile = findings["model retro-tile (model_nowhere)"]
    assert "cu-pro-q3-25" in plus.detail
    assert "404" in tile.detail
    assert "model_..." in tile.remedy


def test_more_parallel_jobs_than_the_plan_allows_are_reported(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    double = make_double(ceiling=2)
    finding = by_name(connect(double, parallel=4).check_up())["jobs at once"]
    assert not finding.ok
    assert "SCENARIO_MAX_PARALLEL=2" in finding.remedy
