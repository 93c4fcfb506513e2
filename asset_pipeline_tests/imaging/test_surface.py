from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab
from asset_pipeline.imaging.surface import fit_surface
from asset_pipeline_tests.imaging.drawn_grounds import ground

SIDE_PX = 192


def lab_of(kind: str, *, tone: Rgb = (240, 240, 238), strength: float = 1.0, seed: int = 3) -> Floats:
    return rgb_to_lab(
        np.rint(ground(kind, SIDE_PX, tone=tone, strength=strength, seed=seed).clip(0, 255)).astype(np.uint8)
    )


@pytest.mark.parametrize("kind", ["flat", "gradient", "vignette"])
def test_a_smooth_ground_is_known_also_where_a_subject_hides_it(kind: str) -> None:
    lab = lab_of(kind)
    hidden = lab.copy()
    hidden[20:-20, 20:-20] = (30, 20, 10)

    surface = fit_surface(hidden)

    assert len(surface.tones) == 1
    assert delta_e76(surface.nearest(lab), lab).max() < 3
    assert surface.noise < 0.5


def test_a_subject_across_the_border_does_not_tilt_it() -> None:
    lab = lab_of("flat")
    lab[:, 60:140] = (30, 20, 10)

    assert delta_e76(fit_surface(lab).nearest(lab), lab_of("flat")).max() < 2


def test_noise_is_measured_as_the_median_distance() -> None:
    assert 3 < fit_surface(lab_of("noisy")).noise < 12


def test_a_checkerboard_has_two_tones_and_all_between_are_background() -> None:
    lab = lab_of("checkerboard")
    soft = lab.copy()
    soft[:, 1:] = (lab[:, 1:] + lab[:, :-1]) / 2

    surface = fit_surface(lab)

    assert len(surface.tones) == 2
    assert surface.tones[1][0, 0, 0] > surface.tones[0][0, 0, 0] + 5
    assert delta_e76(surface.nearest(soft), soft).max() < 2


@pytest.mark.parametrize(("tone", "least", "most"), [((240, 240, 238), 0, 3), ((20, 200, 60), 60, 120)])
def test_chroma_tells_grey_from_green(tone: Rgb, least: float, most: float) -> None:
    assert least <= fit_surface(lab_of("flat", tone=tone)).chroma <= most
