"""The jobs of the double: one at a time, remembered graphs, memory that a restart empties, and an invoice for seconds."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from asset_pipeline.testing.comfyui.classes import INSTALLED, NOT_IN_2025, object_info
from asset_pipeline.testing.comfyui.drawing import Drawing
from asset_pipeline.testing.comfyui.entries import OUT_OF_MEMORY, history_entry, queue_item, run_ms
from asset_pipeline.testing.comfyui.files import Folders, Place
from asset_pipeline.testing.comfyui.validation import Ruling, judge
from asset_pipeline.testing.double import Double, Job, Phase, work_sha256
from asset_pipeline.testing.faults import Fault, FaultPlan

_HIDDEN_S = 0.25  # how long after its end a job that meets EMPTY_HISTORY is nowhere to be found
_ENDED = frozenset({Phase.DONE, Phase.FAILED, Phase.CANCELLED})


class ComfyJobs(Double):
    """What a server keeps: queue, history, files, and what it costs; :class:`ComfyDouble` adds the routes.

    Attributes:
        old: it is of 2025: no ``/api/jobs``, any text as a job's id, fewer classes.
        installed: files of weights by folder; may be changed while it runs.
        without: node classes that it lacks.
        usd_per_second: what a second of work is billed.
        failure: exception type and message of a job that meets ``JOB_FAILED``.
        folders: its input, output and temp files.
    """

    def __init__(  # noqa: PLR0913  # a server has that many sides
        self,
        *,
        old: bool = False,
        token: str = "",
        installed: Mapping[str, Collection[str]] = INSTALLED,
        without: Collection[str] = (),
        usd_per_second: Decimal = Decimal("0.05"),
        failure: tuple[str, str] = OUT_OF_MEMORY,
        history_gap_s: float = 0.0,
        max_upload_bytes: int = 100 * 2**20,
        faults: FaultPlan | None = None,
        queue_s: float = 0.0,
        run_s: float = 0.02,
        ceiling: int | None = None,
        port: int = 0,
    ) -> None:
        """Set up, without listening yet.

        Args:
            old: no ``/api/jobs``, any text as a job's id, fewer classes.
            token: what a proxy in front asks for as ``Bearer``; empty for none, as the server itself asks for none.
            installed: files of weights by folder.
            without: node classes that it lacks.
            usd_per_second: what a second of work is billed.
            failure: exception type and message of a job that meets ``JOB_FAILED``.
            history_gap_s: how long after its end a job still counts as running and has no history.
            max_upload_bytes: the largest body.
            faults: as for every double.
            queue_s: as for every double.
            run_s: as for every double; jobs run one after the other.
            ceiling: as for every double; real servers have none.
            port: as for every double.
        """
        super().__init__(faults=faults, queue_s=queue_s, run_s=run_s, ceiling=ceiling, port=port)
        self.installed = {folder: tuple(names) for folder, names in installed.items()}
        self.without = frozenset(without) | (NOT_IN_2025 if old else frozenset())
        self.usd_per_second, self.failure = usd_per_second, failure
        self.folders = Folders()
        self.old, self._token = old, token
        self._gap_s, self._max_upload_bytes = history_gap_s, max_upload_bytes
        self._number, self._free_at = 0, 0.0
        self._dead_since: float | None = None
        self._latest: dict[str, str] = {}
        self._remembered: dict[str, Job] = {}

    def restart(self) -> None:
        """Lose queue, history and temp files, as a server does that starts again; saved pictures stay."""
        with self.lock:
            self.forget()
            self._latest.clear()
            self._remembered.clear()
            self._number, self._free_at, self._dead_since = 0, 0.0, None
            self.folders.empty("temp")

    def kill_worker(self) -> None:
        """End the thread that runs jobs; the server goes on answering, and nothing ever runs again."""
        self._dead_since = self.clock()

    def classes(self) -> dict[str, Any]:
        """Return what ``/object_info`` says."""
        return object_info({**self.installed, "input": self.folders.names("input")}, self.without)

    def read_input(self, name: str) -> bytes:
        """Return an input picture by the name that stands in a graph."""
        folder, _, base = name.rpartition("/")
        return self.folders.read(Place("input", folder, base)) or b""

    def has_input(self, name: str) -> bool:
        """Tell whether an input picture of that name is there."""
        folder, _, base = name.rpartition("/")
        return self.folders.read(Place("input", folder, base)) is not None

    def judge(self, graph: dict[str, Any]) -> Ruling:
        """Validate a graph as ``POST /prompt`` does."""
        return judge(graph, self.classes(), self.has_input, old=self.old)

    def take_in(self, asked: Mapping[str, Any], ruling: Ruling, fault: Fault | None) -> Job:
        """Take a job in behind those that wait; one whose graph is remembered takes no time and costs nothing."""
        graph, prompt_id = asked["prompt"], str(asked.get("prompt_id") or uuid4())
        with self.lock:
            first = self._remembered.get(json.dumps(graph, sort_keys=True))
            twin = None if first is None or self.state_of(first) is not Phase.DONE else first
            now = self.clock()
            job = self.accept(
                prompt_id if prompt_id not in self._latest else f"{prompt_id} again {self._number}",
                model=_model(graph),
                usd=Decimal(0),
                work_sha256=work_sha256(graph, contents=self.contents),
                asked=graph,
                fault=fault,
                queue_s=max(self.queue_s, self._free_at - now),
                run_s=0.0 if twin else None,
            )
            job.notes |= {
                "prompt_id": prompt_id,
                "number": self._number,
                "extra": {"client_id": asked.get("client_id"), "create_time": round(time.time() * 1000)},
                "save_nodes": ruling.outputs,
                "cached": twin is not None,
                "drawing": threading.Lock(),
            }
            self._latest[prompt_id] = job.id
            self._schedule(job, twin, asked.get("client_id"))
        return job

    def _schedule(self, job: Job, twin: Job | None, client_id: str | None) -> None:
        if job.fault is not Fault.STUCK_QUEUE:
            self._free_at = job.ends_at
        if twin is None:
            self._remembered[json.dumps(job.asked, sort_keys=True)] = job
            self.bill(job, self._usd(job))
            return
        self.refund(job)
        forgets = client_id is None and not self.old
        job.notes["outputs"] = {} if forgets else self.outputs(twin)

    def _usd(self, job: Job) -> Decimal:
        return Decimal(run_ms(job)) / 1000 * self.usd_per_second

    def found(self, prompt_id: str) -> Job | None:
        """Find the last job of that id that the server still knows, and shows."""
        job = self.job(self._latest.get(prompt_id, ""))
        if job is None or job.notes.get("deleted"):
            return None
        hidden = job.fault is Fault.EMPTY_HISTORY and job.ends_at <= self.clock() < job.ends_at + _HIDDEN_S
        return None if hidden else job

    def phase(self, job: Job) -> Phase:
        """Tell how *job* looks from outside: nothing runs at a dead worker, and history is written a moment late."""
        phase, now = self.state_of(job), self.clock()
        if self._dead_since is not None and job.ends_at > self._dead_since and phase is not Phase.CANCELLED:
            return Phase.QUEUED
        just_ended = phase in _ENDED and now < job.ends_at + self._gap_s
        return Phase.RUNNING if just_ended else phase

    def outputs(self, job: Job) -> dict[str, Any]:
        """Run the graph at the first look at what came of it."""
        if self.phase(job) is not Phase.DONE or job.fault is Fault.EMPTY_RESULT:
            return {}
        with job.notes["drawing"]:  # not the double's own lock: drawing takes time
            if "outputs" not in job.notes:
                job.notes["outputs"] = self.run(job.asked, job.notes["save_nodes"])
            outputs: dict[str, Any] = job.notes["outputs"]
            return outputs

    def run(self, graph: Mapping[str, Any], save_nodes: Collection[str]) -> dict[str, Any]:
        """Draw what *save_nodes* save and put it into the folders."""
        drawing = Drawing(graph, self.read_input)
        outputs = {}
        for node_id in save_nodes:
            kind = "output" if graph[node_id]["class_type"] == "SaveImage" else "temp"
            prefix = graph[node_id]["inputs"].get("filename_prefix", f"ComfyUI_temp_{uuid4().hex[:5]}")
            outputs[node_id] = {"images": self.folders.save(kind, prefix, drawing.saved(node_id))}
        return outputs

    def history(self, prompt_id: str) -> dict[str, Any]:
        """Return the entry of a job that ended; for any other the same empty object."""
        job = self.found(prompt_id)
        if job is None or self.phase(job) not in _ENDED:
            return {}
        return {prompt_id: history_entry(job, self.phase(job), self.outputs(job), self.failure)}

    def queue(self) -> dict[str, Any]:
        """Return who runs and who waits."""
        shown = [job for job in self.jobs() if self.found(job.notes["prompt_id"]) is job]
        listed = {
            phase: [queue_item(job) for job in shown if self.phase(job) is phase]
            for phase in (Phase.RUNNING, Phase.QUEUED)
        }
        return {"queue_running": listed[Phase.RUNNING], "queue_pending": listed[Phase.QUEUED]}

    def fault_of(self, place: Place) -> Fault | None:
        """Return the fault of the job in whose folder a file is."""
        return next((job.fault for job in self.jobs() if job.notes["prompt_id"] in place.folder), None)

    def stopped(self, job: Job) -> bool:
        """Stop a job: one that waits leaves no trace and no cost, one that runs is billed until now."""
        with self.lock:
            if self.phase(job) is Phase.QUEUED:
                job.cancelled_at = self.clock()
                job.notes["deleted"] = True
                self.refund(job)
                return True
            if not self.cancel(job):
                return False
            self.bill(job, self._usd(job))
            return True


def _model(graph: Mapping[str, Any]) -> str:
    """Name the main file of weights on the invoice."""
    for node in graph.values():
        for name in ("ckpt_name", "unet_name", "bg_removal_name"):
            if name in node["inputs"]:
                return str(node["inputs"][name])
    return "none"
