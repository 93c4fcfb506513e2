"""One ComfyUI server, spoken to over HTTP; polling is the truth, its socket is not used.

Every route is asked below ``/api``, where all of them answer, also at hosts that serve nothing else there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from asset_pipeline.errors import BadResult, ProviderError, ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.comfyui.graphs import Graph
from asset_pipeline.providers.comfyui.reports import Report, Word, read_entry, read_job
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.http import Answer, Wire
from asset_pipeline.providers.remote import Json

NAME = "comfyui"
_NOT_THERE = frozenset({404, 405})
_FETCHABLE = frozenset({"output", "temp"})


@dataclass(frozen=True)
class Accepted:
    """What the server says to a graph it takes.

    Attributes:
        prompt_id: the job's id.
        node_errors: branches that it dropped, by node; the rest runs.
    """

    prompt_id: str
    node_errors: Mapping[str, Json]


class ComfyServer:
    """The routes that we use; holds no jobs, so that any thread or process can go on where another stopped.

    Args:
        wire: speaks to the server, credentials in its headers.
        downloader: fetches pictures; trusts *url*.
        url: the server's, without a slash at the end.
        credentials: headers for downloads; a redirect to another host does not get them.
    """

    def __init__(self, wire: Wire, downloader: Downloader, url: str, credentials: Mapping[str, str]) -> None:
        self._wire, self._downloader = wire, downloader
        self._url, self._credentials = url.rstrip("/"), dict(credentials)
        self._has_jobs = True

    def stats(self) -> Mapping[str, Any]:
        """Return ``system`` of ``/system_stats``: version, flags. Answers as soon as the server is up.

        Raises:
            ProviderUnavailable: nothing answers there yet, or not a ComfyUI.
            ProviderRejected: a proxy wants other credentials.
        """
        answer = self._wire.get("api/system_stats", what="reach ComfyUI", allow=_NOT_THERE)
        system = answer.body.get("system") if isinstance(answer.body, dict) else None
        if answer.status in _NOT_THERE or not isinstance(system, dict):
            raise ProviderUnavailable(
                NAME, f"no ComfyUI answers at {self._url}: it is still starting, or the URL is wrong"
            )
        return system

    def object_info(self) -> Mapping[str, Json]:
        """Return every node class that the server has."""
        return self._object(self._wire.get("api/object_info", what="list the nodes"))

    def upload(self, png: bytes) -> str:
        """Put a picture into the server's input folder under its content's hash.

        Returns:
            The name by which graphs refer to it, which the server chooses in the end.
        """
        name = f"{hashlib.sha256(png).hexdigest()}.png"
        answer = self._wire.post_again(
            "api/upload/image", what="upload a picture", files={"image": (name, png, "image/png")}
        )
        body = self._object(answer)
        stored, folder = str(body.get("name", "")), str(body.get("subfolder") or "")
        if not is_plain(stored) or stored.endswith("]") or not is_inside(folder):
            raise ProviderRejected(
                NAME, f"upload a picture: the server stored it as {stored[:80]!r}, which is no file name"
            )
        return f"{folder}/{stored}" if folder else stored

    def queue(self, graph: Graph, prompt_id: str, client_id: str) -> Accepted:
        """Submit a graph under an id of our own: this is the call that costs, and it is sent once.

        ``number`` is never sent: with a repeated id it would end the server's worker.

        Raises:
            ProviderRejected: the server found it wrong; nothing was accepted.
            ProviderUnavailable: nothing was sent.
            OutcomeUnknown: it may have been accepted; 500 mostly means that it was not.
        """
        body = {"prompt": graph, "prompt_id": prompt_id, "client_id": client_id}
        answer = self._wire.post_once("api/prompt", what="queue the workflow", json=body)
        errors = answer.body.get("node_errors") if isinstance(answer.body, dict) else None
        accepted = answer.body.get("prompt_id") if isinstance(answer.body, dict) else None
        return Accepted(str(accepted or prompt_id), errors if isinstance(errors, dict) else {})

    def report(self, prompt_id: str) -> Report | None:
        """Say how a job is; ``None`` where the server knows none of that id, which one look does not prove."""
        if self._has_jobs:
            answer = self._wire.get(
                f"api/jobs/{quote(prompt_id, safe='')}", what="look at the job", allow=frozenset({404})
            )
            if answer.status != 404:
                return read_job(self._object(answer))
            # A server of 2025 has no such route and says nothing; a newer one says that it knows no such job.
            self._has_jobs = isinstance(answer.body, dict)
        # History, queue and history again: a job can move between two looks.
        return self._history(prompt_id) or self._queued(prompt_id) or self._history(prompt_id)

    def _history(self, prompt_id: str) -> Report | None:
        answer = self._wire.get(f"api/history/{quote(prompt_id, safe='')}", what="look at the job")
        entry = self._object(answer).get(prompt_id)
        return read_entry(entry) if isinstance(entry, dict) else None

    def _queued(self, prompt_id: str) -> Report | None:
        running, pending = self.in_queue()
        if prompt_id in running:
            return Report(Word.RUNNING)
        return Report(Word.WAITING) if prompt_id in pending else None

    def in_queue(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the ids of the running jobs and of those that wait, everybody's."""
        body = self._object(self._wire.get("api/queue", what="look at the queue"))
        running, pending = (
            frozenset(
                str(item[1]) for item in body.get(key) or () if isinstance(item, list) and len(item) > 1
            )
            for key in ("queue_running", "queue_pending")
        )
        return running, pending

    def view(self, entry: Mapping[str, Json]) -> bytes:
        """Download one saved picture, named by an entry of our own job's outputs.

        Raises:
            BadResult: the entry names no plain file, or the file is gone.
            ProviderUnavailable: the download failed; may be repeated.
        """
        name, folder, kind = (str(entry.get(key) or "") for key in ("filename", "subfolder", "type"))
        if not is_plain(name) or not is_inside(folder) or kind not in _FETCHABLE:
            raise BadResult(NAME, f"the server names a result {name[:80]!r} that must not be asked for")
        query = urlencode({"filename": name, "subfolder": folder, "type": kind}, quote_via=quote)
        try:
            return self._downloader.download(
                f"{self._url}/api/view?{query}", what="download the picture", headers=self._credentials
            )
        except ProviderRejected as error:
            raise BadResult(
                NAME, f"the picture cannot be fetched: {without_name(error)}", again=True
            ) from error

    def cancel(self, prompt_id: str) -> None:
        """Stop a job whatever its state, and nobody else's; it takes effect at the next step of its sampler."""
        if self._has_jobs:
            answer = self._wire.post_again(
                f"api/jobs/{quote(prompt_id, safe='')}/cancel", what="cancel the job", allow=_NOT_THERE
            )
            if answer.status not in _NOT_THERE:
                return
        self._wire.post_again("api/queue", what="take the job off the queue", json={"delete": [prompt_id]})
        self._wire.post_again("api/interrupt", what="interrupt the job", json={"prompt_id": prompt_id})

    def free_memory(self) -> None:
        """Have the server unload its models before the next job."""
        body = {"unload_models": True, "free_memory": True}
        self._wire.post_again("api/free", what="free the server's memory", json=body, allow=_NOT_THERE)

    def _object(self, answer: Answer) -> dict[str, Json]:
        """An answer that cannot be read says nothing; least of all that there is nothing."""
        if isinstance(answer.body, dict):
            return answer.body
        raise ProviderUnavailable(NAME, f"{self._url} answered {answer.text[:80]!r}, which is no JSON object")


def is_plain(name: str) -> bool:
    """Tell whether *name* is a file's name and leads nowhere else."""
    return bool(name) and ".." not in name and not set(name) & set("/\\\x00") and name.isprintable()


def is_inside(folder: str) -> bool:
    """Tell whether *folder* is the top or below it; nothing is joined to it here, the server is asked for it."""
    return not folder or (
        not folder.startswith(("/", "\\")) and "\\" not in folder and all(map(is_plain, folder.split("/")))
    )


def without_name(error: ProviderError) -> str:
    """Return what *error* says without the provider's name, to be said as part of another error."""
    return str(error).removeprefix(f"{NAME}: ")
