"""What the environment decides, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeAlias, get_args
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, SecretStr

EnvironmentName: TypeAlias = Literal["local", "staging", "production"]
ProviderName: TypeAlias = Literal["local", "scenario", "runpod", "comfyui"]
OperationName: TypeAlias = Literal["text_to_image", "image_to_image", "remove_background", "decompose_layers"]
ChecksumMode: TypeAlias = Literal["when_required", "when_supported"]
LicenceProfile: TypeAlias = Literal["any", "commercial"]

PROVIDERS: tuple[ProviderName, ...] = get_args(ProviderName)
OPERATIONS: tuple[OperationName, ...] = get_args(OperationName)
PREVIEW_URL = "http://127.0.0.1:3001"
REVIEW_URL = "http://127.0.0.1:3002"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class S3Settings(_Frozen):
    """How to reach an S3-compatible server; only read where the store is ``s3://``."""

    endpoint_url: str | None = None
    region: str = "us-east-1"
    access_key_id: SecretStr | None = None
    secret_access_key: SecretStr | None = None
    session_token: SecretStr | None = None
    path_style: bool = True
    checksums: ChecksumMode = "when_required"
    presign_seconds: int = 3600


class BudgetSettings(_Frozen):
    """What may be spent, in US dollars; ``None`` for no limit."""

    run_usd: Decimal | None = None
    game_usd: Decimal | None = None
    month_usd: Decimal | None = None


class Settings(_Frozen):
    """Everything the environment decides.

    Attributes:
        environment: which environment this is.
        games_dir: folder of the games' YAML files, absolute.
        games: globs on the files' stems, comma-separated.
        store_url: ``file:///…`` or ``s3://bucket/prefix``.
        public_base_url: where a browser can read the store's keys, or ``None``.
        review_url: where people open the page on which they decide about candidates, or ``None``.
        max_concurrent: steps of one run side by side.
        s3: how to reach the S3 server.
        providers: who does an operation for which neither the manifest nor ``operations`` names anybody; the others are
            fallbacks, in order.
        operations: who does an operation, whatever a manifest says.
        credentials: the providers' variables that are set; all stay hidden in any print.
        journal: database URL of the journal; may hold a password.
        budgets: what may be spent.
        licences: ``commercial`` refuses models with which no art for sale may be made, or of which nobody knows; what is
            declared in ``licences.toml`` beside the games counts.
    """

    environment: EnvironmentName = "local"
    games_dir: Path
    games: str = "*"
    store_url: str
    public_base_url: str | None = None
    review_url: str | None = None
    max_concurrent: int = 32
    s3: S3Settings = S3Settings()
    providers: tuple[ProviderName, ...] = ("local",)
    operations: Mapping[OperationName, tuple[ProviderName, ...]] = {}
    credentials: Mapping[str, SecretStr] = {}
    journal: SecretStr = SecretStr("sqlite://")
    budgets: BudgetSettings = BudgetSettings()
    licences: LicenceProfile = "any"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], *, root: Path) -> Settings:
        """Read *environ*; relative paths count from *root*.

        Args:
            environ: variables by name; an empty value counts as not set.
            root: the checkout.

        Raises:
            ConfigError: naming every variable that is wrong, what is allowed, and an example.
        """
        from asset_pipeline.settings.reader import Reader  # noqa: PLC0415 - the reader makes what is defined here

        return Reader({name: value for name, value in environ.items() if value != ""}, root).settings()

    @property
    def store_folder(self) -> Path | None:
        """The folder the store is in, or ``None`` where it is a bucket."""
        return (
            Path(unquote(self.store_url.removeprefix("file://")))
            if self.store_url.startswith("file://")
            else None
        )
