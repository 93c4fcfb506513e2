"""Which addresses a download may go to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import TypeAlias

Resolver: TypeAlias = Callable[[str, int], list[str]]
"""Turns a host and a port into the addresses it has, as text; raises ``OSError`` where it has none."""

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
# Addresses that carry another one inside, which nobody checks on the way: NAT64, 6to4, Teredo.
_TUNNELS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver.

    Raises:
        OSError: there is no such host, or no name server answers.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host!r} is no host name") from error
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def is_public(text: str) -> bool:
    """Tell whether *text* is an address on the public internet: not private, link-local, reserved or of this machine.

    >>> [is_public(a) for a in ("93.184.216.34", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1")]
    [True, False, False, False, False]
    """
    address = _address(text)
    if address is None or any(address in network for network in _TUNNELS):
        return False
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local)


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this machine by its very name: ``localhost`` or a loopback address."""
    address = _address(host.strip("[]"))
    return address.is_loopback if address else host.lower() == "localhost"


def _address(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
