"""What the tests of this folder have in common."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from asset_pipeline.providers.comfyui import ComfyConfig, ComfyUI, open_comfyui
from asset_pipeline.providers.operations import Request
from asset_pipeline.providers.remote import Failed, JobState, Lost, Prepared, Succeeded, Ticket
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.comfyui import ComfyDouble

CONTRACTS = Path(__file__).parents[3].parent / "shared" / "contracts"
RECORDINGS = CONTRACTS / "recordings" / "comfyui"
GRAPHS = CONTRACTS / "comfyui_graphs"
CHOSEN: set[Path] = set()  # what `recorded` has found, for the test that none is left out
needs_contracts = pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="the contracts are not beside the checkout"
)


def recorded(pattern: str, that: Callable[[Any], bool] = lambda _: True) -> list[Path]:
    """Files of recordings whose content is so, for parametrize; empty where there are none."""
    found = [file for file in sorted(RECORDINGS.glob(pattern)) if that(json.loads(file.read_text("utf-8")))]
    CHOSEN.update(found)
    return found


def parts(body: Any, that: Callable[[dict[str, Any]], bool]) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # any JSON
    """The objects within *body* that are so, however deep."""
    if isinstance(body, dict) and that(body):
        yield body
    elif isinstance(body, dict | list):
        for part in body.values() if isinstance(body, dict) else body:
            yield from parts(part, that)


def read(name: str) -> Any:  # noqa: ANN401  # any JSON
    return json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))


def entries(name: str) -> dict[str, Any]:
    """The history entries of a recording, by job."""
    body = read(name)
    found: dict[str, Any] = body.get("response") or body["history"]
    return found


def opened(double: ComfyDouble, clock: FakeClock, **more: Any) -> Any:  # noqa: ANN401  # a context manager
    """Open the provider for *double*; time passes only by *clock*."""
    return open_comfyui(ComfyConfig(url=double.url, **more), clock=clock.monotonic, sleep=lambda _: None)


def token() -> str:
    return str(uuid.uuid4())


def prepared(provider: ComfyUI, request: Request) -> Prepared:
    return provider.prepare(request, token())


def submitted(provider: ComfyUI, request: Request) -> Ticket:
    """Prepare and submit, and return the ticket as the journal would keep it."""
    ready = prepared(provider, request)
    job_id = provider.submit(ready)
    return Ticket.model_validate_json(ready.ticket.model_copy(update={"job_id": job_id}).model_dump_json())


def ended(look: Callable[[], JobState]) -> JobState:
    """Look until it is over; the doubles take hundredths of a second."""
    for _ in range(2000):
        state = look()
        if isinstance(state, Succeeded | Failed | Lost):
            return state
    raise AssertionError("the job does not end")


def done(provider: ComfyUI, ticket: Ticket) -> Succeeded:
    state = ended(lambda: provider.look(ticket))
    assert isinstance(state, Succeeded), state
    return state
