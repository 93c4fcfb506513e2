"""What an operating system's refusals mean for a store, and what to do about each."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from asset_pipeline.errors import StoreError, StoreRefused, StoreUnavailable

_IN_THE_WAY = (StoreRefused, "a file stands where a folder is needed, or the reverse; move it away")
_NOT_ALLOWED = (
    StoreRefused,
    "this user may not; change the folder's owner or permissions, or choose another (ASSET_PIPELINE_STORE)",
)
_NO_LINKS = (
    StoreRefused,
    "this file system has no hard links (FAT and some network shares); choose another folder",
)

_BY_ERRNO: Mapping[int, tuple[type[StoreError], str]] = {
    errno.ENOSPC: (StoreUnavailable, "the disk is full; free some room, then run again"),
    errno.EDQUOT: (StoreUnavailable, "the disk quota is used up; free some room, then run again"),
    errno.EFBIG: (
        StoreUnavailable,
        "this process may not write a file that large; raise its limit (ulimit -f)",
    ),
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EROFS: (StoreRefused, "the disk is mounted read-only; mount it writable or choose another folder"),
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EISDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
    errno.ENOTSUP: _NO_LINKS,
    errno.ENAMETOOLONG: (StoreRefused, "the path is too long for this file system; choose a shorter folder"),
    errno.ELOOP: (StoreRefused, "symbolic links lead in a circle; put the real folder there"),
}
_OTHERWISE = (StoreUnavailable, "the disk did not do it; check the disk, then run again")


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn an :class:`OSError` inside into a :class:`StoreError` that says what to do.

    Args:
        doing: the verb and the object, such as ``write file:///store/flappy/bird.png``.

    >>> with explained("write file:///store/bird.png"):
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
    asset_pipeline.errors.StoreUnavailable: cannot write file:///store/bird.png: the disk is full; ...
    """
    try:
        yield
    except OSError as error:
        kind, meaning = _meaning_of(error)
        raise kind(f"cannot {doing}: {meaning} ({error.strerror})") from error


def _meaning_of(error: OSError) -> tuple[type[StoreError], str]:
    # Only linking knows two names; there, "not permitted" is how FAT says that it has no links.
    if error.errno == errno.EPERM and error.filename2 is not None:
        return _NO_LINKS
    return _BY_ERRNO.get(error.errno or 0, _OTHERWISE)
