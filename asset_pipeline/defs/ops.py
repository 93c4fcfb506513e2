"""The steps of a sprite: defined once, shared by every sprite of every game.

There is one set of them for each provider, alike but for the tags and the pool through which a run and a deployment keep
within that provider's limits. No op has a retry policy: it would run a paid op again when only *storing* its result failed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import dagster as dg

from asset_pipeline.defs.metadata import sprite_metadata
from asset_pipeline.defs.specs import manifest_version, spec_of
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.routing import Router
from asset_pipeline.sprites import finishing, guides, requests
from asset_pipeline.sprites.artwork import Artwork, FinishedSprite

WORK_TAG = "asset_pipeline/work"  # the executor limits steps with this tag to the machine's cores
PROVIDER_TAG = "asset_pipeline/provider"
ARTWORK = dg.Out(io_manager_key="artwork_io", description="Pictures and receipts on their way.")


@dataclass(frozen=True)
class ProviderOps:
    """The ops that one provider carries out."""

    generate: dg.OpDefinition
    generate_over_guide: dg.OpDefinition
    remove_background: dg.OpDefinition
    decompose_layers: dg.OpDefinition


@dg.op(out=ARTWORK, tags={WORK_TAG: "cpu"})
def draw_guide(
    context: dg.OpExecutionContext, router: dg.ResourceParam[Router], games_dir: dg.ResourceParam[str]
) -> Artwork:
    """Draw the sprite's shape, in its colour, as the guide of the generation."""
    spec = spec_of(context)
    router.require(requests.operations_of(spec), spec.providers)
    return Artwork((guides.guide_png(spec, Path(games_dir)),))


@cache
def ops_of(provider: str) -> ProviderOps:
    """Return the ops that *provider* carries out; the same objects at every call."""

    def op(name: str, compute: Callable[..., Artwork], about: str) -> dg.OpDefinition:
        return dg.op(
            name=name if provider == "local" else f"{name}_{provider}",
            description=about,
            out=ARTWORK,
            tags={PROVIDER_TAG: provider, **({WORK_TAG: "cpu"} if provider == "local" else {})},
            pool=None if provider == "local" else provider,
        )(compute)

    return ProviderOps(
        generate=op("generate", _generate, "Draw the picture from words alone."),
        generate_over_guide=op(
            "generate_over_guide", _generate_over_guide, "Draw the picture over the guide."
        ),
        remove_background=op("remove_background", _remove_background, "Cut the subject out."),
        decompose_layers=op("decompose_layers", _decompose_layers, "Split the scene into layers."),
    )


@dg.op(
    out=dg.Out(description="What a game loads."),
    tags={WORK_TAG: "cpu"},
)
def finish(context: dg.OpExecutionContext, artwork: Artwork) -> dg.MaterializeResult[FinishedSprite]:
    """Bring the picture to the exact size and style, decode and measure it, and describe it for the UI."""
    spec = spec_of(context)
    sprite = finishing.finished(spec, artwork)
    rgba = decode_image(sprite.picture, what=f"finished {spec.game}/{spec.sprite}")
    return dg.MaterializeResult(
        value=sprite,
        metadata=sprite_metadata(spec, manifest_version(context), artwork, rgba),
        data_version=dg.DataVersion(finishing.pixels_sha256(sprite)),
    )


@dg.op
def not_built(context: dg.OpExecutionContext) -> FinishedSprite:
    """Say clearly that this kind of sprite cannot be drawn yet."""
    spec = spec_of(context)
    raise dg.Failure(
        f"{spec.game}/{spec.sprite}: sprites of kind {spec.kind!r} are not built yet. The manifest accepts them, so "
        "that a game can be described whole; this version draws entity, background, title and parallax.",
        allow_retries=False,
    )


def _generate(context: dg.OpExecutionContext, router: dg.ResourceParam[Router]) -> Artwork:
    spec = spec_of(context)
    router.require(requests.operations_of(spec), spec.providers)
    return Artwork(()).then(router.run(requests.text_to_image(spec), spec.providers))


def _generate_over_guide(
    context: dg.OpExecutionContext, guide: Artwork, router: dg.ResourceParam[Router]
) -> Artwork:
    spec = spec_of(context)
    return guide.then(router.run(requests.image_to_image(spec, guide.images[0]), spec.providers))


def _remove_background(
    context: dg.OpExecutionContext, artwork: Artwork, router: dg.ResourceParam[Router]
) -> Artwork:
    spec = spec_of(context)
    return artwork.then(router.run(requests.remove_background(artwork.images[0]), spec.providers))


def _decompose_layers(
    context: dg.OpExecutionContext, artwork: Artwork, router: dg.ResourceParam[Router]
) -> Artwork:
    spec = spec_of(context)
    return artwork.then(router.run(requests.decompose_layers(spec, artwork.images[0]), spec.providers))
