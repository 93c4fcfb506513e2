"""What doctor says about RunPod: each thing in a line, with what to do where it is not good."""

from __future__ import annotations

from typing import Any

from asset_pipeline.providers.remote import Finding
from asset_pipeline.testing.runpod import FLUX_ID, RunPodDouble
from asset_pipeline.testing.runpod_workers import Endpoint
from asset_pipeline_tests.providers.runpod.at_hand import OWN, provider_at, words

NO_OWN: dict[str, Any] = dict.fromkeys(OWN)


def findings(double: RunPodDouble, **fields: Any) -> list[Finding]:  # noqa: ANN401  # of the configuration
    with provider_at(double, **fields) as provider:
        return list(provider.check_up())


def test_a_good_set_up_is_all_good_and_costs_nothing() -> None:
    with RunPodDouble() as double:
        found = findings(double)
        assert all(finding.ok for finding in found)
        assert [finding.what.split()[0] for finding in found] == [
            "key",
            "endpoint",
            "endpoint",
            "endpoint",
            "models",
        ]
        assert double.invoice == []


def test_a_bad_key_says_where_to_get_one_and_never_shows_it() -> None:
    with RunPodDouble() as double:
        found = findings(double, api_key="rpa_WRONG0KEY")
        assert not found[0].ok
        assert "API Keys" in found[0].remedy
        assert "rpa_WRONG0KEY" not in repr(found)


def test_an_endpoint_that_sleeps_says_how_to_wake_it() -> None:
    with RunPodDouble(endpoints={FLUX_ID: Endpoint("flux", handler=dict, workers={})}) as double:
        with provider_at(double, **NO_OWN | {"flux_endpoint_id": FLUX_ID}) as provider:
            provider.submit(provider.prepare(words(), "t"))
            found = provider.check_up()
        assert not found[1].ok
        assert "Max workers" in found[1].detail + found[1].remedy


def test_sick_workers_and_a_wrong_id_are_told_apart() -> None:
    with RunPodDouble(
        endpoints={FLUX_ID: Endpoint("flux", handler=dict, workers={"unhealthy": 1})}
    ) as double:
        found = findings(double, **NO_OWN | {"flux_endpoint_id": FLUX_ID, "sdxl_endpoint_id": "nosuch"})
        flux, sdxl = found[1:3]
        assert not flux.ok
        assert "unhealthy" in flux.detail
        assert "logs" in flux.remedy
        assert not sdxl.ok
        assert "endpoint's id" in sdxl.remedy


def test_a_key_alone_is_enough_for_public_models() -> None:
    with RunPodDouble() as double:
        found = findings(double, **NO_OWN)
        assert all(finding.ok for finding in found)
        assert "paid by the picture" in found[-1].detail


def test_nothing_configured_is_no_good() -> None:
    with RunPodDouble() as double:
        found = findings(double, **NO_OWN, public_endpoints=False)
        assert not any(finding.ok for finding in found)
        assert "RUNPOD_FLUX_ENDPOINT_ID" in found[-1].remedy


def test_nobody_there_is_a_finding_and_not_a_crash() -> None:
    with RunPodDouble() as double, provider_at(double) as provider:
        double.__exit__(None, None, None)
        found = provider.check_up()
        assert not any(finding.ok for finding in found[:4])
        assert "reachable" in found[0].remedy
