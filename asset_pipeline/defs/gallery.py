"""A game's gallery: gathered from the store, and put there beside the sprites."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import dagster as dg
from pydantic import ValidationError

from asset_pipeline.defs.exports import layers_of, publish_files
from asset_pipeline.errors import ObjectNotFound, StoreError
from asset_pipeline.export.gallery.gallery import HISTORY, PAGE, Gallery, gallery_files
from asset_pipeline.export.gallery.history import History, Version
from asset_pipeline.export.gallery.shown import Shown
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.reviews.candidates import read_candidates
from asset_pipeline.storage import keys
from asset_pipeline.storage.store import Store


def published_gallery(
    game: Game,
    pack: str | None,
    specs: Sequence[SpriteSpec],
    stored: Mapping[str, bytes | None],
    store: Store,
) -> dg.MaterializeResult[None]:
    """Write the gallery of a game, or of one of its packs, and link to it.

    Args:
        game: the game.
        pack: the pack; ``None`` where the game has none.
        specs: its sprites, in order.
        stored: the published picture of each; ``None`` where there is none.
        store: where everything is.

    Raises:
        StoreError: the store does not answer, or holds a record that is damaged; names it.
    """
    prefix = keys.gallery_prefix(game.id, pack)
    with ThreadPoolExecutor(16) as pool:
        shown = list(pool.map(lambda spec: _shown(spec, stored[spec.sprite], store), specs))
    files = gallery_files(
        Gallery(
            game.title if pack is None else f"{game.title}, {pack}",
            shown,
            _history(store, prefix, shown),
            folders=prefix.count("/"),
        )
    )
    publish_files(store, prefix, files)
    return _told(store, prefix + PAGE, files, shown)


def _shown(spec: SpriteSpec, png: bytes | None, store: Store) -> Shown:
    layers, factors = layers_of(spec, store) if spec.kind == "parallax" else ((), ())
    record = read_candidates(store, spec.game, spec.pack, spec.sprite)
    if record is None:
        return Shown(spec, png, layers, factors)
    return Shown(spec, png, layers, factors, record.candidates, record.chosen, record.published)


def _history(store: Store, prefix: str, shown: Sequence[Shown]) -> History:
    """Return what the last gallery knew, with the pictures that are new since."""
    history = _kept(store, prefix + HISTORY)
    for one in shown:
        if one.png is None:
            continue
        spec, picture = one.spec, keys.blob_key(one.png, ".png")
        if picture != history.newest(spec.sprite):
            made_at = store.written_at(keys.sprite_key(spec.game, spec.pack, spec.sprite))
            history = history.with_version(spec.sprite, Version(picture=picture, made_at=made_at))
    return history


def _kept(store: Store, key: str) -> History:
    try:
        return History.model_validate_json(store.get(key))
    except ObjectNotFound:
        return History()
    except ValidationError as error:
        raise StoreError(
            f"{store.uri(key)} does not say what the gallery showed before ({error.error_count()} mistakes); delete it, and "
            "the gallery begins anew"
        ) from error


def _told(
    store: Store, key: str, files: Mapping[str, bytes], shown: Sequence[Shown]
) -> dg.MaterializeResult[None]:
    url = store.browser_url(key)
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(hashlib.sha256(files[name]).digest())
    return dg.MaterializeResult(
        metadata={
            **({} if url is None else {"gallery": dg.MetadataValue.url(url)}),
            "uri": dg.MetadataValue.path(store.uri(key)),
            "sprites": len(shown),
            "missing": sum(one.png is None for one in shown),
            "held_back": sum(not one.published for one in shown),
            "size_bytes": sum(map(len, files.values())),
        },
        data_version=dg.DataVersion(digest.hexdigest()),
    )
