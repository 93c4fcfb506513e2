"""Everything about Scenario that an installation may want to change, in one frozen place."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import httpx

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.http import is_loopback
from asset_pipeline.providers.remote import Patience

BASE_URL = "https://api.cloud.scenario.com/v1"
# Polled every two to three seconds, as its documentation asks.
_PATIENCE = Patience(first_poll_s=2.0, longest_poll_s=5.0)


@dataclass(frozen=True)
class ScenarioConfig:
    """How Scenario is reached, and how hard it may be pressed.

    Attributes:
        api_key: key of the API; never shown.
        api_secret: its secret; never shown.
        base_url: where the API is.
        project_id: asserts the project that owns key, assets and jobs; ``None`` leaves it to the key.
        usd_per_cu: price of one creative unit; ``None`` takes the Pro plan, paid monthly, from the dated table.
        parallel: jobs in flight; plans have ceilings of their own, see ``doctor``.
        per_second: submissions a second.
        allow_loopback: accept http to this very machine, for doubles.
        model_ids: our short names to model ids, where they differ from ours: ``{"retro-tile": "model_..."}``.
        grace_s: how long a submission may take to show up in the list of jobs; nothing is called lost before.
        patience: how long a job may take.
        timeout_s: the longest pause between two bytes of one HTTP call.

    Raises:
        ConfigError: one of them cannot be right; names all that cannot, and shows neither key nor secret.
    """

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    base_url: str = BASE_URL
    project_id: str | None = None
    usd_per_cu: Decimal | None = None
    parallel: int = 4
    per_second: float | None = 1.0
    allow_loopback: bool = False
    model_ids: Mapping[str, str] = field(default_factory=dict)
    grace_s: float = 10.0
    patience: Patience = _PATIENCE
    timeout_s: float = 30.0

    def __post_init__(self) -> None:
        if mistakes := [*_key_mistakes(self), *_other_mistakes(self)]:
            raise ConfigError("scenario: " + "; ".join(mistakes))

    @property
    def authorization(self) -> str:
        """The value of the ``Authorization`` header."""
        return f"Basic {self.basic}"

    @property
    def basic(self) -> str:
        """Key and secret as HTTP Basic wants them."""
        return base64.b64encode(f"{self.api_key}:{self.api_secret}".encode()).decode()


def _key_mistakes(config: ScenarioConfig) -> list[str]:
    mistakes = []
    for name, value in (("api_key", config.api_key), ("api_secret", config.api_secret)):
        if (
            not value
            or not value.isascii()
            or any(not letter.isprintable() or letter == " " for letter in value)
        ):
            mistakes.append(
                f"{name} must be printable ASCII without spaces; copy it again from the API keys page"
            )
    if ":" in config.api_key:
        mistakes.append("api_key holds a colon; key and secret belong in two variables")
    return mistakes


def _other_mistakes(config: ScenarioConfig) -> list[str]:
    mistakes = []
    url = httpx.URL(config.base_url)
    local = config.allow_loopback and is_loopback(url.host)
    if not url.host or (url.scheme != "https" and not (local and url.scheme == "http")):
        mistakes.append(f"base_url must be https, such as {BASE_URL}")
    if config.parallel < 1 or (config.per_second is not None and config.per_second <= 0):
        mistakes.append("parallel and per_second must be above zero")
    if config.usd_per_cu is not None and config.usd_per_cu <= 0:
        mistakes.append("usd_per_cu must be above zero: the price of one creative unit in US dollars")
    return mistakes
