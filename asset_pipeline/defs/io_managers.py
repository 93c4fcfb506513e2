"""Where an op's value is put, and how the next one gets it back."""

import json
import mimetypes

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
        for number, layer in enumerate(obj.layers):
            publish(self.store, keys.layer_key(game, pack, sprite, number), layer, content_type="image/png")
        if obj.layers:
            self._forget_layers_from(len(obj.layers), context)
            self._describe_layers(obj, context)
        self._publish_parts(obj, context)
        thumbnail_key = keys.thumbnail_key(game, pack, sprite)
        small = thumbnail(decode_image(obj.picture, what=sprite), THUMBNAIL_PX)
        self.store.put(thumbnail_key, small, content_type="image/png")
        key = keys.sprite_key(game, pack, sprite)
        stored = publish(self.store, key, obj.picture, content_type="image/png")
        context.add_output_metadata(
            {
                "uri": dg.MetadataValue.path(self.store.uri(key)),
                "sha256": stored.sha256,
                "size_bytes": stored.size_bytes,
                **links(self.store, picture=key, small=thumbnail_key),
            }
        )

    def _publish_parts(self, obj: FinishedSprite, context: dg.OutputContext) -> None:
        """Publish the states and what goes with the sprite, and remove what an earlier version had beyond that."""
        place = asset_of(context)
        parts = {**{f"{state}.png": png for state, png in obj.states.items()}, **obj.beside}
        if not parts:
            return
        for part, data in parts.items():
            kind = mimetypes.guess_type(part)[0] or "application/octet-stream"
            publish(self.store, keys.part_key(*place, part), data, content_type=kind)
        own = keys.sprite_key(*place)
        wanted = {own, *(keys.part_key(*place, part) for part in parts)}
        for key in self.store.list_keys(own.removesuffix("png")):
            if key not in wanted:
                self.store.delete(key)
        for part in parts:
            url = self.store.browser_url(keys.part_key(*place, part))
            if url is not None and part.endswith(".webp"):
                name, about = _SHOWN[part]
                context.add_output_metadata({name: dg.MetadataValue.md(f"![{about}]({url})")})

    def _forget_layers_from(self, number: int, context: dg.OutputContext) -> None:
        """Remove the layers that an earlier version had beyond those of this one."""
        while self.store.exists(key := keys.layer_key(*asset_of(context), number)):
            self.store.delete(key)
            number += 1

    def _describe_layers(self, obj: FinishedSprite, context: dg.OutputContext) -> None:
        """Say how the layers move, for games, and show it, for people."""
        place = asset_of(context)
        layers = [decode_image(layer, what=f"layer {number}") for number, layer in enumerate(obj.layers)]
        layer_set = finished_set(layers, loops=obj.loops)
        files = [keys.layer_key(*place, number).rpartition("/")[2] for number in range(len(layers))]
        document = json.dumps(parallax_json(layer_set, files), indent=2).encode()
        self.store.put(keys.parallax_key(*place), document, content_type="application/json")
        moving = keys.preview_key(*place)
        self.store.put(moving, preview(layer_set), content_type="image/webp")
        if (url := self.store.browser_url(moving)) is not None:
            context.add_output_metadata({"moving": dg.MetadataValue.md(f"![the layers moving]({url})")})

    def _withdraw(self, context: dg.OutputContext, obj: FinishedSprite) -> None:
        """Take back what the game has, where that is the very picture that is refused now: by a person, or by a new limit."""
        key = keys.sprite_key(*asset_of(context))
        if not self.store.exists(key):
            return
        published = decode_image(self.store.get(key), what=key)
        if np.array_equal(published, decode_image(obj.picture, what="what is held back")):
            self.store.delete(key)
            context.log.warning(f"{key} was the picture that is refused now, and was taken back")

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
