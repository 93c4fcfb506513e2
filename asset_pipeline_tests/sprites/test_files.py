from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.sprites.files import picture_bytes


def test_the_file_of_the_manifest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "fox.png"
    file.write_bytes(b"a fox")

    assert picture_bytes(file, hashlib.sha256(b"a fox").hexdigest(), what="mask") == b"a fox"


def test_a_file_edited_after_the_game_was_loaded_is_refused(tmp_path: Path) -> None:
    """The sprite would carry the version of a picture it was not made from."""
    file = tmp_path / "fox.png"
    file.write_bytes(b"another fox")

    with pytest.raises(
        ConfigError, match=r"the pose .*fox\.png was edited after the game was loaded; reload"
    ):
        picture_bytes(file, hashlib.sha256(b"a fox").hexdigest(), what="pose")


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"the mask .*fox\.png cannot be read: No such file"):
        picture_bytes(tmp_path / "fox.png", "", what="mask")
