"""The environment, read once: variables in, one frozen :class:`Settings` out.

Everything that can be configured from outside is named in ``VARIABLES`` below and in ``.env.example`` (a test holds the
two together). Nothing else in the package reads the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TypeAlias, get_args
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, SecretStr

from asset_pipeline.errors import ConfigError

EnvironmentName: TypeAlias = Literal["local", "staging", "production"]
ProviderName: TypeAlias = Literal["local", "scenario", "runpod", "comfyui"]
ChecksumMode: TypeAlias = Literal["when_required", "when_supported"]

PREVIEW_URL = "http://127.0.0.1:3001"


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, an example value, what it is for, and whether it is a secret."""

    name: str
    example: str
    about: str
    secret: bool = False


VARIABLES: tuple[Variable, ...] = (
    Variable("ASSET_PIPELINE_ENV", "local", "Which environment this is: local, staging or production."),
    Variable("ASSET_PIPELINE_GAMES_DIR", "games", "Folder of the games' YAML files."),
    Variable(
        "ASSET_PIPELINE_GAMES", "*", "Which games to load: file names without .yaml, as globs, by comma."
    ),
    Variable("ASSET_PIPELINE_STORE", ".local/store", "Where pictures go: a folder, or s3://bucket/prefix."),
    Variable(
        "ASSET_PIPELINE_PUBLIC_BASE_URL", "https://art.example.com", "Where a browser can read the store."
    ),
    Variable("ASSET_PIPELINE_MAX_CONCURRENT", "32", "Steps of one run side by side; most of them only wait."),
    Variable("ASSET_PIPELINE_S3_ENDPOINT_URL", "https://s3.example.com", "S3 server; leave out for AWS."),
    Variable("ASSET_PIPELINE_S3_REGION", "us-east-1", "Region of the bucket; R2 wants auto."),
    Variable(
        "ASSET_PIPELINE_S3_PATH_STYLE", "true", "Bucket in the path (MinIO, Ceph), not in the host name."
    ),
    Variable(
        "ASSET_PIPELINE_S3_CHECKSUMS", "when_required", "when_supported on AWS, when_required elsewhere."
    ),
    Variable("ASSET_PIPELINE_S3_PRESIGN_SECONDS", "3600", "Life of links into a private bucket, in seconds."),
    Variable("AWS_ACCESS_KEY_ID", "AKEXAMPLE", "Key of the S3 store.", secret=True),
    Variable("AWS_SECRET_ACCESS_KEY", "change-me", "Secret of the S3 store.", secret=True),
    Variable("IMAGE_GENERATION_PROVIDER", "local", "Who draws: local, scenario, runpod or comfyui."),
    Variable("RUNPOD_API_KEY", "change-me", "RunPod key.", secret=True),
    Variable("RUNPOD_FLUX_ENDPOINT_ID", "abc123flux", "RunPod endpoint with Flux; preferred."),
    Variable("RUNPOD_SDXL_ENDPOINT_ID", "abc123sdxl", "RunPod endpoint with SDXL; the fallback."),
    Variable("RUNPOD_BG_REMOVAL_ENDPOINT_ID", "abc123rembg", "RunPod endpoint that removes backgrounds."),
    Variable("SCENARIO_API_KEY", "change-me", "Scenario.com key.", secret=True),
    Variable("SCENARIO_SECRET_API_KEY", "change-me", "Scenario.com secret.", secret=True),
)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class S3Settings(_Frozen):
    """How to reach an S3-compatible server; only read where the store is ``s3://``."""

    endpoint_url: str | None = None
    region: str = "us-east-1"
    access_key_id: SecretStr | None = None
    secret_access_key: SecretStr | None = None
    path_style: bool = True
    checksums: ChecksumMode = "when_required"
    presign_seconds: int = 3600


class Settings(_Frozen):
    """Everything the environment decides.

    Attributes:
        environment: which environment this is.
        games_dir: folder of the games' YAML files, absolute.
        games: globs on the files' stems, comma-separated.
        store_url: ``file:///…`` or ``s3://bucket/prefix``.
        public_base_url: where a browser can read the store's keys, or ``None``.
        max_concurrent: steps of one run side by side.
        s3: how to reach the S3 server.
        provider: who draws, where the manifest names nobody.
        credentials: the providers' variables that are set; secrets stay hidden in any print.
    """

    environment: EnvironmentName = "local"
    games_dir: Path
    games: str = "*"
    store_url: str
    public_base_url: str | None = None
    max_concurrent: int = 32
    s3: S3Settings = S3Settings()
    provider: ProviderName = "local"
    credentials: Mapping[str, SecretStr] = {}

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], *, root: Path) -> Settings:
        """Read *environ*; relative paths count from *root*.

        Args:
            environ: variables by name; an empty value counts as not set.
            root: the checkout.

        Raises:
            ConfigError: naming every variable that is wrong, what is allowed, and an example.
        """
        return _Reader({name: value for name, value in environ.items() if value != ""}, root).settings()

    @property
    def store_folder(self) -> Path | None:
        """The folder the store is in, or ``None`` where it is a bucket."""
        return (
            Path(unquote(self.store_url.removeprefix("file://")))
            if self.store_url.startswith("file://")
            else None
        )


REQUIRED_BY_PROVIDER: Mapping[ProviderName, tuple[str, ...]] = {
    "local": (),
    "runpod": ("RUNPOD_API_KEY", "RUNPOD_FLUX_ENDPOINT_ID"),
    "scenario": ("SCENARIO_API_KEY", "SCENARIO_SECRET_API_KEY"),
    "comfyui": (),
}


def missing_for(provider: ProviderName, settings: Settings) -> str | None:
    """Say which variables *provider* still lacks, or ``None`` where it has all it needs.

    >>> here = Settings(games_dir=Path("games"), store_url="file:///tmp/store")
    >>> print(missing_for("local", here))
    None
    >>> print(missing_for("scenario", here).splitlines()[0])
    scenario cannot be used: SCENARIO_API_KEY and SCENARIO_SECRET_API_KEY are not set.
    """
    names = REQUIRED_BY_PROVIDER[provider]
    if provider == "runpod" and "RUNPOD_SDXL_ENDPOINT_ID" in settings.credentials:
        names = ("RUNPOD_API_KEY",)
    absent = [name for name in names if name not in settings.credentials]
    if not absent:
        return None
    example = "\n".join(f"    {name}={_variable(name).example}" for name in absent)
    return (
        f"{provider} cannot be used: {' and '.join(absent)} {'are' if len(absent) > 1 else 'is'} not set.\n"
        f"Set, for example in .env beside dagster.yaml:\n{example}\n"
        f"or choose another provider: IMAGE_GENERATION_PROVIDER={' | '.join(get_args(ProviderName))}."
    )


class _Reader:
    """Reads variables one by one and keeps every complaint for one message."""

    def __init__(self, environ: Mapping[str, str], root: Path) -> None:
        self.environ = environ
        self.root = root
        self.complaints: list[str] = []

    def settings(self) -> Settings:
        self._unknown_names()
        values = {
            "environment": self._choice("ASSET_PIPELINE_ENV", get_args(EnvironmentName), "local"),
            "games_dir": self._path("ASSET_PIPELINE_GAMES_DIR", "games"),
            "games": self.environ.get("ASSET_PIPELINE_GAMES", "*"),
            "store_url": self._store_url(complain=True),
            "public_base_url": self._public_base_url(),
            "max_concurrent": self._whole("ASSET_PIPELINE_MAX_CONCURRENT", 32, 1, 512),
            "s3": self._s3(),
            "provider": self._choice("IMAGE_GENERATION_PROVIDER", get_args(ProviderName), "local"),
            "credentials": self._credentials(),
        }
        if self.complaints:
            raise ConfigError("\n".join(self.complaints))
        return Settings.model_validate(values)

    def _s3(self) -> S3Settings:
        key, secret = (self.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
        checksums = self._choice("ASSET_PIPELINE_S3_CHECKSUMS", get_args(ChecksumMode), "when_required")
        return S3Settings.model_construct(
            endpoint_url=self._url("ASSET_PIPELINE_S3_ENDPOINT_URL"),
            region=self.environ.get("ASSET_PIPELINE_S3_REGION", "us-east-1"),
            access_key_id=None if key is None else SecretStr(key),
            secret_access_key=None if secret is None else SecretStr(secret),
            path_style=self._choice("ASSET_PIPELINE_S3_PATH_STYLE", ("true", "false"), "true") == "true",
            checksums="when_supported" if checksums == "when_supported" else "when_required",
            presign_seconds=self._whole("ASSET_PIPELINE_S3_PRESIGN_SECONDS", 3600, 60, 604_800),
        )

    def _credentials(self) -> dict[str, SecretStr]:
        names = (v.name for v in VARIABLES if v.name.startswith(("RUNPOD_", "SCENARIO_")))
        return {name: SecretStr(self.environ[name]) for name in names if name in self.environ}

    def _unknown_names(self) -> None:
        known = [variable.name for variable in VARIABLES]
        for name in sorted(self.environ):
            if name.startswith("ASSET_PIPELINE_") and name not in known:
                near = get_close_matches(name, known, n=1, cutoff=0.0)[0]
                self._complain(name, f"there is no such variable; the nearest is {near}")

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

    def _path(self, name: str, default: str) -> Path:
        return (self.root / self.environ.get(name, default)).resolve()

    def _store_url(self, *, complain: bool = False) -> str:
        name, value = "ASSET_PIPELINE_STORE", self.environ.get("ASSET_PIPELINE_STORE", ".local/store")
        scheme, separator, rest = value.partition("://")
        if not separator:
            return self._path(name, value).as_uri()
        if complain and (scheme not in ("file", "s3") or not rest):
            self._complain(name, f"{value!r} is neither a folder nor s3://bucket/prefix")
        return value.rstrip("/")

    def _complain(self, name: str, what: str) -> None:
        known: Callable[[Variable], bool] = lambda variable: variable.name == name  # noqa: E731 - reads best here
        example = next((f"; for example {v.name}={v.example}" for v in VARIABLES if known(v)), "")
        self.complaints.append(f"{name}: {what}{example}")


def _variable(name: str) -> Variable:
    return next(variable for variable in VARIABLES if variable.name == name)
