"""How the tests are run: on any machine, however busy, and on two processes at once."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_configure() -> None:
    """Let processes keep what they compile; else each of a hundred compiles all of Dagster anew, for a second each."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: a process that is left with it at the end works alone."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
