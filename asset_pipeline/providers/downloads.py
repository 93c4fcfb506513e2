"""Fetching result pictures from addresses that somebody else names, without being sent anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass

import httpx

from asset_pipeline.errors import ProviderError, ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.addresses import Resolver, is_loopback, is_public, resolve
from asset_pipeline.providers.fuse import Fuse
from asset_pipeline.providers.redaction import readable
from asset_pipeline.providers.verdicts import Verdict, retry_after_s, verdict

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 3


@dataclass(frozen=True)
class _Hop:
    """One URL on the way, and the addresses of its host, all of which were checked."""

    url: httpx.URL
    inside: bool
    addresses: tuple[str, ...]


class Downloader:
    """Downloads over https from public addresses only; safe to use from many threads at once.

    Every hop is resolved once, every address of it is checked, and the connection goes to one of those very addresses, under
    the host's name for TLS: a name server that changes its mind in between changes nothing. Proxies of the environment
    are not used, since they resolve names themselves. No connection is kept open.
    """

    def __init__(  # noqa: PLR0913  # the last ones are for tests
        self,
        provider: str,
        *,
        allow_loopback: bool,
        max_bytes: int = 64 * 2**20,
        transport: httpx.BaseTransport | None = None,
        trusted: Collection[str] = (),
        total_s: float = 120.0,
        resolver: Resolver = resolve,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set up, without connecting.

        Args:
            provider: begins every message.
            allow_loopback: ``localhost`` and loopback addresses may be asked, also over plain http.
            max_bytes: the largest download.
            transport: what sends; a pool of real connections by default.
            trusted: base URLs a person configured, such as a ComfyUI server's: their hosts may be inside and on plain
                http. Nothing outside can redirect there.
            total_s: the longest download, redirects included.
            resolver: turns names into addresses.
            clock: monotonic seconds.
        """
        self._provider, self._allow_loopback, self._max_bytes = provider, allow_loopback, max_bytes
        self._trusted = {_origin(httpx.URL(url)) for url in trusted}
        self._total_s, self._resolver, self._clock = total_s, resolver, clock
        self._http = httpx.Client(
            transport=transport or httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0)),
            timeout=httpx.Timeout(20.0, connect=5.0),
            headers={"Accept": "image/*, */*", "Accept-Encoding": "identity"},
            trust_env=False,
        )

    def close(self) -> None:
        """Give up the client; nothing is open between two downloads."""
        self._http.close()

    def download(self, url: str, *, what: str, headers: Mapping[str, str] | None = None) -> bytes:
        """Return the bytes at *url*, after at most three redirects.

        Args:
            url: https; signed or not.
            what: what it is to the user; begins every message.
            headers: credentials; sent to *url*'s own origin until a redirect leaves it, never afterwards.

        Raises:
            ProviderRejected: an address that is not allowed, a refusal (4xx), too many redirects or bytes.
            ProviderUnavailable: no answer, a broken or slow one, 408, 429 or 5xx; may be repeated.
        """
        deadline = self._clock() + self._total_s
        hop = self._checked(url, what, inside_allowed=True)
        credentials, first = dict(headers or {}), _origin(hop.url)
        for _ in range(_MAX_REDIRECTS + 1):
            got = self._fetched(hop, credentials, what, deadline)
            if isinstance(got, bytes):
                return got
            hop = self._checked(got, what, inside_allowed=hop.inside)
            if _origin(hop.url) != first:
                credentials = {}
        raise self._refused(what, f"more than {_MAX_REDIRECTS} redirects")

    def _checked(self, url: str | httpx.URL, what: str, *, inside_allowed: bool) -> _Hop:
        """Decide whether *url* may be asked, and at which addresses."""
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, TypeError) as error:
            raise self._refused(what, "the provider's address is no URL") from error
        inside = inside_allowed and self._is_inside(target)
        if target.scheme != "https" and not (inside and target.scheme == "http"):
            raise self._refused(what, f"{target.scheme or 'an address'}://{target.host} is not https")
        if not target.host or target.userinfo or not 0 < _port(target) < 2**16:
            raise self._refused(
                what, "an address without a host, with a password in it or a port that is none"
            )
        addresses = self._addresses(target, what)
        wrong = [] if _origin(target) in self._trusted and inside else self._wrong(addresses, inside=inside)
        if wrong or not addresses:
            where = ", ".join(wrong) or "no address"
            raise self._refused(what, f"{target.host} is at {where}, not on the public internet")
        return _Hop(target, inside, tuple(addresses))

    def _is_inside(self, url: httpx.URL) -> bool:
        return _origin(url) in self._trusted or (self._allow_loopback and is_loopback(url.host))

    def _addresses(self, url: httpx.URL, what: str) -> list[str]:
        try:
            return self._resolver(url.host, _port(url))
        except OSError as error:
            raise self._unavailable(what, f"{url.host} has no address: {error}") from error

    @staticmethod
    def _wrong(addresses: Collection[str], *, inside: bool) -> list[str]:
        good = is_loopback if inside else is_public
        return [address for address in addresses if not good(address)]

    def _fetched(
        self, hop: _Hop, credentials: Mapping[str, str], what: str, deadline: float
    ) -> bytes | httpx.URL:
        """Ask one URL; return its bytes, or where it redirects to."""
        remaining_s = deadline - self._clock()
        if remaining_s <= 0:
            raise self._too_slow(what)
        with Fuse(remaining_s) as fuse:
            try:
                with closing(self._connected(hop, credentials, fuse)) as response:
                    if response.status_code in _REDIRECTS and "location" in response.headers:
                        return hop.url.join(response.headers["location"])
                    self._check_status(response, what)
                    content = self._read(response, what, deadline)
            except httpx.InvalidURL as error:
                raise self._refused(what, f"{hop.url.host} redirects to what is no URL") from error
            except httpx.HTTPError as error:
                if fuse.blown:
                    raise self._too_slow(what) from error
                said = readable(f"{type(error).__name__}: {error}".rstrip(": "))
                raise self._unavailable(what, f"{hop.url.host}: {said}") from error
            if fuse.blown:  # a body without a length just ends
                raise self._too_slow(what)
            return content

    def _connected(self, hop: _Hop, credentials: Mapping[str, str], fuse: Fuse) -> httpx.Response:
        """Ask the first of the checked addresses that can be reached."""
        *others, last = hop.addresses
        for address in others:
            try:
                return self._sent(hop.url, address, credentials, fuse)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._sent(hop.url, last, credentials, fuse)

    def _sent(
        self, url: httpx.URL, address: str, credentials: Mapping[str, str], fuse: Fuse
    ) -> httpx.Response:
        request = self._http.build_request(
            "GET",
            url.copy_with(host=address),
            headers={**credentials, "Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.host, "trace": fuse.watch},
        )
        return self._http.send(request, stream=True, follow_redirects=False)

    def _check_status(self, response: httpx.Response, what: str) -> None:
        ruling = verdict(response.status_code, paid=False)
        if ruling is Verdict.GOOD:
            return
        message = f"HTTP {response.status_code} from {response.request.headers['host']}"
        if ruling is Verdict.REFUSED:
            raise self._refused(what, message)
        wait_s = retry_after_s(response.headers.get("retry-after"))
        raise self._unavailable(what, message, retry_after_s=wait_s)

    def _read(self, response: httpx.Response, what: str, deadline: float) -> bytes:
        promised = response.headers.get("content-length", "")
        if promised.isdecimal() and int(promised) > self._max_bytes:
            raise self._too_large(what)
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > self._max_bytes:
                raise self._too_large(what)
            if self._clock() > deadline:
                raise self._too_slow(what)
        return b"".join(parts)

    def _too_slow(self, what: str) -> ProviderError:
        return self._unavailable(what, f"not complete after {self._total_s:g} s")

    def _too_large(self, what: str) -> ProviderError:
        return self._refused(what, f"larger than {self._max_bytes:,} bytes")

    def _refused(self, what: str, why: str) -> ProviderError:
        return ProviderRejected(self._provider, f"{what}: {why}")

    def _unavailable(self, what: str, why: str, *, retry_after_s: float | None = None) -> ProviderError:
        return ProviderUnavailable(self._provider, f"{what}: {why}", retry_after_s=retry_after_s)


def _port(url: httpx.URL) -> int:
    return (443 if url.scheme == "https" else 80) if url.port is None else url.port


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, _port(url)
