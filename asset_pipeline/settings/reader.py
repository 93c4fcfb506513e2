"""Reads variables one by one and keeps every complaint for one message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from pydantic import SecretStr

from asset_pipeline.errors import ConfigError
from asset_pipeline.settings.model import (
    OPERATIONS,
    PREVIEW_URL,
    PROVIDERS,
    REVIEW_URL,
    BudgetSettings,
    ChecksumMode,
    EnvironmentName,
    LicenceProfile,
    S3Settings,
    Settings,
)
from asset_pipeline.settings.variables import PROVIDER_PREFIXES, VARIABLES

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class Reader:
    """One reading of the environment.

    Args:
        environ: variables by name; none is empty.
        root: the checkout, from which relative paths count.
    """

    def __init__(self, environ: Mapping[str, str], root: Path) -> None:
        self.environ = environ
        self.root = root
        self.complaints: list[str] = []

    def settings(self) -> Settings:
        """Read everything.

        Raises:
            ConfigError: naming every variable that is wrong.
        """
        self._unknown_names()
        self._unlikely_values()
        values = {
            "environment": self._choice("ASSET_PIPELINE_ENV", get_args(EnvironmentName), "local"),
            "games_dir": self._path("ASSET_PIPELINE_GAMES_DIR", "games"),
            "games": self.environ.get("ASSET_PIPELINE_GAMES", "*"),
            "store_url": self._store_url(complain=True),
            "public_base_url": self._public_base_url(),
            "review_url": self._review_url(),
            "max_concurrent": self._whole("ASSET_PIPELINE_MAX_CONCURRENT", 32, 1, 512),
            "s3": self._s3(),
            "providers": self._providers("IMAGE_GENERATION_PROVIDER", "local"),
            "operations": {
                operation: self._providers(name, "")
                for operation in OPERATIONS
                if (name := f"ASSET_PIPELINE_{operation.upper()}") in self.environ
            },
            "credentials": self._credentials(),
            "journal": self._journal(),
            "budgets": self._budgets(),
            "licences": self._licences(),
        }
        if self.complaints:
            raise ConfigError("\n".join(self.complaints))
        return Settings.model_validate(values)

    def _s3(self) -> S3Settings:
        checksums = self._choice("ASSET_PIPELINE_S3_CHECKSUMS", get_args(ChecksumMode), "when_required")
        return S3Settings.model_construct(
            endpoint_url=self._url("ASSET_PIPELINE_S3_ENDPOINT_URL"),
            region=self.environ.get("ASSET_PIPELINE_S3_REGION", "us-east-1"),
            access_key_id=self._secret("AWS_ACCESS_KEY_ID"),
            secret_access_key=self._secret("AWS_SECRET_ACCESS_KEY"),
            session_token=self._secret("AWS_SESSION_TOKEN"),
            path_style=self._choice("ASSET_PIPELINE_S3_PATH_STYLE", ("true", "false"), "true") == "true",
            checksums="when_supported" if checksums == "when_supported" else "when_required",
            presign_seconds=self._whole("ASSET_PIPELINE_S3_PRESIGN_SECONDS", 3600, 60, 604_800),
        )

    def _secret(self, name: str) -> SecretStr | None:
        return SecretStr(self.environ[name]) if name in self.environ else None

    def _credentials(self) -> dict[str, SecretStr]:
        names = (v.name for v in VARIABLES if v.name.startswith(PROVIDER_PREFIXES))
        return {name: SecretStr(self.environ[name]) for name in names if name in self.environ}

    def _budgets(self) -> BudgetSettings:
        amounts = {
            name: self.environ.get(f"ASSET_PIPELINE_BUDGET_{name.upper()}")
            for name in BudgetSettings.model_fields
        }
        if self.complaints:  # they may be about these
            return BudgetSettings()
        return BudgetSettings(
            **{name: Decimal(amount) for name, amount in amounts.items() if amount is not None}
        )

    def _licences(self) -> str:
        return self._choice("ASSET_PIPELINE_LICENCES", get_args(LicenceProfile), "any")

    def _journal(self) -> SecretStr:
        """Read the database URL; a SQLite file's relative path counts from the checkout."""
        value = self.environ.get("ASSET_PIPELINE_JOURNAL", "sqlite:///.local/journal.db")
        scheme, separator, rest = value.partition(":///")
        if scheme == "sqlite" and separator:
            return SecretStr(f"sqlite:///{(self.root / rest).resolve()}")
        if not value.startswith(("postgresql://", "postgresql+psycopg2://")):
            self._complain(
                "ASSET_PIPELINE_JOURNAL", "it is neither sqlite:///file nor postgresql+psycopg2://host/name"
            )
        return SecretStr(value)

    def _providers(self, name: str, default: str) -> tuple[str, ...]:
        names = [part.strip() for part in self.environ.get(name, default).split(",")]
        for wrong in [part for part in names if part not in PROVIDERS]:
            self._complain(name, f"{wrong!r} is not one of {' | '.join(PROVIDERS)}")
        return tuple(dict.fromkeys(names))

    def _unknown_names(self) -> None:
        known = [variable.name for variable in VARIABLES]
        for name in sorted(self.environ):
            if name.startswith("ASSET_PIPELINE_") and name not in known:
                near = get_close_matches(name, known, n=1, cutoff=0.0)[0]
                self._complain(name, f"there is no such variable; the nearest is {near}")

    def _unlikely_values(self) -> None:
        for variable in VARIABLES:
            value = self.environ.get(variable.name)
            if value is not None and variable.check is not None and (complaint := variable.check(value)):
                self._complain(variable.name, complaint)

    def _choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.environ.get(name, default)
        if value not in allowed:
            self._complain(name, f"{value!r} is not one of {' | '.join(allowed)}")
        return value

    def _whole(self, name: str, default: int, low: int, high: int) -> int:
        value = self.environ.get(name, str(default))
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            self._complain(name, f"{value!r} is not a whole number from {low} to {high}")
            return default
        return int(value)

    def _url(self, name: str) -> str | None:
        value = self.environ.get(name)
        if value is not None and not value.startswith(("http://", "https://")):
            self._complain(name, f"{value!r} does not begin with http:// or https://")
        return value if value is None else value.rstrip("/")

    def _public_base_url(self) -> str | None:
        """On a laptop, where ``asset-pipeline dev`` shows a folder; a bucket has links of its own."""
        given = self._url("ASSET_PIPELINE_PUBLIC_BASE_URL")
        here = self.environ.get("ASSET_PIPELINE_ENV", "local") == "local"
        return given or (PREVIEW_URL if here and self._store_url().startswith("file://") else None)

    def _review_url(self) -> str | None:
        """On a laptop, where ``asset-pipeline dev`` shows the page."""
        here = self.environ.get("ASSET_PIPELINE_ENV", "local") == "local"
        return self.environ.get("ASSET_PIPELINE_REVIEW_URL", REVIEW_URL if here else "").rstrip("/") or None

    def _path(self, name: str, default: str) -> Path:
        return (self.root / self.environ.get(name, default)).resolve()

    def _store_url(self, *, complain: bool = False) -> str:
        name, value = "ASSET_PIPELINE_STORE", self.environ.get("ASSET_PIPELINE_STORE", ".local/store")
        scheme, separator, rest = value.partition("://")
        if not separator:
            return self._path(name, value).as_uri()
        if complain and (scheme not in ("file", "s3") or not rest):
            self._complain(name, f"{value!r} is neither a folder nor s3://bucket/prefix")
        elif complain and scheme == "s3" and not _BUCKET.fullmatch(rest.partition("/")[0]):
            # Not repeated: somebody may have written keys there.
            self._complain(name, "a bucket's name is 3 to 63 small letters, digits, dots and dashes")
        return value.rstrip("/")

    def _complain(self, name: str, what: str) -> None:
        example = next((f"; for example {v.name}={v.example}" for v in VARIABLES if v.name == name), "")
        self.complaints.append(f"{name}: {what}{example}")
