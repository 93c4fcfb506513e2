"""No picture is vouched for that was not looked at."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from asset_pipeline.errors import BadResult
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.jobs.verify import verify
from asset_pipeline.providers.operations import Operation
from asset_pipeline.providers.remote import Ticket


def ticket(operation: Operation = "text_to_image", **fields: Any) -> Ticket:  # noqa: ANN401 - any field
    given = {"provider": "runpod", "operation": operation, "model": "flux", "token": "t", "job_id": "job-1"}
    return Ticket(**{"wanted_px": (32, 32), **given, **fields})


def picture(width_px: int = 32, height_px: int = 32, alpha: int = 255) -> Rgba:
    """A gradient, so that every part of it can be told."""
    rgba = np.empty((height_px, width_px, 4), np.uint8)
    rgba[..., 0] = np.linspace(0, 255, width_px).astype(np.uint8)[None, :]
    rgba[..., 1] = np.linspace(0, 255, height_px).astype(np.uint8)[:, None]
    rgba[..., 2], rgba[..., 3] = 90, alpha
    return rgba


def cut_out() -> Rgba:
    rgba = picture(alpha=0)
    rgba[8:24, 8:24, 3] = 255
    return rgba


def flat(*colour: int) -> bytes:
    return encode_png(np.full((32, 32, 4), colour, np.uint8))


def as_format(rgba: Rgba, name: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgba).convert(mode).save(out, name)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 x 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


PNG = encode_png(picture())
NOISE = encode_png(np.random.default_rng(3).integers(0, 256, (32, 32, 4), np.uint8))


def test_a_picture_that_is_as_asked_passes_unchanged_and_without_a_word() -> None:
    seen = verify(ticket(), (PNG,))

    assert np.array_equal(decode_image(seen.images[0], what="picture"), picture())
    assert seen.warnings == ()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html><body>Bad gateway</body></html>",
        b'{"status": "COMPLETED"}',
        PNG[: len(PNG) // 2],
        NOISE[:-100],
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + b"\0" * 20,
        bomb(),
    ],
    ids=["nothing", "html", "json", "half", "nearly whole", "head only", "broken gif", "bomb"],
)
def test_bytes_that_are_no_whole_picture_are_refused(raw: bytes) -> None:
    with pytest.raises(BadResult, match="picture 1 of 1") as raised:
        verify(ticket(), (raw,))

    assert (raised.value.job_id, raised.value.provider, raised.value.again) == ("job-1", "runpod", False)
    assert "job job-1" in str(raised.value)


@pytest.mark.parametrize("wanted", [1, 2, 4])
def test_too_few_pictures_are_refused(wanted: int) -> None:
    with pytest.raises(BadResult, match=f"{wanted - 1} pictures came, {wanted} were asked for"):
        verify(ticket(count=wanted), (PNG,) * (wanted - 1))


def test_more_pictures_than_asked_for_all_count() -> None:
    """Some models of layers give one more: the whole."""
    assert len(verify(ticket("decompose_layers", count=2), (PNG,) * 3).images) == 3


@pytest.mark.parametrize(
    "colour",
    [(0, 0, 0, 255), (255, 255, 255, 255), (255, 0, 0, 255), (18, 52, 86, 255), (0, 0, 0, 0), (9, 9, 9, 40)],
    ids=["black", "white", "red", "some blue", "nothing", "haze"],
)
@pytest.mark.parametrize("operation", ["text_to_image", "image_to_image"])
def test_a_picture_of_one_colour_is_refused(operation: Operation, colour: tuple[int, ...]) -> None:
    """Black is what a safety filter puts in a picture's place."""
    with pytest.raises(BadResult, match="is blank"):
        verify(ticket(operation), (flat(*colour),))


def test_a_picture_without_any_visible_part_is_refused_whatever_is_hidden_in_it() -> None:
    with pytest.raises(BadResult, match="is blank"):
        verify(ticket(), (encode_png(picture(alpha=0)),))


@pytest.mark.parametrize("seen", [cut_out(), picture(alpha=128)], ids=["cut out", "see-through"])
def test_a_picture_that_came_with_transparency_is_none_the_worse_for_it(seen: Rgba) -> None:
    assert np.array_equal(decode_image(verify(ticket(), (encode_png(seen),)).images[0], what="it"), seen)


def test_a_dark_picture_is_not_a_blank_one() -> None:
    night = np.full((32, 32, 4), (0, 0, 0, 255), np.uint8)
    night[4:9, 4:9, 2] = 3

    assert verify(ticket(), (encode_png(night),)).warnings == ()


def test_a_layer_may_be_of_one_colour_or_empty() -> None:
    layers = (flat(120, 180, 240, 255), flat(0, 0, 0, 0), PNG)

    assert len(verify(ticket("decompose_layers", count=3), layers).images) == 3


def test_a_cut_out_that_cut_nothing_out_is_refused() -> None:
    with pytest.raises(BadResult, match="no transparent part, though its background was to be removed"):
        verify(ticket("remove_background"), (PNG,))


def test_a_cut_out_that_kept_nothing_is_refused() -> None:
    with pytest.raises(BadResult, match="wholly transparent: the subject was removed too"):
        verify(ticket("remove_background"), (encode_png(picture(alpha=0)),))


def test_a_cut_out_passes() -> None:
    assert verify(ticket("remove_background"), (encode_png(cut_out()),)).warnings == ()


@pytest.mark.parametrize("size_px", [(32, 64), (64, 32), (32, 30), (33, 31)])
def test_another_aspect_is_refused_with_both_sizes(size_px: tuple[int, int]) -> None:
    with pytest.raises(BadResult, match=f"is {size_px[0]} x {size_px[1]}, and 32 x 32 was asked for"):
        verify(ticket(), (encode_png(picture(*size_px)),))


@pytest.mark.parametrize("size_px", [(64, 64), (16, 16), (1024, 1024)])
def test_another_size_of_the_same_aspect_is_scaled_and_told(size_px: tuple[int, int]) -> None:
    seen = verify(ticket(), (encode_png(picture(*size_px)),))

    assert decode_image(seen.images[0], what="it").shape == (32, 32, 4)
    assert seen.warnings == (f"{size_px[0]} x {size_px[1]} px came, 32 x 32 were asked for; scaled",)


def test_what_was_asked_larger_for_the_models_sake_is_cropped_back_without_a_word() -> None:
    asked = ticket(sent_px=(64, 48), wanted_px=(32, 16))
    seen = verify(asked, (encode_png(picture(64, 48)),))

    assert decode_image(seen.images[0], what="it").shape == (16, 32, 4)
    assert seen.warnings == ()


def test_the_aspect_is_held_against_what_was_sent_not_against_what_was_wanted() -> None:
    with pytest.raises(BadResult, match="is 32 x 16, and 64 x 48 was asked for"):
        verify(ticket(sent_px=(64, 48), wanted_px=(64, 32)), (encode_png(picture(32, 16)),))


def test_a_side_that_was_rounded_to_the_models_grid_passes() -> None:
    asked = ticket(sent_px=(1000, 500), wanted_px=(200, 100))

    assert verify(asked, (encode_png(picture(1008, 496)),)).warnings == (
        "1008 x 496 px came, 1000 x 500 were asked for; scaled",
    )


def test_without_a_wanted_size_any_will_do() -> None:
    assert verify(ticket(wanted_px=None), (encode_png(picture(7, 90)),)).warnings == ()


@pytest.mark.parametrize(
    ("name", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("WEBP", "RGB"), ("PNG", "P"), ("PNG", "L"), ("PNG", "I;16")],
)
def test_other_formats_and_modes_become_rgba_png(name: str, mode: str) -> None:
    raw = as_format(picture(), name, mode) if mode != "I;16" else _sixteen_bits()
    [image] = verify(ticket(), (raw,)).images

    assert image.startswith(b"\x89PNG")
    assert decode_image(image, what="it").shape == (32, 32, 4)


def _sixteen_bits() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.linspace(0, 65_535, 1024).astype(np.uint16).reshape(32, 32)).save(out, "PNG")
    return out.getvalue()


def test_the_same_warning_of_several_pictures_is_told_once_and_each_is_numbered_in_errors() -> None:
    large = encode_png(picture(64, 64))
    assert len(verify(ticket("decompose_layers", count=3), (large,) * 3).warnings) == 1

    with pytest.raises(BadResult, match="picture 2 of 3"):
        verify(ticket("decompose_layers", count=3), (large, b"oops", large))


def test_pictures_are_in_no_print() -> None:
    assert "PNG" not in repr(verify(ticket(), (PNG,)))
