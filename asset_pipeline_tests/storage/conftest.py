"""The stores every test of the contract runs over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest

from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.storage.s3 import S3Store, s3_client
from asset_pipeline.storage.s3_config import S3Config
from asset_pipeline.storage.store import Store
from asset_pipeline.testing import s3_server

BUCKET = "art"
client_of = cache(s3_client)
"""Tests share clients, as a program would; each takes a tenth of a second to build."""


@pytest.fixture(scope="session")
def radosgw() -> Iterator[S3Config]:
    """A Ceph with an empty bucket ``art``."""
    _need(s3_server.radosgw_available(), "Ceph is not installed (apt-get install radosgw ceph-mon ceph-osd)")
    with s3_server.radosgw() as config:
        client_of(config).create_bucket(Bucket=BUCKET)
        yield config


@pytest.fixture(scope="session")
def ministack() -> Iterator[S3Config]:
    """A ministack with an empty bucket ``art``."""
    _need(s3_server.ministack_available(), "ministack is not installed (pip install ministack)")
    with s3_server.ministack() as config:
        client_of(config).create_bucket(Bucket=BUCKET)
        yield config


@pytest.fixture(params=["radosgw", "ministack"])
def s3_config(request: pytest.FixtureRequest) -> S3Config:
    """Each of the S3 servers in turn."""
    config: S3Config = request.getfixturevalue(request.param)
    return config


@pytest.fixture(params=["folder", "radosgw", "ministack"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each kind of store in turn, empty."""
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    config = request.getfixturevalue(request.param)
    return S3Store(BUCKET, f"tests/{uuid4().hex}", config, client_of(config))


def _need(available: bool, otherwise: str) -> None:
    if available:
        return
    if os.environ.get("CI"):
        pytest.fail(f"in CI nothing is left out: {otherwise}")
    pytest.skip(otherwise)
