from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image, encode_png, notes_to_keep, read_png_text
from asset_pipeline_tests.imaging.pictures import flat, rgba_pictures


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


@given(rgba_pictures())
def test_what_is_encoded_comes_back_pixel_for_pixel(rgba: Rgba) -> None:
    """Also the colour under alpha 0, which bled edges live by."""
    before = rgba.copy()

    assert np.array_equal(decode_image(encode_png(rgba), what="test"), before)
    assert np.array_equal(rgba, before)


@given(
    rgba_pictures(largest_side=3),
    st.dictionaries(
        st.sampled_from(["prompt", "seed", "Ωmega"[1:]]),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    ),
)
def test_notes_come_back_in_any_language(rgba: Rgba, notes: dict[str, str]) -> None:
    assert read_png_text(encode_png(rgba, text=notes)) == notes


def test_the_same_picture_gives_the_same_bytes_whatever_the_order_of_its_notes() -> None:
    """Blobs are named by their hash; a time stamp or a dict's order would store everything twice."""
    first = encode_png(flat(8, (1, 2, 3)), text={"a": "1", "b": "2"})

    assert encode_png(flat(8, (1, 2, 3)), text={"b": "2", "a": "1"}) == first


def test_a_picture_encoded_anew_still_says_what_made_it() -> None:
    """Also where a paint program or ComfyUI wrote the notes; JPEG has none, and a key that PNG allows and we do not goes."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Schlüssel", "left behind")
    info.add_itxt("workflow", "日本")
    png = saved(Image.new("RGB", (2, 2)), "PNG", pnginfo=info)

    again = encode_png(decode_image(png, what="test"), text=notes_to_keep(png))

    assert read_png_text(again) == {"workflow": "日本"}
    assert notes_to_keep(saved(Image.new("RGB", (2, 2)), "JPEG")) == {}


@pytest.mark.parametrize("key", ["", "x" * 80, "two\nlines", " space first", "日本"])
def test_a_note_key_that_png_cannot_hold_is_refused(key: str) -> None:
    with pytest.raises(ImageError, match="1 to 79"):
        encode_png(flat(2, (0, 0, 0)), text={key: "value"})


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_formats_are_told_by_their_bytes(file_format: str) -> None:
    """Providers send JPEG and call it PNG: 238 of 238 stored "png" files of an earlier system were JPEG."""
    data = saved(Image.new("RGB", (16, 8), (200, 40, 40)), file_format)

    rgba = decode_image(data, what="test")

    assert rgba.shape == (8, 16, 4)
    assert np.abs(rgba.astype(int) - (200, 40, 40, 255)).max() <= 6


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("L", (2, 2), 77), (77, 77, 77, 255)),
        (Image.new("LA", (2, 2), (77, 5)), (77, 77, 77, 5)),
        (Image.new("1", (2, 2), 1), (255, 255, 255, 255)),
        (Image.fromarray(np.full((2, 2), 0x4D00, np.uint16)), (0x4D, 0x4D, 0x4D, 255)),
        (Image.new("RGBA", (2, 2), (10, 20, 30, 0)).quantize(4), (10, 20, 30, 0)),
    ],
    ids=["grey", "grey+alpha", "bits", "16-bit grey", "palette+alpha"],
)
def test_every_kind_of_pixel_becomes_rgba(image: Image.Image, expected: tuple[int, ...]) -> None:
    assert decode_image(saved(image, "PNG"), what="test")[0, 0].tolist() == list(expected)


def test_cmyk_becomes_rgb() -> None:
    data = saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95)

    assert decode_image(data, what="test")[4, 4].tolist() == pytest.approx([255, 0, 0, 255], abs=6)


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter

    assert decode_image(saved(Image.new("RGB", (16, 8)), "JPEG", exif=exif), what="test").shape == (16, 8, 4)


def test_of_an_animation_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ((255, 0, 0), (0, 0, 255))]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert decode_image(data, what="test")[0, 0].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize(
    "data", [b"", b"<html>busy</html>", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"]
)
def test_what_is_no_image_is_named_with_its_first_bytes(data: bytes) -> None:
    """An error page saved as a sprite is found at once; EPS is refused, since its reader runs Ghostscript."""
    with pytest.raises(ImageError, match=r"the mask of game/hero: \d+ bytes beginning"):
        decode_image(data, what="the mask of game/hero")


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_truncated_image_is_an_error_not_a_half_grey_sprite(file_format: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    data = saved(Image.fromarray(noise), file_format)

    with pytest.raises(ImageError, match=r"hero"):
        decode_image(data[: len(data) // 2], what="hero")


@given(st.data())
def test_damaged_bytes_never_raise_anything_but_image_errors(data: st.DataObject) -> None:
    """A worker that dies of a struct.error tells nobody which sprite to send again."""
    damaged = bytearray(encode_png(flat(6, (9, 9, 9)), text={"prompt": "hero"}))
    for place in data.draw(st.lists(st.integers(8, len(damaged) - 1), min_size=1, max_size=4)):
        damaged[place] = data.draw(st.integers(0, 255))
    for read in (lambda b: decode_image(b, what="hero"), read_png_text):
        try:
            read(bytes(damaged))
        except ImageError:
            continue


@pytest.mark.parametrize("side_px", [100, 10_000, 14_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side_px: int) -> None:
    """Pillow warns of some sizes and raises for others; all of them are one clear error here."""
    data = saved(Image.new("1", (side_px, side_px)), "PNG")

    with pytest.raises(ImageError, match=r"mask.png: the image is .* more than 9,999 pixels"):
        decode_image(data, what="mask.png", max_pixels=9_999)


def test_text_of_something_that_is_no_png_is_an_error() -> None:
    with pytest.raises(ImageError, match="not a readable PNG"):
        read_png_text(saved(Image.new("RGB", (2, 2)), "JPEG"))


@pytest.mark.parametrize(
    "array", [np.zeros((2, 2, 3), np.uint8), np.zeros((0, 2, 4), np.uint8), np.zeros((2, 2, 4))]
)
def test_what_is_no_picture_is_refused_with_its_shape_and_type(array: Rgba) -> None:
    with pytest.raises(ImageError, match=r"got shape \(.*\) and type"):
        encode_png(array)
