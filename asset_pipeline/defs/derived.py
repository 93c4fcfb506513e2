"""What a game's sprites become together: the contact sheet for people, the catalog for the game."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import dagster as dg

from asset_pipeline.defs.exports import layers_of, pictures_of, publish_files, zipped
from asset_pipeline.defs.gallery import published_gallery
from asset_pipeline.defs.gates import SET, check_specs, set_result
from asset_pipeline.defs.sprites import packs_of
from asset_pipeline.errors import ObjectNotFound
from asset_pipeline.export.atlas.of_spec import is_scene
from asset_pipeline.export.catalog import catalog, catalog_entry
from asset_pipeline.export.contact_sheet import contact_sheet, tile_of
from asset_pipeline.export.game_files import MadeSprite, game_files
from asset_pipeline.gates.report import Report
from asset_pipeline.gates.sets import Member, judge_set
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.colour import colour_words, without_colours
from asset_pipeline.imaging.finish import is_pixel_art
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.sheets.slicing import sliced
from asset_pipeline.imaging.thumbnail import inline_markdown
from asset_pipeline.manifest.composites import SheetForm
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import EntityForm
from asset_pipeline.sprites import judging
from asset_pipeline.sprites.sheets import cell_boxes
from asset_pipeline.storage import keys
from asset_pipeline.storage.blobs import publish
from asset_pipeline.storage.store import Store

Told: TypeAlias = dg.MaterializeResult[None] | dg.AssetCheckResult
"""What the making of one yields."""


def derived_assets(game: Game) -> list[dg.AssetsDefinition]:
    """Build what a game's sprites become together; all of it waits for every sprite.

    The contact sheet and the gallery are for people and show what there is. The catalog is what a game loads: it stays as it
    was while the sprites do not go together, and so does the atlas, which comes after it.
    """
    about_sheet = f"All sprites of {game.title} on one labelled picture."
    about_atlas = f"The sprites of {game.title} on few pictures, and all its art in the files of nine engines and editors."
    about_gallery = f"Pages on which people look at the sprites of {game.title}, with what they were before."
    about_catalog = f"The JSON that {game.title} reads to find, place and trust its sprites."
    return [
        _derived(game, "contact_sheet", "png", about_sheet, _contact_sheet),
        _derived(game, "gallery", "html", about_gallery, _gallery),
        _derived(game, "catalog", "json", about_catalog, _catalog, checks=[SET]),
        *(
            [_derived(game, "atlas", "zip", about_atlas, _atlas, after=["catalog"])]
            if has_atlas(game)
            else []
        ),
    ]


def derived_names(game: Game) -> tuple[str, ...]:
    """Name what :func:`derived_assets` builds."""
    return "contact_sheet", "gallery", "catalog", *(["atlas"] if has_atlas(game) else [])


def has_atlas(game: Game) -> bool:
    """Tell whether there is anything to pack: scenes stay pictures of their own."""
    specs = (resolve(game, name, next(iter(game.packs), None)) for name in game.sprites)
    return not all(is_scene(spec) for spec in specs)


def _derived(  # noqa: PLR0913 - what it is, how it is made, and what it is checked for
    game: Game,
    name: str,
    kind: str,
    description: str,
    make: Callable[[Game, str | None, Store], Iterator[Told]],
    *,
    checks: Sequence[str] = (),
    after: Sequence[str] = (),
) -> dg.AssetsDefinition:
    key = dg.AssetKey([game.id, name])

    @dg.asset(
        key=key,
        check_specs=check_specs(key, checks, packs_of(game)),
        description=description,
        kinds={kind},
        group_name=game.id,
        partitions_def=packs_of(game),
        deps=[dg.AssetKey([game.id, before]) for before in (*game.sprites, *after)],
        owners=list(game.owners),
    )
    def derived(context: dg.AssetExecutionContext, store: dg.ResourceParam[Store]) -> Iterator[Told]:
        yield from make(game, _pack(context), store)

    return derived


def _pack(context: dg.AssetExecutionContext) -> str | None:
    return context.partition_key if context.has_partition_key else None


def _specs(game: Game, pack: str | None) -> list[SpriteSpec]:
    return [resolve(game, name, pack) for name in game.sprites]


def _stored(specs: list[SpriteSpec], store: Store) -> dict[str, bytes | None]:
    """Read every sprite's bytes side by side; ``None`` for one that the store says it does not have."""

    def read(spec: SpriteSpec) -> bytes | None:
        try:
            return store.get(keys.sprite_key(spec.game, spec.pack, spec.sprite))
        except ObjectNotFound:
            return None

    with ThreadPoolExecutor(16) as pool:
        return dict(zip((spec.sprite for spec in specs), pool.map(read, specs), strict=True))


def _contact_sheet(game: Game, pack: str | None, store: Store) -> Iterator[Told]:
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
    yield _published(
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


def _gallery(game: Game, pack: str | None, store: Store) -> Iterator[Told]:
    specs = _specs(game, pack)
    yield published_gallery(game, pack, specs, _stored(specs, store), store)


def _catalog(game: Game, pack: str | None, store: Store) -> Iterator[Told]:
    specs = _specs(game, pack)
    stored = _stored(specs, store)
    judged = _judged_together(game, specs, stored)
    yield set_result(dg.AssetKey([game.id, "catalog"]), judged)
    if judged.failed:
        raise dg.Failure(
            f"the catalog stays as it was, for the sprites do not go together; the check {SET!r} says why",
            allow_retries=False,
        )
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
    yield _published(
        store, key, data, "application/json", {"sprites": len(entries), "missing": ", ".join(missing)}
    )


def _atlas(game: Game, pack: str | None, store: Store) -> Iterator[Told]:
    specs = _specs(game, pack)
    stored = _stored(specs, store)
    made, missing = [], []
    for spec in specs:
        png = stored[spec.sprite]
        one = None if png is None else _made(spec, png, store)
        if one is None:
            missing.append(spec.name)
        else:
            made.append(one)
    name = game.id if pack is None else f"{game.id}_{pack}"
    pixel_art = bool(specs) and is_pixel_art(specs[0].style)
    files = game_files(name, made, pixels_per_unit=game.pixels_per_unit, pixel_art=pixel_art)
    publish_files(store, keys.exports_prefix(game.id, pack), files)
    pages = [name for name in files if name.endswith(".png")]
    yield _published(
        store,
        keys.exports_key(game.id, pack),
        zipped(files),
        "application/zip",
        {
            "preview": dg.MetadataValue.md(
                inline_markdown(decode_image(files[pages[0]], what=pages[0]), "first page")
            ),
            "files": len(files),
            "missing": ", ".join(missing),
        },
    )


def _made(spec: SpriteSpec, png: bytes, store: Store) -> MadeSprite | None:
    """Read all pictures of a sprite; ``None`` where what is stored is of an earlier manifest, which had no such parts."""
    if spec.kind == "parallax":
        layers, factors = layers_of(spec, store)
        return MadeSprite(spec, layers, factors) if layers else None
    pictures = pictures_of(spec, png, store)
    return None if pictures is None else MadeSprite(spec, pictures)


def _judged_together(game: Game, specs: list[SpriteSpec], stored: Mapping[str, bytes | None]) -> Report:
    """Judge what only shows across sprites; their colours and palettes each was held to by itself."""
    members = [
        member
        for spec in specs
        if (png := stored[spec.sprite]) is not None
        for member in _members(spec, decode_image(png, what=spec.sprite))
    ]
    return judge_set(members, judging.changed(thresholds(), game.gates))


def _members(spec: SpriteSpec, rgba: Rgba) -> list[Member]:
    """Return what is held against the rest of the set: the sprite, or each variant of a sheet of them."""
    form = spec.details
    if isinstance(form, SheetForm) and form.sheet == "variation" and rgba.shape[1::-1] == form.size_px:
        cells = zip(form.variants, sliced(rgba, cell_boxes(form)), strict=True)
        return [
            Member(f"{spec.sprite}/{variant}", cell, variant_of=spec.sprite, style=spec.style)
            for variant, cell in cells
        ]
    if not isinstance(form, EntityForm):
        return [Member(spec.sprite, rgba, style=spec.style)]
    size = form.width, form.height
    # What differs from another sprite in nothing but its colours was meant to be told from it by them.
    coloured = form.colour or colour_words(spec.description)
    kin = f"{form.shape} {size} {without_colours(spec.description)}" if coloured else ""
    return [Member(spec.sprite, rgba, variant_of=kin, supposed=True, units=size, style=spec.style)]


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
