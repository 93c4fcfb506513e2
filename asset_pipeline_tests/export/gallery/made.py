"""Sprites for a gallery: one of everything it can show, or as many as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from asset_pipeline.export.gallery.gallery import Gallery, gallery_files
from asset_pipeline.export.gallery.history import History, Version
from asset_pipeline.export.gallery.shown import Shown
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Receipt
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.storage.keys import blob_key, gallery_prefix
from asset_pipeline_tests.export.drawn import blob, solid

HOSTILE = (
    "</template><script>document.title='taken'</script>\"><img src=x onerror=\"document.title='taken'\">${x}"
)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ENTITY = {"kind": "entity", "shape": "circle", "width": 1, "height": 1, "role": "item"}
SPRITES: dict[str, dict[str, Any]] = {
    "frog": {**ENTITY, "name": "Frog-1", "description": "a green frog"},
    "walk": {
        "kind": "sheet",
        "sheet": "sprite",
        "description": "a frog that walks",
        "columns": 3,
        "rows": 2,
        "cell_width_px": 20,
        "cell_height_px": 16,
        "spacing_px": 4,
        "margin_px": 2,
        "animations": {
            "run": {"frames": [0, 2, 5], "fps": 20},
            "sway": {"frames": [0, 1, 2], "fps": 20, "loop": "ping_pong"},
            "fall": {"frames": [4, 1], "fps": 20, "loop": False},
        },
    },
    "hills": {
        "kind": "parallax",
        "layer_count": 3,
        "width_px": 256,
        "height_px": 128,
        "description": "hills",
    },
    "toad": {**ENTITY, "description": HOSTILE},
    "newt": {**ENTITY, "description": "a newt that nobody drew yet"},
}


def spec(name: str, sprites: dict[str, dict[str, Any]] = SPRITES) -> SpriteSpec:
    game = {
        "id": "pond",
        "title": "Pond",
        "theme": "a pond",
        "style": "pixel",
        "sprites": {name: sprites[name]},
    }
    return resolve(Game.model_validate(game), name)


def candidate(number: int, picture: bytes, outcome: str = "pass", faults: Sequence[str] = ()) -> Candidate:
    paid = Receipt(
        provider="runpod", operation="image_to_image", model="flux-dev", seed=number, cost_usd=Decimal("0.02")
    )
    return Candidate(
        number=number,
        seed=number,
        images=(blob_key(picture, ".png"),),
        receipts=(paid,),
        outcome=outcome,
        score=0.5,
        faults=tuple(faults),
    )


def picture(seed: int, width: int = 32, height: int = 32) -> bytes:
    return encode_png(blob(seed, width, height))


def pond() -> tuple[Gallery, list[bytes]]:
    """Return a gallery with one sprite of everything, and the pictures that are blobs of its store."""
    frog, old_frog, other_frog, toad, held = (picture(number) for number in range(5))
    sheet, scene = encode_png(solid(6, 72, 40)), encode_png(solid(7, 256, 128))
    layers = tuple(encode_png(layer(number)) for number in range(3))
    shown = [
        Shown(
            spec("frog"), frog, candidates=(candidate(0, frog), candidate(1, other_frog, "warn")), chosen=0
        ),
        Shown(spec("walk"), sheet),
        Shown(
            spec("hills"),
            scene,
            layers,
            (1 / 3, 2 / 3, 1.0),
            (candidate(0, scene, "warn", ["seam: a seam"]),),
        ),
        Shown(
            spec("toad"),
            toad,
            candidates=(candidate(0, held, "fail", [f"holes: {HOSTILE}"]),),
            published=False,
        ),
        Shown(spec("newt"), None),
    ]
    history = History()
    for png in (old_frog, frog):
        history = history.with_version("frog", Version(picture=blob_key(png, ".png"), made_at=NOON))
    blobs = [frog, old_frog, other_frog, toad, held, sheet, scene, *layers]
    return Gallery("Pond", shown, history), blobs


def layer(number: int) -> Rgba:
    """Draw a layer that is opaque in one column of its own."""
    rgba = solid(10 + number, 256, 128)
    rgba[..., 3] = 0
    rgba[:, 60 * number : 60 * number + 40, 3] = 255
    return rgba


def many(count: int, pictures: Sequence[bytes]) -> Gallery:
    """Return a gallery of *count* sprites that show *pictures* in turn."""
    about = {**ENTITY, "description": "one of very many things in a pond, each with a green hat"}
    names = [f"thing_{number}" for number in range(count)]
    drawn = [(name, pictures[number % len(pictures)]) for number, name in enumerate(names)]
    return Gallery(
        "Pond",
        [Shown(spec(name, {name: about}), png, candidates=(candidate(0, png),)) for name, png in drawn],
    )


def write(root: Path, gallery: Gallery, blobs: Sequence[bytes] = ()) -> Path:
    """Put a gallery into a folder that stands for a store, with the blobs it links to; return its page."""
    files = {gallery_prefix("pond", None) + name: data for name, data in gallery_files(gallery).items()}
    for key, data in {**files, **{blob_key(png, ".png"): png for png in blobs}}.items():
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes(data)
    return root / gallery_prefix("pond", None) / "index.html"
