"""States that a model drew over the normal one: taken where they fit, with its outline."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.states import as_normal, fitted

SpecOf = Callable[..., SpriteSpec]


def button(rgb: Rgb = (200, 140, 40), *, left: int = 20, wide: int = 160) -> Rgba:
    """A panel with a lighter middle."""
    rgba = np.zeros((120, 200, 4), np.uint8)
    rgba[30:90, left : left + wide] = (*rgb, 255)
    rgba[45:75, left + 20 : left + wide - 20, :3] = np.minimum(np.array(rgb) + 50, 255)
    return rgba


def test_what_keeps_the_outline_keeps_its_own_colours_inside_and_has_the_normal_ones_alpha(
    spec_of: SpecOf,
) -> None:
    normal, drawn = button(), button((60, 160, 220))
    state = as_normal(normal, drawn, "hover", spec_of("ok"))

    assert state is not None
    assert np.array_equal(state[..., 3], normal[..., 3])
    assert np.array_equal(state[60, 100, :3], drawn[60, 100, :3])
    assert abs(int(state[30, 100, 0]) - int(normal[30, 100, 0])) < 60, (
        "the rim is the normal one's, recoloured"
    )


@pytest.mark.parametrize(
    "drawn",
    [button(left=30), button(wide=120), np.zeros((120, 200, 4), np.uint8)],
    ids=["moved", "narrower", "empty"],
)
def test_what_would_jump_is_not_taken(drawn: Rgba, spec_of: SpecOf) -> None:
    assert as_normal(button(), drawn, "hover", spec_of("ok")) is None


def test_what_shows_nothing_any_more_is_not_taken(spec_of: SpecOf) -> None:
    black = button()
    black[..., :3] = 0

    assert as_normal(button(), black, "disabled", spec_of("ok")) is None


def test_a_nine_patch_gets_the_aspect_of_its_file_and_others_keep_their_own(spec_of: SpecOf) -> None:
    spec, plain = spec_of("ok"), spec_of("dot")

    patch = fitted(spec, spec.details, button())  # type: ignore[arg-type] # a ui
    assert patch.shape[1] / patch.shape[0] == pytest.approx(spec.width_px / spec.height_px, rel=0.02)
    assert (patch[..., 3] > 127).all()
    assert fitted(plain, plain.details, button()).shape == (120, 200, 4)  # type: ignore[arg-type] # a ui
