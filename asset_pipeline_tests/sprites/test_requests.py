from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import ControlNet, Lora, Operation
from asset_pipeline.sprites import requests, strength
from asset_pipeline.sprites.expected import expected_requests
from asset_pipeline.sprites.guides import guide_png

SpecOf = Callable[..., SpriteSpec]


def test_what_the_manifest_says_is_what_the_model_is_asked(spec_of: SpecOf, games_dir: Path) -> None:
    spec = spec_of("sky", take=3)
    look, pose = ((games_dir / "pictures" / name).read_bytes() for name in ("look.png", "pose.png"))

    request = requests.text_to_image(spec, games_dir)

    assert (request.prompt, request.seed, request.take, request.model) == (spec.prompt, spec.seed, 3, "flux")
    assert (request.width_px, request.height_px) == (spec.canvas_width_px, spec.canvas_height_px)
    assert request.loras == (Lora(name="ink", strength=0.5),)
    assert request.controlnets == (
        ControlNet(image=pose, control="pose", model="openpose", strength=0.6, start=0.1, end=0.9),
    )
    assert request.reference_images == (look, pose)


def test_over_a_guide_the_same_is_asked_and_the_guide_added(spec_of: SpecOf, games_dir: Path) -> None:
    spec = spec_of("frog")
    words = requests.text_to_image(spec, games_dir)

    request = requests.image_to_image(spec, b"a guide", games_dir)

    assert dict(request) == {
        **dict(words),
        "image": b"a guide",
        "denoise_strength": strength.USUAL,
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"description: a green frog": "description: a black cat"}, 0.85),
        ({"width: 1, height: 1,": "width: 5, height: 1,"}, 0.7),
        ({"size_px: 128": "size_px: 128, denoise_strength: 0.33"}, 0.33),
    ],
)
def test_how_far_the_model_may_go_follows_from_colour_and_aspect_unless_the_manifest_says(
    changes: dict[str, str], expected: float, spec_of: SpecOf, games_dir: Path
) -> None:
    manifest = games_dir / "pond.yaml"
    for before, after in changes.items():
        manifest.write_text(
            manifest.read_text().replace(before, after).replace("\n  size_px: 128, ", "\n  size_px: 128\n  ")
        )

    assert requests.image_to_image(spec_of("frog"), b"a guide", games_dir).denoise_strength == expected


def test_later_operations_have_their_own_model_and_the_same_take(spec_of: SpecOf) -> None:
    """The model that draws cannot cut out; a fresh take is fresh in every step, or the memo would hand out the old cut."""
    frog, hills = spec_of("frog", take=2), spec_of("hills", take=2)

    cut, split = requests.remove_background(frog, b"picture"), requests.decompose_layers(hills, b"picture")

    assert (cut.model, cut.take, cut.image) == ("birefnet", 2, b"picture")
    assert (split.model, split.take, split.image) == ("qwen-image-layered", 2, b"picture")
    assert (split.layer_count, split.seed) == (3, hills.seed)


@pytest.mark.parametrize(("name", "what"), [("look.png", "reference image"), ("pose.png", "control picture")])
def test_a_picture_edited_after_the_game_was_loaded_is_refused(
    name: str, what: str, spec_of: SpecOf, games_dir: Path
) -> None:
    """Else the sprite would be paid for with one picture and carry the version of another."""
    spec = spec_of("sky")
    Image.new("L", (32, 32), 9).save(games_dir / "pictures" / name)

    with pytest.raises(
        ConfigError, match=rf"the {what} .*{name} was edited after the game was loaded; reload"
    ):
        requests.text_to_image(spec, games_dir)
    assert requests.text_to_image(spec_of("sky"), games_dir)


@pytest.mark.parametrize(
    ("sprite", "operations"),
    [
        ("frog", ("image_to_image", "remove_background")),
        ("reed", ("image_to_image", "remove_background")),
        ("sky", ("text_to_image",)),
        ("hills", ("text_to_image", "decompose_layers")),
        ("logo", ("text_to_image", "remove_background")),
        ("plaque", ("text_to_image",)),
    ],
)
def test_a_plan_has_one_request_an_operation_in_order(
    sprite: str, operations: tuple[Operation, ...], spec_of: SpecOf, games_dir: Path
) -> None:
    spec = spec_of(sprite)

    planned = expected_requests(spec, games_dir)

    assert tuple(request.operation for request in planned) == operations == requests.operations_of(spec)


def test_the_first_planned_request_is_exactly_the_one_that_is_made(spec_of: SpecOf, games_dir: Path) -> None:
    """So a plan can tell what is paid for already."""
    frog, sky = spec_of("frog"), spec_of("sky")

    over_guide = requests.image_to_image(frog, guide_png(frog, games_dir), games_dir)

    assert expected_requests(frog, games_dir)[0] == over_guide
    assert expected_requests(sky, games_dir)[0] == requests.text_to_image(sky, games_dir)


@pytest.mark.parametrize("sprite", ["reed", "hills"])
def test_a_later_planned_request_differs_only_in_a_placeholder_of_the_right_size(
    sprite: str, spec_of: SpecOf, games_dir: Path
) -> None:
    """Prices go by size; the picture itself is not drawn yet."""
    spec = spec_of(sprite)
    make = requests.decompose_layers if sprite == "hills" else requests.remove_background

    _, later = expected_requests(spec, games_dir)

    assert later.operation in ("decompose_layers", "remove_background")
    assert later.model_copy(update={"image": b""}) == make(spec, b"")
    placeholder = decode_image(dict(later)["image"], what="placeholder")
    assert placeholder.shape == (spec.canvas_height_px, spec.canvas_width_px, 4)


def test_only_a_parallax_scene_has_layers(spec_of: SpecOf) -> None:
    with pytest.raises(ConfigError, match="pond/frog: only a parallax scene has layers"):
        requests.decompose_layers(spec_of("frog"), b"picture")
