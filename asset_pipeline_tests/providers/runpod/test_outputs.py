"""Pictures are found in every shape that workers were seen to return, and nothing else is taken for one."""

from __future__ import annotations

import base64

import pytest

from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.runpod.outputs import Link, find_pictures, looks_like_a_picture
from asset_pipeline.testing.pictures import jpeg
from asset_pipeline.testing.runpod_shapes import MISSING, WITHOUT_A_PICTURE, Shape, shaped
from asset_pipeline_tests.providers.runpod.at_hand import ball

URL = "https://image.runpod.ai/abc/output.jpg"
B64 = base64.b64encode(ball()).decode()


@pytest.mark.parametrize("shape", sorted(set(Shape) - WITHOUT_A_PICTURE))
def test_every_shape_with_a_picture_gives_that_one_picture(shape: Shape) -> None:
    found = find_pictures(shaped(shape, ball(), URL))
    assert found.problem == ""
    assert found.pictures in {(ball(),), (Link(URL),)}


@pytest.mark.parametrize("shape", sorted(WITHOUT_A_PICTURE))
def test_every_shape_without_a_picture_gives_none(shape: Shape) -> None:
    output = shaped(shape, ball(), URL)
    assert find_pictures(None if output is MISSING else output).pictures == ()


def test_a_mask_is_never_taken_for_the_picture() -> None:
    mask = base64.b64encode(jpeg(ball())).decode()
    assert find_pictures({"mask": mask, "image": B64}).pictures == (ball(),)
    assert find_pictures({"mask": mask}).pictures == ()


def test_keys_are_asked_in_one_order_whatever_order_the_worker_wrote_them_in() -> None:
    other = base64.b64encode(jpeg(ball())).decode()
    for later in ("image", "image_url", "result", "image_b64", "output", "message"):
        assert find_pictures({later: other, "images": [B64]}).pictures == (ball(),)
    assert find_pictures({"message": "done", "status": "ok", "image": B64}).pictures == (ball(),)


def test_an_empty_list_of_images_does_not_hide_a_picture_under_another_key() -> None:
    assert find_pictures({"images": [], "image": B64}).pictures == (ball(),)


def test_several_pictures_keep_the_workers_order() -> None:
    second = base64.b64encode(jpeg(ball())).decode()
    assert find_pictures({"images": [B64, second]}).pictures == (ball(), jpeg(ball()))
    items = [
        {"filename": "b.png", "type": "base64", "data": second},
        {"filename": "a.png", "type": "s3_url", "data": URL},
    ]
    assert find_pictures({"images": items}).pictures == (jpeg(ball()), Link(URL))


def test_one_damaged_picture_spoils_the_list_since_its_place_may_matter() -> None:
    found = find_pictures({"images": [B64, "iVBO*not base64*"]})
    assert found.pictures == ()
    assert "neither a URL nor the base64" in found.problem


@pytest.mark.parametrize(
    "text",
    [
        B64.rstrip("="),
        "\n".join(B64[at : at + 76] for at in range(0, len(B64), 76)),
        f"  {B64}\r\n",
        f"data:image/jpeg;base64,{B64}",
        f"data:;base64,{B64}",
        f"DATA:image/png;BASE64,{B64}",
    ],
)
def test_base64_may_lack_padding_hold_white_space_or_lie_about_its_type(text: str) -> None:
    assert find_pictures(text).pictures == (ball(),)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("/simulated_uploaded/a.png", "neither a URL"),
        ("/local_upload/x", "neither a URL"),
        ("Image generated successfully.", "'Image generated successfully.'"),
        (base64.b64encode(b"<!DOCTYPE html>").decode(), "do not begin like a picture"),
        ("data:image/png;base64", "neither a URL"),
        ({"error": "no GPU left"}, "no GPU left"),
        ({"output": {"error": ["bad size", "bad seed"]}}, "bad size; bad seed"),
        ({"images": [], "errors": ["node 5 failed"], "status": "success_no_images"}, "node 5 failed"),
        ({"image": B64, "error": "the picture was blocked"}, "the picture was blocked"),
        ({"error": True}, "True"),
    ],
)
def test_what_is_no_picture_is_explained(output: Json, words: str) -> None:
    found = find_pictures(output)
    assert found.pictures == ()
    assert words in found.problem


def test_nesting_is_followed_three_deep_and_no_further() -> None:
    nested: Json = {"image": B64}
    for _ in range(2):
        nested = {"output": nested}
    assert find_pictures(nested).pictures == (ball(),)
    assert find_pictures({"output": nested}).pictures == ()
    assert find_pictures([[[[B64]]]]).pictures == ()


@pytest.mark.parametrize(
    "output", [True, False, 3, 2.5, None, {}, [], "", " ", [None], {"seed": 1}, [{"layer": 0}]]
)
def test_values_without_any_picture_give_nothing_and_no_problem(output: Json) -> None:
    assert find_pictures(output) == find_pictures(None)


def test_a_link_and_a_picture_are_not_shown_by_their_repr() -> None:
    """A signed URL or a picture in a log line would be a leak or a flood."""
    assert "https" not in repr(find_pictures(URL))
    assert "PNG" not in repr(find_pictures(B64))


@pytest.mark.parametrize(
    ("start", "good"),
    [
        (b"\x89PNG\r\n\x1a\n", True),
        (b"\xff\xd8\xff\xe0", True),
        (b"RIFF\x00\x00\x00\x00WEBP", True),
        (b"RIFF\x00\x00\x00\x00WAVE", False),
        (b"\x00\x00\x00\x20ftypavif", True),
        (b"%!PS-Adobe", False),
        (b"<svg", False),
        (b"", False),
    ],
)
def test_pictures_are_told_by_how_they_begin(start: bytes, *, good: bool) -> None:
    assert looks_like_a_picture(start) is good
