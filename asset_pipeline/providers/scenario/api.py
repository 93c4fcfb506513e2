"""Every call of the API that we make, by name; paths, parameters and reply shapes stay in here."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from asset_pipeline.errors import ProviderUnavailable
from asset_pipeline.providers.http import Answer, Wire
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.words import NAME, dig, text_at

NO_SUCH = frozenset({404})
_NOT_TO_BE_CANCELLED = frozenset({400, 404, 409})
_NO_BULK = frozenset({400, 403, 404})
PAGE = 100


class Api:
    """Scenario's calls over one wire; each repeats what is free to repeat, and none else."""

    def __init__(self, wire: Wire, *, project_id: str | None = None) -> None:
        self._wire = wire
        self._project = {} if project_id is None else {"projectId": project_id}

    def model(self, model_id: str) -> Json:
        """Read one model, its ``inputs`` included; the list of models has none."""
        return self._read(f"/models/{_in_path(model_id)}", f"reading model {model_id}", "model")

    def models(self) -> Answer:
        """Ask for as little as can be asked: whether the key is good."""
        return self._wire.get("/models", what="trying the key", params=self._params(pageSize=1))

    def teams(self) -> Answer:
        """List the teams of the key."""
        return self._wire.get("/teams", what="listing the teams", params=self._params())

    def limits(self, team_id: str) -> Answer:
        """Read plan, ceilings and credits of a team."""
        path = f"/teams/{_in_path(team_id)}/limits"
        return self._wire.get(path, what="reading the team's limits", params=self._params())

    def dry_run(self, model_id: str, body: Json) -> Answer:
        """Have *body* checked and priced; nothing is made, the status is 269."""
        return self._wire.post_again(
            f"/generate/custom/{_in_path(model_id)}",
            what=f"asking the price of {model_id}",
            json=body,
            params=self._params(dryRun="true"),
        )

    def generate(self, model_id: str, body: Json) -> Answer:
        """Send the paid call, once."""
        path = f"/generate/custom/{_in_path(model_id)}"
        return self._wire.post_once(
            path, what=f"sending work to {model_id}", json=body, params=self._params()
        )

    def job(self, job_id: str) -> Json | None:
        """Read one job; ``None`` where there is no such job."""
        path = f"/jobs/{_in_path(job_id)}"
        what = f"asking for job {job_id}"
        answer = self._wire.get(path, what=what, params=self._params(), allow=NO_SUCH)
        return None if answer.status in NO_SUCH else _object(answer, what, "job")

    def jobs(self, *, created_after: str, token: str | None) -> Answer:
        """Read one page of the jobs since a time; a page may be empty and not be the last."""
        params = self._params(pageSize=PAGE, createdAfter=created_after, paginationToken=token)
        return self._wire.get("/jobs", what="listing the jobs", params=params)

    def cancel(self, job_id: str) -> None:
        """Ask for a job to be stopped; most cannot be, which is no error."""
        self._wire.post_again(
            f"/jobs/{_in_path(job_id)}/action",
            what=f"cancelling job {job_id}",
            json={"action": "cancel"},
            params=self._params(),
            allow=_NOT_TO_BE_CANCELLED,
        )

    def asset(self, asset_id: str) -> Json:
        """Read one asset, with a fresh link to the file as it was made, not to a smaller rendition."""
        return self._read(
            f"/assets/{_in_path(asset_id)}", f"reading asset {asset_id}", "asset", originalAssets="true"
        )

    def assets(self, asset_ids: tuple[str, ...]) -> Answer:
        """Read what many assets are; a refusal comes back as it is."""
        return self._wire.post_again(
            "/assets/get-bulk",
            what="reading what the results are",
            json={"assetIds": list(asset_ids)},
            params=self._params(),
            allow=_NO_BULK,
        )

    def new_asset(self, data: bytes, name: str) -> Json:
        """Upload a small file in one call."""
        body = {"image": base64.b64encode(data).decode(), "name": name, "hide": True}
        what = f"uploading {name}"
        answer = self._wire.post_again("/assets", what=what, json=body, params=self._params())
        return _object(answer, what, "asset")

    def new_upload(self, body: Json) -> Json:
        """Begin an upload in parts."""
        what = f"uploading {body['fileName']}"
        answer = self._wire.post_again("/uploads", what=what, json=body, params=self._params())
        return _object(answer, what, "upload")

    def complete(self, upload_id: str) -> None:
        """Say that all parts are there."""
        self._wire.post_again(
            f"/uploads/{_in_path(upload_id)}/action",
            what=f"completing upload {upload_id}",
            json={"action": "complete"},
            params=self._params(),
        )

    def upload(self, upload_id: str) -> Json:
        """Read how an upload is."""
        return self._read(f"/uploads/{_in_path(upload_id)}", f"asking for upload {upload_id}", "upload")

    def _read(self, path: str, what: str, key: str, **params: str) -> Json:
        return _object(self._wire.get(path, what=what, params=self._params(**params)), what, key)

    def _params(self, **more: str | int | None) -> dict[str, Any]:
        return {**self._project, **{name: value for name, value in more.items() if value is not None}}


def job_id_of(body: Json) -> str:
    """Read the id out of the reply to a paid call; empty where it has none. One sample of the docs calls it ``id``."""
    return text_at(body, "job", "jobId") or text_at(body, "job", "id")


def _object(answer: Answer, what: str, key: str) -> Json:
    found = dig(answer.body, key)
    if not isinstance(found, Mapping):
        raise ProviderUnavailable(NAME, f"{what}: the answer holds no {key}; its body was {answer.text!r}")
    return found


def _in_path(identifier: str) -> str:
    return quote(identifier, safe="")
