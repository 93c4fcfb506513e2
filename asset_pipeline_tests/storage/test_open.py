from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.storage.open import open_store
from asset_pipeline.storage.s3_config import S3Config


def test_a_folder_opens_by_path_and_by_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "my art"
    by_path, by_url, relative = open_store(str(folder)), open_store(folder.as_uri()), open_store("my art")

    by_path.put("hero.png", b"x", content_type="image/png")

    assert by_url.get("hero.png") == relative.get("hero.png") == b"x"
    assert by_path.url == by_url.url == relative.url == folder.as_uri()


def test_opening_writes_nothing(tmp_path: Path) -> None:
    """Loading definitions opens stores; it must not create folders."""
    open_store(str(tmp_path / "store"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("s3://art", "s3://art/hero.png"),
        ("s3://art/", "s3://art/hero.png"),
        ("s3://art/games/2026/", "s3://art/games/2026/hero.png"),
    ],
)
def test_a_bucket_opens_with_and_without_a_prefix(url: str, uri: str) -> None:
    config = S3Config("http://127.0.0.1:1", access_key_id="k", secret_access_key="s")

    assert open_store(url, s3=config).uri("hero.png") == uri


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file://store",
        "file:store",
        "gs://art",
        "http://art",
        "s3://",
        "s3:art",
        "s3://Art!",
        "s3://art/../x",
    ],
)
def test_anything_else_is_refused_with_examples(url: str) -> None:
    with pytest.raises(ConfigError, match=r"ASSET_PIPELINE_STORE=.*file:///srv/art or s3://bucket/prefix"):
        open_store(url)


def test_a_password_in_a_url_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as raised:
        open_store("s3://AKID:hush/hush@art/prefix")

    assert "hush" not in str(raised.value)


def test_a_folder_is_opened_without_loading_boto3() -> None:
    """It takes a third of a second, at every start of every run."""
    script = (
        "import sys; from asset_pipeline.storage.open import open_store; open_store('store');"
        "sys.exit('boto3' in sys.modules)"
    )
    root = Path(__file__).parents[2]

    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0


def test_a_public_base_url_is_what_a_browser_is_given(tmp_path: Path) -> None:
    base = "https://art.example.com/store"
    config = S3Config("http://127.0.0.1:1", access_key_id="k", secret_access_key="s", public_base_url=base)

    for store in (open_store(str(tmp_path), public_base_url=base), open_store("s3://art/p", s3=config)):
        expected = f"{base}/a%20b/hero.png"
        assert store.browser_url("a b/hero.png") == store.permanent_url("a b/hero.png") == expected
    assert open_store(str(tmp_path)).browser_url("hero.png") is None


def test_a_private_bucket_has_links_but_no_permanent_url() -> None:
    """A link expires and names the access key; what keeps a URL for good must not be given one."""
    store = open_store(
        "s3://art/p", s3=S3Config("http://127.0.0.1:1", access_key_id="k", secret_access_key="s")
    )

    assert store.permanent_url("hero.png") is None
    assert "X-Amz-Expires=3600" in str(store.browser_url("hero.png"))
