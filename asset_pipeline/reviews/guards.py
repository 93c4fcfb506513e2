"""Who may see the review page, and from which page a decision may come."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit


def origins(port: int, public_url: str | None) -> frozenset[str]:
    """Return the origins under which the page is opened.

    >>> sorted(origins(3002, "https://review.example.com"))
    ['http://127.0.0.1:3002', 'http://localhost:3002', 'https://review.example.com']
    """
    here = {f"http://127.0.0.1:{port}", f"http://localhost:{port}"}
    return frozenset(here if public_url is None else {*here, public_url})


def wrong_host(headers: Mapping[str, str], allowed: frozenset[str]) -> str | None:
    """Say why a request is not meant for us: another site's name can be made to lead to this machine.

    Args:
        headers: by their names in small letters.
        allowed: our origins.
    """
    host = headers.get("host", "")
    if host in {urlsplit(origin).netloc for origin in allowed}:
        return None
    return f"this page is not at {host!r}; it is at {', '.join(sorted(allowed))}"


def wrong_sender(headers: Mapping[str, str], allowed: frozenset[str], token: str) -> str | None:
    """Say why a decision does not come from our own page.

    Args:
        headers: by their names in small letters.
        allowed: our origins.
        token: what only a page that this process sent can know.
    """
    if headers.get("origin") not in allowed:
        return "decisions are only taken from the review page itself"
    if headers.get("content-type") != "application/json":
        return "a decision is sent as application/json"
    if not secrets.compare_digest(headers.get("x-review-token", "").encode(), token.encode()):
        return "this page is older than the review server; reload it and decide once more"
    return None
