"""Measure what our own work on one picture of 1024 x 1024 costs.

``python -m asset_pipeline_tests.benchmarks.imaging [--json]``: milliseconds for each step of the default
path, the median of several. The sprite is a shaded cartoon figure on a noisy off-white ground after JPEG, the
scene three noisy hills.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.finish import finish_scene, finish_sprite
from asset_pipeline.imaging.guide import draw_guide
from asset_pipeline.imaging.matte import cut_out
from asset_pipeline.imaging.parallax.assemble import assemble
from asset_pipeline.imaging.parallax.decompose import decompose
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.shapes import Polygon
from asset_pipeline.imaging.thumbnail import inline_markdown, thumbnail
from asset_pipeline_tests.benchmarks.report import Figure, emit

SIDE_PX = 1024
LIMIT_MS = 250.0
ASSEMBLE_LIMIT_MS = 1500.0  # five layers, once a scene: orders are tried, holes filled, seams measured
ROUNDS = 7
STAR = Polygon(
    tuple(
        (np.sin(n * np.pi / 5) * (1 - n % 2 * 0.5), -np.cos(n * np.pi / 5) * (1 - n % 2 * 0.5))
        for n in range(10)
    )
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    emit("imaging", figures(), json=parser.parse_args().json)


def figures() -> list[Figure]:
    """Measure every step."""
    sprite, scene = generated_sprite(), generated_scene()
    cut = cut_out(sprite)
    png = encode_png(scene)
    layers = decompose(scene, 5)
    shuffled = [layers[number] for number in (3, 0, 4, 1, 2)]
    steps: dict[str, Callable[[], object]] = {
        "guide": generated_guide,
        "cutout": lambda: cut_out(sprite),
        "decompose": lambda: decompose(scene, 4),
        "assemble": lambda: assemble(scene, shuffled),
        "finish_sprite_512": lambda: finish_sprite(cut, width_px=512, height_px=512, style="cartoon"),
        "finish_sprite": lambda: finish_sprite(cut, width_px=SIDE_PX, height_px=SIDE_PX, style="cartoon"),
        "finish_pixel_sprite": lambda: finish_sprite(cut, width_px=SIDE_PX, height_px=SIDE_PX, style="pixel"),
        "finish_scene": lambda: finish_scene(
            scene, width_px=1280, height_px=720, wraps=True, style="cartoon"
        ),
        "thumbnail": lambda: thumbnail(cut, 256),
        "inline_markdown": lambda: inline_markdown(cut, "sprite"),
        "encode_png_sprite": lambda: encode_png(cut),
        "encode_png_scene": lambda: encode_png(scene),
        "decode_png_scene": lambda: decode_image(png, what="scene"),
    }
    limits_ms = {"assemble": ASSEMBLE_LIMIT_MS}
    return [
        Figure(name, median_ms(step), "ms", limits_ms.get(name, LIMIT_MS)) for name, step in steps.items()
    ]


def median_ms(step: Callable[[], object]) -> float:
    """Time *step* several times, after once to warm up, and return the median."""
    step()
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times)


def generated_guide() -> Rgba:
    """The guide of a star."""
    return draw_guide(
        STAR, canvas_width_px=SIDE_PX, canvas_height_px=SIDE_PX, aspect=1.2, fill_rgb=(200, 120, 40)
    )


def generated_sprite() -> Rgba:
    """A star with eyes and noise, as a model would return it: JPEG on off-white."""
    rgba = generated_guide()
    for x in (430, 590):
        cv2.circle(rgba, (x, 460), 60, (30, 20, 20, 255), -1, cv2.LINE_AA)
        cv2.circle(rgba, (x, 460), 50, (255, 255, 255, 255), -1, cv2.LINE_AA)
    noise = np.random.default_rng(0).normal(-4, 2, rgba[..., :3].shape)
    rgba[..., :3] = (rgba[..., :3] + noise).clip(0, 255)
    _, data = cv2.imencode(".jpg", rgba[..., 2::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    return decode_image(data.tobytes(), what="benchmark")


def generated_scene() -> Rgba:
    """Sky and two ranges of hills with texture; it wraps."""
    x = np.arange(SIDE_PX) / SIDE_PX * 2 * np.pi
    row = np.arange(SIDE_PX)[:, None] * np.ones(SIDE_PX)
    rgb = np.dstack([150 + row / 16, 190 + row / 20, 240 - row / 32])
    rgb[row >= SIDE_PX * (0.5 + 0.08 * np.sin(2 * x))] = (90, 130, 160)
    rgb[row >= SIDE_PX * (0.78 + 0.06 * np.sin(3 * x + 1))] = (50, 110, 60)
    rgb += np.random.default_rng(1).normal(0, 8, rgb.shape)
    return np.dstack([rgb.clip(0, 255), np.full(row.shape, 255)]).astype(np.uint8)


if __name__ == "__main__":
    main()
