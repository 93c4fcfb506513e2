"""How RunPod is reached and which endpoints are ours; checked when it is made, so that a slip is found before it costs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.http import is_loopback

Encoding: TypeAlias = Literal["base64", "data_uri", "url"]
"""How a picture is put into a body: bare base64, ``data:image/png;base64,…``, or the URL of a copy that we publish."""

_ENDPOINT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class FluxFields:
    """How an own Flux worker spells its input; there is no standard, so each name can be changed.

    Prompt, size, steps and guidance follow the bodies that this project was asked with. The others are a guess:
    compare them with your worker's README. An empty name says that the worker has no such field; without ``image`` it only
    draws from words.
    """

    negative_prompt: str = "negative_prompt"
    steps: str = "num_inference_steps"
    guidance_scale: str = "guidance_scale"
    denoise_strength: str = "strength"
    image: str = "image"
    image_encoding: Encoding = "base64"


@dataclass(frozen=True)
class RunPodConfig:
    """Everything that is configured about RunPod.

    Attributes:
        api_key: the key; never printed.
        flux_endpoint_id: own endpoint with a Flux worker; preferred.
        sdxl_endpoint_id: own endpoint with ``worker-sdxl``; used where there is no Flux.
        bg_removal_endpoint_id: own endpoint that removes backgrounds.
        base_url: where jobs go; a double on loopback in tests.
        flux_fields: how the Flux worker spells its input.
        sdxl_image_encoding: how ``worker-sdxl`` gets a guide; the stock worker reads URLs only.
        bg_field: the field for the picture whose background is removed.
        bg_encoding: how that picture is put into it.
        gpu: which row of the price table own endpoints are reckoned by.
        public_endpoints: whether models that RunPod hosts, paid by the picture, may be used.
        public_image_encoding: how those get pictures; their pages say URL, RunPod's own client sends data URIs too.
        queue_s: how long a job may wait, cold start included.
        run_s: how long a job may run.
        settle_s: for how long after a submission "no such job" is taken for "not yet".
        first_poll_s: shortest pause between two looks at a job; RunPod allows 200 looks a second.
        longest_poll_s: what that pause grows to.
        parallel: jobs in flight.
        per_second: submissions a second; RunPod allows 100.
        allow_loopback: plain http to this machine is fine; for doubles.

    Raises:
        ConfigError: the host, an endpoint's id or a field's name cannot be right.
    """

    api_key: str = field(repr=False)
    flux_endpoint_id: str | None = None
    sdxl_endpoint_id: str | None = None
    bg_removal_endpoint_id: str | None = None
    base_url: str = "https://api.runpod.ai"
    flux_fields: FluxFields = FluxFields()
    sdxl_image_encoding: Encoding = "url"
    bg_field: str = "image"
    bg_encoding: Encoding = "base64"
    gpu: str = "4090"
    public_endpoints: bool = True
    public_image_encoding: Encoding = "data_uri"
    queue_s: float = 900.0
    run_s: float = 600.0
    settle_s: float = 5.0
    first_poll_s: float = 0.5
    longest_poll_s: float = 5.0
    parallel: int = 10
    per_second: float | None = 20.0
    allow_loopback: bool = False

    def __post_init__(self) -> None:
        if not self.api_key.strip():
            raise ConfigError("the RunPod key is empty; get one in the console under Settings, API Keys")
        _check_host(self.base_url, allow_loopback=self.allow_loopback)
        for endpoint_id in (self.flux_endpoint_id, self.sdxl_endpoint_id, self.bg_removal_endpoint_id):
            _check_endpoint(endpoint_id)
        names = (self.bg_field, *(name for name in _names(self.flux_fields) if name))
        if wrong := [name for name in names if not _FIELD.fullmatch(name)]:
            raise ConfigError(f"{wrong[0]!r} is no field of a RunPod worker; give one word such as image_b64")
        for encoding in (
            self.bg_encoding,
            self.sdxl_image_encoding,
            self.flux_fields.image_encoding,
            self.public_image_encoding,
        ):
            if encoding not in get_args(Encoding):
                raise ConfigError(f"{encoding!r} is no encoding; choose {', '.join(get_args(Encoding))}")

    @property
    def draws_itself(self) -> bool:
        """Whether an own endpoint generates pictures."""
        return bool(self.flux_endpoint_id or self.sdxl_endpoint_id)


def _names(fields: FluxFields) -> tuple[str, ...]:
    return (
        fields.negative_prompt,
        fields.steps,
        fields.guidance_scale,
        fields.denoise_strength,
        fields.image,
    )


def _check_host(base_url: str, *, allow_loopback: bool) -> None:
    url = urlsplit(base_url)
    host = (url.hostname or "").lower()
    if host == "runpod.io" or host.endswith(".runpod.io"):
        raise ConfigError(
            f"{host} is RunPod's management host and answers every job with 404; jobs go to https://api.runpod.ai (.ai)"
        )
    if url.path.strip("/") or url.query:
        raise ConfigError(f"leave out the path of the RunPod URL: {url.scheme}://{url.netloc}")
    if url.scheme != "https" and not (url.scheme == "http" and allow_loopback and is_loopback(host)):
        raise ConfigError("the RunPod URL must begin with https://, or the key would travel in the clear")


def _check_endpoint(endpoint_id: str | None) -> None:
    if endpoint_id and not _ENDPOINT_ID.fullmatch(endpoint_id):
        raise ConfigError(
            f"{endpoint_id!r} is no id of a RunPod endpoint; give only the part of its URL behind /v2/, such as abc123xyz"
        )
