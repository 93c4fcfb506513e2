"""Servers for the length of a test: started with a temporary folder, and gone without a trace."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from asset_pipeline.errors import StoreUnavailable

START_SECONDS = 60.0
"""How long a server may take to start on a machine that is busy with other things."""


class Daemons:
    """Processes that share a temporary folder; leaving the context kills them, waits, and removes it.

    Attributes:
        folder: where they run and write; it holds all they print in ``output.log``.
    """

    folder: Path

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._stack = ExitStack()

    def __enter__(self) -> Daemons:
        self.folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="server-")))
        self._log = self._stack.enter_context((self.folder / "output.log").open("wb"))
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
        self._stack.close()

    def run(self, command: Sequence[str]) -> bytes:
        """Run *command* to its end and return what it printed.

        Raises:
            StoreUnavailable: it failed; the message ends with what was logged.
        """
        done = subprocess.run(  # noqa: S603 - the test's own command
            command, stdout=subprocess.PIPE, stderr=self._log, timeout=START_SECONDS, check=False
        )
        if done.returncode:
            raise self._failure(command, f"ended with status {done.returncode}")
        return done.stdout

    def start(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Start *command* in the folder and keep it until the context is left."""
        setpriv = shutil.which("setpriv")
        # A killed test run must not leave its servers behind.
        tied = [setpriv, "--pdeathsig", "KILL", *command] if setpriv else command
        self._processes.append(
            subprocess.Popen(  # noqa: S603 - the test's own command
                tied, cwd=self.folder, env=environment, stdout=self._log, stderr=self._log
            )
        )

    def wait_for(self, ready: Callable[[], bool]) -> None:
        """Return once *ready* says so; the daemon started last must still be alive.

        Raises:
            StoreUnavailable: it died, or took too long; the message ends with what was logged.
        """
        deadline = time.monotonic() + START_SECONDS
        newest = self._processes[-1]
        while not ready():
            if newest.poll() is not None or time.monotonic() > deadline:
                raise self._failure(newest.args, "did not start")
            time.sleep(0.02)

    def _failure(self, command: object, what: str) -> StoreUnavailable:
        self._log.flush()
        logged = (self.folder / "output.log").read_text(errors="replace")[-2000:]
        return StoreUnavailable(f"{command} {what}; it said:\n{logged}")


def free_ports(count: int) -> list[int]:
    """Return *count* loopback ports that nothing listens on at this moment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def is_open(port: int) -> bool:
    """Tell whether something listens on loopback *port*."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
