"""Waiting that ends when the run does."""

from __future__ import annotations

import threading
import time

import dagster as dg
import pytest

from asset_pipeline.defs.stopping import pause, run_stopped, stoppable_by


def test_a_pause_lasts_as_long_as_asked_where_nothing_is_stopped() -> None:
    """A poll loop that does not wait would hammer the provider."""
    started_s = time.monotonic()
    pause(0.05)

    assert time.monotonic() - started_s >= 0.05


def test_a_pause_ends_at_once_with_dagsters_own_interruption_when_the_run_is_stopped() -> None:
    """Dagster records that error as an interrupted step; any other would look like a failed provider."""
    stopped = threading.Event()
    threading.Timer(0.05, stopped.set).start()
    started_s = time.monotonic()

    with stoppable_by(stopped), pytest.raises(dg.DagsterExecutionInterruptedError):
        pause(30)

    assert time.monotonic() - started_s < 20


def test_a_run_that_is_stopped_is_seen_only_on_its_own_threads() -> None:
    """Two runs in one process must not stop each other."""
    stopped = threading.Event()
    stopped.set()
    seen_elsewhere: list[bool] = []
    elsewhere = threading.Thread(target=lambda: seen_elsewhere.append(run_stopped().is_set()))

    with stoppable_by(stopped):
        elsewhere.start()
        elsewhere.join()
        assert run_stopped() is stopped

    assert seen_elsewhere == [False]
    assert not run_stopped().is_set()
