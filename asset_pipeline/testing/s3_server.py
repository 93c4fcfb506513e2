"""Real S3 servers on loopback, for tests: started in about a second, gone without a trace.

``radosgw`` is Ceph's: a real C++ server with real signatures and an atomic ``If-None-Match: *``. It comes
from apt::

    apt-get install --no-install-recommends radosgw ceph-mon ceph-osd ceph-common

``ministack`` comes from pip. It is an emulator in one Python process and **does not verify the signatures of
requests**, so it is no place to test credentials.

Each yields the :class:`~asset_pipeline.storage.s3_config.S3Config` that reaches it. The server is killed when
the context is left, and, on Linux, when the process that started it dies.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from uuid import uuid4

from asset_pipeline.errors import ConfigError
from asset_pipeline.storage.s3_config import S3Config
from asset_pipeline.testing.daemons import Daemons, free_ports, is_open

_RADOSGW_PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin")

# Without the short paxos interval the start takes 12 s; without 'mon client mode' radosgw wants cephx and
# hangs; without tcp_nodelay a small read takes 5 ms.
_CEPH_CONF = """\
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{mon_port}]
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
keyring = /dev/null
run dir = {folder}
crash dir = {folder}
log file = {folder}/$name.log
pid file = {folder}/$name.pid
admin socket = {folder}/$name.asok
mon cluster log file = {folder}/cluster.log
mon data = {folder}/mon
mon data avail crit = 1
mon allow pool size one = true
paxos propose interval = 0.01
paxos min wait = 0.01
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
[client]
ms mon client mode = crc secure
rgw frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
rgw rados pool pg num min = 4
rgw run sync thread = false
"""


def radosgw_available() -> bool:
    """Tell whether all of Ceph's programs are installed."""
    return all(map(shutil.which, _RADOSGW_PROGRAMS))


def ministack_available() -> bool:
    """Tell whether the ministack package is installed."""
    return find_spec("ministack") is not None


@contextmanager
def radosgw() -> Iterator[S3Config]:
    """Run a Ceph of one monitor, one disk in memory and one gateway, as whichever user this is.

    Raises:
        ConfigError: Ceph is not installed.
        StoreUnavailable: it did not start; the message ends with what it logged.
    """
    if not radosgw_available():
        raise ConfigError(
            "Ceph is not installed: "
            "apt-get install --no-install-recommends radosgw ceph-mon ceph-osd ceph-common"
        )
    with Daemons() as daemons:
        yield _start_ceph(daemons)


@contextmanager
def ministack() -> Iterator[S3Config]:
    """Run ministack with its data in memory and everything it might write in a temporary folder.

    Raises:
        ConfigError: ministack is not installed.
        StoreUnavailable: it did not start; the message ends with what it logged.
    """
    if not ministack_available():
        raise ConfigError("ministack is not installed: pip install ministack")
    (port,) = free_ports(1)
    with Daemons() as daemons:
        folder = str(daemons.folder)
        environment = {
            "AUTH": "true",  # newer versions then refuse keys they do not know
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "SERVICES": "s3",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "DOCKER_HOST": f"unix://{folder}/none",  # it stops containers that it takes for its own
            "HOME": folder,
            "TMPDIR": folder,
            "PATH": "",
        }
        daemons.start([sys.executable, "-m", "ministack"], environment)
        daemons.wait_for(lambda: is_open(port))
        # The key it is born with.
        yield S3Config(f"http://127.0.0.1:{port}", access_key_id="test", secret_access_key="test")  # noqa: S106


def _start_ceph(daemons: Daemons) -> S3Config:
    port, mon_port = free_ports(2)
    folder, fsid, osd_id = daemons.folder, str(uuid4()), str(uuid4())
    config = S3Config(f"http://127.0.0.1:{port}", access_key_id="tests", secret_access_key=uuid4().hex)
    conf, monmap = folder / "ceph.conf", folder / "monmap"
    conf.write_text(_CEPH_CONF.format(fsid=fsid, folder=folder, port=port, mon_port=mon_port))
    for name in ("mon", "osd"):
        (folder / name).mkdir()

    def ceph(program: str, *arguments: str) -> list[str]:
        return [program, "--conf", str(conf), *arguments]

    mon = f"[v2:127.0.0.1:{mon_port}]"
    daemons.run(["monmaptool", "--create", "--fsid", fsid, "--addv", "a", mon, str(monmap)])
    daemons.run(ceph("ceph-mon", "--mkfs", "-i", "a", "--monmap", str(monmap)))
    daemons.start(ceph("ceph-mon", "-f", "-i", "a"))
    daemons.wait_for(lambda: is_open(mon_port))
    daemons.run(ceph("ceph", "osd", "new", osd_id))
    daemons.run(ceph("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd_id))
    daemons.start(ceph("ceph-osd", "-f", "-i", "0"))
    daemons.wait_for(lambda: b'"num_up_osds":1' in daemons.run(ceph("ceph", "osd", "stat", "-f", "json")))
    daemons.start(ceph("radosgw", "-f", "-n", "client.admin"))
    keys = ("--access-key", str(config.access_key_id), "--secret-key", str(config.secret_access_key))
    daemons.run(ceph("radosgw-admin", "user", "create", "--uid", "tests", "--display-name", "tests", *keys))
    daemons.wait_for(lambda: is_open(port))
    return config
