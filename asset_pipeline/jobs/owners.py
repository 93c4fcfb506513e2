"""Who works on a job, and whether that process still lives."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path
from uuid import uuid4

LEASE_S = 45.0
"""How long a claim lasts without a sign of life; only from another machine must it be waited for."""


def new_owner() -> str:
    """Name the caller: host, process, and a number of its own, since one process does many things at once."""
    return f"{_host()}|{os.getpid()}|{_started(os.getpid())}|{uuid4().hex[:12]}"


def is_gone(owner: str) -> bool:
    """Tell whether *owner* is a process of this machine that has ended; of other machines nothing can be told."""
    parts = owner.split("|")
    if len(parts) != 4 or parts[0] != _host() or not parts[1].isdigit():
        return False
    return _started(int(parts[1])) != parts[2]


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
    """Return when process *pid* began, in the kernel's ticks; ``gone`` where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return _started_without_proc(pid)
    return "gone" if fields[0] in "ZX" else fields[19]


def _started_without_proc(pid: int) -> str:
    if Path("/proc/self").exists():
        return "gone"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        return "alive"
    return "alive"
