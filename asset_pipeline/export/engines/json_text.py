"""JSON as all our files have it."""

from __future__ import annotations

import json
from typing import Any


def json_bytes(document: Any) -> bytes:  # noqa: ANN401 - plain JSON values
    """Write *document* as UTF-8, a line a value, so that a new version can be compared with the old."""
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"
