"""Real Dagster servers on loopback, for tests and benchmarks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
START_S = 180.0


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return this process's environment for a checkout in *folder*, without what would point it elsewhere."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("ASSET_PIPELINE", "DAGSTER", "AWS"))}
    python_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": python_path, "HOME": str(folder), **more}


@contextmanager
def served(command: Sequence[str], folder: Path, url: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run *command* in *folder* until the block ends; its Dagster answers at *url* when the block begins."""
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(folder, **more),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            _wait_for(process, url, log)
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def webserver(port: int) -> list[str]:
    """Return the command for a webserver without a daemon."""
    where = ["-h", "127.0.0.1", "-p", str(port), "-m", "asset_pipeline.definitions"]
    return [sys.executable, "-m", "dagster_webserver", *where]


def ask(url: str, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask GraphQL and return its data."""
    answer = httpx.post(f"{url}/graphql", json={"query": query, "variables": variables or {}}, timeout=60)
    body: dict[str, Any] = answer.raise_for_status().json()
    assert "errors" not in body, body["errors"]
    data: dict[str, Any] = body["data"]
    return data


def _wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/server_info", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError(f"no Dagster at {url}:\n{log.read_text()[-4000:]}")
