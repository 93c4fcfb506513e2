"""A folder of labelled pictures, as people sort them by hand: ``good/`` and ``bad/``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from asset_pipeline.errors import ConfigError
from asset_pipeline.gates.case import Case
from asset_pipeline.gates.guides import read_guide
from asset_pipeline.gates.readings import metrics
from asset_pipeline.gates.recalibrate import ANY_FAULT, Labelled, measure_labelled
from asset_pipeline.imaging.arrays import Region, Rgba
from asset_pipeline.imaging.png import decode_image

_ENDINGS = frozenset({".png", ".webp", ".jpg", ".jpeg", ".gif", ".bmp", ".tiff", ".avif"})
_BESIDE = ("before", "guide")


def labelled_folder(folder: Path) -> Iterator[Labelled]:
    """Read and measure every picture of a labelled folder.

    ``good/hero.png`` is a good sprite, ``bad/halo/hero.png`` one with a fault of the gate ``halo``,
    ``bad/hero.png`` one with some fault. Beside a sprite may lie ``hero.before.jpg``, the picture it was cut from, and
    ``hero.guide.png``, the silhouette it was drawn from on white.

    Raises:
        ConfigError: neither ``good`` nor ``bad`` is there, or a folder within ``bad`` is named like no gate.
        ImageError: a file is no image, or those of one sprite do not fit each other.
    """
    if not any((folder / label).is_dir() for label in ("good", "bad")):
        raise ConfigError(
            f"{folder} holds no labelled pictures: sort them into {folder}/good and {folder}/bad/<gate>"
        )
    for path in sorted(path for label in ("good", "bad") for path in (folder / label).rglob("*")):
        if path.suffix.lower() in _ENDINGS and not _is_beside(path):
            yield measure_labelled(
                str(path.relative_to(folder)), _case(path), metrics(), _faults(folder, path)
            )


def _is_beside(path: Path) -> bool:
    return path.stem.endswith(tuple(f".{kind}" for kind in _BESIDE))


def _faults(folder: Path, path: Path) -> frozenset[str]:
    label, *within = path.relative_to(folder).parts[:-1]
    if label == "good":
        return frozenset()
    fault = within[0] if within else ANY_FAULT
    if fault != ANY_FAULT and fault not in metrics():
        raise ConfigError(f"{path.parent} is named like no gate; there are {', '.join(metrics())}")
    return frozenset({fault})


def _case(path: Path) -> Case:
    before, guide = (_beside(path, kind) for kind in _BESIDE)
    shape, fill = read_guide(guide) if guide is not None else (None, None)
    return Case(_decoded(path), before=before, silhouette=shape, guide_rgb=fill, aspect=_aspect(shape))


def _beside(path: Path, kind: str) -> Rgba | None:
    found = (path.with_name(f"{path.stem}.{kind}{ending}") for ending in sorted(_ENDINGS))
    return next((_decoded(one) for one in found if one.is_file()), None)


def _aspect(shape: Region | None) -> float | None:
    if shape is None:
        return None
    columns, rows = (np.flatnonzero(shape.any(axis=axis)) for axis in (0, 1))
    return float(np.ptp(columns) + 1) / float(np.ptp(rows) + 1)


def _decoded(path: Path) -> Rgba:
    return decode_image(path.read_bytes(), what=str(path))
