"""A small process of its own that sends paid requests, and outlives the run that gave them to it.

A provider that takes no reference of ours and has no search (RunPod) tells the id of a job once: in the answer to the request.
A run that is killed between the two would leave a job that is paid for and that nobody can find. So the request is sent from
a process in a session of its own, which whoever kills the run does not reach, and which writes the answer down itself.

Who sends is settled in the journal: the run writes the request down as ``intended`` and hands it over; the courier makes it
``sending`` right before it sends. A later run that finds it still ``intended`` makes it ``refused``. Only one can succeed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from asset_pipeline.errors import AssetPipelineError, OutcomeUnknown, ProviderError, ProviderUnavailable
from asset_pipeline.jobs.clock import SystemClock
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.sending import send
from asset_pipeline.providers.opening import Surroundings, open_provider
from asset_pipeline.providers.remote import Prepared, RemoteProvider

AVAILABLE = (
    os.name == "posix"
)  # elsewhere a process cannot be handed a pipe this way, and the run sends itself
_SENDS_AT_ONCE = 128


@dataclass(frozen=True)
class Kit:
    """What a courier needs to send for a run; it travels through a pipe, never over a command line or a disk.

    Attributes:
        journal_url: where paid work is written down.
        variables: the providers' environment variables that are set, by name; secrets among them.
        allow_loopback: providers may be on this very machine, without https.
    """

    journal_url: str = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    allow_loopback: bool = False


class Courier:
    """The run's end of the pipe; any number of threads may send at once. Its process starts with the first use.

    Args:
        kit: what the process needs.
    """

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._lock = threading.Lock()
        self._trip: _Trip | None = None

    def start(self) -> None:
        """Begin to start the process, where there is none, and do not wait for it."""
        with self._lock:
            if self._trip is None or self._trip.over:
                self._trip = _Trip(self._kit)

    def carry(self, prepared: Prepared) -> None:
        """Have *prepared*, which is written down as ``intended``, sent once; what came of it is in the journal then.

        Raises:
            ProviderRejected: refused for good; written down.
            ProviderUnavailable: nothing was sent or accepted; may be repeated.
            OutcomeUnknown: it may have been accepted, or the process died with it.
        """
        self.start()
        trip = self._trip
        if trip is None:
            raise AssertionError("a courier that was started has a process")
        error = trip.handed(prepared).result()
        if error is not None:
            raise error

    def close(self) -> None:
        """Let the process end; it finishes what it is sending."""
        with self._lock:
            if self._trip is not None:
                self._trip.close()
                self._trip = None


class _Trip:
    """One life of the process."""

    def __init__(self, kit: Kit) -> None:
        self._ours, theirs = Pipe()
        with theirs:
            handle = theirs.fileno()
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", __name__, str(handle)],
                pass_fds=[handle],
                start_new_session=True,
                # What reads the run's output must not wait for a process that outlives it.
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self.over = False
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[Prepared, Future[Exception | None]]] = {}
        self._listener = threading.Thread(target=self._listen, name="courier", daemon=True)
        self._listener.start()
        self._said(kit)

    def handed(self, prepared: Prepared) -> Future[Exception | None]:
        """Hand a request over; the future holds what it met, ``None`` where it was accepted."""
        future: Future[Exception | None] = Future()
        token = prepared.ticket.token
        with self._lock:
            gone = self.over
            if not gone:
                self._waiting[token] = prepared, future
        if gone or not self._said(prepared):
            self._lost(prepared, future)
        return future

    def close(self) -> None:
        self._said(None)
        self._listener.join()

    def _said(self, message: Kit | Prepared | None) -> bool:
        with self._lock:
            try:
                self._ours.send(message)
            except OSError:
                return False
        return True

    def _listen(self) -> None:
        while True:
            try:
                token, error = self._ours.recv()
            except (EOFError, OSError):
                break
            with self._lock:
                _, future = self._waiting.pop(token)
            future.set_result(error)
        with self._lock:
            self.over = True
            self._ours.close()
            left = dict(self._waiting)
        for prepared, future in left.values():
            self._lost(prepared, future)
        self._process.wait()

    def _lost(self, prepared: Prepared, future: Future[Exception | None]) -> None:
        """Say that the process died; the journal knows whether it had begun to send the request."""
        with self._lock:
            self._waiting.pop(prepared.ticket.token, None)
            if not future.done():
                why = "the process that sends requests died; it may have been accepted"
                future.set_result(OutcomeUnknown(prepared.ticket.provider, why))


def serve(pipe: Connection) -> None:
    """Send whatever comes through *pipe*, side by side, until the run is gone and all is sent."""
    try:
        kit: Kit = pipe.recv()
    except EOFError:
        return
    journal = Journal(kit.journal_url)
    with ExitStack() as stack:
        stack.callback(journal.close)
        desk = _Desk(kit, journal, pipe, stack)
        with ThreadPoolExecutor(_SENDS_AT_ONCE, "send") as pool:
            while True:
                try:
                    prepared: Prepared | None = pipe.recv()
                except (EOFError, OSError):
                    prepared = None
                if prepared is None:
                    return  # the run is over or was killed; the pool ends when all is sent and written down
                pool.submit(desk.deal_with, prepared)


class _Desk:
    """What the process does with a request."""

    def __init__(self, kit: Kit, journal: Journal, pipe: Connection, stack: ExitStack) -> None:
        self._kit, self._journal, self._pipe, self._stack = kit, journal, pipe, stack
        self._providers: dict[str, RemoteProvider] = {}
        self._opening, self._answering = threading.Lock(), threading.Lock()

    def deal_with(self, prepared: Prepared) -> None:
        error: Exception | None = None
        try:
            self._send(prepared)
        except AssetPipelineError as met:
            error = met
        except Exception as met:  # noqa: BLE001 - the run must hear of it; not every error can travel
            error = ProviderError(prepared.ticket.provider, f"it was not sent: {type(met).__name__}: {met}")
        with self._answering:
            try:
                self._pipe.send((prepared.ticket.token, error))
            except OSError:
                return  # the run was killed; the journal knows

    def _send(self, prepared: Prepared) -> None:
        name = prepared.ticket.provider
        provider = self._provider(name)
        if not self._journal.begin_sending(prepared.ticket.token):
            raise ProviderUnavailable(name, "the request was taken back before it was sent")
        try:
            send(self._journal, provider, prepared, SystemClock())
        except AssetPipelineError:
            raise
        except Exception as met:
            said = f"it may have been accepted: {type(met).__name__}: {met}"
            raise OutcomeUnknown(name, said) from met

    def _provider(self, name: str) -> RemoteProvider:
        with self._opening:
            if name not in self._providers:
                around = Surroundings(self._kit.allow_loopback)
                self._providers[name] = self._stack.enter_context(
                    open_provider(name, self._kit.variables, around)
                )
            return self._providers[name]


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
