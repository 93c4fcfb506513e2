from __future__ import annotations

import pytest

from asset_pipeline.providers.addresses import is_loopback, is_public, resolve

INSIDE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104  # an address to refuse, not to listen on
    "10.0.0.7",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.170",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "not an address",
    "2130706433",
    "",
]


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_counts_as_public(address: str) -> None:
    """A result URL that leads to a metadata service or a router is how a server is made to attack its own network."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"]
)
def test_what_is_out_there_counts_as_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost.example.com", False),
        ("10.0.0.1", False),
        ("127.0.0.1.nip.example", False),
    ],
)
def test_this_machine_is_known_by_its_name_alone(host: str, ours: bool) -> None:  # the expected answer
    assert is_loopback(host) is ours


def test_the_systems_resolver_answers_with_addresses() -> None:
    assert set(resolve("localhost", 80)) <= {"127.0.0.1", "::1"}
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a" * 64 + ".example", ".."])
def test_a_host_without_an_address_is_an_os_error(name: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        resolve(name, 443)
