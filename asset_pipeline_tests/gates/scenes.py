"""Scenes, tiles and layers: seams, recompositions, orders, empty layers, canvases; sound ones among them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from asset_pipeline.gates.case import Case
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.resample import resample
from asset_pipeline_tests.gates.fixtures import Fixture
from asset_pipeline_tests.imaging.measure.drawn import enlarged, pixel_art, smooth_noise


def fixtures() -> Iterator[Fixture]:
    """Yield them all."""
    for seed in range(500, 508):
        yield from _backgrounds(seed)
        yield from _tiles(seed)
        yield from _layers(seed)


def _scene(name: str, rgba: Rgba, *faults: str, style: str = "cartoon") -> Fixture:
    return Fixture(name, Case(rgba), frozenset(faults), kind="background", step="finish", style=style)


def _backgrounds(seed: int) -> Iterator[Fixture]:
    yield _scene(f"looping scene {seed}", _landscape(seed, loops=True))
    yield _scene(f"scene that does not loop {seed}", _landscape(seed, loops=False), "wrap_seam")
    mirrored = _landscape(seed, loops=False)
    yield _scene(f"mirrored scene {seed}", np.concatenate([mirrored, mirrored[:, ::-1]], axis=1))
    pixels = enlarged(pixel_art(seed, 40, 80, loops=True), (4, 8)[seed % 2])
    yield _scene(f"looping pixels {seed}", pixels, style="pixel")
    night = enlarged(_split(pixel_art(seed, 40, 80, loops=True)), 4)
    yield _scene(f"pixels that do not loop {seed}", night, "wrap_seam", style="pixel")


def _landscape(seed: int, *, loops: bool) -> Rgba:
    """Sky, hills and grain."""
    x, y = np.arange(256), np.arange(128)[:, None]
    noise = smooth_noise(seed, 128, 256, 4.0, loops=loops)
    waves = x / 256 * 2 * np.pi * (1 if loops else 0.63)
    ridge = 70 + 18 * np.sin(waves + seed) + 8 * np.sin(2 * waves)
    rgb = np.where(
        (y > ridge)[..., None],
        (70, 140, 80),
        np.dstack([150 + y + 0 * x, 190 + y / 2 + 0 * x, 240 + 0 * x * y]),
    )
    if not loops:
        rgb = rgb * np.linspace(0.8, 1.1, 256)[:, None]
    return np.dstack([(rgb + 9 * noise).clip(0, 255), np.full((128, 256), 255)]).astype(np.uint8)


def _split(art: Rgba) -> Rgba:
    """Let the right half be of other colours: day and night."""
    changed = art.copy()
    changed[:, art.shape[1] // 2 :, :3] = 255 - changed[:, art.shape[1] // 2 :, :3]
    return changed


def _tiles(seed: int) -> Iterator[Fixture]:
    noise = smooth_noise(seed, 96, 96, 5.0, loops=True)
    tile = np.dstack([(noise * 30 + 120).clip(0, 255), np.full((96, 96), 255)]).astype(np.uint8)
    across = tile[:, : 96 - 12 - seed % 5]
    down = np.ascontiguousarray(across.transpose(1, 0, 2))
    for name, rgba, faults in (
        ("tile", tile, ()),
        ("tile with a seam across", across, ("tile_seam",)),
        ("tile with a seam down", down, ("tile_seam",)),
    ):
        yield Fixture(
            f"{name} {seed}", Case(rgba), frozenset(faults), traits=("tile", "opaque"), step="finish"
        )


def _layers(seed: int) -> Iterator[Fixture]:
    layers = _stack(seed)
    source = over(layers)

    def split(
        name: str, made: list[Rgba], *faults: str, scene: Rgba = source, open_to: tuple[str, ...] = ()
    ) -> Fixture:
        case = Case(scene, layers=made)
        return Fixture(
            f"{name} {seed}",
            case,
            frozenset(faults),
            kind="parallax",
            step="decompose_layers",
            open_to=frozenset(open_to),
        )

    yield split("right layers", layers[::-1] if seed % 2 else layers)
    other = _stack(seed + 9)
    yield split(
        "one layer of another scene", [layers[0], other[1], layers[2]], "recomposition_psnr_db",
        open_to=("order_margin_db", "layer_gain_db", "recomposition_ssim"),
    )  # fmt: skip
    yield split(
        "layers of another scene", other, "recomposition_psnr_db", "recomposition_ssim",
        open_to=("order_margin_db", "layer_gain_db"),
    )  # fmt: skip
    empty = np.zeros_like(layers[0])
    yield split("an empty layer", [*layers, empty], "layer_coverage", "layer_gain_db", "order_margin_db")
    shown = [layers[0], *_apart()]
    yield split("an order nobody can tell", shown, "order_margin_db", scene=over(shown))
    small = [resample(layer, width=112, height=112) for layer in layers]
    psnr = ("recomposition_psnr_db", "recomposition_ssim")
    yield split("a smaller canvas", small, "layer_scale", open_to=psnr)
    yield split("two canvases", [*layers[:2], resample(layers[2], width=160, height=160)], "layer_sizes")


def _stack(seed: int) -> list[Rgba]:
    rng = np.random.default_rng(seed)
    layers = []
    for number in range(3):
        colour = np.array([(210, 80, 60), (70, 120, 210), (80, 180, 90)])[number] + rng.integers(-30, 30, 3)
        texture = smooth_noise(seed * 7 + number, 128, 128, 3.0, loops=True) * 10
        ramp = 40 + 34 * number + 10 * np.sin(np.arange(128) / 128 * 2 * np.pi + rng.uniform(0, 6))
        matte = np.ones((128, 128)) if number == 0 else (np.arange(128)[:, None] - ramp + 0.5).clip(0, 1)
        layers.append(np.dstack([(colour + texture).clip(0, 255), matte * 255]).astype(np.uint8))
    return layers


def _apart() -> list[Rgba]:
    """Two layers that nowhere overlap."""
    left, right = np.zeros((2, 128, 128, 4), np.uint8)
    left[60:100, 10:50], right[60:100, 70:120] = (230, 210, 60, 255), (60, 40, 90, 255)
    return [left, right]
