"""How an op learns that its run is being stopped, and a sleep that ends when it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import dagster as dg

_stopped: ContextVar[threading.Event] = ContextVar("stopped")


def run_stopped() -> threading.Event:
    """Give the event that is set once the run of the op on this thread is being stopped.

    Call it on the op's own thread and hand the event to whoever waits on another. Outside the threaded
    executor the event is never set: there Dagster raises ``DagsterExecutionInterruptedError`` into the op
    itself.

    >>> run_stopped().is_set()
    False
    """
    return _stopped.get(threading.Event())


def pause(seconds: float) -> None:
    """Sleep, but no longer than the run lasts; use it in place of ``time.sleep`` wherever an op waits.

    Args:
        seconds: how long to wait.

    Raises:
        DagsterExecutionInterruptedError: the run is being stopped; clean up and let it pass. Dagster's own
            executors raise the same out of any wait.
    """
    if run_stopped().wait(seconds):
        raise dg.DagsterExecutionInterruptedError("The run is being stopped.")


@contextmanager
def stoppable_by(stopped: threading.Event) -> Iterator[None]:
    """Make *stopped* what ``run_stopped`` gives on this thread."""
    token = _stopped.set(stopped)
    try:
        yield
    finally:
        _stopped.reset(token)
