from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.imaging.arrays import Floats, Region
from asset_pipeline.imaging.inlets import inlets

SIDE_PX = 128


def scene(colour: tuple[float, float, float], alike: bool) -> tuple[Floats, Floats, Region, Region]:
    """A dark block with a bay of some colour, joined to the ground by a channel 3 px wide."""
    tone = np.zeros((SIDE_PX, SIDE_PX, 3), np.float32)
    tone[..., 0] = 97
    lab, region = tone.copy(), np.ones((SIDE_PX, SIDE_PX), np.bool_)
    lab[20:108, 20:108], region[20:108, 20:108] = (10, 0, 0), False
    for bay in (np.s_[50:70, 40:70], np.s_[58:61, 18:40]):
        lab[bay], region[bay] = colour, True
    is_alike = region & (np.abs(lab - tone).max(axis=2) < (8 if alike else 1))
    return lab, tone, is_alike, region


@pytest.mark.parametrize(
    ("colour", "alike", "subject"),
    [
        ((97.0, 0.2, 0.3), True, False),  # a gap: the background's colour
        ((96.5, 0.0, 0.0), True, False),  # the same, a little darker, as gaps are
        ((99.5, 0.0, 0.0), True, True),  # a highlight at the rim: lighter than the paper
        ((85.0, -12.0, -14.0), False, True),  # a pale, coloured ornament
        ((80.0, 0.0, -1.0), False, False),  # a soft shadow between two legs
    ],
)
def test_a_narrow_bay_is_judged_by_its_colour(
    colour: tuple[float, float, float], alike: bool, subject: bool
) -> None:
    found = inlets(*scene(colour, alike))

    assert found[60, 55] == subject
    assert not found[:18].any()


def test_a_wide_bay_is_never_taken_back() -> None:
    lab, tone, alike, region = scene((85.0, -12.0, -14.0), alike=False)
    lab[45:75, 18:40], region[45:75, 18:40] = (85.0, -12.0, -14.0), True

    assert not inlets(lab, tone, alike, region)[60, 30:60].any()
