"""Who works on a job, and whether that process still lives."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path
from uuid import uuid4

LEASE_S = 45.0
"""How long a claim lasts without a sign of life; it only counts for owners on other machines."""

_ours: set[str] = set()  # the owners of this process that are at work


def new_owner() -> str:
    """Name the caller: host, process, and a number of its own, since one process does many things at once."""
    owner = f"{_host()}|{os.getpid()}|{_started(os.getpid())}|{uuid4().hex[:12]}"
    _ours.add(owner)
    return owner


def retire(owner: str) -> None:
    """Say that *owner*, one of this process, works on nothing any more."""
    _ours.discard(owner)


def is_at_work(owner: str, lease_until: float, now: float) -> bool:
    """Tell whether somebody still works on what *owner* claimed.

    Of this machine's processes it is known, so that a laptop that slept or a database that was busy for a minute takes
    nothing away from them; of other machines' only the lease tells.
    """
    host, pid, started, *_ = (*owner.split("|"), "", "", "")
    if host != _host() or not pid.isdigit():
        return lease_until > now
    if int(pid) == os.getpid():
        return owner in _ours
    return _started(int(pid)) in {started, "alive"}


@cache
def _host() -> str:
    """Tell machines and containers apart: two containers of one host can have a process 7 each."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
        space = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        boot = space = "-"
    return f"{socket.gethostname()[:60]}.{boot}.{space}"


def _started(pid: int) -> str:
    """Return when process *pid* began, in the kernel's ticks; ``gone`` where there is none, ``alive`` where we see no more."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # no /proc, another user's process, or one that ended while we read
        return _started_without_proc(pid)
    return "gone" if fields[0] in "ZX" else fields[19]


def _started_without_proc(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        return "alive"
    return "alive"
