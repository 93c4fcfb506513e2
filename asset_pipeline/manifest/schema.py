"""The JSON Schema by which editors complete and check a manifest while it is written."""

from __future__ import annotations

import json
import sys
from typing import Any

from asset_pipeline.manifest.game import Game


def json_schema() -> dict[str, Any]:
    """Describe a manifest as JSON Schema, draft 2020-12.

    Looser than the loader where only the whole file, or another file, tells: frames, masks, names, pixels, gates of another kind.
    """
    schema = Game.model_json_schema()
    _tighten(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def json_schema_text() -> str:
    """Return the schema as ``games/game.schema.json`` holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _tighten(schema: Any) -> None:  # noqa: ANN401 - any part of a JSON document
    """Say what the loader says and pydantic's schema leaves open.

    Keys that follow no pattern are refused, and so are settings with nothing written behind them.
    """
    if isinstance(schema, list):
        for part in schema:
            _tighten(part)
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema["additionalProperties"] = False
        if "default" in schema and schema["default"] is None:
            del schema["default"]
            schema["anyOf"] = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
        for part in schema.values():
            _tighten(part)


if __name__ == "__main__":
    sys.stdout.write(json_schema_text())
