"""LoRAs, ControlNets and reference images, as a person writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from annotated_types import Ge, Le
from PIL import Image
from pydantic import BaseModel

from asset_pipeline.errors import Mistake
from asset_pipeline.manifest import adapters
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve, sprite_version
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers import operations
from asset_pipeline_tests.manifest.conftest import HERO

Write = Callable[..., Path]
MistakesIn = Callable[[Path], tuple[Mistake, ...]]

STEERED = """\
generation:
  loras: [{name: ink.safetensors, strength: 0.8}, {name: fog}]
  controlnets: [{image: poses/fox.png, control: pose, model: openpose, strength: 0.5, start: 0.1, end: 0.6}]
  reference_images: [poses/fox.png]
"""


@pytest.fixture
def pose(tmp_path: Path) -> Path:
    (tmp_path / "poses").mkdir()
    path = tmp_path / "poses" / "fox.png"
    Image.new("RGB", (32, 32), "red").save(path)
    return path


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(adapters.Lora, operations.Lora), (adapters.ControlNet, operations.ControlNet)],
)
def test_adapters_have_the_same_fields_limits_and_defaults_as_in_requests(
    ours: type[BaseModel], theirs: type[BaseModel]
) -> None:
    """The manifest may not import the providers; what it lets through must be a request all the same."""
    assert list(ours.model_fields) == list(theirs.model_fields)
    for name in set(ours.model_fields) - {"image"}:
        one, other = ours.model_fields[name], theirs.model_fields[name]
        limits = [{m for m in field.metadata if isinstance(m, Ge | Le)} for field in (one, other)]
        assert one.get_default() == other.get_default()
        assert limits[0] == limits[1]


def test_what_is_written_is_what_the_spec_holds_with_the_hash_of_each_file(pose: Path, write: Write) -> None:
    spec = resolve(load_game(write(head=STEERED)), "hero")
    sha256 = hashlib.sha256(pose.read_bytes()).hexdigest()

    assert [(lora.name, lora.strength) for lora in spec.loras] == [("ink.safetensors", 0.8), ("fog", 1.0)]
    [net] = spec.controlnets
    assert (net.image.file, net.image.sha256) == ("poses/fox.png", sha256)
    assert (net.control, net.model, net.strength, net.start, net.end) == ("pose", "openpose", 0.5, 0.1, 0.6)
    assert [(picture.file, picture.sha256) for picture in spec.reference_images] == [
        ("poses/fox.png", sha256)
    ]
    assert SpriteSpec.model_validate_json(spec.model_dump_json()) == spec


@pytest.mark.parametrize(
    "head",
    [
        "generation: {reference_images: [poses/fox.png]}\n",
        "generation: {controlnets: [{image: poses/fox.png}]}\n",
    ],
)
def test_an_edited_picture_is_another_version(head: str, pose: Path, write: Write) -> None:
    """Otherwise what was drawn after the old picture passes for fresh."""
    before = load_game(write(head=head))
    Image.new("RGB", (32, 32), "blue").save(pose)
    after = load_game(write(head=head))

    assert sprite_version(before, "hero") != sprite_version(after, "hero")


@pytest.mark.usefixtures("pose")
@pytest.mark.parametrize(
    ("setting", "path", "words"),
    [
        ("loras: [{strength: 1}]", "loras[0].name", "missing"),
        ("loras: [{name: ink, strength: 2.5}]", "loras[0].strength", "at most 2"),
        ("loras: [{name: ink, strenght: 1}]", "loras[0].strenght", "did you mean 'strength'?"),
        ("loras: [{name: ink}, {name: ink}]", "loras", "'ink' is listed twice"),
        ("loras: [ink]", "loras[0]", "key: value"),
        ("loras: {name: ink}", "loras", "must be a list"),
        ("loras: ", "loras", "nothing is written here"),
        ("lora: []", "lora", "did you mean 'loras'?"),
        ("controlnets: [{control: pose}]", "controlnets[0].image", "missing"),
        ("controlnets: [{image: poses/fix.png}]", "controlnets[0].image", "cannot be read (No such file"),
        ("controlnets: [{image: poses}]", "controlnets[0].image", "cannot be read (Is a directory"),
        ("controlnets: [{image: ''}]", "controlnets[0].image", "cannot be read"),
        ("controlnets: [{image: ../fox.png}]", "controlnets[0].image", "outside the games' folder"),
        ("controlnets: [{image: game.yaml}]", "controlnets[0].image", "is not a PNG"),
        ("controlnets: [{image: {file: poses/fox.png, sha256: x}}]", "controlnets[0].image", "path of a PNG"),
        (
            "controlnets: [{image: poses/fox.png, start: 0.5, end: 0.5}]",
            "controlnets[0].end",
            "after its start",
        ),
        ("controlnets: [{image: poses/fox.png, start: 1}]", "controlnets[0].end", "after its start"),
        ("controlnets: [{image: poses/fox.png, start: 2, end: 0}]", "controlnets[0].start", "at most 1"),
        ("reference_images: [poses/fox.png, 3]", "reference_images[1]", "path of a PNG"),
        ("reference_images: [~]", "reference_images[0]", "nothing is written here"),
        ("reference_images: [poses/fox.png, poses/fox.png]", "reference_images", "twice"),
        ("reference_images: poses/fox.png", "reference_images", "must be a list"),
    ],
)
def test_a_wrong_adapter_is_told_where_it_stands(
    setting: str, path: str, words: str, write: Write, mistakes_in: MistakesIn
) -> None:
    mistakes = mistakes_in(write(head=f"generation:\n  {setting}\n"))

    assert [(mistake.line, mistake.path) for mistake in mistakes] == [(6, f"generation.{path}")]
    assert words in mistakes[0].message


def test_every_wrong_picture_of_a_game_is_told_at_once(write: Write, mistakes_in: MistakesIn) -> None:
    hero = HERO.replace("kind", "reference_images: [a.png, b.png], controlnets: [{image: c.png}], kind")

    mistakes = mistakes_in(write(hero, head="generation: {reference_images: [d.png]}\n"))

    assert [mistake.path for mistake in mistakes] == [
        "generation.reference_images[0]",
        "sprites.hero.controlnets[0].image",
        "sprites.hero.reference_images[0]",
        "sprites.hero.reference_images[1]",
    ]


def test_a_pack_has_loras_of_its_own_but_no_pictures(write: Write, mistakes_in: MistakesIn) -> None:
    """The look of a skin is a LoRA; a pose or a reference belongs to the sprite, whatever its skin."""
    game = load_game(write(head="packs: {default: , winter: {loras: [{name: snow}]}}\n"))
    [mistake] = mistakes_in(write(head="packs: {default: , winter: {controlnets: []}}\n"))

    assert [lora.name for lora in resolve(game, "hero", "winter").loras] == ["snow"]
    assert mistake.path == "packs.winter.controlnets"
