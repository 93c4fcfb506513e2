from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.providers.redaction import readable, redact

SECRET = 'pl4nted/"secret"+key'
SIGNED = "https://cdn.example.com/a/b.png?Policy=eyJTdGF0&Signature=Zm9vYmFy~&Key-Pair-Id=K2"


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"before {SECRET} after",
        json.dumps({"input": {"note": SECRET}}),
        f"https://x.example/?q={quote(SECRET, safe='')}",
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_planted_secret_is_found_in_every_spelling(text: str) -> None:
    shown = redact(text, ["", "   ", SECRET])
    assert SECRET not in shown
    assert quote(SECRET, safe="") not in shown
    assert json.dumps(SECRET)[1:-1] not in shown
    assert base64.b64encode(SECRET.encode()).decode().rstrip("=") not in shown
    assert "***" in shown


def test_a_secret_that_is_part_of_another_hides_neither() -> None:
    assert redact("abc-abcdef-abc", ["abc", "abcdef"]) == "***-***-***"


def test_blank_secrets_change_nothing() -> None:
    """An unset key must not turn every message into asterisks."""
    assert redact("a knight", ["", " "]) == "a knight"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Authorization: Bearer rp_ABCDEF123", "rp_ABCDEF123"),
        ("{'authorization': 'Bearer rp_ABCDEF123'}", "rp_ABCDEF123"),
        ('{"Authorization":"Basic dXNlcjpwYXNz"}', "dXNlcjpwYXNz"),
        (r"{\"Authorization\": \"weird-scheme-value\"}", "weird-scheme-value"),
        ("proxy-authorization=abcdef", "abcdef"),
        ("got Basic dXNlcjpwYXNz back", "dXNlcjpwYXNz"),
        ("got bearer abcdefgh back", "abcdefgh"),
        (f"see {SIGNED} now", "Signature"),
        (json.dumps({"url": SIGNED}), "Zm9vYmFy"),
        (json.dumps({"url": SIGNED}).replace("&", "\\u0026").replace("/", "\\/"), "Zm9vYmFy"),
        ("https://b.example/x?X-Amz-Signature=deadbeef&X-Amz-Expires=60", "deadbeef"),
        ("https://b.example/x?sv=2024&sig=abc%3D", "abc%3D"),
        ("https://b.example/x?v=0123456789abcdef0123456789", "0123456789abcdef"),
        ("https://user:pass@b.example/x", "pass"),
        ("/view?filename=a.png&token=abcdef", "abcdef"),
        ('{"api_key": "abcdef", "prompt": "x"}', "abcdef"),
        ('{"api_key_comfy_org":"abcdef"}', "abcdef"),
        ('{"clientSecret": "abcdef"}', "abcdef"),
    ],
)
def test_credentials_and_signatures_are_masked_unasked(text: str, hidden: str) -> None:
    """Providers echo headers and URLs that nobody listed as secrets."""
    shown = redact(text)
    assert hidden not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    "text",
    [
        "a basic background, the bearer of a sword",
        "https://api.example.com/v1/generate/custom/model_x?dryRun=true&pageSize=1",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "Input width must be at least 672",
        '{"seed": 12, "token_count": 7}',
    ],
)
def test_what_a_person_needs_to_read_stays(text: str) -> None:
    shown = redact(text)
    assert shown.replace("bearer ***", "bearer of") == text


def test_long_base64_is_counted_and_left_out() -> None:
    picture = base64.b64encode(bytes(range(256)) * 4).decode()
    assert redact(json.dumps({"image": f"data:image/png;base64,{picture}"})) == (
        '{"image": "data:image/png;base64,<base64, ' + str(len(picture)) + ' characters>"}'
    )
    assert picture[:40] not in redact(base64.encodebytes(bytes(range(256)) * 4).decode())
    assert picture[:40] not in redact(picture.replace("/", "\\/"))


def test_a_body_is_cut_after_it_is_redacted_so_that_no_half_secret_is_left() -> None:
    secret = "s" * 40
    shown = readable("x" * 480 + secret, [secret])
    assert len(shown) <= 500
    assert "ssss" not in shown


def test_pictures_inside_json_are_counted_not_searched() -> None:
    body = {"output": [{"image": "A" * 30_000, "n": 1}], "bytes": b"abc"}
    assert readable(body) == ('{"output": [{"image": "<30000 characters>", "n": 1}], "bytes": "<3 bytes>"}')
    assert readable(b"\x89PNG") == "<4 bytes>"


@pytest.mark.parametrize(
    "text", ["http://" * 200_000, "a" * 1_000_000, '"' * 1_000_000, "basic " * 100_000, "A b" * 300_000]
)
def test_no_text_takes_long_to_read(text: str) -> None:
    """An edge server's page, or one made to stop us, is shown or left out, but at once."""
    assert len(readable(text)) <= 500


def test_a_secret_across_the_end_of_what_is_searched_is_not_half_shown() -> None:
    long = "A" * 65_500
    for spaces in ("", " "):
        assert "planted" not in readable(
            f"{long}{spaces}planted-secret-of-ours {long}", ["planted-secret-of-ours"]
        )


@given(st.text(min_size=8), st.text(), st.text())
def test_no_text_around_a_secret_lets_it_through(secret: str, before: str, after: str) -> None:
    if not secret.strip() or "*" in secret or set(secret) <= set("bas64chrte<>, 0123456789"):
        return
    assert secret not in redact(before + secret + after, [secret])
