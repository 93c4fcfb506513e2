"""The wire below every provider: what is free is repeated, what is paid is sent once, and nothing secret is said."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, TypeAlias

import httpx

from asset_pipeline.errors import OutcomeUnknown, ProviderError, ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.addresses import is_loopback
from asset_pipeline.providers.answers import Answer, exchange, read_answer
from asset_pipeline.providers.redaction import Exchange, readable, redact
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.verdicts import Verdict, retry_after_s, verdict

__all__ = ["Answer", "Exchange", "Files", "Params", "Wire", "is_loopback", "open_http", "redact"]

Params: TypeAlias = Mapping[str, str | int | float | bool | None]
Files: TypeAlias = Mapping[str, tuple[str | None, bytes] | tuple[str | None, bytes, str]]
_log = logging.getLogger(__name__)
_NONE: frozenset[int] = frozenset()
_TRIES = 3
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 20.0


class Wire:
    """Sends requests and turns what comes back into an :class:`Answer` or one of our errors.

    Safe to use from many threads at once. Credentials are the client's headers; a URL elsewhere than at the client's
    base (a signed upload) is asked without them.
    """

    def __init__(  # noqa: PLR0913  # the optional ones are for tests and for saving exchanges
        self,
        provider: str,
        http: httpx.Client,
        *,
        secrets: Sequence[str] = (),
        explain: Callable[[Answer], str] | None = None,
        record: Callable[[Exchange], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Wrap *http*.

        Args:
            provider: begins every message.
            http: an open client, see :func:`open_http`; the caller closes it.
            secrets: values to mask, besides the client's own ``Authorization``.
            explain: how this provider's errors say what is wrong; the text of the body by default.
            record: is given every exchange, redacted.
            sleep: waits between the tries of what may be repeated.
        """
        self._provider, self._http = provider, http
        self._secrets = (*secrets, *_credentials(http))
        self._explain = explain or (lambda answer: answer.text)
        self._record = record
        self._sleep = sleep

    def get(
        self, path: str, *, what: str, params: Params | None = None, allow: frozenset[int] = _NONE
    ) -> Answer:
        """Read *path*, up to three times.

        Args:
            path: below the client's base URL.
            what: what is done, such as ``"asking for job 12"``; begins every message.
            params: the query.
            allow: statuses that are an answer to the caller, not an error.

        Raises:
            ProviderRejected: the provider said no, in ``explain``'s words.
            ProviderUnavailable: three times no answer, 408, 429 or 5xx.
        """
        return self._repeatedly(lambda: self._build("GET", path, params=params), what, allow)

    def post_again(  # noqa: PLR0913  # what HTTP has
        self,
        path: str,
        *,
        what: str,
        json: Json | None = None,
        content: bytes | None = None,
        files: Files | None = None,
        data: Mapping[str, str] | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        allow: frozenset[int] = _NONE,
        method: str = "POST",
    ) -> Answer:
        """Send what is free to repeat: an upload, a dry run, a cancellation; otherwise as :meth:`get`.

        Args:
            path: below the client's base URL, or a whole URL elsewhere, which is asked without credentials.
            what: what is done; begins every message.
            json: the body, or
            content: the body as bytes, or
            files: parts of a form: field to ``(name, bytes, type)``.
            data: fields of that form.
            params: the query.
            headers: more headers.
            allow: statuses that are an answer to the caller, not an error.
            method: ``POST``, ``PUT`` or ``DELETE``.
        """

        def build() -> httpx.Request:
            body = {"json": json, "content": content, "files": files, "data": data}
            return self._build(method, path, params=params, headers=headers, **body)

        return self._repeatedly(build, what, allow)

    def post_once(self, path: str, *, what: str, json: Json, params: Params | None = None) -> Answer:
        """Send the paid call, once, whatever happens.

        Raises:
            ProviderRejected: refused for good (4xx); nothing was accepted.
            ProviderUnavailable: nothing was sent (no connection) or accepted (429).
            OutcomeUnknown: it may have been accepted: no answer, 408, 5xx, a redirect, or no JSON in a good answer.
        """
        got = self._sent(lambda: self._build("POST", path, params=params, json=json))
        ruling = verdict(_outcome(got), paid=True, readable=_has_json(got))
        if isinstance(got, Answer) and ruling is Verdict.GOOD:
            return got
        raise self._error(got, ruling, what) from _cause(got)

    def _repeatedly(self, build: Callable[[], httpx.Request], what: str, allow: frozenset[int]) -> Answer:
        for number in range(1, _TRIES + 1):
            got = self._sent(build)
            ruling = verdict(_outcome(got), paid=False)
            if isinstance(got, Answer) and (got.status in allow or ruling is Verdict.GOOD):
                return got
            if ruling is not Verdict.LATER or number == _TRIES:
                break
            self._sleep(_pause_s(got, number))
        raise self._error(got, ruling, what) from _cause(got)

    def _build(self, method: str, path: str, **parts: Any) -> httpx.Request:  # noqa: ANN401  # httpx's own
        given = {name: value for name, value in parts.items() if value is not None}
        request = self._http.build_request(method, path, **given)
        if self._is_ours(request.url):
            return request
        timeout = {"timeout": self._http.timeout.as_dict()}
        return httpx.Request(method, request.url, extensions=timeout, **given)

    def _is_ours(self, url: httpx.URL) -> bool:
        base = self._http.base_url
        return not base.host or _origin(url) == _origin(base)

    def _sent(self, build: Callable[[], httpx.Request]) -> Answer | Exception:
        """Send a request once; return the answer, or what was raised in its place."""
        began = time.monotonic()
        try:
            request = build()
        except httpx.InvalidURL as error:
            return error
        got: Answer | Exception
        try:
            auth = httpx.USE_CLIENT_DEFAULT if self._is_ours(request.url) else None
            response = self._http.send(request, stream=True, auth=auth, follow_redirects=False)
            with closing(response):
                got = read_answer(response, self._secrets)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            got = error
        self._keep(request, got, time.monotonic() - began)
        return got

    def _keep(self, request: httpx.Request, got: Answer | Exception, seconds: float) -> None:
        """Hand the exchange to the recorder, whose own trouble must not lose the answer to a paid call."""
        if self._record is None:
            return
        try:
            self._record(exchange(request, got, seconds, self._secrets))
        except Exception:  # noqa: BLE001  # whatever it is, it is said and not worth the job id
            _log.warning("%s: could not record an exchange", self._provider, exc_info=True)

    def _error(self, got: Answer | Exception, ruling: Verdict, what: str) -> ProviderError:
        message = f"{what}: {self._said(got)}"
        match ruling:
            case Verdict.LATER:
                return ProviderUnavailable(self._provider, message, retry_after_s=_told_s(got))
            case Verdict.UNKNOWN:
                return OutcomeUnknown(self._provider, f"{message}; it may have been accepted")
            case _:
                return ProviderRejected(self._provider, message)

    def _said(self, got: Answer | Exception) -> str:
        if isinstance(got, Exception):
            return readable(f"{type(got).__name__}: {got}".rstrip(": "), self._secrets)
        try:
            explained = readable(self._explain(got), self._secrets).strip()
        except (LookupError, TypeError, ValueError, AttributeError):
            _log.warning("%s: HTTP %d in no known form", self._provider, got.status, exc_info=True)
            explained = got.text
        return f"HTTP {got.status}" + (f": {explained}" if explained else "")


def open_http(
    base_url: str, *, headers: Mapping[str, str] | None = None, timeout_s: float = 30.0
) -> httpx.Client:
    """Open a client for :class:`Wire`; close it when done.

    Every phase is bounded and no redirect is followed. A connection idle for three seconds is not used again: a
    server that closes it under a paid request would leave the outcome unknown.

    Args:
        base_url: what every path is below.
        headers: sent with every request to *base_url*; credentials.
        timeout_s: the longest pause between two bytes, and the longest wait for one of the 128 connections.
    """
    return httpx.Client(
        base_url=base_url,
        headers=dict(headers or {}),
        timeout=httpx.Timeout(timeout_s, connect=5.0),
        limits=httpx.Limits(max_connections=128, max_keepalive_connections=128, keepalive_expiry=3.0),
        follow_redirects=False,
        trust_env=not is_loopback(httpx.URL(base_url).host),
    )


def _outcome(got: Answer | Exception) -> int | Exception:
    return got.status if isinstance(got, Answer) else got


def _has_json(got: Answer | Exception) -> bool:
    return isinstance(got, Answer) and got.body is not None


def _cause(got: Answer | Exception) -> Exception | None:
    return got if isinstance(got, Exception) else None


def _told_s(got: Answer | Exception) -> float | None:
    return retry_after_s(got.headers.get("retry-after")) if isinstance(got, Answer) else None


def _pause_s(got: Answer | Exception, number: int) -> float:
    """Return how long to wait after try *number*: as told, or twice as long each time, spread over many threads."""
    told_s = _told_s(got)
    if told_s is not None:
        return min(told_s, _LONGEST_PAUSE_S)
    return _FIRST_PAUSE_S * 2.0 ** (number - 1) * random.uniform(0.8, 1.2)  # noqa: S311  # no secret


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _credentials(http: httpx.Client) -> list[str]:
    value = http.headers.get("authorization", "")
    return [value, *value.split(" ", 1)[1:]] if value else []
