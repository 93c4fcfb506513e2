"""The steps of a sprite: defined once, shared by every sprite of every game.

There is one set of them for each provider, alike but for a tag that names it, which a run's own ``tag_concurrency_limits`` may
use; the provider's ceiling itself is kept by the journal, over all runs and machines. No op has a retry policy: it would run a
paid op again when only *storing* its result failed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import dagster as dg

from asset_pipeline.defs.metadata import sprite_metadata
from asset_pipeline.defs.specs import manifest_version, purpose_of, spec_of
from asset_pipeline.imaging.alpha import is_cut_out
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.jobs.routing import Router
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Request
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


def _generate(
    context: dg.OpExecutionContext, router: dg.ResourceParam[Router], games_dir: dg.ResourceParam[str]
) -> Artwork:
    spec = spec_of(context)
    router.require(requests.operations_of(spec), spec.providers)
    request = requests.text_to_image(spec, Path(games_dir))
    return _asked(context, router, spec, Artwork(()), _fused(router, spec, request))


def _generate_over_guide(
    context: dg.OpExecutionContext,
    guide: Artwork,
    router: dg.ResourceParam[Router],
    games_dir: dg.ResourceParam[str],
) -> Artwork:
    spec = spec_of(context)
    request = requests.image_to_image(spec, guide.images[0], Path(games_dir))
    return _asked(context, router, spec, guide, _fused(router, spec, request))


def _remove_background(
    context: dg.OpExecutionContext, artwork: Artwork, router: dg.ResourceParam[Router]
) -> Artwork:
    spec = spec_of(context)
    if is_cut_out(decode_image(artwork.images[0], what=f"the picture of {spec.game}/{spec.sprite}")):
        context.log.info("the picture came without its background; nothing is left to remove")
        return artwork
    return _asked(context, router, spec, artwork, requests.remove_background(spec, artwork.images[0]))


def _decompose_layers(
    context: dg.OpExecutionContext, artwork: Artwork, router: dg.ResourceParam[Router]
) -> Artwork:
    spec = spec_of(context)
    return _asked(context, router, spec, artwork, requests.decompose_layers(spec, artwork.images[0]))


def _asked(
    context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, before: Artwork, request: Request
) -> Artwork:
    """Have *request* done, at the expense of this sprite and run."""
    delivery = router.run(request, spec.providers, purpose_of(context, spec))
    for warning in delivery.receipt.warnings:
        context.log.warning(warning)
    return before.then(delivery)


def _fused(router: Router, spec: SpriteSpec, request: Request) -> Request:
    """Have the picture drawn and cut out in one call where one provider does both anyway."""
    return router.fused(request, spec.providers) if "remove_background" in spec.operations else request
