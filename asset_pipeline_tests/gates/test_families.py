from __future__ import annotations

from asset_pipeline.gates.families import ABOUT, FAMILIES
from asset_pipeline.gates.readings import metrics


def test_each_gate_is_in_one_family_and_each_family_is_explained() -> None:
    listed = [gate for gates in FAMILIES.values() for gate in gates]
    assert sorted(listed) == sorted(metrics())
    assert set(ABOUT) == set(FAMILIES)
