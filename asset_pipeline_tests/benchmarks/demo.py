"""Measure ``make demo`` on a clean copy of the checkout, from nothing to the last PNG.

``python -m asset_pipeline_tests.benchmarks.demo [--json]``: the packages come from the machine's own package cache, warm after
the first time. What the installation takes and what our own code takes are told apart by running the two halves.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from asset_pipeline_tests.benchmarks.report import Figure, emit

ROOT = Path(__file__).parents[2]
LEFT_BEHIND = shutil.ignore_patterns(".git", ".local", ".venv", "__pycache__", ".*_cache", ".hypothesis")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    emit("demo", figures(), json=parser.parse_args().json)


def figures() -> list[Figure]:
    """Install, then make the sample game."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        shutil.copytree(ROOT, clone, ignore=LEFT_BEHIND)
        install_s = seconds(["scripts/install", "runtime"], clone)
        ours_s = seconds(["make", "demo"], clone)
        pngs = [path for path in (clone / ".local/store").rglob("*.png") if "blobs" not in path.parts]
    return [
        Figure("wall", install_s + ours_s, "s", 60),
        Figure("our_code", ours_s, "s", 20),
        Figure("pictures", len(pngs), "", None),
    ]


def seconds(command: list[str], folder: Path) -> float:
    """Run *command* in *folder* and return its wall time."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ASSET_PIPELINE", "DAGSTER"))
    }
    began = time.monotonic()
    subprocess.run(command, cwd=folder, env=kept, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
