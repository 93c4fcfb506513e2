"""The pictures that a manifest names, read when a step needs them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from asset_pipeline.errors import ConfigError


def picture_bytes(file: Path, sha256: str, *, what: str) -> bytes:
    """Read *file*, which must still be the one the manifest was loaded with.

    Args:
        file: where it is.
        sha256: of its bytes, as the spec has it.
        what: what the picture is to the user, such as ``mask``.

    Raises:
        ConfigError: it cannot be read, or is another picture by now than the one in the spec's version.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"the {what} {file} cannot be read: {error.strerror}; put it back or name another"
        ) from error
    if sha256 != hashlib.sha256(data).hexdigest():
        raise ConfigError(
            f"the {what} {file} was edited after the game was loaded; reload the definitions and try again"
        )
    return data
