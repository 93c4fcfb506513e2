"""What can be measured of a cutout without knowing the right one."""

from __future__ import annotations

from dataclasses import dataclass

from asset_pipeline.imaging.arrays import Region, Rgba
from asset_pipeline.imaging.background import Background
from asset_pipeline.imaging.measure.extent import border_touch
from asset_pipeline.imaging.measure.halo import halo, removed_background
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.measure.outline import holes
from asset_pipeline.imaging.measure.translucency import interior_ghost

# Surely subject is what is nothing like the background (ΔE76).
_SURE_DELTA_E = 30.0


@dataclass(frozen=True)
class Appraisal:
    """What was measured of one cutout; shares are 0..1.

    Attributes:
        border: of the frame that is solid.
        holes: of the filled sprite that is not solid.
        ghost: of what is semi-transparent far from any edge, to all that is solid.
        halo: of the background left in the edge; ``None`` where it cannot be told.
        body: of what is nothing like the background, nor shadow or glow, that is solid; ``None`` likewise.
        background: of the plain background that is solid; ``None`` likewise.
    """

    border: float
    holes: float
    ghost: float
    halo: float | None
    body: float | None
    background: float | None


def appraise(cut: Rgba, generated: Rgba, background: Background | None) -> Appraisal:
    """Measure a cutout.

    Args:
        cut: uint8 ``(height, width, 4)``, straight alpha; not changed.
        generated: the picture it was cut from, of the same size; not changed.
        background: that picture's background, or ``None`` where it is not plain.
    """
    maps = Maps(cut)
    removed = removed_background(generated, maps)
    left = halo(maps, removed) if removed else None
    enclosed, ghost = holes(maps), interior_ghost(maps)
    body = plain = None
    if background is not None:
        body = _share(maps.solid, ~background.region & (background.delta_e > _SURE_DELTA_E))
        plain = _share(maps.solid, background.plain)
    return Appraisal(
        border=float(border_touch(maps).share),
        holes=float(enclosed.share) if enclosed else 0.0,
        ghost=float(ghost.share) if ghost else 0.0,
        halo=left.score if left else None,
        body=body,
        background=plain,
    )


def _share(solid: Region, of: Region) -> float | None:
    return float(solid[of].mean()) if of.any() else None
