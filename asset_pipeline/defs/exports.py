"""Files that engines load, in the store: one by one, and all in one archive."""

from __future__ import annotations

import mimetypes
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import count, takewhile

from asset_pipeline.errors import ObjectNotFound
from asset_pipeline.imaging.parallax.layer_set import parallax_factor
from asset_pipeline.imaging.png import image_size
from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.storage import keys
from asset_pipeline.storage.store import Store

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold; the same files make the same bytes


def publish_files(store: Store, prefix: str, files: Mapping[str, bytes]) -> None:
    """Put *files* below *prefix*, and remove what an earlier making left there."""
    old = set(store.list_keys(prefix)) - {prefix + name for name in files}
    with ThreadPoolExecutor(16) as pool:
        list(
            pool.map(
                lambda item: store.put(prefix + item[0], item[1], content_type=_type_of(item[0])),
                files.items(),
            )
        )
        list(pool.map(store.delete, old))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return *files* as one archive; equal files make equal bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def pictures_of(spec: SpriteSpec, png: bytes, store: Store) -> tuple[bytes, ...] | None:
    """Return the stored pictures of a sprite: its own, then of a piece of user interface those of its other states.

    Returns:
        ``None`` where a state is not there, or a sheet has another size: what is stored is of an earlier manifest.
    """
    if isinstance(spec.details, SheetForm) and image_size(png, what=spec.sprite) != spec.details.size_px:
        return None
    if not isinstance(spec.details, UiForm):
        return (png,)
    try:
        others = [
            store.get(keys.part_key(spec.game, spec.pack, spec.sprite, f"{state}.png"))
            for state in spec.details.states[1:]
        ]
    except ObjectNotFound:
        return None
    return (png, *others)


def layers_of(spec: SpriteSpec, store: Store) -> tuple[tuple[bytes, ...], tuple[float, ...]]:
    """Return the stored layers of a parallax scene, back to front, and how far each moves with the foreground, 0 to 1."""
    found = takewhile(
        store.exists, (keys.layer_key(spec.game, spec.pack, spec.sprite, number) for number in count())
    )
    layers = tuple(map(store.get, found))
    last = max(len(layers) - 1, 1)
    return layers, tuple(parallax_factor(number / last) for number in range(len(layers)))


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"
