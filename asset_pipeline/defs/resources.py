"""Configured access to the outside: the store and the providers.

A resource is configuration; what an op gets is a plain object of a pure room. Secrets are passed as ``dg.EnvVar``, so that
the UI shows a variable's name and never its value.
"""

import dagster as dg
from pydantic import Field

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import ImageProvider
from asset_pipeline.providers.routing import Router
from asset_pipeline.settings import S3Settings, Settings, missing_for
from asset_pipeline.storage.open import open_store
from asset_pipeline.storage.s3_config import S3Config
from asset_pipeline.storage.store import Store

NOT_BUILT = "{name} is not part of this version yet; choose IMAGE_GENERATION_PROVIDER=local"


class StoreResource(dg.ConfigurableResource[Store]):
    """Where pictures are kept: a folder or an S3-compatible bucket."""

    url: str = Field(description="file:///folder or s3://bucket/prefix")
    public_base_url: str | None = Field(default=None, description="Where a browser can read the store.")
    endpoint_url: str | None = Field(default=None, description="S3 server; none means AWS.")
    region: str = Field(default="us-east-1", description="Region of the bucket.")
    path_style: bool = Field(default=True, description="Bucket in the path, not in the host name.")
    checksums: str = Field(default="when_required", description="when_required or when_supported (AWS).")
    presign_seconds: int = Field(default=3600, description="Life of links into a private bucket.")
    access_key_id: str | None = Field(default=None, description="Pass dg.EnvVar.")
    secret_access_key: str | None = Field(default=None, description="Pass dg.EnvVar.", repr=False)

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
        )
        store = open_store(self.url, s3=config, public_base_url=self.public_base_url)
        store.check()
        return store


class RouterResource(dg.ConfigurableResource[Router]):
    """Who draws: the default provider, and those that are not ready with the reason."""

    default: str = Field(description="Provider of every operation for which the manifest names none.")
    unready: dict[str, str] = Field(default={}, description="Why a provider cannot be used, by its name.")

    @classmethod
    def from_settings(cls, settings: Settings) -> "RouterResource":
        """Configure as *settings* say; a missing secret does not keep the UI from loading."""
        unready = {
            name: missing_for(name, settings) or NOT_BUILT.format(name=name)
            for name in ("scenario", "runpod", "comfyui")
        }
        return cls(default=settings.provider, unready=unready)

    def create_resource(self, context: dg.InitResourceContext) -> Router:  # noqa: ARG002 - Dagster's signature
        """Build the providers; a default provider that is not ready fails the run before its first step.

        Raises:
            ConfigError: the default provider cannot be used; says what it lacks.
        """
        if self.default in self.unready:
            raise ConfigError(self.unready[self.default])
        providers: dict[str, ImageProvider] = {"local": LocalProvider()}
        return Router(self.default, providers, self.unready)
