"""What ``asset-pipeline doctor`` says about ComfyUI; never raises for what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from asset_pipeline.errors import ProviderError
from asset_pipeline.providers.comfyui.direct import DirectServer
from asset_pipeline.providers.comfyui.filling import example, folders_of
from asset_pipeline.providers.comfyui.library import Library
from asset_pipeline.providers.comfyui.preflight import findings
from asset_pipeline.providers.comfyui.server import ComfyServer
from asset_pipeline.providers.comfyui.template import Template
from asset_pipeline.providers.comfyui.worker import ServerlessWorker
from asset_pipeline.providers.remote import Finding, Json

_START = "start ComfyUI (python main.py --listen), or correct the URL; behind a proxy, check the token"
_INSTALL = (
    "download the named files into the named folders, or set COMFYUI_MODEL_FILES to the names that you have; for missing nodes "
    "update ComfyUI. A model that you do not use needs nothing"
)


class Checkup(Protocol):
    """Looks at everything once."""

    def __call__(self) -> tuple[Finding, ...]:
        """Return one finding a thing that was looked at."""


class ServerCheckup:
    """Asks a server for its version, its queue, and what every template needs.

    Args:
        where: the server's URL, for people.
        server: speaks to it.
        jobs: keeps its node classes.
        library: the templates.
        renamed: names of model files on the server by their names in templates.
    """

    def __init__(
        self,
        where: str,
        server: ComfyServer,
        jobs: DirectServer,
        library: Library,
        renamed: Mapping[str, str],
    ) -> None:
        self._where, self._server, self._jobs = where, server, jobs
        self._library, self._renamed = library, renamed

    def __call__(self) -> tuple[Finding, ...]:
        """Return one finding for the server, one for its queue and one for each template."""
        try:
            version = self._server.stats().get("comfyui_version")
            running, waiting = self._server.in_queue()
            classes = self._jobs.classes(fresh=True)
        except ProviderError as error:
            return (Finding(f"ComfyUI at {self._where}", ok=False, detail=str(error), remedy=_START),)
        return (
            Finding(
                f"ComfyUI at {self._where}", ok=True, detail=f"version {version}, {len(classes)} node classes"
            ),
            Finding("ComfyUI queue", ok=True, detail=f"{len(running)} jobs run, {len(waiting)} wait"),
            *(self._template(template, classes) for template in self._library.templates.values()),
        )

    def _template(self, template: Template, classes: Mapping[str, Json]) -> Finding:
        found = findings(example(template, self._renamed), classes, folders_of(template))
        what = f"ComfyUI template {template.name} (model {template.model})"
        if not found:
            return Finding(what, ok=True, detail="nodes and files are there")
        return Finding(what, ok=False, detail="; ".join(found), remedy=_INSTALL)


class WorkerCheckup:
    """Asks a RunPod endpoint for its workers; which files its image holds cannot be asked.

    Args:
        where: the endpoint, for people.
        worker: speaks to it.
    """

    def __init__(self, where: str, worker: ServerlessWorker) -> None:
        self._where, self._worker = where, worker

    def __call__(self) -> tuple[Finding, ...]:
        """Return one finding for the endpoint."""
        what = f"ComfyUI at {self._where}"
        remedy = "check the endpoint's id and RunPod's key; its image must be worker-comfyui with the weights you use"
        try:
            health = self._worker.health()
        except ProviderError as error:
            return (Finding(what, ok=False, detail=str(error), remedy=remedy),)
        trouble = health.trouble()
        return (Finding(what, ok=not trouble, detail=health.verdict(), remedy=remedy if trouble else ""),)
