"""The name of a piece of work: equal for equal requests, on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from asset_pipeline.providers.operations import Request
from asset_pipeline.providers.remote import Plan

FINGERPRINT_VERSION = 1  # count up when the same request shall be paid for anew; never lightly


def described(request: Request) -> dict[str, Any]:
    """Return *request* as JSON values, with the SHA-256 of every picture in its place.

    >>> from asset_pipeline.providers.operations import RemoveBackground
    >>> described(RemoveBackground(image=b""))["image"][:23]
    'sha256:e3b0c44298fc1c14'
    """
    found = _plain(request.model_dump(mode="python"))
    if not isinstance(found, dict):
        raise TypeError(f"{type(request).__name__} is no request")
    return found


def fingerprint(provider: str, plan: Plan, request: Request) -> str:
    """Name the piece of work: 64 hexadecimal digits over everything that decides its pictures.

    Args:
        provider: who is to do it.
        plan: the model and whatever else of the provider decides the picture.
        request: what is asked; pictures count by their bytes.
    """
    whole = {
        "version": FINGERPRINT_VERSION,
        "provider": provider,
        "operation": request.operation,
        "model": plan.model,
        "identity": _plain(dict(plan.identity)),
        "request": {**described(request), "model": None},  # the plan holds the model that was really chosen
    }
    canonical = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a model holds
    if isinstance(value, bytes):
        return f"sha256:{hashlib.sha256(value).hexdigest()}"
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
