"""From the output of a completed job to the bytes of its pictures."""

from __future__ import annotations

from collections.abc import Sequence

from asset_pipeline.errors import BadResult, ProviderRejected
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.http import redact
from asset_pipeline.providers.remote import Json, Ticket
from asset_pipeline.providers.runpod.outputs import Link, Source, find_pictures, looks_like_a_picture


def collect(
    ticket: Ticket, output: Json, downloader: Downloader, secrets: Sequence[str] = ()
) -> tuple[bytes, ...]:
    """Find the pictures, and download those that are links; links need no key and hold seven days.

    *secrets* are masked in what the worker says in their place.

    Raises:
        BadResult: completed without a picture, or with something that is none.
        ProviderUnavailable: a download failed; may be repeated.
    """
    found = find_pictures(output)
    if not found.pictures:
        why = f": {redact(found.problem, secrets)}" if found.problem else ""
        raise _bad(ticket, f"completed without a picture{why}")
    return tuple(_bytes(ticket, source, downloader) for source in found.pictures)


def _bytes(ticket: Ticket, source: Source, downloader: Downloader) -> bytes:
    if not isinstance(source, Link):
        return source
    try:
        data = downloader.download(source.url, what=f"the picture of job {ticket.job_id}")
    except ProviderRejected as error:
        raise _bad(ticket, f"its picture cannot be downloaded; links hold 7 days ({error})") from error
    if not looks_like_a_picture(data):
        raise _bad(ticket, f"its link leads to {len(data)} bytes that do not begin like a picture")
    return data


def _bad(ticket: Ticket, message: str) -> BadResult:
    return BadResult(ticket.provider, f"job {ticket.job_id}: {message}", job_id=ticket.job_id)
