"""The house stays as drawn: rooms import downwards only, and importing does nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "asset_pipeline"
ROOMS = {
    "errors": set(),
    "settings": {"errors"},
    "imaging": {"errors"},
    "manifest": {"errors"},
    "storage": {"errors"},
    "providers": {"errors", "imaging"},
    "jobs": {"errors", "imaging", "providers", "storage"},
    "gates": {"errors", "imaging"},
    "sprites": {"errors", "imaging", "manifest", "providers", "gates"},
    "reviews": {"errors", "settings", "imaging", "manifest", "providers", "sprites", "storage"},
    "export": {"errors", "imaging", "manifest", "sprites", "storage"},
    "testing": {
        "errors",
        "settings",
        "imaging",
        "manifest",
        "storage",
        "providers",
        "jobs",
        "sprites",
        "export",
    },
    "disclosure": {"errors", "imaging", "storage", "providers", "jobs", "sprites"},
    "studio": {"errors", "settings", "storage", "providers", "jobs", "manifest", "planning"},
    "planning": {"errors", "imaging", "manifest", "storage", "providers", "jobs", "sprites", "reviews"},
    "defs": {
        *("errors", "settings", "imaging", "manifest", "storage"),
        *("providers", "jobs", "sprites", "export", "planning", "studio", "gates", "reviews"),
    },
    "definitions": {"defs", "jobs", "settings", "manifest", "studio"},
    "materialize": {"definitions", "defs", "errors", "manifest", "settings"},
    "cli": {
        *("definitions", "materialize", "defs", "errors", "manifest", "settings", "storage"),
        *("studio", "planning", "jobs", "providers", "imaging", "export", "gates", "reviews"),
        *("disclosure", "sprites"),
    },
}
ONLY_IN_DEFS = {"dagster"}
KNOWS_DAGSTER = {"defs", "definitions", "materialize"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    first = module.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports_of(module: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_the_rooms_below_it(module: Path) -> None:
    """Pixels and HTTP can be used and tested without Dagster as long as no arrow points up."""
    room = room_of(module)
    if room == "__init__":
        return
    ours = {name.split(".")[1] for name in imports_of(module) if name.startswith("asset_pipeline.")}
    assert ours - {room} <= ROOMS[room]


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_defs_room_knows_dagster(module: Path) -> None:
    outside = {name.split(".")[0] for name in imports_of(module)}
    assert not outside & ONLY_IN_DEFS or room_of(module) in KNOWS_DAGSTER


def test_private_parts_of_dagster_are_imported_in_one_module() -> None:
    """A new version of Dagster is checked by reading one file."""
    users = [m.name for m in modules() if any(name.startswith("dagster._") for name in imports_of(m))]
    assert users == ["dagster_internals.py"]


def test_importing_everything_reads_no_environment_and_writes_nothing(tmp_path: Path) -> None:
    """A module that does something on import cannot be configured by whoever imports it."""
    names = [
        ".".join(("asset_pipeline", *m.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for m in modules()
    ]
    code = (
        "import os, sys\n"
        "import dagster, boto3, cv2, PIL.Image, httpx\n"
        "seen = []\n"
        "real = os.environ.__class__.__getitem__\n"
        "def spy(self, key):\n"
        "    if key.startswith(('ASSET_PIPELINE', 'AWS_ACCESS', 'AWS_SE', 'RUNPOD', 'SCENARIO', 'IMAGE_')):\n"
        "        seen.append(key)\n"
        "    return real(self, key)\n"
        "os.environ.__class__.__getitem__ = spy\n"
        f"for name in {names!r}: __import__(name)\n"
        "assert not seen, seen\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
