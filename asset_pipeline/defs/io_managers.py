"""Where an op's value is put, and how the next one gets it back."""

import json
import mimetypes
from collections.abc import Collection

import dagster as dg
import numpy as np

from asset_pipeline.defs.specs import asset_of
from asset_pipeline.errors import StoreError
from asset_pipeline.export.parallax import finished_set, parallax_json, preview
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.thumbnail import thumbnail
from asset_pipeline.providers.operations import Receipt
from asset_pipeline.sprites.artwork import Artwork, FinishedSprite
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.storage import keys
from asset_pipeline.storage.blobs import publish, put_blob
from asset_pipeline.storage.store import Store

THUMBNAIL_PX = 192
_SHOWN = {
    "preview.webp": ("moving", "its parts, one after the other"),
    "stretch.webp": ("stretched", "stretched to three sizes"),
}


class ArtworkIOManager(dg.ConfigurableIOManager):
    """Keeps what travels between ops: pictures as blobs, and a small JSON that names them under the run's id.

    A retry from failure reads the JSON of the run it continues, so bytes that were paid for are never asked for again.
    """

    store: dg.ResourceDependency[Store]

    def handle_output(self, context: dg.OutputContext, obj: Artwork) -> None:
        """Write *obj*; the JSON last."""
        record = {
            "blobs": [put_blob(self.store, image) for image in obj.images],
            "guide": None if obj.guide is None else put_blob(self.store, obj.guide),
            "denoise_strength": obj.denoise_strength,
            "generated": None if obj.generated is None else put_blob(self.store, obj.generated),
            "receipts": [receipt.model_dump(mode="json") for receipt in obj.receipts],
            "notes": obj.notes,
            "roll": obj.roll,
            "candidates": [candidate.model_dump(mode="json") for candidate in obj.candidates],
            "chosen": obj.chosen,
            "pinned": obj.pinned,
        }
        self.store.put(_work_key(context), json.dumps(record).encode(), content_type="application/json")

    def load_input(self, context: dg.InputContext) -> Artwork:
        """Read back what the upstream op returned."""
        upstream = context.upstream_output
        if upstream is None:
            raise StoreError(f"{context.name} has no upstream output to read")
        record = json.loads(self.store.get(_work_key(upstream)))
        return Artwork(
            images=tuple(self.store.get(key) for key in record["blobs"]),
            receipts=tuple(Receipt.model_validate(receipt) for receipt in record["receipts"]),
            guide=None if record["guide"] is None else self.store.get(record["guide"]),
            denoise_strength=record.get("denoise_strength"),
            generated=None if record["generated"] is None else self.store.get(record["generated"]),
            notes=tuple(record["notes"]),
            roll=record["roll"],
            candidates=tuple(Candidate.model_validate(candidate) for candidate in record["candidates"]),
            chosen=record["chosen"],
            pinned=record["pinned"],
        )


class SpriteIOManager(dg.ConfigurableIOManager):
    """Publishes a finished sprite: blobs, layers and thumbnail first, the sprite's own readable key last.

    What a gate holds back is kept where people find it, and the game keeps what it had.
    """

    store: dg.ResourceDependency[Store]

    def handle_output(self, context: dg.OutputContext, obj: FinishedSprite) -> None:
        """Write *obj* and record in the materialization where it is."""
        game, pack, sprite = asset_of(context)
        if not obj.accepted:
            self._hold_back(context, obj)
            return
        beside = {*self._publish_layers(obj, context), *self._publish_parts(obj, context)}
        thumbnail_key = keys.thumbnail_key(game, pack, sprite)
        small = thumbnail(decode_image(obj.picture, what=sprite), THUMBNAIL_PX)
        self.store.put(thumbnail_key, small, content_type="image/png")
        key = keys.sprite_key(game, pack, sprite)
        stored = publish(self.store, key, obj.picture, content_type="image/png")
        self._forget_all_but(beside, context)
        context.add_output_metadata(
            {
                "uri": dg.MetadataValue.path(self.store.uri(key)),
                "sha256": stored.sha256,
                "size_bytes": stored.size_bytes,
                **links(self.store, picture=key, small=thumbnail_key),
            }
        )

    def _publish_parts(self, obj: FinishedSprite, context: dg.OutputContext) -> list[str]:
        """Publish the states and what goes with the sprite; return the keys."""
        place = asset_of(context)
        parts = {**{f"{state}.png": png for state, png in obj.states.items()}, **obj.beside}
        for part, data in parts.items():
            kind = mimetypes.guess_type(part)[0] or "application/octet-stream"
            publish(self.store, keys.part_key(*place, part), data, content_type=kind)
            url = self.store.browser_url(keys.part_key(*place, part))
            if url is not None and part.endswith(".webp"):
                name, about = _SHOWN[part]
                context.add_output_metadata({name: dg.MetadataValue.md(f"![{about}]({url})")})
        return [keys.part_key(*place, part) for part in parts]

    def _forget_all_but(self, beside: Collection[str], context: dg.OutputContext) -> None:
        """Remove what an earlier version had beside its picture, of whatever kind that was, but for the keys *beside*."""
        own = keys.sprite_key(*asset_of(context))
        for key in self.store.list_keys(own.removesuffix("png")):
            if key != own and key not in beside:
                self.store.delete(key)

    def _publish_layers(self, obj: FinishedSprite, context: dg.OutputContext) -> list[str]:
        """Publish the layers, say how they move, for games, and show it, for people; return the keys."""
        if not obj.layers:
            return []
        place = asset_of(context)
        layer_keys = [keys.layer_key(*place, number) for number in range(len(obj.layers))]
        for key, layer in zip(layer_keys, obj.layers, strict=True):
            publish(self.store, key, layer, content_type="image/png")
        layers = [decode_image(layer, what=f"layer {number}") for number, layer in enumerate(obj.layers)]
        layer_set = finished_set(layers, loops=obj.loops)
        files = [key.rpartition("/")[2] for key in layer_keys]
        document = json.dumps(parallax_json(layer_set, files), indent=2).encode()
        self.store.put(keys.parallax_key(*place), document, content_type="application/json")
        moving = keys.preview_key(*place)
        self.store.put(moving, preview(layer_set), content_type="image/webp")
        if (url := self.store.browser_url(moving)) is not None:
            context.add_output_metadata({"moving": dg.MetadataValue.md(f"![the layers moving]({url})")})
        return [*layer_keys, keys.parallax_key(*place), moving]

    def _withdraw(self, context: dg.OutputContext, obj: FinishedSprite) -> None:
        """Take back what the game has, where that are the very pictures that are refused now: by a person, or by a new limit."""
        place = asset_of(context)
        key = keys.sprite_key(*place)
        refused = {
            key: obj.picture,
            **{keys.layer_key(*place, number): layer for number, layer in enumerate(obj.layers)},
            **{keys.part_key(*place, f"{state}.png"): png for state, png in obj.states.items()},
        }
        if all(self._has(name, picture) for name, picture in refused.items()):
            self.store.delete(key)
            self._forget_all_but((), context)
            context.log.warning(f"{key} was the picture that is refused now, and was taken back")

    def _has(self, key: str, picture: bytes) -> bool:
        """Tell whether the pixels under *key* are those of *picture*."""
        if not self.store.exists(key):
            return False
        published = decode_image(self.store.get(key), what=key)
        return np.array_equal(published, decode_image(picture, what="what is held back"))

    def _hold_back(self, context: dg.OutputContext, obj: FinishedSprite) -> None:
        self._withdraw(context, obj)
        key = keys.rejected_key(*asset_of(context))
        stored = publish(self.store, key, obj.picture, content_type="image/png")
        context.add_output_metadata(
            {
                "held_back": f"a gate failed: the game keeps what it had; this picture is {key}",
                "uri": dg.MetadataValue.path(self.store.uri(key)),
                "sha256": stored.sha256,
                "size_bytes": stored.size_bytes,
                **links(self.store, picture=key, small=key),
            }
        )

    def load_input(self, context: dg.InputContext) -> bytes:
        """Return the PNG bytes of the sprite."""
        game, pack, sprite = asset_of(context)
        return self.store.get(keys.sprite_key(game, pack, sprite))


def links(store: Store, *, picture: str, small: str) -> dict[str, dg.MetadataValue]:
    """Return what lets a browser see the object under *picture*; nothing where it cannot reach the store."""
    url, small_url = store.browser_url(picture), store.browser_url(small)
    if url is None or small_url is None:
        return {}
    return {
        "thumbnail": dg.MetadataValue.md(f"[![{picture}]({small_url})]({url})"),
        "url": dg.MetadataValue.url(url),
    }


def _work_key(context: dg.OutputContext) -> str:
    run_id, *step = context.get_identifier()
    return keys.work_key(run_id, *step)
