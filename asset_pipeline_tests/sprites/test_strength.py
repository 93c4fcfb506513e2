from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites import requests
from asset_pipeline.sprites.strength import suited

SpecOf = Callable[..., SpriteSpec]
DECLARED = '["comfyui/sdxl"]\nfactor = {}\nmeasured = true\nas_of = 2026-12-01\nreason = "we tried"\n'


def strength_of(spec: SpriteSpec, drawn_by: str, games_dir: Path) -> float:
    request = suited(requests.image_to_image(spec, b"a guide", games_dir), spec, drawn_by, games_dir)
    return float(dict(request)["denoise_strength"])


@pytest.mark.parametrize(
    "drawn_by", ["local", "scenario/flux-1-dev", "runpod/z-image-turbo", "comfyui/flux-dev"]
)
def test_a_model_of_which_nothing_is_known_is_asked_the_very_same(
    drawn_by: str, spec_of: SpecOf, games_dir: Path
) -> None:
    """Another request would be another fingerprint, and be paid for again."""
    spec = spec_of("frog")
    request = requests.image_to_image(spec, b"a guide", games_dir)

    assert suited(request, spec, drawn_by, games_dir) is request


def test_a_model_that_leaves_less_of_the_guide_gets_less_strength(spec_of: SpecOf, games_dir: Path) -> None:
    spec = spec_of("frog")

    assert strength_of(spec, "comfyui/sdxl", games_dir) == pytest.approx(0.68)
    assert strength_of(spec, "runpod/sdxl", games_dir) == pytest.approx(0.4)
    words = requests.text_to_image(spec_of("sky"), games_dir)
    assert suited(words, spec_of("sky"), "comfyui/sdxl", games_dir) is words


def test_what_the_manifest_or_a_further_roll_says_stays(spec_of: SpecOf, games_dir: Path) -> None:
    assert strength_of(spec_of("frog").rolled(1, 0.7), "comfyui/sdxl", games_dir) == 0.7


def test_a_file_beside_the_games_switches_a_guess_off(spec_of: SpecOf, games_dir: Path) -> None:
    (games_dir / "strengths.toml").write_text(DECLARED.format("1.0"))

    assert strength_of(spec_of("frog"), "comfyui/sdxl", games_dir) == 0.8
    assert strength_of(spec_of("frog"), "runpod/sdxl", games_dir) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("factor = ", "is no TOML"),
        (DECLARED.format("0"), "comfyui/sdxl.factor: Input should be greater than 0"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(text: str, message: str, spec_of: SpecOf, games_dir: Path) -> None:
    (games_dir / "strengths.toml").write_text(text)

    with pytest.raises(ConfigError, match=message):
        strength_of(spec_of("frog"), "local", games_dir)
