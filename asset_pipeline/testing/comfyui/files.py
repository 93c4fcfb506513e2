"""The folders of the double: uploads that are renamed, outputs that are counted."""

from __future__ import annotations

import re
import threading
from email.parser import BytesParser
from email.policy import HTTP
from typing import NamedTuple

from asset_pipeline.testing.loopback import Reply


class Place(NamedTuple):
    """Where a file is: ``input``, ``output`` or ``temp``, a folder below it, and a name."""

    kind: str
    folder: str
    name: str


class Upload(NamedTuple):
    """A form that was posted: the file's name and bytes, and the other fields."""

    name: str | None
    data: bytes | None
    fields: dict[str, str]


class Folders:
    """Files in memory; safe to use from many threads."""

    def __init__(self) -> None:
        self._files: dict[Place, bytes] = {}
        self._lock = threading.Lock()

    def read(self, place: Place) -> bytes | None:
        """Return a file's bytes."""
        with self._lock:
            return self._files.get(place)

    def names(self, kind: str) -> list[str]:
        """List what is at the top of one of the three."""
        with self._lock:
            return [place.name for place in self._files if place.kind == kind and not place.folder]

    def empty(self, kind: str) -> None:
        """Delete all files of one of the three."""
        with self._lock:
            self._files = {place: data for place, data in self._files.items() if place.kind != kind}

    def delete(self, place: Place) -> None:
        """Delete one file."""
        with self._lock:
            self._files.pop(place, None)

    def store(self, place: Place, data: bytes, *, overwrite: bool) -> Place:
        """Keep an upload; under another name where that one is taken by other bytes."""
        stem, dot, ending = place.name.rpartition(".")
        with self._lock:
            number, found = 0, place
            while not overwrite and self._files.get(found, data) != data:
                number += 1
                found = place._replace(name=f"{stem} ({number}){dot}{ending}")
            self._files[found] = data
            return found

    def save(self, kind: str, prefix: str, pictures: list[bytes]) -> list[dict[str, str]]:
        """Save pictures under *prefix* with the next numbers, and return their entries."""
        folder, _, base = prefix.rpartition("/")
        entries = []
        with self._lock:
            taken = (place.name for place in self._files if place.kind == kind and place.folder == folder)
            numbers = (re.fullmatch(re.escape(base) + r"_(\d{5})_\.png", name) for name in taken)
            last = max((int(found[1]) for found in numbers if found), default=0)
            for number, data in enumerate(pictures, last + 1):
                name = f"{base}_{number:05}_.png"
                self._files[Place(kind, folder, name)] = data
                entries.append({"filename": name, "subfolder": folder, "type": kind})
        return entries


def read_form(content_type: str, body: bytes) -> Upload | None:
    """Read a multipart form; ``None`` where it is none."""
    if not content_type.startswith("multipart/form-data"):
        return None
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    found = Upload(None, None, {})
    fields: dict[str, str] = {}
    for part in message.iter_parts():
        name = part["content-disposition"].params.get("name")
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        if name == "image":
            found = Upload(part.get_filename(), data, fields)
        else:
            fields[str(name)] = data.decode()
    return found._replace(fields=fields)


def view_refusal(filename: str, folder: str, kind: str) -> Reply | None:
    """Say no to a path that leads elsewhere, with the codes of a real server."""
    if (
        kind not in {"input", "output", "temp"}
        or not filename
        or filename.startswith("/")
        or ".." in filename
    ):
        return Reply(400)
    if folder.startswith("/") or ".." in folder.split("/"):
        return Reply(403)
    return None
