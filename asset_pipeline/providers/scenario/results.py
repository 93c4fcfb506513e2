"""From the ids of a finished job to bytes: a fresh link before each download, in the job's own order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from asset_pipeline.errors import BadResult, ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.remote import Json, Succeeded, Ticket
from asset_pipeline.providers.scenario.api import Api
from asset_pipeline.providers.scenario.placing import placed
from asset_pipeline.providers.scenario.words import NAME, dig, rows_at, text_at

MOST_AT_ONCE: Final = 200
_PREVIEWS: Final = ("thumbnail", "preview")


def described(api: Api, asset_ids: Sequence[str]) -> list[Json]:
    """Read what the results of a job are: kind, size, and where a cropped layer belongs. Links are left out.

    What Scenario does not tell is left out too: its ids alone are enough to fetch them.
    """
    known: dict[str, Json] = {}
    for start in range(0, len(asset_ids), MOST_AT_ONCE):
        answer = api.assets(tuple(asset_ids[start : start + MOST_AT_ONCE]))
        known |= {text_at(row, "id"): _description(row) for row in rows_at(answer.body, "assets")}
    return [{**known.get(asset_id, {}), "id": asset_id} for asset_id in asset_ids]


def skipped(assets: Sequence[Json]) -> tuple[str, ...]:
    """Say which results are no pictures, or only previews of some."""
    return tuple(
        f"result {row['id']} was left out: {row.get('type') or row.get('mime') or row.get('kind')}"
        for row in assets
        if row not in wanted(assets)
    )


def wanted(assets: Sequence[Json]) -> list[Json]:
    """Pick the pictures out of a job's results; previews too where there is nothing else."""
    pictures = [row for row in assets if _is_picture(row)]
    return [row for row in pictures if not _is_preview(row)] or pictures


class Results:
    """Downloads the results of jobs."""

    def __init__(self, api: Api, downloader: Downloader) -> None:
        self._api, self._downloader = api, downloader

    def fetch(self, ticket: Ticket, done: Succeeded) -> tuple[bytes, ...]:
        """Return the pictures of a job; cropped layers are put back onto the canvas of their scene.

        Raises:
            BadResult: there are none, or fewer than were asked for.
            ProviderUnavailable: a download failed; may be repeated.
        """
        assets = wanted(rows_at(done.outputs, "assets"))
        if not assets:
            raise _bad(ticket, "it is done, but there is no picture among its results")
        fetched = [self._one(ticket, row) for row in assets]
        pictures = [(row, data) for row, data in fetched if data is not None]
        if len(pictures) < ticket.count:
            raise _bad(ticket, f"{len(pictures)} pictures came, {ticket.count} were asked for")
        if ticket.operation != "decompose_layers":
            return tuple(data for _, data in pictures)
        return placed(pictures, ticket.sent_px or ticket.wanted_px, what=f"job {ticket.job_id}")

    def _one(self, ticket: Ticket, row: Json) -> tuple[Json, bytes | None]:
        """Download one result; a link that was refused is asked for once more, for it may have expired."""
        row, url = self._linked(ticket, row)
        if not _is_picture(row):
            return row, None
        what = f"result {row['id']} of job {ticket.job_id}"
        try:
            return row, self._downloader.download(url, what=what)
        except ProviderRejected:
            row, url = self._linked(ticket, row)
            try:
                return row, self._downloader.download(url, what=what)
            except ProviderRejected as error:
                raise _bad(ticket, f"{what} cannot be downloaded ({error})") from error

    def _linked(self, ticket: Ticket, row: Json) -> tuple[Json, str]:
        """Read an asset anew, with a link that is good now."""
        try:
            asset = self._api.asset(row["id"])
        except ProviderRejected as error:
            raise _bad(ticket, f"its result {row['id']} cannot be read ({error})") from error
        url = text_at(asset, "url")
        match text_at(asset, "status") or "success":
            case "success" if url:
                return {**row, **_description(asset)}, url
            case "error":
                raise _bad(ticket, f"its result {row['id']} is broken, by Scenario's own word")
            case status:
                raise ProviderUnavailable(
                    NAME, f"result {row['id']} has no link yet (status {status})", job_id=ticket.job_id
                )


def _description(asset: Json) -> dict[str, Json]:
    found = {
        "id": text_at(asset, "id"),
        "kind": text_at(asset, "kind"),
        "mime": text_at(asset, "mimeType"),
        "type": text_at(asset, "metadata", "type"),
        "width": dig(asset, "properties", "width"),
        "height": dig(asset, "properties", "height"),
        "bbox": dig(asset, "metadata", "bbox"),
    }
    return {name: value for name, value in found.items() if value not in ("", None)}


def _is_picture(row: Mapping[str, Json]) -> bool:
    """Tell by its type, else by its kind; what nobody told us is downloaded and looked at."""
    mime, kind = row.get("mime", ""), row.get("kind", "")
    if mime:
        return str(mime).startswith("image/")
    return kind in ("", "image")


def _is_preview(row: Mapping[str, Json]) -> bool:
    return any(word in str(row.get("type", "")).lower() for word in _PREVIEWS)


def _bad(ticket: Ticket, message: str) -> BadResult:
    return BadResult(NAME, f"job {ticket.job_id}: {message}", job_id=ticket.job_id)
