"""A ComfyUI server on loopback: the routes, in the words and with the codes of real ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asset_pipeline.imaging.png import decode_image
from asset_pipeline.testing.comfyui.entries import job_object
from asset_pipeline.testing.comfyui.files import Place, read_form, view_refusal
from asset_pipeline.testing.comfyui.jobs import ComfyJobs
from asset_pipeline.testing.comfyui.validation import Ruling
from asset_pipeline.testing.double import Phase, Reply, content_sha256
from asset_pipeline.testing.faults import Fault
from asset_pipeline.testing.loopback import Hangup
from asset_pipeline.testing.pictures import jpeg, resized, spoiled, truncated

_PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>proxy</body></html>"
_HTML = {"Content-Type": "text/html"}
_TROUBLE = Reply(
    500, "500 Internal Server Error\n\nServer got itself in trouble", {"Content-Type": "text/plain"}
)


class ComfyDouble(ComfyJobs):
    """Answers like ComfyUI 0.27, or like 0.3.64 where *old*; see :class:`ComfyJobs` for its settings."""

    def handle(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Reply:
        """Answer one request."""
        if self._token and headers.get("authorization") != f"Bearer {self._token}":
            return Reply(401, "Unauthorized", {"Content-Type": "text/plain"})
        if "origin" in headers or headers.get("sec-fetch-site") == "cross-site":
            return Reply(403)
        if len(body) > self._max_upload_bytes:
            said = f"Maximum request body size {self._max_upload_bytes} exceeded."
            return Reply(413, said, {"Content-Type": "text/plain"})
        if path.startswith("/api/jobs"):
            return Reply(404) if self.old else self._jobs_route(method, path.split("/")[3:])
        parts = path.removeprefix("/api").strip("/").split("/")
        if method == "GET":
            return self._get(parts, query)
        return self._post(parts, headers.get("content-type", ""), body)

    def _get(self, parts: list[str], query: Mapping[str, str]) -> Reply:
        match parts:
            case ["system_stats"]:
                system = {"comfyui_version": "0.3.64" if self.old else "0.27.0", "argv": ["main.py"]}
                return Reply(200, {"system": system, "devices": []})
            case ["object_info"]:
                return Reply(200, self.classes())
            case ["queue"]:
                return Reply(200, self.queue())
            case ["history", prompt_id]:
                return Reply(200, self.history(prompt_id))
            case ["view"]:
                return self._view(query)
            case _:
                return Reply(404, b"", {"Content-Type": "application/octet-stream"})

    def _post(self, parts: list[str], content_type: str, body: bytes) -> Reply:
        match parts:
            case ["upload", "image"]:
                return self._upload(content_type, body)
            case ["prompt"]:
                return self._prompt(body)
            case ["queue"]:
                return self._queue_delete(body)
            case ["interrupt"]:
                return self._interrupt(body)
            case ["free"]:
                return Reply(200) if body else _TROUBLE
            case _:
                return Reply(404, b"", {"Content-Type": "application/octet-stream"})

    def _upload(self, content_type: str, body: bytes) -> Reply:
        """Store a picture without looking into it; a taken name is changed unless *overwrite* says true or 1."""
        form = read_form(content_type, body)
        if form is None or form.data is None:
            return Reply(400)
        kind, folder = form.fields.get("type", "input"), form.fields.get("subfolder", "")
        if not form.name or kind not in {"input", "output", "temp"}:
            return _TROUBLE
        if ".." in form.name or ".." in folder or folder.startswith("/"):
            return Reply(400)
        overwrite = form.fields.get("overwrite") in {"true", "1"}
        place = self.folders.store(Place(kind, folder, form.name), form.data, overwrite=overwrite)
        self.contents[f"{folder}/{place.name}" if folder else place.name] = content_sha256(form.data)
        return Reply(200, {"name": place.name, "subfolder": folder, "type": kind})

    def _prompt(self, body: bytes) -> Reply:
        asked = _json(body)
        if isinstance(asked, list) or (isinstance(asked, dict) and "prompt" not in asked):
            return _refusal(
                Ruling(
                    {"type": "no_prompt", "message": "No prompt provided", "details": "", "extra_info": {}}
                )
            )
        if not isinstance(asked, dict) or not _is_graph(asked["prompt"]):
            return _TROUBLE
        if not self.old and not _is_uuid(asked.get("prompt_id")):
            said = "prompt_id must be a valid UUID"
            return _refusal(
                Ruling({"type": "invalid_prompt_id", "message": said, "details": "", "extra_info": {}})
            )
        with self.lock:
            self._number += 1
        ruling = self.judge(asked["prompt"])
        if ruling.error:
            return _refusal(ruling)
        return self._submitted(asked, ruling)

    def _submitted(self, asked: Mapping[str, Any], ruling: Ruling) -> Reply:
        fault = self.faults.next()
        refusals = {
            Fault.TOO_MANY_REQUESTS: Reply(
                429, "slow down", {"Content-Type": "text/plain", "Retry-After": "0.05"}
            ),
            Fault.TOO_LARGE: Reply(
                413, "Maximum request body size exceeded.", {"Content-Type": "text/plain"}
            ),
            Fault.ERROR_BEFORE_ACCEPT: _TROUBLE,
            Fault.HTML_BODY: Reply(200, _PAGE, _HTML),
        }
        if fault in refusals:
            return refusals[fault]
        job = self.take_in(asked, ruling, fault)
        if fault is Fault.ERROR_AFTER_ACCEPT:
            return Reply(524, _PAGE, _HTML)
        if fault is Fault.DROP_AFTER_ACCEPT:
            raise Hangup(reset=True)
        said = {
            "prompt_id": job.notes["prompt_id"],
            "number": job.notes["number"],
            "node_errors": ruling.node_errors,
        }
        return Reply(200, said)

    def _jobs_route(self, method: str, parts: list[str]) -> Reply:
        match method, parts:
            case "GET", [prompt_id]:
                job = self.found(prompt_id)
                if job is None:
                    return Reply(404, {"error": "Job not found"})
                return Reply(200, job_object(job, self.phase(job), self.outputs(job), self.failure))
            case "POST", [prompt_id, "cancel"]:
                job = self.found(prompt_id)
                return Reply(200, {"cancelled": job is not None and self.stopped(job)})
            case _:
                return Reply(404)

    def _view(self, query: Mapping[str, str]) -> Reply:
        if "filename" not in query:
            return Reply(404)
        name, folder, kind = query["filename"], query.get("subfolder", ""), query.get("type", "output")
        if refusal := view_refusal(name, folder, kind):
            return refusal
        place = Place(kind, folder, name.rpartition("/")[2])
        data, fault = self.folders.read(place), self.fault_of(place)
        if data is None or fault is Fault.EXPIRED_RESULT:
            return Reply(404)
        return Reply(200, _damaged(data, fault), {"Content-Type": "image/png"})

    def _queue_delete(self, body: bytes) -> Reply:
        asked = _json(body)
        if not isinstance(asked, dict):
            return _TROUBLE
        for prompt_id in asked.get("delete", ()):
            job = self.found(prompt_id)
            if job is not None and self.phase(job) is Phase.QUEUED:
                self.stopped(job)
        return Reply(200)

    def _interrupt(self, body: bytes) -> Reply:
        """Interrupt the running job of that id; without an id whatever runs, whoever owns it."""
        asked = _json(body) or {}
        wanted = asked.get("prompt_id")
        for job in self.jobs():
            if self.phase(job) is Phase.RUNNING and wanted in {None, job.notes["prompt_id"]}:
                self.stopped(job)
        return Reply(200)


def _refusal(ruling: Ruling) -> Reply:
    return Reply(400, {"error": ruling.error, "node_errors": ruling.node_errors})


def _json(body: bytes) -> Any:  # noqa: ANN401  # any JSON
    try:
        return json.loads(body)
    except ValueError:
        return None


def _is_graph(prompt: object) -> bool:
    return isinstance(prompt, dict) and all(isinstance(node, dict) for node in prompt.values())


def _is_uuid(prompt_id: object) -> bool:
    """Take only the canonical form in small letters; none at all is fine."""
    if prompt_id is None:
        return True
    try:
        return isinstance(prompt_id, str) and str(UUID(prompt_id)) == prompt_id
    except ValueError:
        return False


def _damaged(png: bytes, fault: Fault | None) -> bytes:
    if fault is Fault.WRONG_FORMAT:
        return jpeg(png)
    if fault is Fault.TRUNCATED:
        return truncated(png)
    if fault is Fault.SPOILED:
        return spoiled(png)
    if fault is Fault.WRONG_SIZE:
        height, width = decode_image(png, what="a picture").shape[:2]
        return resized(png, width, max(16, height // 2))
    return png
