"""What a game's sprites become together: the contact sheet for people, the catalog for the game."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dagster as dg

from asset_pipeline.defs.sprites import BUILT_KINDS, packs_of
from asset_pipeline.errors import ObjectNotFound
from asset_pipeline.export.catalog import catalog, catalog_entry
from asset_pipeline.export.contact_sheet import contact_sheet, tile_of
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.thumbnail import inline_markdown
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.storage import keys
from asset_pipeline.storage.blobs import publish
from asset_pipeline.storage.store import Store


def derived_assets(game: Game) -> list[dg.AssetsDefinition]:
    """Build the game's ``contact_sheet`` and ``catalog``; both wait for every sprite that this version can draw."""
    about_sheet = f"All sprites of {game.title} on one labelled picture."
    about_catalog = f"The JSON that {game.title} reads to find, place and trust its sprites."
    return [
        _derived(game, "contact_sheet", "png", about_sheet, _contact_sheet),
        _derived(game, "catalog", "json", about_catalog, _catalog),
    ]


def _derived(
    game: Game,
    name: str,
    kind: str,
    description: str,
    make: Callable[[Game, str | None, Store], dg.MaterializeResult[None]],
) -> dg.AssetsDefinition:
    @dg.asset(
        key=[game.id, name],
        description=description,
        kinds={kind},
        group_name=game.id,
        partitions_def=packs_of(game),
        deps=[dg.AssetKey([game.id, n]) for n, sprite in game.sprites.items() if sprite.kind in BUILT_KINDS],
        owners=list(game.owners),
    )
    def derived(
        context: dg.AssetExecutionContext, store: dg.ResourceParam[Store]
    ) -> dg.MaterializeResult[None]:
        return make(game, _pack(context), store)

    return derived


def _pack(context: dg.AssetExecutionContext) -> str | None:
    return context.partition_key if context.has_partition_key else None


def _specs(game: Game, pack: str | None) -> list[SpriteSpec]:
    return [resolve(game, name, pack) for name, sprite in game.sprites.items() if sprite.kind in BUILT_KINDS]


def _stored(specs: list[SpriteSpec], store: Store) -> dict[str, bytes | None]:
    """Read every sprite's bytes side by side; ``None`` for one that the store says it does not have."""

    def read(spec: SpriteSpec) -> bytes | None:
        try:
            return store.get(keys.sprite_key(spec.game, spec.pack, spec.sprite))
        except ObjectNotFound:
            return None

    with ThreadPoolExecutor(16) as pool:
        return dict(zip((spec.sprite for spec in specs), pool.map(read, specs), strict=True))


def _contact_sheet(game: Game, pack: str | None, store: Store) -> dg.MaterializeResult[None]:
    specs = _specs(game, pack)
    stored = _stored(specs, store)
    tiles = []
    for spec in specs:
        png = stored[spec.sprite]
        rgba = None if png is None else decode_image(png, what=spec.sprite)
        tiles.append(tile_of(spec.sprite, f"{spec.kind} · {spec.width_px} x {spec.height_px}", rgba))
    subtitle = " · ".join(
        part for part in (f"{game.id}", pack and f"pack {pack}", f"{len(tiles)} sprites") if part
    )
    sheet = contact_sheet(game.title, subtitle, tiles)
    key = keys.sprite_key(game.id, pack, "contact_sheet")
    return _published(
        store,
        key,
        encode_png(sheet),
        "image/png",
        {
            "preview": dg.MetadataValue.md(inline_markdown(sheet, "contact sheet")),
            "sprites": len(tiles),
            "missing": sum(tile.rgba is None for tile in tiles),
        },
    )


def _catalog(game: Game, pack: str | None, store: Store) -> dg.MaterializeResult[None]:
    specs = _specs(game, pack)
    stored = _stored(specs, store)
    entries = {}
    for spec in specs:
        if (png := stored[spec.sprite]) is None:
            continue
        key = keys.sprite_key(game.id, pack, spec.sprite)
        blob = keys.blob_key(png, ".png")
        entries[spec.name] = catalog_entry(spec, png, key=key, blob=blob, url=store.permanent_url(key))
    missing = [spec.name for spec in specs if stored[spec.sprite] is None]
    document = catalog(game.id, game.title, pack, entries, missing)
    data = json.dumps(document, indent=2, ensure_ascii=False).encode()
    key = keys.sprite_key(game.id, pack, "catalog").removesuffix(".png") + ".json"
    return _published(
        store, key, data, "application/json", {"sprites": len(entries), "missing": ", ".join(missing)}
    )


def _published(
    store: Store, key: str, data: bytes, content_type: str, metadata: Mapping[str, Any]
) -> dg.MaterializeResult[None]:
    stored = publish(store, key, data, content_type=content_type)
    url = store.browser_url(key)
    shown: dict[str, dg.MetadataValue] = {} if url is None else {"url": dg.MetadataValue.url(url)}
    if url is not None and content_type == "image/png":
        shown["picture"] = dg.MetadataValue.md(f"[![{key}]({url})]({url})")
    return dg.MaterializeResult(
        metadata={
            **metadata,
            **shown,
            "uri": dg.MetadataValue.path(store.uri(key)),
            "size_bytes": stored.size_bytes,
            "sha256": stored.sha256,
        },
        data_version=dg.DataVersion(stored.sha256),
    )
