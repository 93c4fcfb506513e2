"""The embedded provider as its callers see it: requests in, PNG bytes and receipts out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import cache
from hashlib import sha256

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ProviderRejected
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Region, Rgb, Rgba
from asset_pipeline.imaging.guide import draw_guide, guide_matte
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.shapes import Box, Circle, Polygon, Shape
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.local.palette import to_oklch
from asset_pipeline.providers.operations import (
    DecomposeLayers,
    HexColour,
    ImageProvider,
    ImageToImage,
    RemoveBackground,
    Request,
    TextToImage,
)

STYLES = ("cartoon", "flat", "3d", "pixel")
PLAIN = "single object centered, full object in frame, isolated on a plain white background, no shadow"
SIDE_PX = 128
GREY: Rgb = (150, 150, 150)
CIRCLE = Circle()
DROP = Polygon(
    ((0.5, 0.0), (0.76, 0.14), (0.93, 0.5), (1.0, 0.9), (0.9, 1.0), (0.1, 1.0), (0.0, 0.9), (0.07, 0.5))
)
STAR = Polygon(((0.5, 0.0), (0.63, 0.35), (1.0, 0.38), (0.71, 0.61), (0.81, 0.97), (0.5, 0.77), (0.19, 0.97),
                (0.29, 0.61), (0.0, 0.38), (0.37, 0.35)))  # fmt: skip


@cache
def guide(shape: Shape, width_px: int = SIDE_PX, height_px: int = SIDE_PX, fill: Rgb = GREY) -> bytes:
    aspect = width_px / height_px
    return encode_png(
        draw_guide(shape, canvas_width_px=width_px, canvas_height_px=height_px, aspect=aspect, fill_rgb=fill)
    )


def entity(
    subject: str,
    shape: Shape = CIRCLE,
    *,
    style: str = "cartoon",
    seed: int = 1,
    fill: Rgb = GREY,
    size: tuple[int, int] = (SIDE_PX, SIDE_PX),
    palette: tuple[HexColour, ...] = (),
    strength: float = 0.8,
) -> ImageToImage:
    width_px, height_px = size
    return ImageToImage(
        prompt=f"{subject}, {style} style, {PLAIN}",
        width_px=width_px,
        height_px=height_px,
        seed=seed,
        style=style,
        palette=palette,
        image=guide(shape, width_px, height_px, fill),
        denoise_strength=strength,
    )


def scene(
    words: str, *, style: str = "cartoon", seed: int = 1, size: tuple[int, int] = (256, 144)
) -> TextToImage:
    return TextToImage(prompt=words, width_px=size[0], height_px=size[1], seed=seed, style=style, wraps=True)


def paint(request: Request) -> Rgba:
    (image,) = LocalProvider().run(request).images
    return decode_image(image, what="the painting")


def painted(picture: Rgba, least: int = 12) -> Region:
    """What is not the off-white background."""
    return np.asarray(np.abs(picture[..., :3].astype(int) - 253).max(-1) > least)


def iou(picture: Rgba, shape: Shape) -> float:
    height, width = picture.shape[:2]
    inside = guide_matte(shape, canvas_width_px=width, canvas_height_px=height, aspect=width / height) > 0.5
    drawn = _filled(painted(picture, least=64))  # half covered: fainter pixels are the antialiased rim
    return float((inside & drawn).sum() / (inside | drawn).sum())


def _filled(drawn: Region) -> Region:
    """White eyes and highlights inside a sprite are part of it."""
    canvas = np.pad(drawn.astype(np.uint8), 1)
    cv2.floodFill(canvas, None, (0, 0), 2)
    return np.asarray(canvas[1:-1, 1:-1] != 2)


def difference(one: Rgba, other: Rgba) -> float:
    """Mean absolute difference over what either shows."""
    shown = painted(one) | painted(other)
    return float(np.abs(one[shown].astype(int) - other[shown].astype(int)).mean())


def seam(picture: Rgba) -> float:
    """D17: the step across the seam, against the 95th percentile of steps between neighbouring columns."""
    rgb = picture[..., :3].astype(float) / 255
    inside = np.abs(np.diff(rgb, axis=1)).mean((0, 2))
    return float(np.abs(rgb[:, 0] - rgb[:, -1]).mean() / np.percentile(inside, 95))


def test_it_is_an_image_provider_named_local() -> None:
    provider: ImageProvider = LocalProvider()
    assert provider.name == "local"


def test_its_receipt_says_who_drew_it_with_which_seed_for_nothing() -> None:
    receipt = LocalProvider().run(entity("a red coin, video game item", seed=77)).receipt
    assert (receipt.provider, receipt.operation, receipt.model) == (
        "local",
        "image_to_image",
        "local-painter-1",
    )
    assert (receipt.seed, receipt.cost_usd, receipt.cost_basis) == (77, Decimal(0), "free")
    assert receipt.seconds > 0


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [(100, 37), (48, 160), (16, 16)])
def test_every_kind_of_picture_has_exactly_the_size_asked_for_and_is_opaque(
    style: str, size: tuple[int, int]
) -> None:
    """A game places sprites by these numbers; a model's "nearly" would shift them."""
    title = TextToImage(
        prompt='the words "Fox Run" as a logo', width_px=size[0], height_px=size[1], seed=1, style=style
    )
    for request in (
        entity("a fox, video game character", Box(), style=style, size=size),
        scene("hills", style=style, size=size),
        title,
    ):
        picture = paint(request)
        assert picture.shape == (size[1], size[0], 4)
        assert (picture[..., 3] == 255).all()


@pytest.mark.parametrize(
    "request_",
    [
        entity("a brave fox, video game character"),
        scene("a night lake with pine trees"),
        scene("deep space with a nebula", style="pixel"),
    ],
    ids=["entity", "scene", "pixel scene"],
)
def test_the_same_request_gives_the_same_bytes_again(request_: Request) -> None:
    """Memo and version control rest on it: an unchanged sprite must not change."""
    assert LocalProvider().run(request_).images == LocalProvider().run(request_).images


def test_another_process_paints_the_same_bytes() -> None:
    """String hashes differ from process to process; nothing painted may hang on them."""
    program = (
        "from hashlib import sha256\n"
        "from asset_pipeline.providers.local import LocalProvider\n"
        "from asset_pipeline.providers.operations import TextToImage\n"
        "request = TextToImage(prompt='a green slime, video game enemy', width_px=96, height_px=96, seed=5)\n"
        "print(sha256(LocalProvider().run(request).images[0]).hexdigest())\n"
    )
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    here = LocalProvider().run(
        TextToImage(prompt="a green slime, video game enemy", width_px=96, height_px=96, seed=5)
    )
    assert there.stdout.strip() == sha256(here.images[0]).hexdigest()


def test_threads_paint_what_one_after_the_other_paints() -> None:
    """A run paints 32 sprites side by side in one process."""
    requests = [
        entity(f"a {word}, video game item", seed=seed, size=(128, 128))
        for seed in range(2)
        for word in ("gem", "crate", "potion")
    ]
    provider = LocalProvider()
    with ThreadPoolExecutor(6) as pool:
        side_by_side = [delivery.images for delivery in pool.map(provider.run, requests)]
    assert side_by_side == [provider.run(request).images for request in requests]


SUBJECTS = (
    "a red fox in a blue coat, video game character",
    "an angry bat, video game enemy",
    "a gold coin, video game item",
    "a glass potion, video game item",
    "a wooden platform with moss, video game platform",
    "an orange button, video game ui",
    "a mysterious relic, video game item",
    "a white golf ball, video game character",
    "an ice planet, video game platform",
)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("shape", [Box(), Circle(), DROP, STAR], ids=["box", "circle", "drop", "star"])
def test_the_guides_shape_is_respected_whatever_is_painted_in_it(style: str, shape: Shape) -> None:
    """The shape is the game's collision body; a sprite that leaves it looks broken in play."""
    for subject in SUBJECTS:
        assert iou(paint(entity(subject, shape, style=style)), shape) >= 0.97, subject


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    width=st.integers(4, 20).map(lambda n: n * 16),
    height=st.integers(4, 20).map(lambda n: n * 16),
    seed=st.integers(0, 2**32 - 1),
    strength=st.floats(0.0, 0.9),
    style=st.sampled_from(STYLES),
)
def test_the_shape_holds_for_any_size_seed_and_strength(
    width: int, height: int, seed: int, strength: float, style: str
) -> None:
    request = entity(
        "a strange creature, video game enemy",
        Circle(),
        style=style,
        seed=seed,
        size=(width, height),
        strength=strength,
    )
    assert iou(paint(request), Circle()) >= 0.96


def test_full_strength_ignores_the_guide_as_it_does_with_a_real_model() -> None:
    assert iou(paint(entity("a heart, video game item", Box(), strength=1.0)), Box()) < 0.9


def test_no_strength_keeps_the_guide() -> None:
    request = entity("a heart, video game item", strength=0.0)
    assert np.abs(paint(request).astype(int) - decode_image(request.image, what="guide")).max() <= 1


@pytest.mark.parametrize("style", STYLES)
def test_different_seeds_are_visibly_different_takes(style: str) -> None:
    """A fresh take that looks like the last one is money spent on nothing."""
    takes = [paint(entity("a creature, video game enemy", style=style, seed=seed)) for seed in range(4)]
    assert min(difference(one, other) for i, one in enumerate(takes) for other in takes[:i]) > 8


def test_different_subjects_look_different_in_the_same_shape() -> None:
    """Nine circles with one texture would be no placeholder art."""
    pictures = [paint(entity(subject)) for subject in SUBJECTS]
    assert min(difference(one, other) for i, one in enumerate(pictures) for other in pictures[:i]) > 20


def test_different_styles_look_different() -> None:
    pictures = [paint(entity("a fox, video game character", style=style)) for style in STYLES]
    assert min(difference(one, other) for i, one in enumerate(pictures) for other in pictures[:i]) > 6


def test_pixel_style_lies_on_a_true_grid_of_few_colours() -> None:
    """Models draw "pixel art" on no grid at all; this is what a pixel artist checks first."""
    picture = paint(entity("a frog, video game character", style="pixel", size=(512, 512)))
    cells = picture.reshape(64, 8, 64, 8, 4)
    assert (cells == cells[:, :1, :, :1]).all()
    assert len(np.unique(picture.reshape(-1, 4), axis=0)) <= 48


def test_pixel_style_uses_only_the_palette_it_is_given() -> None:
    palette = ("#0b0f2b", "#4a7fd6", "#f6d743", "#d93a4c", "#f7f4ea")
    picture = paint(entity("a crab, video game enemy", style="pixel", palette=palette))
    used = {
        "#{:02x}{:02x}{:02x}".format(*colour)
        for colour in np.unique(picture[painted(picture)][:, :3], axis=0)
    }
    assert used <= set(palette)


MOST_HUE_GAP_DEG = 45  # where the gate on named colours (D25) fails a picture
COLOURS: dict[str, Rgb] = {
    "crimson": (220, 20, 60),
    "teal": (0, 128, 128),
    "purple": (128, 0, 128),
    "orange": (255, 140, 26),
}


@pytest.mark.parametrize("style", ["cartoon", "flat", "3d"])
@pytest.mark.parametrize("word", COLOURS)
@pytest.mark.parametrize(
    "subject", ["slime, video game enemy", "ball, video game item", "relic, video game item"]
)
def test_the_prompts_colour_word_decides_the_main_hue(word: str, style: str, subject: str) -> None:
    """It also wins over a coloured guide and over the palette."""
    request = entity(f"a {word} {subject}", style=style, fill=(90, 180, 90), palette=("#88cc22", "#2244aa"))
    assert hue_gap_deg(mean_colour(paint(request)), COLOURS[word]) < MOST_HUE_GAP_DEG


def test_the_guides_colour_wins_over_the_seed() -> None:
    for seed in range(3):
        picture = paint(entity("a relic, video game item", seed=seed, fill=(60, 160, 80)))
        assert hue_gap_deg(mean_colour(picture), (60, 160, 80)) < MOST_HUE_GAP_DEG


def test_the_games_theme_does_not_colour_its_sprites() -> None:
    """Every prompt ends with the theme; a purple night must not make every coin purple."""
    themed = entity("a gold coin, video game item, purple night with crimson lanterns")
    assert hue_gap_deg(mean_colour(paint(themed)), (255, 200, 61)) < MOST_HUE_GAP_DEG


def mean_colour(picture: Rgba) -> Rgb:
    """The mean over the middle tones: outlines and highlights say little about hue."""
    pixels = picture[painted(picture)][:, :3].astype(float)
    spread = pixels.max(1) - pixels.min(1)
    r, g, b = (round(float(c)) for c in np.median(pixels[spread >= np.median(spread)], axis=0))
    return r, g, b


def hue_gap_deg(one: Rgb, other: Rgb) -> float:
    gap = abs(to_oklch(one)[2] - to_oklch(other)[2])
    return min(gap, 360 - gap)


SCENES = (
    "a starry night with a big moon over hills and pine trees, calm lake below",
    "sunny meadow with round trees",
    "snowy mountains under an aurora",
    "city skyline at dusk",
    "desert dunes",
    "a cave with crystals",
    "deep space, a violet nebula and a planet with rings",
    "village by the sea at dawn",
    "underwater reef",
    "lava volcano",
)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("words", SCENES)
def test_every_scene_loops_sideways(words: str, style: str) -> None:
    """A visible seam crosses the screen again and again while the player runs."""
    picture = paint(scene(words, style=style, seed=3))
    assert seam(picture) <= 1.25


def test_a_pixel_scene_loops_on_its_own_grid() -> None:
    picture = paint(scene(SCENES[0], style="pixel", size=(1024, 512)))
    assert (picture == np.repeat(np.repeat(picture[::4, ::4], 4, 0), 4, 1)).all()
    assert seam(picture[::4, ::4]) <= 1.25


def test_scenes_follow_their_words() -> None:
    pictures = [paint(scene(words)) for words in SCENES]
    gaps = [
        np.abs(one.astype(int) - other.astype(int)).mean()
        for i, one in enumerate(pictures)
        for other in pictures[:i]
    ]
    assert min(gaps) > 12
    night, day = pictures[0], pictures[1]
    assert night[:60, ..., :3].mean() < 0.6 * day[:60, ..., :3].mean()


def test_background_removal_works_on_what_it_paints() -> None:
    """The pipeline's next step must find the guide's shape again."""
    for style in STYLES:
        picture = paint(entity("a white rabbit, video game character", style=style))
        cut = paint(RemoveBackground(image=encode_png(picture)))
        inside = guide_matte(Circle(), canvas_width_px=SIDE_PX, canvas_height_px=SIDE_PX, aspect=1.0) > 0.5
        opaque = cut[..., 3] > 127
        assert (inside & opaque).sum() / (inside | opaque).sum() > 0.95, style


def test_layers_recompose_to_the_scene() -> None:
    picture = paint(scene(SCENES[0]))
    delivery = LocalProvider().run(DecomposeLayers(image=encode_png(picture), layer_count=4))
    layers = [decode_image(image, what="layer") for image in delivery.images]
    assert len(layers) == 4
    error = (over(layers).astype(float) - picture)[..., :3] / 255
    assert 10 * np.log10(1 / max(float((error**2).mean()), 1e-12)) > 35


BROKEN: tuple[tuple[str, Callable[[], Request]], ...] = (
    ("guide", lambda: entity("a fox").model_copy(update={"image": b"not a picture"})),
    (
        "guide is blank",
        lambda: entity("a fox").model_copy(update={"image": encode_png(np.full((32, 32, 4), 255, np.uint8))}),
    ),
    ("cut out", lambda: RemoveBackground(image=b"")),
    ("layers", lambda: DecomposeLayers(image=guide(Circle())[:200], layer_count=3)),
)


@pytest.mark.parametrize(("names", "request_"), BROKEN, ids=[names for names, _ in BROKEN])
def test_bytes_that_are_no_picture_are_rejected_by_name(names: str, request_: Callable[[], Request]) -> None:
    with pytest.raises(ProviderRejected, match=names) as raised:
        LocalProvider().run(request_())
    assert raised.value.provider == "local"


def test_a_title_shows_its_letters_on_plain_white_where_asked() -> None:
    """Letters must differ from the paper, and different words from each other."""
    one, other = (
        paint(
            TextToImage(
                prompt=f'the words "{text}" as a game logo, golden letters, {PLAIN}',
                width_px=384,
                height_px=192,
                seed=1,
            )
        )
        for text in ("Lantern Lake", "Orbit Golf")
    )
    assert (one[0, :, :3] > 245).all()
    assert (one[:, 0, :3] > 245).all()
    assert 0.1 < painted(one).mean() < 0.8
    assert difference(one, other) > 15


def test_a_title_over_a_scene_fills_the_picture() -> None:
    picture = paint(
        TextToImage(
            prompt='"Fox Run" as a game logo over a forest at dawn', width_px=384, height_px=192, seed=1
        )
    )
    assert painted(picture).mean() > 0.9


def test_an_entity_without_a_guide_gets_a_silhouette_of_its_own() -> None:
    for subject in SUBJECTS:
        picture = paint(TextToImage(prompt=f"{subject}, {PLAIN}", width_px=160, height_px=160, seed=1))
        shown = painted(picture)
        assert 0.1 < shown.mean() < 0.9, subject
        assert not shown[[0, -1]].any(), subject
        assert not shown[:, [0, -1]].any(), subject
