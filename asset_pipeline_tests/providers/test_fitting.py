from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.providers.capabilities import Sizes
from asset_pipeline.providers.fitting import Fit, crop_back, fit, inner_px, pad_to

SDXL = Sizes(
    choices=((1024, 1024), (1152, 896), (896, 1152), (1344, 768), (768, 1344), (1536, 640), (640, 1536))
)
SIDES = st.integers(16, 3000)


@st.composite
def ranges(draw: st.DrawFn) -> Sizes:
    step = draw(st.sampled_from([1, 8, 16, 64]))
    low = draw(st.integers(16, 700))
    high = draw(st.integers(low + step, 2048))
    return Sizes(min_px=low, max_px=high, step_px=step)


def gradient(width: int, height: int) -> Rgba:
    """Return a smooth opaque picture, which survives scaling."""
    rgba = np.full((height, width, 4), 255, np.uint8)
    rgba[..., 0] = np.linspace(40, 200, width, dtype=np.uint8)
    rgba[..., 1] = np.linspace(60, 180, height, dtype=np.uint8)[:, None]
    return rgba


@given(ranges(), SIDES, SIDES)
@settings(max_examples=60, deadline=None)
def test_what_is_asked_for_is_allowed(sizes: Sizes, width: int, height: int) -> None:
    """A size that is not would be refused, or silently rounded by the provider."""
    fitted = fit(sizes, width, height)
    for side in (fitted.width_px, fitted.height_px):
        assert sizes.min_px <= side <= sizes.max_px
        assert side % sizes.step_px == 0


@given(ranges(), SIDES, SIDES)
@settings(max_examples=60, deadline=None)
def test_the_wanted_picture_is_inside_as_large_as_wanted_where_the_model_can(
    sizes: Sizes, width: int, height: int
) -> None:
    fitted = fit(sizes, width, height)
    inner = inner_px(fitted, (width, height))
    assert inner[0] <= fitted.width_px
    assert inner[1] <= fitted.height_px
    assert inner[0] == fitted.width_px or inner[1] == fitted.height_px
    if max(width, height) <= sizes.max_px // sizes.step_px * sizes.step_px:
        assert inner[0] >= width
        assert inner[1] >= height


@given(ranges(), st.data())
@settings(max_examples=60, deadline=None)
def test_an_allowed_size_is_asked_for_as_it_is(sizes: Sizes, data: st.DataObject) -> None:
    steps = st.integers(-(-sizes.min_px // sizes.step_px), sizes.max_px // sizes.step_px)
    width, height = data.draw(steps) * sizes.step_px, data.draw(steps) * sizes.step_px
    assert fit(sizes, width, height) == Fit(width, height)


@given(SIDES, SIDES)
@settings(max_examples=60, deadline=None)
def test_of_fixed_sizes_one_is_chosen(width: int, height: int) -> None:
    fitted = fit(SDXL, width, height)
    assert (fitted.width_px, fitted.height_px) in SDXL.choices


@pytest.mark.parametrize(
    ("sizes", "wanted", "fitted"),
    [
        (SDXL, (64, 64), (1024, 1024)),
        (SDXL, (512, 512), (1024, 1024)),
        (SDXL, (1152, 896), (1152, 896)),
        (SDXL, (1920, 1080), (1344, 768)),
        (SDXL, (300, 900), (640, 1536)),
        (Sizes(512, 1024, 64), (300, 200), (768, 512)),
        (Sizes(64, 2048, 16), (300, 200), (304, 208)),
        (Sizes(256, 1536, 32), (1, 1), (256, 256)),
        (Sizes(256, 1536, 32), (4000, 2000), (1536, 768)),
        (Sizes(512, 2048, 16), (2048, 16), (2048, 512)),
    ],
)
def test_the_nearest_size_is_chosen(sizes: Sizes, wanted: tuple[int, int], fitted: tuple[int, int]) -> None:
    assert fit(sizes, *wanted) == Fit(*fitted)


@given(st.integers(16, 90), st.integers(16, 90), st.integers(16, 90), st.integers(16, 90))
@settings(max_examples=40, deadline=None)
def test_fitting_and_cropping_back_gives_the_same_picture(
    width: int, height: int, canvas_width: int, canvas_height: int
) -> None:
    """What stood in the middle of the guide stands in the middle of the sprite."""
    guide = gradient(width, height)
    canvas = Fit(canvas_width, canvas_height)
    padded = decode_image(pad_to(encode_png(guide), canvas, what="the guide"), what="padded")
    assert padded.shape == (canvas_height, canvas_width, 4)
    back = crop_back(padded, (width, height))
    assert back.shape == guide.shape
    # Half a pixel of a canvas much smaller than the guide is worth several colour steps.
    off = np.abs(back.astype(int) - guide).mean()
    assert off <= 3 + 160 / min(inner_px(canvas, (width, height)))


@given(st.integers(16, 90), st.integers(16, 90))
@settings(max_examples=20, deadline=None)
def test_a_size_that_fits_is_not_touched(width: int, height: int) -> None:
    """Pixel art must not be resampled for nothing."""
    rgba = np.random.default_rng(width * height).integers(0, 256, (height, width, 4), np.uint8)
    png = encode_png(rgba)
    assert pad_to(png, Fit(width, height), what="the guide") == png
    np.testing.assert_array_equal(crop_back(rgba, (width, height)), rgba)


def test_the_sides_continue_the_colours_of_the_edge() -> None:
    guide = np.full((20, 20, 4), (10, 200, 30, 255), np.uint8)
    padded = decode_image(pad_to(encode_png(guide), Fit(60, 20), what="the guide"), what="padded")
    np.testing.assert_array_equal(padded, np.full((20, 60, 4), (10, 200, 30, 255), np.uint8))


def test_a_guide_of_another_shape_is_stretched_to_the_requests() -> None:
    """The crop back knows only what the request wanted."""
    guide = np.zeros((20, 40, 4), np.uint8) + np.uint8(255)
    guide[:, :20] = (255, 0, 0, 255)
    padded = decode_image(
        pad_to(encode_png(guide), Fit(40, 40), what="the guide", wanted_px=(40, 40)), what="padded"
    )
    back = crop_back(padded, (40, 40))
    assert (back[:, :16, 1] < 30).all()
    assert (back[:, 24:, 1] > 225).all()


def test_a_jpeg_guide_is_sent_as_png() -> None:
    from io import BytesIO  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    buffer = BytesIO()
    Image.fromarray(gradient(32, 32)).convert("RGB").save(buffer, "JPEG")
    assert pad_to(buffer.getvalue(), Fit(32, 32), what="the guide").startswith(b"\x89PNG")


def test_a_wrong_answer_is_cropped_to_the_wanted_shape_from_its_middle() -> None:
    rgba = np.zeros((30, 90, 4), np.uint8)
    rgba[:, 30:60] = 255
    np.testing.assert_array_equal(crop_back(rgba, (30, 30)), np.full((30, 30, 4), 255, np.uint8))


def test_what_is_no_picture_or_no_size_says_so() -> None:
    with pytest.raises(ImageError, match="the guide of bird"):
        pad_to(b"nothing", Fit(32, 32), what="the guide of bird")
    with pytest.raises(ImageError, match="0 x 5"):
        crop_back(gradient(20, 20), (0, 5))
