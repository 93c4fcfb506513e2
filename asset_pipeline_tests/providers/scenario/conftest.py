from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeAlias
from uuid import uuid4

import pytest

from asset_pipeline.providers.http import Exchange
from asset_pipeline.providers.operations import ImageToImage, RemoveBackground, Request, TextToImage
from asset_pipeline.providers.remote import Failed, JobState, Json, Lost, Prepared, Succeeded, Ticket
from asset_pipeline.providers.scenario import ScenarioProvider
from asset_pipeline.testing.pictures import picture
from asset_pipeline.testing.scenario import ScenarioDouble

MakeDouble: TypeAlias = Callable[..., ScenarioDouble]
MakeProvider: TypeAlias = Callable[..., ScenarioProvider]


def knight(**changes: Json) -> TextToImage:
    return TextToImage(**{"prompt": "a knight", "width_px": 128, "height_px": 128, "seed": 7, **changes})


def guided(**changes: Json) -> ImageToImage:
    guide = picture("a grey box", 96, 96, 1)
    asked = {"prompt": "a knight", "width_px": 128, "height_px": 128, "seed": 7, "image": guide}
    return ImageToImage(**{**asked, **changes})


def cut_out(**changes: Json) -> RemoveBackground:
    return RemoveBackground(**{"image": picture("a frog on a white background", 64, 64, 3), **changes})


class Driver:
    """Calls a provider as the door does, without a journal."""

    def __init__(self, provider: ScenarioProvider) -> None:
        self.provider = provider

    def prepared(self, request: Request) -> Prepared:
        return self.provider.prepare(request, str(uuid4()))

    def submitted(self, request: Request) -> Ticket:
        prepared = self.prepared(request)
        return with_job(prepared.ticket, self.provider.submit(prepared))

    def ended(self, ticket: Ticket) -> JobState:
        for _ in range(500):
            state = self.provider.look(ticket)
            if isinstance(state, Succeeded | Failed | Lost):
                return state
            time.sleep(0.01)
        raise AssertionError(f"the job does not end: {state}")

    def done(self, ticket: Ticket) -> Succeeded:
        state = self.ended(ticket)
        assert isinstance(state, Succeeded), state
        return state

    def delivered(self, request: Request) -> tuple[bytes, ...]:
        ticket = self.submitted(request)
        return self.provider.fetch(ticket, self.done(ticket))


def with_job(ticket: Ticket, job_id: str) -> Ticket:
    return ticket.model_copy(update={"job_id": job_id})


@pytest.fixture
def make_double() -> Iterator[MakeDouble]:
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(ScenarioDouble(**settings))


@pytest.fixture
def double(make_double: MakeDouble) -> ScenarioDouble:
    return make_double()


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def connect(exchanges: list[Exchange]) -> Iterator[MakeProvider]:
    """A provider of a double, whose pauses take no time."""
    with ExitStack() as stack:

        def make(double: ScenarioDouble, **changes: Json) -> ScenarioProvider:
            parts = {name: changes.pop(name) for name in ("clock",) if name in changes}
            config = double.config(**changes)
            made = ScenarioProvider(config, record=exchanges.append, sleep=lambda _: None, **parts)
            return stack.enter_context(made)

        yield make


@pytest.fixture
def provider(double: ScenarioDouble, connect: MakeProvider) -> ScenarioProvider:
    return connect(double)


@pytest.fixture
def driver(provider: ScenarioProvider) -> Driver:
    return Driver(provider)
