"""Envelopes, times and errors as RunPod's queue writes them."""

from __future__ import annotations

import json
import uuid
from math import isfinite
from typing import Any

from asset_pipeline.testing.double import Job

PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"


def envelope(body: bytes) -> dict[str, Any] | str:
    """Read the body of ``/run``, or say what is wrong with it."""
    try:
        asked = json.loads(body)
    except ValueError:
        return "request body is not JSON"
    if not isinstance(asked, dict) or not isinstance(asked.get("input"), dict) or not asked["input"]:
        return "input is missing or empty"
    policy = asked.get("policy", {})
    if not 5_000 <= policy.get("executionTimeout", 600_000) <= 7 * 86_400_000:
        return "policy.executionTimeout must be 5 seconds to 7 days"
    if not 10_000 <= policy.get("ttl", 86_400_000) <= 7 * 86_400_000:
        return "policy.ttl must be 10 seconds to 7 days"
    return asked


def times_ms(job: Job) -> tuple[int, int | None]:
    """Return how long *job* waited and worked; no work where it never began."""
    if not isfinite(job.queue_s) or job.ends_at < job.begins_at:
        return 0, None
    return round(job.queue_s * 1000), round((job.ends_at - job.begins_at) * 1000)


def worker_exception(message: str) -> str:
    """Return what the worker library puts into ``error`` for an exception: JSON inside a text."""
    return json.dumps(
        {
            "error_type": "<class 'RuntimeError'>",
            "error_message": message,
            "error_traceback": f'Traceback (most recent call last):\n  File "handler.py", line 25\nRuntimeError: {message}\n',
            "hostname": "w1",
            "worker_id": "w1",
            "runpod_version": "1.12.0",
        }
    )


def new_id() -> str:
    """Return an id as production makes them."""
    return f"{uuid.uuid4()}-u1"
