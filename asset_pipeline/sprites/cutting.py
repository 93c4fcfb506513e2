"""One quality path for every cutout: what a provider cut out, held against what its colours say."""

from __future__ import annotations

from collections import Counter

import numpy as np

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.cutout import best_cutout
from asset_pipeline.imaging.matte import Keep
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.resample import resample
from asset_pipeline.imaging.sheets.slicing import assembled, cut_cells
from asset_pipeline.manifest.composites import SheetForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Delivery
from asset_pipeline.sprites.layouts import drawn_boxes


def cut_out_already(
    spec: SpriteSpec, picture: bytes, generated: bytes | None = None
) -> tuple[bytes, bytes, str]:
    """Hold a picture that came without its background to the same quality as any other cutout.

    Where it came alone, nothing is left of what was removed but what is mixed into the edge. The prompt asks for white, so it
    is taken for a provider's cutout of a picture on white: what is white of its edge is unmixed, and the gates see what is
    left.

    Args:
        spec: what the sprite is.
        picture: PNG bytes with transparency.
        generated: the same picture as it was drawn, where that came too.

    Returns:
        The picture as it was drawn, or laid on white, as PNG; the cutout, as PNG; and how it came about.

    Raises:
        ImageError: it cannot be decoded.
    """
    name = f"{spec.game}/{spec.sprite}"
    rgba = decode_image(picture, what=f"the picture of {name}")
    if generated is None:
        drawn = over([np.full_like(rgba, 255), rgba])
        generated = encode_png(drawn)
    else:
        drawn = decode_image(generated, what=f"the picture of {name} with its background")
    cutout, note = _held_against(spec, drawn, rgba)
    return generated, cutout, f"cut out as it was drawn: {note}"


def cut(spec: SpriteSpec, generated: bytes, delivery: Delivery | None) -> tuple[bytes, str]:
    """Cut a sprite out by a provider's matte, by its own colours, or by both.

    Args:
        spec: what the sprite is; says what becomes of shadows and glows.
        generated: the picture as it was drawn.
        delivery: the same picture without its background, as a provider returned it. ``local`` sees no more than its
            colours, so that its cutout is no second opinion. ``None`` where it was of no use.

    Returns:
        The cutout as PNG, of the size of *generated*; and how it came about, in words.

    Raises:
        ImageError: one of them cannot be decoded.
    """
    name = f"{spec.game}/{spec.sprite}"
    if delivery is not None and delivery.receipt.provider == "local":
        if "glow" not in spec.traits and spec.shadows == "drop" and spec.kind != "sheet":
            return delivery.images[0], "cutout: local, by the colours of the picture"
        delivery = None
    drawn = decode_image(generated, what=f"the generated picture of {name}")
    matte = None if delivery is None else decode_image(delivery.images[0], what=f"the cutout of {name}")
    cutout, note = _held_against(spec, drawn, matte)
    return cutout, f"cutout: {note}"


def _held_against(spec: SpriteSpec, drawn: Rgba, matte: Rgba | None) -> tuple[bytes, str]:
    """Choose or combine *matte* and what the colours of *drawn* say; return the cutout as PNG and the reason."""
    if matte is not None and matte.shape != drawn.shape:
        matte = resample(matte, width=drawn.shape[1], height=drawn.shape[0])
    glow: Keep = "keep" if "glow" in spec.traits else "drop"
    if isinstance(spec.details, SheetForm):
        return _cut_cells(spec, spec.details, drawn, matte, glow)
    rgba, report = best_cutout(drawn, matte, shadows=spec.shadows, glow=glow)
    return encode_png(rgba), f"{report.chosen}, because {report.reason}"


def _cut_cells(
    spec: SpriteSpec, form: SheetForm, drawn: Rgba, matte: Rgba | None, glow: Keep
) -> tuple[bytes, str]:
    """Cut each cell of a sheet out on its own, and lay them back where they were."""
    boxes = drawn_boxes(form, drawn)
    cells = cut_cells(drawn, boxes, provider_cutout=matte, shadows=spec.shadows, glow=glow)
    height, width = drawn.shape[:2]
    sheet = assembled([cell for cell, _ in cells], boxes, width_px=width, height_px=height)
    ways = Counter(report.chosen for _, report in cells)
    return encode_png(sheet), f"of {len(cells)} cells {', '.join(f'{n} {way}' for way, n in ways.items())}"
