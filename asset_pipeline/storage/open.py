"""From a URL to a store."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from asset_pipeline.errors import ConfigError, StoreRefused
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.storage.s3_config import S3Config
from asset_pipeline.storage.store import Store

_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*?))?/?")
_EXAMPLES = ".local/store, file:///srv/art or s3://bucket/prefix"


def open_store(url: str, *, s3: S3Config | None = None, public_base_url: str | None = None) -> Store:
    """Open the store that *url* names; nothing is read or written yet, ``check`` does that.

    Args:
        url: a folder (relative to the working directory, or absolute), ``file:///folder`` (percent-encoded),
            or ``s3://bucket/prefix``.
        s3: how to reach the S3 server; AWS with boto3's own credentials where it is left out.
        public_base_url: where a browser can read a folder; a bucket's is in *s3*.

    Raises:
        ConfigError: *url* is none of these; names examples.

    >>> open_store("file:///srv/my%20art").uri("flappy/bird.png")
    'file:///srv/my%20art/flappy/bird.png'
    """
    if url.startswith("s3:"):
        return _bucket(url, s3 or S3Config())
    if url.startswith("file:"):
        return FolderStore(_folder(url), public_base_url)
    if not url or "://" in url:
        raise _no_store(url, "it is neither a folder nor a bucket")
    return FolderStore(Path(url), public_base_url)


def _folder(url: str) -> Path:
    path = unquote(url.removeprefix("file://"))
    if not path.startswith("/"):
        raise _no_store(url, "file:// takes three slashes and an absolute path")
    return Path(path)


def _bucket(url: str, config: S3Config) -> Store:
    from asset_pipeline.storage.s3 import S3Store  # noqa: PLC0415 - loads boto3 (0.3 s); a folder needs none

    parts = _S3.fullmatch(url)
    if parts is None:
        raise _no_store(url, "a bucket's name is 3 to 63 small letters, digits, dots and dashes")
    try:
        return S3Store(parts["bucket"], parts["prefix"] or "", config)
    except StoreRefused as error:
        raise _no_store(url, f"its prefix cannot begin a key: {error}") from error


def _no_store(url: str, why: str) -> ConfigError:
    shown = re.sub(r"//.*@", "//***@", url)  # somebody may have written a password there
    return ConfigError(f"{shown!r} names no store: {why}. For example ASSET_PIPELINE_STORE={_EXAMPLES}")
