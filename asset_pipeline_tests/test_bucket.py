"""A whole game into a real bucket, and where the bucket's secret is afterwards: nowhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import dagster as dg
import httpx
import pytest

from asset_pipeline.imaging.png import decode_image
from asset_pipeline.storage.s3 import S3Store, s3_client
from asset_pipeline.testing import s3_server
from asset_pipeline_tests.defs.conftest import POND
from asset_pipeline_tests.test_cli import CHECKOUT, run


def newest_metadata(checkout: Path, *key: str) -> dict[str, object]:
    with dg.DagsterInstance.from_config(str(checkout / ".local" / "dagster_home")) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(key))
    assert event is not None
    assert event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


@pytest.mark.slow
@pytest.mark.skipif(
    not s3_server.radosgw_available() and not os.environ.get("CI"),
    reason="Ceph is not installed; scripts/get-test-servers",
)
def test_a_game_is_made_in_a_bucket_and_the_secret_is_in_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logs, events and metadata are read by more people than the bucket is."""
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "pond.yaml").write_text(POND)
    (tmp_path / "dagster.yaml").write_text((CHECKOUT / "dagster.yaml").read_text())
    with s3_server.radosgw() as config:
        s3_client(config).create_bucket(Bucket="art")
        variables = {
            "ASSET_PIPELINE_STORE": "s3://art/games",
            "ASSET_PIPELINE_S3_ENDPOINT_URL": str(config.endpoint_url),
            "AWS_ACCESS_KEY_ID": str(config.access_key_id),
            "AWS_SECRET_ACCESS_KEY": str(config.secret_access_key),
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        done = run(tmp_path, "materialize", "pond", keep=tuple(variables))
        assert done.returncode == 0, done.stdout + done.stderr

        store = S3Store("art", "games", config)
        catalog = store.get("pond/catalog.json")
        assert json.loads(catalog)["sprites"]["Reed-1"]["url"] is None, (
            "a private bucket has no URL that lasts"
        )
        shown = httpx.get(str(newest_metadata(tmp_path, "pond", "reed")["url"]))
        assert shown.headers["content-type"] == "image/png"
        assert decode_image(shown.content, what="reed").shape == (128, 64, 4)

        assert run(tmp_path, "materialize", "pond", keep=tuple(variables)).returncode == 0
        assert store.get("pond/catalog.json") == catalog, "the catalog changes only with a sprite"

        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret-1")
        refused = run(tmp_path, "materialize", "pond", keep=tuple(variables))
        assert refused.returncode == 1

    secrets = (str(config.secret_access_key), "wrong-secret-1")
    records = [path.read_bytes() for path in (tmp_path / ".local").rglob("*") if path.is_file()]
    printed = [text.encode() for text in (done.stdout, done.stderr, refused.stdout, refused.stderr)]
    assert records
    assert not [secret for secret in secrets for record in (*records, *printed) if secret.encode() in record]
