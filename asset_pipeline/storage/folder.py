"""A store in a plain folder: nothing to install, nothing to run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from uuid import uuid4

from asset_pipeline.errors import ObjectNotFound, StoreRefused
from asset_pipeline.storage.folder_errors import explained
from asset_pipeline.storage.keys import checked_key, public_url
from asset_pipeline.storage.probe import probe

ABANDONED_AFTER_SECONDS = 3600.0
"""A temporary file this old was left by a writer that died; a living one takes milliseconds."""


class FolderStore:
    """Objects as files below *root*; see :class:`~asset_pipeline.storage.store.Store` for the methods.

    Bytes are written to a file in ``<root>/.tmp`` first and then renamed (or linked, where the name must be
    new), both atomic, so a reader sees the old object or the new one and a killed writer leaves neither. They
    are synced to disk before that: a blob is written only if absent, so one torn by a power cut would stay
    torn.

    A folder keeps no headers; the web server in front of it takes the content type from the suffix. Symbolic
    links below *root* are refused rather than followed. A root that does not exist is an empty store until
    the first put.

    Args:
        root: the folder; may itself be a symbolic link.
        public_base_url: where a browser can read *root*, or ``None``.
    """

    def __init__(self, root: Path, public_base_url: str | None = None) -> None:
        self._root = Path(os.path.realpath(root))
        self._temporary = self._root / ".tmp"
        self._public_base_url = public_base_url

    def __repr__(self) -> str:
        return f"FolderStore({self.url!r})"

    @property
    def url(self) -> str:
        """``file:///…``, percent-encoded."""
        return self._root.as_uri()

    def check(self) -> None:
        """Create the folder, prove that it can be written, and clear away what dead writers left."""
        with explained(f"write {self.url}"):
            self._temporary.mkdir(parents=True, exist_ok=True)
            self._sweep()
        probe(self)

    def put(
        self,
        key: str,
        data: bytes,
        *,
        content_type: str,  # noqa: ARG002 - a folder keeps no headers
        cache_control: str = "no-cache",  # noqa: ARG002 - as above
    ) -> None:
        """Write *data* under *key*, replacing what was there, atomically."""
        path = self._path(key)
        with explained(f"write {self.uri(key)}"), self._written(data) as temporary:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(path)

    def put_if_absent(
        self,
        key: str,
        data: bytes,
        *,
        content_type: str,  # noqa: ARG002 - a folder keeps no headers
        cache_control: str = "no-cache",  # noqa: ARG002 - as above
    ) -> bool:
        """Write *data* under *key* unless the key is there; true for the one caller that wrote it."""
        path = self._path(key)
        with explained(f"write {self.uri(key)}"):
            if _is_file(path):  # spares the write and the sync; linking is what decides
                return False
            with self._written(data) as temporary:
                path.parent.mkdir(parents=True, exist_ok=True)
                return _linked(temporary, path)

    def get(self, key: str) -> bytes:
        """Return the bytes under *key*; :class:`ObjectNotFound` where there is no such object."""
        path = self._path(key)
        with explained(f"read {self.uri(key)}"):
            try:
                return path.read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
                raise ObjectNotFound(f"there is no {self.uri(key)}") from error

    def exists(self, key: str) -> bool:
        """Tell whether *key* is there."""
        path = self._path(key)
        with explained(f"look for {self.uri(key)}"):
            return _is_file(path)

    def written_at(self, key: str) -> datetime:
        """Return when the file was written; :class:`ObjectNotFound` where there is no such object."""
        path = self._path(key)
        with explained(f"look at {self.uri(key)}"):
            if not _is_file(path):
                raise ObjectNotFound(f"there is no {self.uri(key)}")
            return datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def list_keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with *prefix*, sorted."""
        with explained(f"list {self.url}"):
            yield from _walk(self._root, "", prefix)

    def delete(self, key: str) -> None:
        """Remove *key*; removing what is not there is no error."""
        path = self._path(key)
        with explained(f"delete {self.uri(key)}"):
            if _is_file(path):
                path.unlink(missing_ok=True)

    def uri(self, key: str) -> str:
        """``file:///…/key``."""
        return (self._root / checked_key(key)).as_uri()

    def permanent_url(self, key: str) -> str | None:
        """Return *key* below the public base URL, or ``None`` where the folder has none."""
        checked_key(key)
        return None if self._public_base_url is None else public_url(self._public_base_url, key)

    def browser_url(self, key: str) -> str | None:
        """Return the permanent URL; a folder has no other."""
        return self.permanent_url(key)

    def _path(self, key: str) -> Path:
        path = self._root / checked_key(key)
        real = os.path.realpath(path)  # unlike Path.resolve, it leaves loops to whoever opens the path
        if real != str(path):
            raise StoreRefused(
                f"{self.uri(key)} is behind a symbolic link to {real}; put the real folder there"
            )
        return path

    @contextmanager
    def _written(self, data: bytes) -> Iterator[Path]:
        self._temporary.mkdir(parents=True, exist_ok=True)
        temporary = self._temporary / uuid4().hex
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)

    def _sweep(self) -> None:
        for left in self._temporary.iterdir():
            with suppress(FileNotFoundError):  # another process sweeps too
                if time.time() - left.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                    left.unlink()


def _linked(temporary: Path, path: Path) -> bool:
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        if path.is_dir():
            raise
        return False
    return True


def _is_file(path: Path) -> bool:
    # Not Path.is_file: newer Pythons answer false where they were not allowed to look.
    try:
        return S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _walk(folder: Path, begun: str, prefix: str) -> Iterator[str]:
    try:
        entries = [entry for entry in os.scandir(folder) if not entry.name.startswith(".")]
    except FileNotFoundError:
        return
    # Sorted as whole keys are: a folder's slash takes part in the comparison.
    folders = {f"{entry.name}/" for entry in entries if entry.is_dir(follow_symlinks=False)}
    files = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
    for name in sorted(folders | files):
        key = begun + name
        if name in folders and (key.startswith(prefix) or prefix.startswith(key)):
            yield from _walk(folder / name, key, prefix)
        elif name in files and key.startswith(prefix):
            yield key
