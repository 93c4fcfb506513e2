from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from asset_pipeline.errors import ConfigError, StoreUnavailable
from asset_pipeline.testing import s3_server
from asset_pipeline.testing.daemons import is_open

ROOT = Path(__file__).parents[2]
PARENT = """
import sys, time
from asset_pipeline.testing import s3_server

with getattr(s3_server, sys.argv[1])() as config:
    print(config.endpoint_url, flush=True)
    time.sleep(600)
"""


def port_of(endpoint_url: str | None) -> int:
    """Return the port of an address such as http://127.0.0.1:9000."""
    return int(str(endpoint_url).rpartition(":")[2])


@pytest.mark.skipif(not s3_server.ministack_available(), reason="ministack is not installed")
def test_leaving_a_server_leaves_neither_process_nor_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = {child.pid for child in psutil.Process().children(recursive=True)}

    with s3_server.ministack() as config:
        assert {child.pid for child in psutil.Process().children(recursive=True)} > before

    assert not is_open(port_of(config.endpoint_url))
    assert {child.pid for child in psutil.Process().children(recursive=True)} == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
@pytest.mark.parametrize("server", ["radosgw", "ministack"])
def test_a_killed_test_run_takes_its_servers_with_it(server: str, tmp_path: Path) -> None:
    """Otherwise every interrupted run leaves a Ceph that holds its memory until the machine restarts."""
    if not getattr(s3_server, f"{server}_available")():
        pytest.skip(f"{server} is not installed")
    command = [sys.executable, "-c", PARENT, server]
    environment = {"TMPDIR": str(tmp_path), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        port = port_of(parent.stdout.readline().strip())
        children = psutil.Process(parent.pid).children(recursive=True)
        parent.send_signal(signal.SIGKILL)

    _, alive = psutil.wait_procs(children, timeout=10)
    assert children
    assert alive == []
    assert not is_open(port)


def test_a_server_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_server, "radosgw_available", lambda: False)
    monkeypatch.setattr(s3_server, "ministack_available", lambda: False)

    with pytest.raises(ConfigError, match="apt-get install"), s3_server.radosgw():
        pass
    with pytest.raises(ConfigError, match="pip install ministack"), s3_server.ministack():
        pass


@pytest.mark.skipif(not s3_server.ministack_available(), reason="ministack is not installed")
def test_a_server_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """The port may have been taken since it was found free."""
    began = time.monotonic()
    with s3_server.ministack() as config:
        taken = port_of(config.endpoint_url)
        monkeypatch.setattr(s3_server, "is_open", lambda _: False)
        monkeypatch.setattr(s3_server, "free_ports", lambda _: [taken])

        with pytest.raises(StoreUnavailable, match="already in use"), s3_server.ministack():
            pass
    assert time.monotonic() - began < 30
