from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from asset_pipeline.errors import Mistake
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.pictures import MAX_BYTES, PictureError, picture_sha256
from asset_pipeline.manifest.resolve import sprite_version
from asset_pipeline_tests.manifest.conftest import HERO

MASKED = HERO.replace("shape: box", "shape: {mask: masks/fox.png}")


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    (tmp_path / "masks").mkdir()
    path = tmp_path / "masks" / "fox.png"
    Image.new("L", (32, 32), 255).save(path)
    return path


def bomb(width_px: int, height_px: int) -> bytes:
    """Return a well-formed PNG head that promises many pixels in few bytes."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk


def test_a_mask_is_known_by_the_hash_of_its_bytes(mask: Path, tmp_path: Path) -> None:
    assert (
        picture_sha256(tmp_path, "masks/fox.png", what="mask")
        == hashlib.sha256(mask.read_bytes()).hexdigest()
    )


def test_an_edited_mask_is_another_version(mask: Path, write: Callable[..., Path]) -> None:
    """Otherwise the picture of the old shape passes for fresh."""
    before = load_game(write(MASKED))
    Image.new("L", (32, 32), 128).save(mask)
    after = load_game(write(MASKED))

    assert sprite_version(before, "hero") != sprite_version(after, "hero")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a PNG"),
        (b"GIF89a" + bytes(100), "not a PNG"),
        (b"\x89PNG\r\n\x1a\n", "not a PNG"),
        (bomb(60_000, 60_000), "60000 x 60000"),
        (bomb(2**31, 2**31), "at most"),
        (bomb(8, 8), "at least 16"),
        (bomb(64, 64) + b"\0\0\0\x05IDATxx", "damaged"),
        (bytes(MAX_BYTES + 1), "MB"),
    ],
)
def test_a_mask_that_is_no_sane_picture_is_refused_before_it_is_decoded(
    data: bytes, words: str, mask: Path, tmp_path: Path
) -> None:
    mask.write_bytes(data)

    with pytest.raises(PictureError, match=words):
        picture_sha256(tmp_path, "masks/fox.png", what="mask")


def test_a_truncated_mask_is_refused(mask: Path, tmp_path: Path) -> None:
    mask.write_bytes(mask.read_bytes()[:-20])

    with pytest.raises(PictureError, match="damaged"):
        picture_sha256(tmp_path, "masks/fox.png", what="mask")


def test_messages_name_what_the_picture_is(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"put the mask beside the manifest, such as masks/x\.png"):
        picture_sha256(tmp_path, "../x.png", what="mask")
    with pytest.raises(PictureError, match=r"picture 'x\.png' cannot be read \(No such file"):
        picture_sha256(tmp_path, "x.png", what="picture")


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "masks/../../x.png"])
def test_a_manifest_cannot_reach_outside_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="outside"):
        picture_sha256(tmp_path, name, what="mask")


@pytest.mark.parametrize("name", ["masks/fx.png", "masks", "a\\0b.png"])
def test_a_mask_that_cannot_be_read_is_a_mistake_with_its_line(
    name: str,
    mask: Path,
    write: Callable[..., Path],
    mistakes_in: Callable[[Path], tuple[Mistake, ...]],
) -> None:
    mistakes = mistakes_in(write(MASKED.replace("masks/fox.png", f'"{name}"')))

    assert mask.exists()
    assert [(mistake.line, mistake.path) for mistake in mistakes] == [(6, "sprites.hero.shape.mask")]


def test_the_hash_cannot_be_written_by_hand(
    mask: Path, write: Callable[..., Path], mistakes_in: Callable[[Path], tuple[Mistake, ...]]
) -> None:
    forged = MASKED.replace("fox.png", "fox.png, sha256: abc")

    assert mask.exists()
    assert [mistake.path for mistake in mistakes_in(write(forged))] == ["sprites.hero.shape.sha256"]
