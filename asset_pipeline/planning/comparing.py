"""The same sprite by different providers, side by side; through the same door, so what is known costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from asset_pipeline.errors import AssetPipelineError
from asset_pipeline.imaging.alpha import is_cut_out
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.routing import Chains, Router
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Delivery, Operation, Request
from asset_pipeline.sprites import requests
from asset_pipeline.sprites.artwork import Artwork, FinishedSprite
from asset_pipeline.sprites.composites import cell_request, is_drawn_by_cells, may_fuse, put_together
from asset_pipeline.sprites.cutting import cut, cut_out_already
from asset_pipeline.sprites.expected import expected_requests
from asset_pipeline.sprites.finishing import finished
from asset_pipeline.sprites.layering import layered, looping_scene
from asset_pipeline.sprites.layouts import guide_of, require_sheet
from asset_pipeline.sprites.scene_plan import (
    cut_layer,
    cut_request,
    layer_request,
    planned_layers,
    put_in_layers,
)
from asset_pipeline.sprites.strength import suited


@dataclass(frozen=True)
class Attempted:
    """One sprite by one provider.

    Attributes:
        spec: the sprite.
        provider: who did it.
        artwork: the receipts, and the pictures before they were finished.
        sprite: the finished picture; ``None`` where it failed.
        error: why it failed.
    """

    spec: SpriteSpec
    provider: str
    artwork: Artwork
    sprite: FinishedSprite | None = None
    error: str = ""


def compare(
    router: Router, specs: list[SpriteSpec], providers: list[str], games_dir: Path, purpose: Purpose
) -> list[Attempted]:
    """Make every sprite by every provider, side by side.

    Args:
        router: hands requests on; it must have no providers of its own for single operations, which would win over *providers*.
        specs: the sprites.
        providers: names; each does all of a sprite's operations.
        games_dir: the folder that pictures named in manifests count from.
        purpose: whose money it is; pack and sprite are filled in.

    Returns:
        One a sprite and provider, in the order of both; a failure is told, not raised.
    """
    pairs = [(spec, provider) for spec in specs for provider in providers]
    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(pool.map(lambda pair: _attempted(router, pair[0], pair[1], games_dir, purpose), pairs))


def _attempted(
    router: Router, spec: SpriteSpec, provider: str, games_dir: Path, purpose: Purpose
) -> Attempted:
    artwork = Artwork(())
    mine = replace(purpose, game=spec.game, pack=spec.pack or "", sprite=spec.sprite)
    chains: Chains = dict.fromkeys(spec.operations, (provider,))
    try:
        _require_able(router, spec, provider, games_dir)
        if planned_layers(spec):
            artwork = _by_layers(spec, games_dir, lambda request: router.run(request, chains, mine))
            return Attempted(spec, provider, artwork, finished(spec, artwork))
        operations = list(spec.operations)
        if is_drawn_by_cells(spec):
            artwork = _by_cells(spec, games_dir, lambda request: router.run(request, chains, mine))
            operations = [operation for operation in operations if operation == "remove_background"]
        for operation in operations:
            if operation == "remove_background" and _came_cut_out(spec, artwork):
                drawn, cutout, note = cut_out_already(spec, artwork.images[0], artwork.generated)
                artwork = replace(artwork, images=(cutout,), generated=drawn, notes=(note,))
                continue
            if operation == "decompose_layers":
                artwork = replace(artwork, images=(looping_scene(spec, artwork.images[0]),))
            request = _STEPS[operation](spec, artwork, games_dir)
            request = suited(request, spec, router.drawn_by(request, chains), games_dir)
            if may_fuse(spec):
                request = router.fused(request, chains)
            artwork = _gone_on(spec, artwork, operation, router.run(request, chains, mine))
        return Attempted(spec, provider, artwork, finished(spec, artwork))
    except AssetPipelineError as error:
        return Attempted(spec, provider, artwork, error=str(error))


def _came_cut_out(spec: SpriteSpec, artwork: Artwork) -> bool:
    return is_cut_out(decode_image(artwork.images[0], what=spec.sprite))


def _gone_on(spec: SpriteSpec, artwork: Artwork, operation: Operation, delivery: Delivery) -> Artwork:
    """Make of a delivery what a run makes of it, so that what is compared is what a game would get."""
    match operation:
        case "remove_background":
            cutout, note = cut(spec, artwork.images[0], delivery)
            return artwork.then(delivery, images=(cutout,), note=note)
        case "decompose_layers":
            layers, note = layered(spec, artwork.images[0], delivery)
            return artwork.then(delivery, images=layers, note=note)
        case _:
            return artwork.drawn(delivery)


def _require_able(router: Router, spec: SpriteSpec, provider: str, games_dir: Path) -> None:
    """Refuse a sprite of which the provider can only do a part, before it is paid for that part."""
    if provider in router.remote:
        for request in expected_requests(spec, games_dir, guide=False):
            router.plan(provider, request)


def _by_cells(spec: SpriteSpec, games_dir: Path, ask: Callable[[Request], Delivery]) -> Artwork:
    """Draw a sheet cell by cell."""
    done: list[Delivery] = []
    for cell in range(len(require_sheet(spec).drawn)):
        first = done[0].images[0] if done else b""
        done.append(ask(cell_request(spec, cell, games_dir, first=first)))
    whole = put_together(spec, [delivery.images[0] for delivery in done])
    return Artwork((whole,), tuple(delivery.receipt for delivery in done))


def _by_layers(spec: SpriteSpec, games_dir: Path, ask: Callable[[Request], Delivery]) -> Artwork:
    """Make a planned scene, layer by layer."""
    drawn = [ask(layer_request(spec, layer, games_dir)) for layer in range(planned_layers(spec))]
    pictures = [delivery.images[0] for delivery in drawn]
    cutouts = [ask(cut_request(spec, picture)) for picture in pictures[1:]]
    nearer = [cut_layer(spec, picture, by)[0] for picture, by in zip(pictures[1:], cutouts, strict=True)]
    layers, scene = put_in_layers(spec, [pictures[0], *nearer])
    return Artwork(layers, tuple(delivery.receipt for delivery in (*drawn, *cutouts)), generated=scene)


_STEPS: dict[str, Callable[[SpriteSpec, Artwork, Path], Request]] = {
    "text_to_image": lambda spec, _, games_dir: requests.text_to_image(spec, games_dir),
    "image_to_image": lambda spec, _, games_dir: requests.image_to_image(
        spec, guide_of(spec, games_dir), games_dir
    ),
    "remove_background": lambda spec, artwork, _: requests.remove_background(spec, artwork.images[0]),
    "decompose_layers": lambda spec, artwork, _: requests.decompose_layers(spec, artwork.images[0]),
}
