from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.guides import guide_png

SpecOf = Callable[..., SpriteSpec]


@pytest.mark.parametrize("sprite", ["frog", "reed"])
def test_a_guide_is_as_large_as_what_is_asked_of_the_model(
    sprite: str, spec_of: SpecOf, games_dir: Path
) -> None:
    spec = spec_of(sprite)

    guide = decode_image(guide_png(spec, games_dir), what="guide")

    assert guide.shape == (spec.canvas_height_px, spec.canvas_width_px, 4)
    assert (guide[..., 3] == 255).all()


def test_an_edited_mask_is_refused_until_the_game_is_loaded_again(spec_of: SpecOf, games_dir: Path) -> None:
    spec = spec_of("reed")
    Image.new("L", (32, 32), 128).save(games_dir / "pictures" / "look.png")

    with pytest.raises(ConfigError, match=r"the mask .* was edited after the game was loaded"):
        guide_png(spec, games_dir)
    assert guide_png(spec_of("reed"), games_dir)


def test_only_an_entity_has_a_guide(spec_of: SpecOf, games_dir: Path) -> None:
    with pytest.raises(ConfigError, match="pond/sky: only an entity has a guide, this is a background"):
        guide_png(spec_of("sky"), games_dir)
