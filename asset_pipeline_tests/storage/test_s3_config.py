from __future__ import annotations

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.storage.s3_config import S3Config


def test_keys_are_not_printed() -> None:
    """Configurations end up in logs."""
    config = S3Config(
        "https://s3.example.com", access_key_id="AKID", secret_access_key="hush", session_token="whisper"
    )

    assert "AKID" not in repr(config)
    assert "hush" not in repr(config)
    assert "whisper" not in repr(config)


@pytest.mark.parametrize(
    "endpoint", ["s3.example.com", "ftp://s3.example.com", "http://", "https://me:hush@s3.example.com"]
)
def test_an_endpoint_that_is_no_plain_address_is_refused_without_repeating_it(endpoint: str) -> None:
    with pytest.raises(ConfigError, match="ASSET_PIPELINE_S3_ENDPOINT_URL=https://") as raised:
        S3Config(endpoint)

    assert "hush" not in str(raised.value)


def test_a_key_without_its_secret_is_refused() -> None:
    """boto3 would fall back to somebody else's credentials in ~/.aws, or fail in the middle of a run."""
    with pytest.raises(ConfigError, match="AWS_SECRET_ACCESS_KEY"):
        S3Config(access_key_id="AKID")


def test_a_session_token_without_its_key_and_secret_is_refused_without_repeating_it() -> None:
    """boto3 would ignore it and go on with somebody else's credentials."""
    with pytest.raises(
        ConfigError, match="AWS_SESSION_TOKEN is of no use without the AWS_ACCESS_KEY_ID"
    ) as raised:
        S3Config(session_token="whisper")

    assert "whisper" not in str(raised.value)
