"""Who is at this machine."""

from __future__ import annotations

import getpass
import shutil
import subprocess


def person_here() -> str:
    """Return the name that git knows, or the operating system's user."""
    git = shutil.which("git")
    if git is None:
        return getpass.getuser()
    asked = subprocess.run(  # noqa: S603 - our own arguments
        [git, "config", "user.name"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or getpass.getuser()
