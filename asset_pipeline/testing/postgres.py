"""A PostgreSQL server for the length of a test."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from asset_pipeline.testing.daemons import Daemons, free_ports

UNPRIVILEGED = "postgres"  # the server refuses to run as root; Debian's package makes this user


def postgres_programs() -> Path | None:
    """Return the folder of ``initdb`` and ``postgres``, newest version first, or ``None``."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return found[0].parent if found else None


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server on loopback, data in a temporary folder, nothing synced to disk.

    Yields:
        A URL as Dagster wants it: ``postgresql+psycopg2://…``.

    Raises:
        StoreUnavailable: it does not start; ends with what it said.
    """
    programs = postgres_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed; scripts/get-test-servers gets it")
    [port] = free_ports(1)
    with Daemons() as daemons:
        data = daemons.folder / "data"
        as_user: list[str] = []
        if os.geteuid() == 0:
            as_user = ["setpriv", "--reuid", UNPRIVILEGED, "--regid", UNPRIVILEGED, "--clear-groups"]
            shutil.chown(daemons.folder, UNPRIVILEGED)
        initdb = [
            "-D",
            str(data),
            "-U",
            "dagster",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        daemons.run([*as_user, str(programs / "initdb"), *initdb])
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": daemons.folder,
            "fsync": "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        daemons.start([*as_user, str(programs / "postgres"), "-D", str(data), *options])
        daemons.wait_for(lambda: _answers(programs, port))
        yield f"postgresql+psycopg2://dagster@127.0.0.1:{port}/postgres"


def _answers(programs: Path, port: int) -> bool:
    """Tell whether the server takes connections; one that starts up listens already, and refuses them."""
    asked = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(asked, check=False).returncode == 0  # noqa: S603 - the test's own command
