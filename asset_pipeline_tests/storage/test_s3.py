from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest

from asset_pipeline.errors import ObjectNotFound, StoreError, StoreRefused, StoreUnavailable
from asset_pipeline.storage.blobs import IMMUTABLE, put_blob
from asset_pipeline.storage.s3 import S3Store, s3_client
from asset_pipeline.storage.s3_config import S3Config
from asset_pipeline.storage.store import Store
from asset_pipeline.testing import s3_server
from asset_pipeline_tests.storage.conftest import BUCKET, client_of
from asset_pipeline_tests.storage.loopback import Answer, Asked, loopback, refusal

PNG = "image/png"

WAYS: dict[str, Callable[[Store], object]] = {
    "check": lambda store: store.check(),
    "put": lambda store: store.put("hero.png", b"x", content_type=PNG),
    "put_if_absent": lambda store: store.put_if_absent("hero.png", b"x", content_type=PNG),
    "get": lambda store: store.get("hero.png"),
    "exists": lambda store: store.exists("hero.png"),
    "list_keys": lambda store: list(store.list_keys()),
    "delete": lambda store: store.delete("hero.png"),
}
EVERY_WAY = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def fresh(config: S3Config, bucket: str = BUCKET) -> S3Store:
    """A store below a prefix of its own."""
    return S3Store(bucket, uuid4().hex, config, client_of(config))


def test_a_browser_gets_the_content_type_and_may_keep_a_blob(s3_config: S3Config) -> None:
    """Without them the UI downloads the picture instead of showing it, or shows last week's."""
    store = fresh(s3_config)
    store.put("a b/hero.png", b"\x89PNG", content_type=PNG)
    blob = put_blob(store, b"\x89PNG")

    for key, cache_control in (("a b/hero.png", "no-cache"), (blob, IMMUTABLE)):
        link = store.browser_url(key)
        assert link is not None
        answer = httpx.get(link)

        assert (answer.status_code, answer.content) == (200, b"\x89PNG")
        assert answer.headers["content-type"] == PNG
        assert answer.headers["cache-control"] == cache_control


def test_a_private_object_is_not_open_without_a_link(radosgw: S3Config) -> None:
    store = fresh(radosgw)
    store.put("hero.png", b"x", content_type=PNG)
    link = store.browser_url("hero.png")
    assert link is not None

    assert httpx.get(link.partition("?")[0]).status_code == 403
    assert httpx.get(link.replace("X-Amz-Expires=3600", "X-Amz-Expires=9999")).status_code == 403


def test_a_link_ends_with_its_time(radosgw: S3Config) -> None:
    store = S3Store(BUCKET, uuid4().hex, replace(radosgw, presign_seconds=1))
    store.put("hero.png", b"x", content_type=PNG)
    link = store.browser_url("hero.png")
    assert link is not None
    time.sleep(2.1)

    assert httpx.get(link).status_code == 403


def test_two_prefixes_of_a_bucket_do_not_see_each_other(s3_config: S3Config) -> None:
    """Staging and production may share a bucket; 'art' must not list what is in 'art2'."""
    client, name = client_of(s3_config), uuid4().hex
    one, other = (S3Store(BUCKET, prefix, s3_config, client) for prefix in (name, f"{name}2"))
    other.put("hero.png", b"x", content_type=PNG)

    assert list(one.list_keys()) == []
    assert not one.exists("hero.png")


def test_folders_made_in_a_web_console_are_not_listed(s3_config: S3Config) -> None:
    store = fresh(s3_config)
    prefix = store.url.removeprefix(f"s3://{BUCKET}/")
    client_of(s3_config).put_object(Bucket=BUCKET, Key=f"{prefix}/pirates/")

    assert list(store.list_keys()) == []


def test_a_store_may_have_the_whole_bucket(s3_config: S3Config) -> None:
    store = S3Store(BUCKET, "", s3_config, client_of(s3_config))
    store.check()

    assert (store.url, store.uri("hero.png")) == ("s3://art", "s3://art/hero.png")


@pytest.mark.parametrize("checksums", ["when_required", "when_supported"])
def test_either_checksum_mode_stores_what_was_put(s3_config: S3Config, checksums: str) -> None:
    mode = "when_required" if checksums == "when_required" else "when_supported"
    store = fresh(replace(s3_config, checksums=mode))  # type: ignore[arg-type]  # a literal of two, told apart above

    store.put("hero.png", b"x" * 1000, content_type=PNG)

    assert store.get("hero.png") == b"x" * 1000


@EVERY_WAY
def test_a_missing_bucket_is_refused_and_never_taken_for_an_empty_one(
    s3_config: S3Config, way: Callable[[Store], object]
) -> None:
    """exists() answering 'no' would buy every picture of the game again."""
    with pytest.raises(StoreRefused, match="there is no such bucket; create it"):
        way(fresh(s3_config, "no-such-bucket"))


@EVERY_WAY
@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"secret_access_key": "hush-wrong"}, "AWS_SECRET_ACCESS_KEY"),
        ({"access_key_id": "NOBODY"}, "AWS_ACCESS_KEY_ID"),
    ],
    ids=["secret", "key"],
)
def test_wrong_credentials_are_refused_and_named_but_not_shown(
    radosgw: S3Config, wrong: dict[str, str], advice: str, way: Callable[[Store], object]
) -> None:
    with pytest.raises(StoreRefused) as raised:
        way(fresh(replace(radosgw, **wrong)))  # type: ignore[arg-type]  # two fields that are both str

    assert advice in str(raised.value) or "may not" in str(raised.value)  # a head has no body to say why
    assert "hush-wrong" not in f"{raised.value!r} {raised.value.__cause__!r}"


def test_a_server_that_vanishes_is_given_up_within_seconds_and_may_be_asked_again() -> None:
    with s3_server.ministack() as config:
        s3_client(config).create_bucket(Bucket=BUCKET)
        store = fresh(config)
        store.put("hero.png", b"x", content_type=PNG)
    began = time.monotonic()

    with pytest.raises(StoreUnavailable, match=r"read s3://art/.*hero\.png at http://127.*does not answer"):
        store.get("hero.png")
    assert time.monotonic() - began < 20


def test_a_server_that_ignores_if_none_match_is_refused_by_the_check() -> None:
    """Four S3-compatible servers answer 200 and overwrite; two runs would replace each other's pictures."""
    objects: dict[str, bytes] = {}

    def answer(asked: Asked) -> Answer:
        if asked.method == "PUT":
            objects[asked.path] = asked.body
        elif asked.method == "DELETE":
            return Answer(204 if objects.pop(asked.path) else 404)
        return Answer(200, objects[asked.path] if asked.method == "GET" else b"")

    with (
        loopback(answer) as config,
        pytest.raises(StoreRefused, match=r"s3://art/p overwrites .* only if absent"),
    ):
        S3Store(BUCKET, "p", config).check()
    assert objects == {}


@pytest.mark.parametrize("stored", [True, False])
def test_a_writer_whose_answer_was_lost_is_told_whether_it_won(stored: bool) -> None:
    """The repeat meets the object of the first attempt, or somebody else's; only one of them is ours."""
    there: dict[str, str] = {} if stored else {"x-amz-meta-writer": "somebody else"}

    def answer(asked: Asked) -> Answer:
        if asked.method == "HEAD":
            return Answer(200, headers=there)
        if "x-amz-meta-writer" not in there:
            there["x-amz-meta-writer"] = asked.headers["x-amz-meta-writer"]
        first = len(puts) == 0
        puts.append(asked)
        return refusal(500, "InternalError") if first else refusal(412, "PreconditionFailed")

    puts: list[Asked] = []
    with loopback(answer) as config:
        won = S3Store(BUCKET, "p", config).put_if_absent("hero.png", b"x", content_type=PNG)

    assert len(puts) == 2
    assert won is stored


def test_a_body_that_breaks_off_is_asked_for_again() -> None:
    """boto3 repeats calls that fail, but a body is read after the call."""
    answers = [Answer(200, b"whole pic", promised=13), Answer(200, b"whole picture")]

    with loopback(lambda _: answers.pop(0)) as config:
        assert S3Store(BUCKET, "p", config).get("hero.png") == b"whole picture"


def test_a_body_that_breaks_off_twice_is_not_taken_for_the_picture() -> None:
    with (
        loopback(lambda _: Answer(200, b"whole pic", promised=13)) as config,
        pytest.raises(StoreUnavailable, match=r"read s3://art/p/hero\.png"),
    ):
        S3Store(BUCKET, "p", config).get("hero.png")


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (refusal(507, "XMinioStorageFull"), StoreUnavailable, "no room left"),
        (refusal(403, "QuotaExceeded"), StoreUnavailable, "no room left"),
        (Answer(507), StoreUnavailable, "no room left"),
        (refusal(403, "RequestTimeTooSkewed"), StoreRefused, "set the clock"),
        (refusal(403, "AccessDenied"), StoreRefused, "allow it to get, put, delete and list"),
        (refusal(400, "ExpiredToken"), StoreRefused, "renew them"),
        (refusal(400, "AuthorizationHeaderMalformed"), StoreRefused, "ASSET_PIPELINE_S3_REGION"),
        (refusal(411, "MissingContentLength"), StoreRefused, "ASSET_PIPELINE_S3_CHECKSUMS=when_required"),
        (refusal(400, "SomethingNew"), StoreRefused, "SomethingNew: No."),
        (refusal(404, "NoSuchKey"), ObjectNotFound, "no such object"),
        (Answer(405, b"<html>A web server</html>"), StoreRefused, "check bucket and endpoint"),
        (Answer(301, headers={"Location": "https://127.0.0.1:1/"}), StoreRefused, "perhaps https"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_each_refusal_says_what_to_do(answer: Answer, kind: type[StoreError], says: str) -> None:
    """The class tells whether asking again would help, the text what a person has to change."""
    with loopback(lambda _: answer) as config, pytest.raises(kind) as raised:
        S3Store(BUCKET, "p", config).put("hero.png", b"x", content_type=PNG)

    assert type(raised.value) is kind
    assert says in str(raised.value)
    assert "s3://art/p/hero.png" in str(raised.value)
    assert "SECRET" not in str(raised.value)


def test_an_overloaded_server_is_asked_again_before_anybody_is_told() -> None:
    answers = [refusal(503, "SlowDown"), Answer(200)]

    with loopback(lambda _: answers.pop(0)) as config:
        S3Store(BUCKET, "p", config).put("hero.png", b"x", content_type=PNG)

    assert answers == []


def test_a_server_that_stays_overloaded_may_be_asked_later() -> None:
    asked: list[Asked] = []

    def answer(request: Asked) -> Answer:
        asked.append(request)
        return Answer(503)

    with loopback(answer) as config, pytest.raises(StoreUnavailable, match="overloaded"):
        S3Store(BUCKET, "p", config).delete("hero.png")

    assert len(asked) == 6


def test_https_to_a_server_that_speaks_http_is_told_apart_from_silence() -> None:
    with loopback(lambda _: Answer(200)) as config:
        secure = replace(config, endpoint_url=str(config.endpoint_url).replace("http:", "https:"))

        with pytest.raises(StoreRefused, match="no trusted TLS connection; write http://"):
            S3Store(BUCKET, "p", secure).get("hero.png")


def test_no_credentials_at_all_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, f"{tmp_path}/none")

    with pytest.raises(StoreRefused, match="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        S3Store(BUCKET, "p", S3Config("http://127.0.0.1:1")).get("hero.png")


def test_a_virtual_host_is_only_used_where_asked_for() -> None:
    """Loopback and most self-hosted servers have no DNS name for each bucket."""
    config = S3Config("https://s3.example.com", access_key_id="k", secret_access_key="s")

    by_path = S3Store(BUCKET, "p", config).browser_url("hero.png")
    by_host = S3Store(BUCKET, "p", replace(config, path_style=False)).browser_url("hero.png")

    assert str(by_path).startswith("https://s3.example.com/art/p/hero.png?")
    assert str(by_host).startswith("https://art.s3.example.com/p/hero.png?")


def test_neither_key_nor_secret_is_in_a_print_or_an_address() -> None:
    config = S3Config("https://s3.example.com", access_key_id="AKID", secret_access_key="hush")
    store = S3Store(BUCKET, "p", config)

    printed = f"{store!r} {store} {store.url} {store.uri('hero.png')} {vars(store)!r}"

    assert "AKID" not in printed
    assert "hush" not in f"{printed} {store.browser_url('hero.png')}"


def test_temporary_credentials_sign_with_their_token_and_never_show_it() -> None:
    """S3 knows a temporary key only together with its token; a presigned link would hold it in plain text."""
    asked: list[Asked] = []

    def answer(request: Asked) -> Answer:
        asked.append(request)
        return refusal(403, "AccessDenied")

    with loopback(answer) as config:
        store = S3Store(BUCKET, "p", replace(config, session_token="whisper"))
        with pytest.raises(StoreRefused) as raised:
            store.get("hero.png")

    assert [request.headers["x-amz-security-token"] for request in asked] == ["whisper"]
    assert "x-amz-security-token" in asked[0].headers["authorization"], "the token is signed too"
    assert store.browser_url("hero.png") is None
    assert "whisper" not in f"{store!r} {vars(store)!r} {raised.value!r} {raised.value.__cause__!r}"


def test_temporary_credentials_still_link_to_a_public_bucket() -> None:
    config = S3Config(
        access_key_id="k",
        secret_access_key="s",
        session_token="whisper",
        public_base_url="https://art.example.com",
    )

    assert S3Store(BUCKET, "p", config).browser_url("hero.png") == "https://art.example.com/hero.png"
