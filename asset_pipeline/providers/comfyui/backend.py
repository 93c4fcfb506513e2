"""What both places have in common where a graph can run: a server of one's own, and a worker on RunPod."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from asset_pipeline.providers.comfyui.graphs import Graph
from asset_pipeline.providers.remote import JobState, Json, Succeeded, Ticket


@dataclass(frozen=True)
class Order:
    """A graph that is ready, and what it needs.

    Attributes:
        graph: with values; pictures by names made of their content's hash.
        pictures: to be uploaded, by those names.
        folders: model folders by ``node.input``.
    """

    graph: Graph
    pictures: Mapping[str, bytes] = field(repr=False)
    folders: Mapping[str, str]


class Backend(Protocol):
    """Where a graph runs; see :class:`DirectServer` and :class:`ServerlessWorker`."""

    @property
    def place(self) -> str:
        """``a server``, or an endpoint of RunPod: where a job is to be looked for. A server's URL may change meanwhile."""

    @property
    def searchable(self) -> bool:
        """Whether :meth:`find` can tell what became of a job."""

    def prepare(self, order: Order, token: str) -> Json:
        """Do all that is free, and return the body to send."""

    def submit(self, body: Json) -> str:
        """Send it once, and return the job's id."""

    def find(self, ticket: Ticket) -> str | None:
        """Look for a job whose acceptance is unknown."""

    def look(self, ticket: Ticket, expected: Sequence[str]) -> JobState:
        """Ask once how the job is."""

    def fetch(self, done: Succeeded, nodes: Sequence[str]) -> list[bytes]:
        """Return what *nodes* saved."""

    def cancel(self, ticket: Ticket) -> None:
        """Ask for the job to be stopped."""

    def retry(self, ticket: Ticket) -> bool:
        """Have a failed job done again."""
