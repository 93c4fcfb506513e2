"""Measure what measuring one sprite of 1024 x 1024 costs, with all its gates, on one core.

``python -m asset_pipeline_tests.benchmarks.measuring [--json]``: milliseconds of processor time of one thread, the median
of several, so that what else the machine does counts little. The sprite is the shaded star of the imaging benchmark
after JPEG, cut out exactly; everything a gate could ask for is given, and nothing is kept from one round to the next.
Single gates are there to compare with; each is measured by itself, with the maps it needs.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import replace

import cv2
import numpy as np

from asset_pipeline.gates.case import Case, Declared
from asset_pipeline.gates.report import judge_case
from asset_pipeline.gates.select import select
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.imaging.alpha import bleed_alpha
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import encode_png
from asset_pipeline_tests.benchmarks.imaging import (
    ROUNDS,
    SIDE_PX,
    generated_guide,
    generated_scene,
    generated_sprite,
)
from asset_pipeline_tests.benchmarks.report import Figure, emit

LIMIT_MS = 150.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    emit("measuring", figures(), json=parser.parse_args().json)


def figures() -> list[Figure]:
    """Measure all gates of each kind of sprite together, and each gate of a sprite by itself."""
    cv2.setNumThreads(1)
    sprite, scene = sprite_case(), Case(generated_scene())
    wholes = {
        "all_gates_of_a_sprite": (sprite, select(kind="entity", style="cartoon")),
        "all_gates_of_a_pixel_sprite": (sprite, select(kind="entity", style="pixel")),
        "gates_of_a_cutout": (sprite, select(kind="entity", step="remove_background")),
        "all_gates_of_a_scene": (scene, select(kind="background")),
    }
    whole = [Figure(name, cost_ms(case, gates), "ms", LIMIT_MS) for name, (case, gates) in wholes.items()]
    return whole + [
        Figure(metric, cost_ms(sprite, (metric,)), "ms", None)
        for metric in select(kind="entity", style="pixel")
    ]


def cost_ms(case: Case, gates: tuple[str, ...]) -> float:
    """Time the gates of a case whose maps are yet to be made."""
    limits = thresholds()
    times = []
    for _ in range(ROUNDS + 1):
        begin = time.process_time()
        judge_case(replace(case), gates, limits)
        times.append(1000 * (time.process_time() - begin))
    return statistics.median(times[1:])


def sprite_case() -> Case:
    """A sprite with its guide, its generation and everything that is declared about it."""
    guide, before = generated_guide(), generated_sprite()
    silhouette = guide[..., :3].min(axis=2) < 230
    rgba = cut_exactly(before, silhouette)
    return Case(
        rgba,
        before=before,
        silhouette=silhouette,
        guide_rgb=(200, 120, 40),
        aspect=1.2,
        fill_share=0.9,
        colour=(200, 120, 40),
        palette=tuple((level, level // 2, 40) for level in range(0, 256, 8)),
        declared=Declared(encode_png(rgba), "image/png", (SIDE_PX, SIDE_PX)),
    )


def cut_exactly(before: Rgba, silhouette: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Rgba:
    """Cut the generation out along its silhouette, softly."""
    soft = cv2.GaussianBlur(silhouette.astype(np.float32), (0, 0), 0.7)
    return bleed_alpha(np.dstack([before[..., :3], np.rint(soft * 255)]).astype(np.uint8))


if __name__ == "__main__":
    main()
