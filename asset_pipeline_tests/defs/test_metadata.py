"""What the UI shows of a sprite names every licence, and warns of those with which no art for sale may be made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.defs.metadata import sprite_metadata
from asset_pipeline.gates.report import Report
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.providers.operations import Commercial, Receipt, Weights
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline_tests.planning.conftest import POND


def shown(folder: Path, *weights: Weights) -> dict[str, object]:
    (folder / "pond.yaml").write_text(POND)
    spec = resolve(load_game(folder / "pond.yaml"), "frog", None)
    receipt = Receipt(provider="comfyui", operation="image_to_image", model="sdxl", weights=weights)
    rgba = np.full((8, 8, 4), 255, np.uint8)
    return dict(sprite_metadata(spec, "v1", Artwork((), (receipt, receipt)), rgba, Report((), "1")))


@pytest.mark.parametrize(("commercial", "warned"), [("no", 1), ("unknown", 1), ("yes", 0), ("conditions", 0)])
def test_a_picture_that_may_not_be_sold_carries_one_warning(
    tmp_path: Path, commercial: Commercial, warned: int
) -> None:
    """Under the profile `any` this is the only place where somebody would see it."""
    metadata = shown(tmp_path, Weights(name="ink", licence="CC-BY-NC-4.0", commercial=commercial))

    assert metadata["licences"] == f"ink: CC-BY-NC-4.0 (commercial use: {commercial})"
    assert str(metadata.get("warnings", "")).count("ink") == warned * 2  # its name, and where to declare it
