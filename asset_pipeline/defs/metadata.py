"""What the UI shows of a sprite: the picture, the facts, the cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from asset_pipeline.gates.report import Report
from asset_pipeline.imaging.alpha import alpha_box
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.thumbnail import inline_markdown
from asset_pipeline.jobs.licensing import complaint_about
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline.sprites.finishing import prompt_of, seed_of

SPEC_VERSION_KEY = "spec_version"


def sprite_metadata(
    spec: SpriteSpec, manifest_version: str, artwork: Artwork, rgba: Rgba, report: Report
) -> Mapping[str, Any]:
    """Describe a finished sprite for its materialization.

    Numbers are plotted over time by the UI; the preview is small enough to be shown inline (under 1000 characters).

    Args:
        spec: what the sprite is.
        manifest_version: the version of its spec in the manifest, against which it turns stale.
        artwork: the receipts of the calls that made it.
        rgba: its pixels, ``(height, width, 4)`` uint8 straight alpha.
        report: what its gates say.
    """
    height_px, width_px = rgba.shape[:2]
    box = alpha_box(rgba)
    return {
        "preview": dg.MetadataValue.md(inline_markdown(rgba, spec.sprite)),
        "prompt": prompt_of(spec, artwork),
        "seed": seed_of(spec, artwork),
        "take": spec.take,
        "provider": ", ".join(dict.fromkeys(receipt.provider for receipt in artwork.receipts)),
        "model": ", ".join(dict.fromkeys(receipt.model for receipt in artwork.receipts)),
        "licences": _licences(artwork),
        "value_usd": float(artwork.value_usd),
        "cost_basis": ", ".join(dict.fromkeys(receipt.cost_basis for receipt in artwork.receipts)),
        "from_memo": sum(receipt.memoised for receipt in artwork.receipts),
        **_jobs(artwork),
        "seconds": round(artwork.seconds, 3),
        "width_px": width_px,
        "height_px": height_px,
        "alpha_box_px": "empty" if box is None else f"{box.x}, {box.y}, {box.width} x {box.height}",
        "coverage": round(float((rgba[..., 3] > 127).mean()), 4),
        "gates": report.outcome.value,
        "score": round(report.score, 3),
        SPEC_VERSION_KEY: manifest_version,
    }


def _licences(artwork: Artwork) -> str:
    """Name everything that took part with its licence, and whether art made with it may be sold."""
    told = [
        f"{weights.name}: {weights.licence} (commercial use: {weights.commercial})"
        for receipt in artwork.receipts
        for weights in receipt.weights
    ]
    return ", ".join(dict.fromkeys(told))


def _jobs(artwork: Artwork) -> dict[str, Any]:
    """Name the providers' jobs, and what they did otherwise than asked, where there are any."""
    ids = [f"{receipt.provider} {receipt.job_id}" for receipt in artwork.receipts if receipt.job_id]
    warnings = [warning for receipt in artwork.receipts for warning in receipt.warnings]
    warnings += dict.fromkeys(
        complaint
        for receipt in artwork.receipts
        for weights in receipt.weights
        if (complaint := complaint_about(weights, receipt.provider))
    )
    return {
        **({"notes": "; ".join(artwork.notes)} if artwork.notes else {}),
        **({"provider_jobs": ", ".join(ids)} if ids else {}),
        **(
            {"warnings": dg.MetadataValue.md("\n".join(f"- {warning}" for warning in warnings))}
            if warnings
            else {}
        ),
    }
