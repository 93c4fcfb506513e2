"""How ComfyUI is reached; checked when it is made, so that a slip is found before it costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.http import is_loopback

_ENDPOINT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
# The server refuses a foreign Origin, and the others are ours to set.
_NOT_OURS = frozenset({"origin", "host", "content-length", "content-type", "sec-fetch-site"})


@dataclass(frozen=True)
class ComfyConfig:
    """Everything that is configured about ComfyUI: a server's ``url``, or the ``endpoint_id`` of a ``worker-comfyui``.

    Attributes:
        url: of one's own server, a pod's proxy or a reverse proxy, such as ``http://127.0.0.1:8188``.
        token: sent as ``Authorization: Bearer``, for a proxy in front of the server, which itself asks for none.
        headers: more headers for that proxy; credentials.
        endpoint_id: of a RunPod Serverless endpoint with ``worker-comfyui``, in place of *url*.
        api_key: RunPod's key.
        endpoint_url: where RunPod takes jobs; a double on loopback in tests.
        gpu: which row of RunPod's price table the endpoint is reckoned by.
        templates_dir: a folder of workflow templates that add to ours, or take the place of those of the same name.
        model_files: names of files of weights on the server, by the names in the templates.
        prefer: models that come before all others, such as ``("flux-dev",)``.
        usd_per_second: what a second of work costs; left out, nothing at a server and the table's rate at RunPod.
        parallel: jobs in flight; a server works on one at a time.
        queue_s: how long a job may wait.
        run_s: how long a job may run; loading weights for the first time counts.
        lost_after_s: how far apart the two looks must be that find no job before it counts as lost; at least 2.
        dead_after_s: how long a server may have jobs waiting and none running before its worker counts as dead.
        allow_loopback: plain http to this machine is fine for RunPod and for results, too; for doubles.

    Raises:
        ConfigError: something cannot be right, or secrets would travel in the clear.
    """

    url: str | None = None
    token: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    endpoint_id: str | None = None
    api_key: str = field(default="", repr=False)
    endpoint_url: str = "https://api.runpod.ai"
    gpu: str = "4090"
    templates_dir: Path | None = None
    model_files: Mapping[str, str] = field(default_factory=dict)
    prefer: tuple[str, ...] = ()
    usd_per_second: Decimal | None = None
    parallel: int = 2
    queue_s: float = 900.0
    run_s: float = 900.0
    lost_after_s: float = 3.0
    dead_after_s: float = 10.0
    allow_loopback: bool = False

    def __post_init__(self) -> None:
        if (self.url is None) == (self.endpoint_id is None):
            raise ConfigError("ComfyUI: give either the URL of a server or the id of a RunPod endpoint")
        if self.url is not None:
            _check_url("the ComfyUI URL", self.url, secrets=bool(self.token or self.headers))
            _check_headers(self.headers)
        else:
            self._check_endpoint()
        if self.usd_per_second is not None and not (
            self.usd_per_second.is_finite() and self.usd_per_second >= 0
        ):
            raise ConfigError("ComfyUI: a second of work costs 0 or more US dollars")
        if self.parallel < 1 or self.lost_after_s < 2 or min(self.queue_s, self.run_s) <= 0:
            raise ConfigError(
                "ComfyUI: parallel must be 1 or more, lost_after_s 2 or more, queue_s and run_s above 0"
            )

    def _check_endpoint(self) -> None:
        if not _ENDPOINT_ID.fullmatch(self.endpoint_id or ""):
            raise ConfigError(
                f"{self.endpoint_id!r} is no id of a RunPod endpoint; give only what stands behind /v2/"
            )
        if not self.api_key.strip():
            raise ConfigError(
                "ComfyUI on RunPod needs RunPod's key; get one in its console under Settings, API Keys"
            )
        if self.token or self.headers:
            raise ConfigError(
                "ComfyUI on RunPod takes RunPod's key; a token and headers are for a server of one's own"
            )
        _check_url("the RunPod URL", self.endpoint_url, secrets=True)

    @property
    def where(self) -> str:
        """Name what is reached, for a person."""
        return f"RunPod endpoint {self.endpoint_id}" if self.url is None else self.url

    @property
    def credentials(self) -> dict[str, str]:
        """The headers that let us in."""
        bearer = self.api_key or self.token
        return {**self.headers, **({"Authorization": f"Bearer {bearer}"} if bearer else {})}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be said."""
        return tuple(filter(None, (self.token, self.api_key, *self.headers.values())))


def _check_url(name: str, url: str, *, secrets: bool) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"{name} is no URL") from error
    if parts.username or parts.password:
        raise ConfigError(f"{name} holds a password; give it as the token or a header")
    if parts.scheme not in {"http", "https"} or not host:
        raise ConfigError(f"{name} {url!r} must begin with http:// or https:// and name a host")
    if parts.query or parts.fragment:
        raise ConfigError(
            f"leave out what follows the path in {name}: {parts.scheme}://{parts.netloc}{parts.path}"
        )
    if secrets and parts.scheme == "http" and not is_loopback(host):
        raise ConfigError(f"{name} must begin with https://, or the credentials would travel in the clear")


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in _NOT_OURS:
            raise ConfigError(f"ComfyUI: {name!r} is no header to be set")
        if not value.isascii() or not value.isprintable():
            raise ConfigError(f"ComfyUI: the value of the header {name} must be printable ASCII")
