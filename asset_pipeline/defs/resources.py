"""Configured access to the outside: the store and the providers.

A resource is configuration; what an op gets is a plain object of a pure room. Secrets are passed as ``dg.EnvVar``, so that
the UI shows a variable's name and never its value.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Literal

import dagster as dg
from pydantic import Field

from asset_pipeline.defs.stopping import pause
from asset_pipeline.jobs.budgets import Budgets
from asset_pipeline.jobs.clock import SystemClock
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.licensing import Licensing
from asset_pipeline.jobs.opening import RouterConfig, open_router
from asset_pipeline.jobs.routing import Router, Routes
from asset_pipeline.providers.licences import open_licences
from asset_pipeline.settings import OPERATIONS, VARIABLES, S3Settings, Settings
from asset_pipeline.storage.open import open_store
from asset_pipeline.storage.s3_config import S3Config
from asset_pipeline.storage.store import Store
from asset_pipeline.studio import unready


class StoreResource(dg.ConfigurableResource[Store]):
    """Where pictures are kept: a folder or an S3-compatible bucket."""

    url: str = Field(description="file:///folder or s3://bucket/prefix")
    public_base_url: str | None = Field(default=None, description="Where a browser can read the store.")
    endpoint_url: str | None = Field(default=None, description="S3 server; none means AWS.")
    region: str = Field(default="us-east-1", description="Region of the bucket.")
    path_style: bool = Field(default=True, description="Bucket in the path, not in the host name.")
    checksums: str = Field(default="when_required", description="when_required or when_supported (AWS).")
    presign_seconds: int = Field(default=3600, description="Life of links into a private bucket.")
    access_key_id: str | None = Field(default=None, description="Pass dg.EnvVar.", repr=False)
    secret_access_key: str | None = Field(default=None, description="Pass dg.EnvVar.", repr=False)
    session_token: str | None = Field(default=None, description="Pass dg.EnvVar.", repr=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> "StoreResource":
        """Configure the store as *settings* say, naming secrets instead of holding them."""
        s3 = settings.s3 if settings.store_folder is None else S3Settings()
        return cls(
            url=settings.store_url,
            public_base_url=settings.public_base_url,
            endpoint_url=s3.endpoint_url,
            region=s3.region,
            path_style=s3.path_style,
            checksums=s3.checksums,
            presign_seconds=s3.presign_seconds,
            access_key_id=dg.EnvVar("AWS_ACCESS_KEY_ID") if s3.access_key_id else None,
            secret_access_key=dg.EnvVar("AWS_SECRET_ACCESS_KEY") if s3.secret_access_key else None,
            session_token=dg.EnvVar("AWS_SESSION_TOKEN") if s3.session_token else None,
        )

    def create_resource(self, context: dg.InitResourceContext) -> Store:  # noqa: ARG002 - Dagster's signature
        """Open the store and prove that it can be written before a run begins."""
        config = S3Config(
            endpoint_url=self.endpoint_url,
            region=self.region,
            path_style=self.path_style,
            checksums="when_supported" if self.checksums == "when_supported" else "when_required",
            public_base_url=self.public_base_url,
            presign_seconds=self.presign_seconds,
            access_key_id=self.access_key_id,
            secret_access_key=self.secret_access_key,
            session_token=self.session_token,
        )
        store = open_store(self.url, s3=config, public_base_url=self.public_base_url)
        store.check()
        return store


class JournalResource(dg.ConfigurableResource[Journal]):
    """The record of paid work, for whoever reports on it."""

    url: str = Field(description="Database of the journal.", repr=False)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Journal]:  # noqa: ARG002 - Dagster's signature
        """Open the database for a run."""
        journal = Journal(self.url)
        try:
            yield journal
        finally:
            journal.close()


class RouterResource(dg.ConfigurableResource[Router]):
    """Who draws, and the journal of paid work; opened for a run and closed after it."""

    store: dg.ResourceDependency[Store]
    default: list[str] = Field(description="Providers of every operation for which nobody else is named.")
    operations: dict[str, list[str]] = Field(
        default={}, description="Providers of an operation, whatever a manifest says."
    )
    unready: dict[str, str] = Field(default={}, description="Why a provider cannot be used, by its name.")
    variables: dict[str, str] = Field(default={}, description="The providers' variables that are no secrets.")
    allow_loopback: bool = Field(default=False, description="Providers may be on this very machine.")
    licences: Literal["any", "commercial"] = Field(default="any", description="Which models may be used.")
    games_dir: str = Field(description="Folder of the games, beside which licences are declared.")
    journal_url: str = Field(description="Database of the journal.", repr=False)
    budget_run_usd: str | None = Field(default=None, description="What one run may cost.")
    budget_game_usd: str | None = Field(default=None, description="What one game may cost in all.")
    budget_month_usd: str | None = Field(default=None, description="What all games may cost in a month.")
    runpod_api_key: str | None = Field(default=None, description="Pass dg.EnvVar.", repr=False)
    scenario_api_key: str | None = Field(default=None, description="Pass dg.EnvVar.", repr=False)
    scenario_secret_api_key: str | None = Field(default=None, description="Pass dg.EnvVar.", repr=False)
    comfyui_token: str | None = Field(default=None, description="Pass dg.EnvVar.", repr=False)

    @classmethod
    def from_settings(cls, settings: Settings, store: StoreResource) -> "RouterResource":
        """Configure as *settings* say; a missing secret does not keep the UI from loading."""
        secrets = {v.name for v in VARIABLES if v.secret}
        given = settings.credentials
        named = {name.lower(): dg.EnvVar(name) for name in given if name in secrets}
        budgets = settings.budgets
        return cls(
            store=store,
            default=list(settings.providers),
            operations={operation: list(names) for operation, names in settings.operations.items()},
            unready=unready(settings),
            variables={n: value.get_secret_value() for n, value in given.items() if n not in secrets},
            allow_loopback=settings.environment == "local",
            licences=settings.licences,
            games_dir=str(settings.games_dir),
            # A file has no password in its address; a server's address may have one.
            journal_url=settings.journal.get_secret_value()
            if settings.journal.get_secret_value().startswith("sqlite")
            else dg.EnvVar("ASSET_PIPELINE_JOURNAL"),
            budget_run_usd=_text(budgets.run_usd),
            budget_game_usd=_text(budgets.game_usd),
            budget_month_usd=_text(budgets.month_usd),
            **named,
        )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Router]:  # noqa: ARG002 - Dagster's signature
        """Open the providers that are ready; a sprite that needs another says so in its first step, before it pays anybody."""
        secrets = {
            "RUNPOD_API_KEY": self.runpod_api_key,
            "SCENARIO_API_KEY": self.scenario_api_key,
            "SCENARIO_SECRET_API_KEY": self.scenario_secret_api_key,
            "COMFYUI_TOKEN": self.comfyui_token,
        }
        config = RouterConfig(
            routes=Routes(
                tuple(self.default),
                {name: tuple(self.operations[name]) for name in OPERATIONS if name in self.operations},
            ),
            variables={**self.variables, **{n: value for n, value in secrets.items() if value is not None}},
            unready=self.unready,
            journal_url=self.journal_url,
            budgets=Budgets(
                _amount(self.budget_run_usd), _amount(self.budget_game_usd), _amount(self.budget_month_usd)
            ),
            allow_loopback=self.allow_loopback,
            licensing=Licensing(self.licences, open_licences(Path(self.games_dir))),
        )
        with open_router(config, self.store, clock=SystemClock(pause)) as router:
            yield router


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
