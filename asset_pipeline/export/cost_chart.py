"""What was spent, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from asset_pipeline.export.contact_sheet import CARD, DIM, INK, LINE, MARGIN_PX, PAPER, font

WIDTH_PX, HEADER_PX, BAR_PX, GAP_PX, LABEL_PX, FIGURE_PX = 1100, 104, 30, 14, 300, 250
CHARGED, OTHER, QUOTED = "#e0a458", "#8d7a5b", "#7aa2c4"


@dataclass(frozen=True)
class Bar:
    """One line of the chart.

    Attributes:
        label: what was paid for.
        cost_usd: what it counts for.
        charged_usd: the part the provider itself named; the rest is reckoned.
        quoted_usd: what was expected.
        note: a few words behind the figure.
    """

    label: str
    cost_usd: Decimal
    charged_usd: Decimal
    quoted_usd: Decimal
    note: str = ""


def cost_chart(title: str, subtitle: str, bars: Sequence[Bar]) -> NDArray[np.uint8]:
    """Draw a bar for each of *bars*, with a mark at what was expected.

    Args:
        title: large words at the top.
        subtitle: small words below them.
        bars: in order; none draws a line that says so.

    Returns:
        ``(height, width, 4)`` uint8, opaque.
    """
    height = HEADER_PX + max(1, len(bars)) * (BAR_PX + GAP_PX) + MARGIN_PX + 34
    chart = Image.new("RGBA", (WIDTH_PX, height), PAPER)
    draw = ImageDraw.Draw(chart)
    draw.text((MARGIN_PX, 26), title, INK, font(34))
    draw.text((MARGIN_PX, 70), subtitle, DIM, font(17))
    longest = max((max(bar.cost_usd, bar.quoted_usd) for bar in bars), default=Decimal(0))
    for row, bar in enumerate(bars):
        _draw_bar(draw, bar, HEADER_PX + row * (BAR_PX + GAP_PX), longest)
    if not bars:
        draw.text((MARGIN_PX, HEADER_PX), "nothing was paid for yet", DIM, font(20))
    _draw_legend(draw, height - MARGIN_PX - 8)
    return np.asarray(chart)


def _draw_bar(draw: ImageDraw.ImageDraw, bar: Bar, top: int, longest: Decimal) -> None:
    left, room = MARGIN_PX + LABEL_PX, WIDTH_PX - 2 * MARGIN_PX - LABEL_PX - FIGURE_PX
    scale = room / float(longest) if longest else 0.0
    middle = top + BAR_PX / 2
    draw.text((MARGIN_PX, middle), bar.label, INK, font(18), anchor="lm")
    draw.rounded_rectangle((left, top, left + room, top + BAR_PX), 5, CARD, LINE)
    for usd, colour in ((bar.cost_usd, OTHER), (bar.charged_usd, CHARGED)):
        if usd:
            draw.rounded_rectangle((left, top, left + max(3, float(usd) * scale), top + BAR_PX), 5, colour)
    mark = left + float(bar.quoted_usd) * scale
    draw.line((mark, top - 4, mark, top + BAR_PX + 4), QUOTED, 3)
    draw.text((left + room + 14, middle), f"${bar.cost_usd:.4f}  {bar.note}", INK, font(16), anchor="lm")


def _draw_legend(draw: ImageDraw.ImageDraw, middle: int) -> None:
    left = MARGIN_PX
    for colour, words in (
        (CHARGED, "named by the provider"),
        (OTHER, "reckoned or unknown"),
        (QUOTED, "expected before the call"),
    ):
        draw.rectangle((left, middle - 7, left + 14, middle + 7), colour)
        draw.text((left + 22, middle), words, DIM, font(15), anchor="lm")
        left += 40 + round(font(15).getlength(words)) + 20
