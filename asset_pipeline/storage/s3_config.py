"""How to reach an S3-compatible server; a module of its own, so that naming it does not load boto3."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from asset_pipeline.errors import ConfigError


@dataclass(frozen=True)
class S3Config:
    """Where a server is and how it wants to be spoken to; keys are left out of its print.

    Attributes:
        endpoint_url: ``http(s)://host[:port]`` of the server; ``None`` means AWS.
        region: region of the bucket; R2 wants ``auto``.
        access_key_id: key; ``None`` leaves it to boto3 to find one (instance role, ``~/.aws``).
        secret_access_key: secret of that key.
        session_token: comes with a key and secret that are temporary.
        path_style: bucket in the path (MinIO, Ceph) rather than in the host name (AWS, R2 take both).
        checksums: ``when_supported`` sends AWS's newer checksums with every write; Ceph 16 refuses them over
            HTTPS.
        public_base_url: where a browser can read the bucket's prefix; ``None`` means presigned links.
        presign_seconds: life of a presigned link; S3 allows a week at most.

    Raises:
        ConfigError: the endpoint is no URL or holds a password, only one of key and secret is given, or a
            token without them.
    """

    endpoint_url: str | None = None
    region: str = "us-east-1"
    access_key_id: str | None = field(default=None, repr=False)
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    path_style: bool = True
    checksums: Literal["when_required", "when_supported"] = "when_required"
    public_base_url: str | None = None
    presign_seconds: int = 3600

    def __post_init__(self) -> None:
        """Refuse what boto3 would only refuse later, in words of its own."""
        if self.endpoint_url is not None:
            parts = urlsplit(self.endpoint_url)
            if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
                raise ConfigError(
                    "the S3 endpoint is not a plain address; write it without user or password, for example "
                    "ASSET_PIPELINE_S3_ENDPOINT_URL=https://s3.example.com"
                )
        if (self.access_key_id is None) != (self.secret_access_key is None):
            raise ConfigError(
                "S3 needs both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither; one is not set"
            )
        if self.session_token is not None and self.access_key_id is None:
            raise ConfigError(
                "AWS_SESSION_TOKEN is of no use without the AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY it came with; "
                "set all three, or none"
            )
