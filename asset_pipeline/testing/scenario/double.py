"""The API of the double: who may ask, what is answered, and what goes wrong."""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from asset_pipeline.providers.remote import Patience
from asset_pipeline.providers.scenario.config import ScenarioConfig
from asset_pipeline.testing.double import (
    Double,
    Full,
    Hangup,
    InvoiceLine,
    Job,
    Phase,
    Reply,
    work_sha256,
)
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.scenario.desk import FileDesk, Route, wrong
from asset_pipeline.testing.scenario.drawing import Result, results
from asset_pipeline.testing.scenario.files import Files
from asset_pipeline.testing.scenario.tariff import Bill, Model, bill, number, usual_models
from asset_pipeline.testing.scenario.telling import told
from asset_pipeline.testing.scenario.validator import accepted, complaint

KEY: Final = "api_doubleKey4711"
SECRET: Final = "doubleSecret-8f2b6c"  # noqa: S105  # the double's own
GATEWAY_BYTES: Final = 6 * 2**20
_HIDDEN_LOOKS: Final = 2
_PAGE = b"<!DOCTYPE html><html><body><h1>Just a moment...</h1></body></html>"
_EXTRAS: Mapping[str, Result] = {
    "thumbnail": Result(lambda: b"", type="thumbnail", mime="image/webp"),
    "text": Result(lambda: b"{}", kind="document", mime="application/json", type="metadata"),
}


class ScenarioDouble(Double):
    """Scenario.com on loopback.

    Attributes:
        models: by id; a test may add to them.
        restricted: ids of models that this key's plan does not include.
        not_refunded: ids of models whose failed jobs are charged all the same.
        files: assets, uploads and links.
        cropped_layers: layers come cut to their own boxes, which stand in the metadata.
        extras: what else stands among the results: ``thumbnail``, ``text``.
        echo_defaults: a job's echo of its input also names the model's defaults.
        status_words: what to call a phase instead of the service's own word.
        empty_page: the list of jobs begins with an empty page that names the next one.
        hide_input: rows of the list do not quote the input.
        failure: what a failed job says.
    """

    def __init__(  # noqa: PLR0913  # what a test may want otherwise
        self,
        *,
        faults: FaultPlan | None = None,
        queue_s: float = 0.0,
        run_s: float = 0.02,
        ceiling: int | None = None,
        port: int = 0,
        usd_per_cu: Decimal = Decimal("0.0090"),
        upload_looks: int = 0,
        link_life_s: float = 86_400.0,
        project_id: str | None = None,
        key: str = KEY,
        secret: str = SECRET,
    ) -> None:
        """Set up.

        Args:
            faults: none by default.
            queue_s: how long a job waits.
            run_s: how long it is worked on.
            ceiling: how many jobs may be in flight.
            port: where to listen.
            usd_per_cu: the rate of its invoice.
            upload_looks: how many looks at an upload find it still pending.
            link_life_s: how long a signed link is good.
            project_id: the project of the key; another one is refused.
            key: of the API.
            secret: its secret.
        """
        super().__init__(faults=faults, queue_s=queue_s, run_s=run_s, ceiling=ceiling, port=port)
        self.usd_per_cu, self.project_id = usd_per_cu, project_id
        self._key, self._secret = key, secret
        self.models: dict[str, Model] = dict(usual_models())
        self.restricted: set[str] = set()
        self.not_refunded: set[str] = set()
        self.files = Files(lambda: self.url, looks=upload_looks, link_life_s=link_life_s)
        self.cropped_layers = self.echo_defaults = self.hide_input = False
        self.empty_page = True
        self.extras: tuple[str, ...] = ()
        self.status_words: dict[Phase, str] = {}
        self.failure: dict[str, str] = {"error": "CUDA out of memory on the worker", "hint": "try again"}
        desk = FileDesk(self.files, self.contents)
        self._routes: list[Route] = [
            ("GET", re.compile(r"/models"), self._list_models),
            ("GET", re.compile(r"/models/([^/]+)"), self._model),
            ("POST", re.compile(r"/generate/custom/([^/]+)"), self._generate),
            ("GET", re.compile(r"/jobs"), self._list_jobs),
            ("GET", re.compile(r"/jobs/([^/]+)"), self._job),
            ("POST", re.compile(r"/jobs/([^/]+)/action"), self._job_action),
            *desk.routes(),
            ("GET", re.compile(r"/teams"), self._teams),
            ("GET", re.compile(r"/teams/([^/]+)/limits"), self._limits),
        ]

    @property
    def base_url(self) -> str:
        """Where its API is."""
        return f"{self.url}/v1"

    def config(self, **changes: Any) -> ScenarioConfig:  # noqa: ANN401  # any field
        """Return the configuration that reaches it, polling fast."""
        usual: dict[str, Any] = {
            "api_key": self._key,
            "api_secret": self._secret,
            "base_url": self.base_url,
            "usd_per_cu": self.usd_per_cu,
            "allow_loopback": True,
            "per_second": None,
            "patience": Patience(queue_s=60, run_s=60, first_poll_s=0.02, longest_poll_s=0.1),
        }
        return ScenarioConfig(**{**usual, **changes})

    @property
    def invoice(self) -> list[InvoiceLine]:
        """What was charged; failed jobs are refunded by now."""
        self._settle()
        return super().invoice

    def state(self) -> dict[str, Any]:
        """As the base class, refunds settled."""
        self._settle()
        return super().state()

    def handle(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Reply:
        """Answer one request to the API, the storage or the CDN."""
        if found := re.fullmatch(r"/cdn/([^/]+)", path):
            return self.files.serve(found[1], query, headers)
        if found := re.fullmatch(r"/storage/([^/]+)/(\d+)", path):
            return self.files.put(found[1], int(found[2]), headers, body)
        if (refused := self._refusal(query, headers, body)) is not None:
            return refused
        for verb, pattern, handler in self._routes:
            if verb == method and (found := pattern.fullmatch(path.removeprefix("/v1"))):
                return handler(found, query, headers, body)
        return wrong(404, "Not found")

    def too_many(self) -> Reply:
        """Answer beyond the ceiling: nothing was accepted, and no time is named."""
        details = {"actionName": "parallelCustomJobs", "actionLimit": self.ceiling or 4}
        return Reply(429, {"reason": "Too many parallel jobs", "name": "TooManyRequests", "details": details})

    # Who may ask ---------------------------------------------------------------------------------------------------

    def _refusal(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Reply | None:
        good = base64.b64encode(f"{self._key}:{self._secret}".encode()).decode()
        if headers.get("authorization") != f"Basic {good}":
            return wrong(401, "Unauthorized")
        if self.project_id is not None and query.get("projectId", self.project_id) != self.project_id:
            return wrong(403, "This key belongs to another project")
        return wrong(413, "Request too long") if len(body) > GATEWAY_BYTES else None

    # Models --------------------------------------------------------------------------------------------------------

    def _list_models(self, _found: Any, query: Mapping[str, str], *_: Any) -> Reply:  # noqa: ANN401
        rows = [model.described(whole=False) for model in self.models.values()]
        return Reply(200, {"models": rows[: int(query.get("pageSize", 50))]})

    def _model(self, found: re.Match[str], *_: Any) -> Reply:  # noqa: ANN401
        if (refused := self._no_model(found[1])) is not None:
            return refused
        return Reply(200, {"model": self.models[found[1]].described(whole=True)})

    def _no_model(self, model_id: str) -> Reply | None:
        if model_id in self.restricted:
            details = {"requiredPlan": "cu-pro-q3-25", "modelId": model_id}
            reason = f"Access to model {model_id} is restricted"
            return Reply(403, {"reason": reason, "name": "ModelAccessRestrictedError", "details": details})
        return None if model_id in self.models else wrong(404, f"Model {model_id} not found")

    # Work ----------------------------------------------------------------------------------------------------------

    def _generate(self, found: re.Match[str], query: Mapping[str, str], _headers: Any, body: bytes) -> Reply:  # noqa: ANN401
        if (refused := self._no_model(found[1])) is not None:
            return refused
        model, dry_run = self.models[found[1]], query.get("dryRun") in ("true", "api")
        if model.kind != "custom":
            return wrong(400, "Custom models only are supported for this endpoint")
        asked = accepted(model, json.loads(body))
        if reason := complaint(model, asked, self.files.assets, dry_run=dry_run):
            return wrong(400, reason)
        price = bill(model, asked)
        return Reply(269, price.quoted) if dry_run else self._submitted(model, asked, price)

    def _submitted(self, model: Model, asked: dict[str, Any], price: Bill) -> Reply:
        with self.lock:
            if self.ceiling is not None and self.in_flight >= self.ceiling:
                raise Full
            fault = self.faults.next()
            if (refused := self._before(fault)) is not None:
                return refused
            job = self._taken(model, asked, price, fault)
        if fault is Fault.DROP_AFTER_ACCEPT:
            raise Hangup
        if fault is Fault.ERROR_AFTER_ACCEPT:
            return Reply(504, {"message": "Endpoint request timed out"})
        return Reply(200, {"job": self._described(job, listed=False), **price.quoted})

    def _before(self, fault: Fault | None) -> Reply | None:
        """Answer for a submission that is not accepted."""
        match fault:
            case Fault.TOO_MANY_REQUESTS:
                reply = self.too_many()
                return Reply(429, reply.body, {"Retry-After": "1"})
            case Fault.TOO_LARGE:
                return wrong(413, "Request too long")
            case Fault.ERROR_BEFORE_ACCEPT:
                return Reply(502, {"message": "Internal server error"})
            case Fault.HTML_BODY:
                return Reply(200, _PAGE, {"Content-Type": "text/html"})
            case _:
                return None

    def _taken(self, model: Model, asked: dict[str, Any], price: Bill, fault: Fault | None) -> Job:
        work = work_sha256({"model": model.id, "input": asked}, contents=self.contents)
        usd = price.total * self.usd_per_cu
        job_id = f"job_{secrets.token_hex(12)}"
        job = self.accept(job_id, model=model.id, usd=usd, work_sha256=work, asked=asked, fault=fault)
        job.notes.update(
            price=price, at=time.time(), hidden=_HIDDEN_LOOKS if fault is Fault.EMPTY_HISTORY else 0
        )
        return job

    def _list_jobs(self, _found: Any, query: Mapping[str, str], *_: Any) -> Reply:  # noqa: ANN401
        if query.keys() & {"status", "type", "types", "workflowId"} and "createdAfter" in query:
            return wrong(400, "createdAfter cannot be combined with status, type, types or workflowId")
        size, token = int(query.get("pageSize", 50)), query.get("paginationToken", "")
        if not 1 <= size <= 100:
            return wrong(400, "pageSize must be between 1 and 100")
        if self.empty_page and not token:
            return Reply(200, {"jobs": [], "nextPaginationToken": "from-0"})
        after = _seconds(query["createdAfter"]) if "createdAfter" in query else 0.0
        jobs = [job for job in reversed(self.jobs()) if job.notes["at"] > after and not self._hidden(job)]
        start = int(token.removeprefix("from-") or 0)
        page: dict[str, Any] = {
            "jobs": [self._described(job, listed=True) for job in jobs[start : start + size]]
        }
        if start + size < len(jobs):
            page["nextPaginationToken"] = f"from-{start + size}"
        return Reply(200, page)

    def _job(self, found: re.Match[str], *_: Any) -> Reply:  # noqa: ANN401
        job = self.job(found[1])
        if job is None or self._hidden(job):
            return wrong(404, f"Job {found[1]} not found")
        return Reply(200, {"job": self._described(job, listed=False)})

    def _job_action(self, found: re.Match[str], _query: Any, _headers: Any, body: bytes) -> Reply:  # noqa: ANN401
        if self.job(found[1]) is None:
            return wrong(404, f"Job {found[1]} not found")
        if json.loads(body) != {"action": "cancel"}:
            return wrong(400, "Unknown action")
        return wrong(400, "Cannot cancel this type of job")

    def _hidden(self, job: Job) -> bool:
        """Tell whether this look still does not find a job that is there."""
        with self.lock:
            looks = int(job.notes["hidden"])
            job.notes["hidden"] = max(0, looks - 1)
            return looks > 0

    def _described(self, job: Job, *, listed: bool) -> dict[str, Any]:
        phase = self.state_of(job)
        inputs = self.models[job.model].inputs if self.echo_defaults else ()
        echo = {item["name"]: item["default"] for item in inputs if "default" in item} | job.asked
        metadata: dict[str, Any] = {"assetIds": self._asset_ids(job) if phase is Phase.DONE else []}
        metadata |= {} if listed and self.hide_input else {"input": echo}
        metadata |= self.failure if phase is Phase.FAILED else {}
        refunds = job.model not in self.not_refunded
        return {
            **told(job, phase, self.status_words, refunds=refunds),
            "metadata": metadata,
            "authorId": "api_double",
            "ownerId": self.project_id or "proj_double",
        }

    def _settle(self) -> None:
        with self.lock:
            for job in self.jobs():
                ended_badly = self.state_of(job) in (Phase.FAILED, Phase.CANCELLED)
                if ended_badly and job.model not in self.not_refunded:
                    self.refund(job)

    def _asset_ids(self, job: Job) -> list[str]:
        with self.lock:
            if "assets" not in job.notes:
                dead = 1 if job.fault is Fault.EXPIRED_RESULT else 0
                made = results(job.model, job.asked, self.files.read, job.fault, cropped=self.cropped_layers)
                extras = [_EXTRAS[name] for name in self.extras] if made else []
                job.notes["assets"] = [self.files.add(result, dead=dead) for result in (*extras, *made)]
            return list(job.notes["assets"])

    # The team ------------------------------------------------------------------------------------------------------

    def _teams(self, *_: Any) -> Reply:  # noqa: ANN401
        return Reply(200, {"teams": [{"id": "team_double", "name": "The double's"}]})

    def _limits(self, *_: Any) -> Reply:  # noqa: ANN401
        used = self.total_usd / self.usd_per_cu
        body = {
            "plan": "cu-pro-q3-25",
            "limits": {"creativeUnits": 5000, "parallelCustomJobs": self.ceiling or 8, "minCooldown": 0},
            "values": {"creativeUnits": number(used)},
            "oneShotCreativeUnits": [
                {"amount": 100, "remaining": 40, "expiration": "2027-01-01T00:00:00.000Z"}
            ],
        }
        return Reply(200, body)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
