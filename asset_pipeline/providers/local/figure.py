"""One thing being painted: parts laid over each other inside a silhouette, all lit by the same lamp.

Every part, from the body to the glint in an eye, is an area with a ramp. The light comes from the upper
left; a part is inflated from its distance to its own edge, so it shades as a volume whatever its outline is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.light import relief
from asset_pipeline.providers.local.outline import Area, Outline, intersection
from asset_pipeline.providers.local.palette import Ramp
from asset_pipeline.providers.local.sampling import blurred, depth_px, soft_step
from asset_pipeline.providers.local.shapes import Points
from asset_pipeline.providers.local.styles import Style


@dataclass(frozen=True)
class Patch:
    """What a texture sees of the part it is on.

    Attributes:
        x: distance from the frame's centre to the right, in units; ``(height, width)`` float32.
        y: the same downwards.
        depth: distance to the part's edge, in units.
        unit_px: pixels in a unit.
    """

    x: Floats
    y: Floats
    depth: Floats
    unit_px: float

    @property
    def shape(self) -> tuple[int, int]:
        """``(height, width)`` in pixels."""
        height, width = self.x.shape
        return height, width


Texture: TypeAlias = Callable[[Patch], Floats]
"""Gives, for each pixel, what to add to the light level: about ``[-0.5, 0.5]``."""


class Figure(Outline):
    """A canvas with a silhouette; parts are painted back to front and never leave it."""

    def __init__(self, cover: Floats, style: Style) -> None:
        super().__init__(cover)
        self.style = style
        self.rgb = np.zeros((*cover.shape, 3), np.float32)
        self.line_px = style.outline * min(self.frame.unit_px, max(cover.shape) * 0.35)

    def part(  # noqa: PLR0913 - how a part looks is many small choices, each with a usual answer
        self,
        shape: Points | Area | None,
        ramp: Ramp,
        frame: Frame | None = None,
        *,
        bevel: float = 1.0,
        texture: Texture | None = None,
        gloss: float = 0.0,
        lift: float = 0.0,
        line: float = 1.0,
        within: Area | None = None,
        opacity: float = 1.0,
    ) -> Area | None:
        """Paint one part.

        Args:
            shape: its outline, placed by *frame*, or an area; ``None`` for the whole silhouette.
            ramp: its colour.
            frame: where the outline goes; the silhouette's own frame by default.
            bevel: how far its volume rises, as a share of its half short side; 0 is flat.
            texture: what its surface is like.
            gloss: strength of its highlight.
            lift: added to its light level.
            line: width of its outline, as a share of the style's.
            within: keep to this area.
            opacity: how much it hides what is below.

        Returns:
            What was covered, or ``None`` where that is nothing.
        """
        area = (
            self.whole() if shape is None else shape if isinstance(shape, Area) else self.area(shape, frame)
        )
        if area is None:
            return None
        if within is not None:
            area = intersection(area, within)
            if area is None:
                return None
        depth = depth_px(area.cover)
        half_px = float(depth.max()) if bevel else 0.0
        level, mirror = self._light(area, half_px * bevel)
        if texture is not None:
            level += texture(self._patch(area, depth)) * np.float32(self.style.texture)
        colour = ramp.shade(self._banded(level + np.float32(lift)))
        if gloss and self.style.gloss and bevel:
            colour += (1 - colour) * (self._glint(mirror) * np.float32(min(1.0, gloss * self.style.gloss)))[
                ..., None
            ]
        if line and self.line_px:
            width_px = max(0.8, self.line_px * 0.72 * line)
            colour += (ramp.at(0.02) - colour) * np.clip(width_px + 0.5 - depth, 0, 1)[..., None]
        elif line and self.style.gloss == 1.0:
            self._contact_shadow(area)
        cover = (area.cover * np.float32(opacity))[..., None]
        below = self.rgb[area.rows, area.columns]
        below += (colour - below) * cover
        return area

    def decal(
        self,
        shape: Points | Area | None,
        ramp: Ramp,
        frame: Frame | None = None,
        *,
        within: Area | None = None,
        opacity: float = 1.0,
    ) -> Area | None:
        """Paint a mark on a surface: no volume and no line of its own; else as :meth:`part`."""
        return self.part(shape, ramp, frame, bevel=0.0, line=0.0, within=within, opacity=opacity)

    def glow(self, frame: Frame, colour: Floats, strength: float) -> None:
        """Let light fall off from *frame*'s centre over what is painted already."""
        height, width = self.cover.shape
        y, x = np.ogrid[0:height, 0:width]
        distance = ((x - frame.x_px) / frame.half_width_px) ** 2 + (
            (y - frame.y_px) / frame.half_height_px
        ) ** 2
        share = np.exp(-2.2 * distance.astype(np.float32))[..., None] * np.float32(strength)
        self.rgb += (1 - self.rgb) * share * colour

    def finish(self) -> Floats:
        """Draw the outline along the silhouette's inner edge and return the colours, ``(height, width, 3)``.

        The line is a darkened, cooler version of what it runs along. Styles without a line get a faint darker
        contour, or white things could not be told from a white background.
        """
        depth = depth_px(self.cover)[..., None]
        if self.line_px:
            edge = np.clip(self.line_px + 0.5 - depth, 0, 1)
            dark = self.rgb * np.array([0.30, 0.26, 0.36], np.float32) + np.array(
                [0.012, 0.0, 0.035], np.float32
            )
        else:
            edge = np.clip(1 - depth / max(2.5, 0.04 * self.frame.unit_px), 0, 1) * np.float32(0.9)
            pale = self.rgb.min(-1, keepdims=True) ** 3
            dark = self.rgb * (np.array([0.62, 0.60, 0.68], np.float32) - np.float32(0.22) * pale)
        painted: Floats = np.clip(self.rgb + (dark - self.rgb) * edge, 0, 1)
        return painted

    def _patch(self, area: Area, depth: Floats) -> Patch:
        unit = np.float32(self.frame.unit_px)
        y, x = np.mgrid[area.rows, area.columns].astype(np.float32)
        x = (x - np.float32(self.frame.x_px)) / unit
        y = (y - np.float32(self.frame.y_px)) / unit
        return Patch(x, y, depth / unit, float(unit))

    def _light(self, area: Area, bevel_px: float) -> tuple[Floats, Floats]:
        shape = area.cover.shape
        if self.style.geometric:
            y, x = np.mgrid[area.rows, area.columns].astype(np.float32)
            middle_y, middle_x = (np.average(axis, weights=area.cover + 1e-6) for axis in (y, x))
            shadow = soft_step((x - middle_x) * 0.55 + (y - middle_y), bevel_px * 0.12, 1.5)
            return np.float32(0.5) - shadow * np.float32(0.17 if bevel_px else 0), np.zeros(shape, np.float32)
        if bevel_px < 1.5:
            return np.full(shape, 0.5, np.float32), np.zeros(shape, np.float32)
        lit, mirror = relief(area.cover, bevel_px)
        slope = np.linspace(0.055, -0.085, shape[0], dtype=np.float32)[:, None]
        return np.float32(0.5) + (lit + slope) * np.float32(self.style.contrast), mirror

    def _banded(self, level: Floats) -> Floats:
        if not self.style.bands:
            return level
        steps = 0.14 + 0.16 * soft_step(level, 0.16, 0.03) + 0.20 * soft_step(level, 0.375, 0.035)
        steps = steps + 0.13 * soft_step(level, 0.60, 0.035) + 0.18 * soft_step(level, 0.76, 0.03)
        mixed: Floats = level + (steps - level) * np.float32(self.style.bands)
        return mixed

    def _glint(self, mirror: Floats) -> Floats:
        if self.style.bands:
            return soft_step(mirror, 0.987, 0.006)
        return mirror**38 * np.float32(0.9)

    def _contact_shadow(self, area: Area) -> None:
        reach = max(2, int(self.frame.unit_px * 0.05))
        height, width = self.cover.shape
        rows = slice(max(0, area.rows.start - reach), min(height, area.rows.stop + 2 * reach))
        columns = slice(max(0, area.columns.start - reach), min(width, area.columns.stop + 2 * reach))
        shade = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.float32)
        down, right = (
            area.rows.start - rows.start + reach // 2,
            area.columns.start - columns.start + reach // 3,
        )
        kept = shade[down : down + area.cover.shape[0], right : right + area.cover.shape[1]]
        kept[...] = area.cover[: kept.shape[0], : kept.shape[1]]
        shade = blurred(shade, reach * 0.55) * np.float32(0.36)
        self.rgb[rows, columns] *= (1 - shade)[..., None]
