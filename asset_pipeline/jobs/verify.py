"""From a provider's bytes to pictures we vouch for: decoded, measured, of the asked size, RGBA PNG."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from asset_pipeline.errors import BadResult, ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.providers.fitting import crop_back
from asset_pipeline.providers.remote import Ticket

ASPECT_TOLERANCE = 0.03  # providers round sides to multiples of 8 or 16
BLANK_BELOW = 2  # of 255: the largest difference in a picture that shows nothing


@dataclass(frozen=True)
class Verified:
    """Pictures that were looked at.

    Attributes:
        images: RGBA PNG bytes, straight alpha, of the wanted size.
        warnings: what was not as asked, but could be mended.
    """

    images: tuple[bytes, ...] = field(repr=False)
    warnings: tuple[str, ...] = ()


def verify(ticket: Ticket, raw: tuple[bytes, ...]) -> Verified:
    """Decode and measure what was delivered.

    Args:
        ticket: what was asked.
        raw: the bytes as they came.

    Raises:
        BadResult: too few pictures, bytes that are no whole picture, another aspect, nothing visible, or a cut-out without
            any transparency.
    """
    if len(raw) < ticket.count:
        raise _bad(ticket, f"{len(raw)} pictures came, {ticket.count} were asked for")
    warnings: list[str] = []
    images = []
    for number, data in enumerate(raw, 1):
        what = f"picture {number} of {len(raw)}"
        try:
            rgba = decode_image(data, what=what)
        except ImageError as error:
            raise _bad(ticket, str(error)) from error
        _require_content(ticket, rgba, what)
        images.append(encode_png(_sized(ticket, rgba, what, warnings)))
    return Verified(tuple(images), tuple(dict.fromkeys(warnings)))


def _require_content(ticket: Ticket, rgba: Rgba, what: str) -> None:
    if ticket.operation == "remove_background":
        if rgba[..., 3].min() == 255:
            raise _bad(ticket, f"{what} has no transparent part, though its background was to be removed")
        if not rgba[..., 3].any():
            raise _bad(ticket, f"{what} is wholly transparent: the subject was removed too")
    elif ticket.operation != "decompose_layers" and _is_blank(rgba):
        raise _bad(ticket, f"{what} is blank")


def _is_blank(rgba: Rgba) -> bool:
    """Tell whether one colour is all there is, such as the black that a safety filter gives, or nothing at all."""
    pixels = rgba.reshape(-1, 4)
    return not pixels[:, 3].any() or int(np.ptp(pixels, axis=0).max()) < BLANK_BELOW


def _sized(ticket: Ticket, rgba: Rgba, what: str, warnings: list[str]) -> Rgba:
    """Bring to the wanted size what has its aspect; everything else is not the picture that was asked for."""
    height_px, width_px = rgba.shape[:2]
    wanted = ticket.wanted_px
    if wanted is None or (width_px, height_px) == wanted:
        return rgba
    sent = ticket.sent_px or wanted
    if abs(width_px / height_px / (sent[0] / sent[1]) - 1) > ASPECT_TOLERANCE:
        raise _bad(ticket, f"{what} is {width_px} x {height_px}, and {sent[0]} x {sent[1]} was asked for")
    if (width_px, height_px) != sent:
        warnings.append(f"{width_px} x {height_px} px came, {sent[0]} x {sent[1]} were asked for; scaled")
    return crop_back(rgba, wanted)


def _bad(ticket: Ticket, message: str) -> BadResult:
    return BadResult(ticket.provider, f"job {ticket.job_id}: {message}", job_id=ticket.job_id)
