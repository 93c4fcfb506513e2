"""The one way from a generated picture to a cut-out sprite, whoever drew it and whoever cut it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import bleed_alpha
from asset_pipeline.imaging.appraisal import Appraisal, appraise
from asset_pipeline.imaging.arrays import Region, Rgba, require_rgba
from asset_pipeline.imaging.background import Background, find_background
from asset_pipeline.imaging.matte import Keep, cut_along
from asset_pipeline.imaging.rulings import Finding, rule

# Less than this share of the picture is no subject, and a matte with less than this share of what we see of it is none.
_LEAST_SUBJECT_SHARE, _LEAST_MATTE_SHARE = 0.005, 0.01
_SOLID_U8 = 128


@dataclass(frozen=True)
class CutoutReport:
    """How a cutout came about.

    Attributes:
        chosen: whose view of what is subject it follows; ``combined`` where each was right somewhere, ``given``
            where the picture came with transparency of its own.
        reason: why, in words.
        agreement: intersection over union of the provider's cutout and our own; ``None`` without one of them.
        result: the measured cutout.
        provider: the provider's, as it came; ``None`` where there is none.
        local: what we would have cut alone; ``None`` for ``given``, and where the background is not plain.
    """

    chosen: Literal["provider", "local", "combined", "given"]
    reason: str
    agreement: float | None
    result: Appraisal
    provider: Appraisal | None
    local: Appraisal | None


def best_cutout(
    generated: Rgba, provider_cutout: Rgba | None = None, *, shadows: Keep = "drop", glow: Keep = "drop"
) -> tuple[Rgba, CutoutReport]:
    """Cut a subject out by the provider's matte, by its own colours, or by both, whichever is right where.

    What is subject is decided part by part (see :mod:`~asset_pipeline.imaging.rulings`); its edge is always
    unmixed from the generated picture, so that no background is left in it. On a background that is not plain
    nothing can be measured, and the provider's word is taken.

    Args:
        generated: uint8 ``(height, width, 4)``, as it was drawn; not changed.
        provider_cutout: its background removed by a provider, of the same size; only alpha is read, and the colour
            where that is all there is to go by; not changed.
        shadows: keep the subject's shadows or drop them.
        glow: keep what glows around the subject or drop it.

    Returns:
        The cutout, straight alpha, colour bled under its edge; and how it came about.

    Raises:
        ImageError: one is no picture, or their sizes differ.
    """
    require_rgba(generated)
    if provider_cutout is not None:
        require_rgba(provider_cutout)
        if provider_cutout.shape != generated.shape:
            sizes = " and ".join(f"{a.shape[1]} x {a.shape[0]} px" for a in (generated, provider_cutout))
            raise ImageError(
                f"a picture and its cutout must be of one size, not {sizes}; scale the cutout first (imaging.resample)"
            )
    if (generated[..., 3] < 255).any():
        given = bleed_alpha(generated)
        why = "the picture came with transparency of its own, which is kept"
        return given, CutoutReport("given", why, None, appraise(given, generated, None), None, None)
    background = find_background(np.ascontiguousarray(generated[..., :3]))
    return _decided(generated, provider_cutout, background, shadows, glow)


def _decided(
    generated: Rgba, provider_cutout: Rgba | None, background: Background, shadows: Keep, glow: Keep
) -> tuple[Rgba, CutoutReport]:
    local = cut_along(generated, background, shadows=shadows, glow=glow)
    # Kept shadows and glows are no subject.
    own = (local[..., 3] >= _SOLID_U8) & ~background.region
    plain = background.is_plain and own.mean() >= _LEAST_SUBJECT_SHARE
    known = background if plain else None
    of_local = appraise(local, generated, known)
    if provider_cutout is None:
        why = "no provider removed the background" + (
            "" if plain else ", and it is not plain: look at the result"
        )
        return local, CutoutReport("local", why, None, of_local, None, of_local)
    of_provider = appraise(provider_cutout, generated, known)
    solid = provider_cutout[..., 3] >= _SOLID_U8
    if not plain:
        bled = bleed_alpha(provider_cutout)
        why = "the background is not plain, so that only the provider can tell the subject from it"
        return bled, CutoutReport("provider", why, None, appraise(bled, generated, None), of_provider, None)
    agreement = _overlap(solid, own)
    if solid.mean() < _LEAST_MATTE_SHARE * own.mean():
        why = "the provider's cutout is all but empty"
        return local, CutoutReport("local", why, agreement, of_local, of_provider, of_local)
    rulings = rule(background, ~own, ~solid)
    chosen = _chosen(rulings.shares)
    why = _reason(rulings.shares, agreement)
    if chosen == "local":
        return local, CutoutReport(chosen, why, agreement, of_local, of_provider, of_local)
    agreed = replace(background, region=rulings.region, plain=background.plain & rulings.region)
    cut = cut_along(generated, agreed, firm=rulings.firm, shadows=shadows, glow=glow)
    return cut, CutoutReport(chosen, why, agreement, appraise(cut, generated, agreed), of_provider, of_local)


def _chosen(shares: dict[Finding, float]) -> Literal["provider", "local", "combined"]:
    against_model = any(finding.against_model for finding in shares)
    against_colour = any(not finding.against_model for finding in shares)
    if against_model and against_colour:
        return "combined"
    return "provider" if against_colour else "local"


def _reason(shares: dict[Finding, float], agreement: float) -> str:
    """Put into words what was found where the two disagreed."""
    if not shares:
        return f"the provider's cutout and our own agree (IoU {agreement:.3f}), and our edge is measured on the picture"
    said = {
        True: "against the provider's cutout: ",
        False: "by the provider's cutout: ",
    }
    parts = []
    for against in (True, False):
        found = [f"{name} ({share:.1%})" for name, share in shares.items() if name.against_model is against]
        parts += [said[against] + ", ".join(found)] if found else []
    return "; ".join(parts)


def _overlap(solid: Region, other: Region) -> float:
    return int(np.count_nonzero(solid & other)) / max(int(np.count_nonzero(solid | other)), 1)
