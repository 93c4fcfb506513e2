"""A store in an S3-compatible bucket: AWS, R2, MinIO, Ceph.

Nothing is asked of a server beyond put, get, head, list-v2, delete, presigned links and ``If-None-Match: *``
on a put, and ``check`` proves the last one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, IncompleteReadError, ResponseStreamingError

from asset_pipeline.errors import ObjectNotFound
from asset_pipeline.storage.keys import checked_key, public_url
from asset_pipeline.storage.probe import probe
from asset_pipeline.storage.s3_config import S3Config
from asset_pipeline.storage.s3_errors import explained, status_of, was_repeated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["S3Config", "S3Store", "s3_client"]


def s3_client(config: S3Config) -> S3Client:
    """Build a client; it takes 0.2 s, may be shared by any number of threads, and opens no connection yet.

    A call is repeated five times at most, with growing pauses: a server that refuses connections is given up
    within two seconds, one that asks to slow down within half a minute, one that stays silent within three.
    """
    session = boto3.session.Session(
        aws_access_key_id=config.access_key_id,
        aws_secret_access_key=config.secret_access_key,
        aws_session_token=config.session_token,
        region_name=config.region,
    )
    return session.client(
        "s3",
        endpoint_url=config.endpoint_url,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if config.path_style else "virtual"},
            retries={"mode": "standard", "total_max_attempts": 6},
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=64,
            request_checksum_calculation=config.checksums,
            response_checksum_validation=config.checksums,
        ),
    )


class S3Store:
    """Objects in a bucket; see :class:`~asset_pipeline.storage.store.Store` for the methods.

    Args:
        bucket: name of a bucket that exists.
        prefix: where in the bucket the store's keys begin, without slashes around it; empty for all of it.
        config: how to reach the server.
        client: a client to share with other stores of *config*; built where there is none.
    """

    def __init__(self, bucket: str, prefix: str, config: S3Config, client: S3Client | None = None) -> None:
        self._bucket = bucket
        self._prefix = f"{checked_key(prefix)}/" if prefix else ""
        self._config = config
        self._client = client or s3_client(config)

    def __repr__(self) -> str:
        return f"S3Store({self.url!r})"

    @property
    def url(self) -> str:
        """``s3://bucket/prefix``."""
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def check(self) -> None:
        """Prove that the bucket can be written and that the server honours ``If-None-Match: *``."""
        probe(self)

    def put(self, key: str, data: bytes, *, content_type: str, cache_control: str = "no-cache") -> None:
        """Write *data* under *key*, replacing what was there, atomically."""
        with self._explained("write", self.uri(key)):
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._name(key),
                Body=data,
                ContentType=content_type,
                CacheControl=cache_control,
            )

    def put_if_absent(
        self, key: str, data: bytes, *, content_type: str, cache_control: str = "no-cache"
    ) -> bool:
        """Write *data* under *key* unless the key is there; true for the one caller that wrote it."""
        writer = uuid4().hex
        with self._explained("write", self.uri(key)):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._name(key),
                    Body=data,
                    ContentType=content_type,
                    CacheControl=cache_control,
                    IfNoneMatch="*",
                    Metadata={"writer": writer},
                )
            except ClientError as error:
                if status_of(error) != 412:
                    raise
                return was_repeated(error) and self._was_written_by(writer, key)
        return True

    def get(self, key: str) -> bytes:
        """Return the bytes under *key*; :class:`ObjectNotFound` where there is no such object."""
        with self._explained("read", self.uri(key)):
            try:
                return self._read(key)
            except (ResponseStreamingError, IncompleteReadError):
                return self._read(key)  # boto3 repeats a call that failed, but not a body that broke off

    def exists(self, key: str) -> bool:
        """Tell whether *key* is there."""
        with self._explained("look for", self.uri(key)):
            try:
                self._client.head_object(Bucket=self._bucket, Key=self._name(key))
            except ClientError as error:
                if status_of(error) != 404:
                    raise
                # A head has no body, so a missing bucket looks the same; a list tells them apart.
                self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._name(key), MaxKeys=1)
                return False
        return True

    def written_at(self, key: str) -> datetime:
        """Return when the object was written; :class:`ObjectNotFound` where there is no such object."""
        with self._explained("look at", self.uri(key)):
            try:
                there = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
            except ClientError as error:
                if status_of(error) != 404:
                    raise
                raise ObjectNotFound(f"there is no {self.uri(key)}") from error
            return there["LastModified"].astimezone(UTC)

    def list_keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with *prefix*, sorted."""
        pages = self._client.get_paginator("list_objects_v2")
        with self._explained("list", self.url):
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
                for found in page.get("Contents", ()):
                    if not found["Key"].endswith("/"):  # the "folders" that web consoles make
                        yield found["Key"].removeprefix(self._prefix)

    def delete(self, key: str) -> None:
        """Remove *key*; removing what is not there is no error."""
        with self._explained("delete", self.uri(key)):
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def uri(self, key: str) -> str:
        """``s3://bucket/prefix/key``."""
        return f"s3://{self._bucket}/{self._name(key)}"

    def permanent_url(self, key: str) -> str | None:
        """Return *key* below the public base URL, or ``None`` where the bucket has none."""
        base_url = self._config.public_base_url
        checked_key(key)
        return None if base_url is None else public_url(base_url, key)

    def browser_url(self, key: str) -> str | None:
        """Return the permanent URL, or else a link that is valid for ``presign_seconds``.

        ``None`` where there is no permanent one and the credentials are temporary: such a link holds their session token
        in plain text, and links are shown and recorded.
        """
        if (permanent := self.permanent_url(key)) is not None:
            return permanent
        with self._explained("link to", self.uri(key)):
            link = self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket, "Key": self._name(key)},
                ExpiresIn=self._config.presign_seconds,
            )
        return None if "X-Amz-Security-Token=" in link else link

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)

    def _read(self, key: str) -> bytes:
        answer = self._client.get_object(Bucket=self._bucket, Key=self._name(key))
        with closing(answer["Body"]) as body:
            return body.read()

    def _was_written_by(self, writer: str, key: str) -> bool:
        # The first attempt may have been stored and only its answer lost; the repeat meets our own object.
        there = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
        return there["Metadata"].get("writer") == writer

    def _explained(self, verb: str, uri: str) -> AbstractContextManager[None]:
        return explained(f"{verb} {uri} at {self._config.endpoint_url or 'AWS'}")
