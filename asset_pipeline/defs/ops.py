"""The steps of a sprite: defined once, shared by every sprite of every game.

There is one set of them for each provider, alike but for a tag that names it, which a run's own ``tag_concurrency_limits`` may
use; the provider's ceiling itself is kept by the journal, over all runs and machines. No op has a retry policy: it would run a
paid op again when only *storing* its result failed.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import dagster as dg

from asset_pipeline.defs.candidates import (
    as_candidates,
    pinned_artwork,
    record_of,
    said_by,
    shown_candidates,
)
from asset_pipeline.defs.gates import CHECK_OUTS, check_results, review_result
from asset_pipeline.defs.metadata import sprite_metadata
from asset_pipeline.defs.specs import manifest_version, purpose_of, spec_of
from asset_pipeline.defs.stopping import run_stopped, stoppable_by
from asset_pipeline.errors import BadResult
from asset_pipeline.export.beside import files_beside
from asset_pipeline.imaging.alpha import is_cut_out
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.jobs.ledger import spent_usd
from asset_pipeline.jobs.routing import Router
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Delivery, ImageToImage, Request
from asset_pipeline.reviews.addresses import page_url
from asset_pipeline.reviews.candidates import write_candidates
from asset_pipeline.reviews.decisions import decisions_of
from asset_pipeline.sprites import (
    composites,
    cutting,
    finishing,
    guides,
    judging,
    layering,
    layouts,
    requests,
    rolling,
    scene_plan,
)
from asset_pipeline.sprites.artwork import Artwork, FinishedSprite
from asset_pipeline.sprites.strength import suited
from asset_pipeline.storage.keys import blob_key
from asset_pipeline.storage.store import Store

_In = TypeVar("_In")
_Out = TypeVar("_Out")
WORK_TAG = "asset_pipeline/work"  # the executor limits steps with this tag to the machine's cores
PROVIDER_TAG = "asset_pipeline/provider"
_MOST_AT_ONCE = 32  # as many as the journal has connections
Take = dg.ResourceParam[int | None]  # the one that the run asks for
ARTWORK = dg.Out(io_manager_key="artwork_io", description="Pictures and receipts on their way.")


@dataclass(frozen=True)
class ProviderOps:
    """The ops that one provider carries out."""

    generate: dg.OpDefinition
    generate_over_guide: dg.OpDefinition
    remove_background: dg.OpDefinition
    decompose_layers: dg.OpDefinition
    choose_best: dg.OpDefinition


@dg.op(out=ARTWORK, tags={WORK_TAG: "cpu"})
def draw_guide(
    context: dg.OpExecutionContext,
    take: Take,
    router: dg.ResourceParam[Router],
    store: dg.ResourceParam[Store],
    games_dir: dg.ResourceParam[str],
) -> Artwork:
    """Draw the sprite's shape, in its colour, or the layout of its parts, as the guide of the generation."""
    spec = spec_of(context, take)
    if decisions_of(store, spec.game, spec.pack, spec.sprite).pinned is None:  # else nobody is asked
        router.require(requests.operations_of(spec), spec.providers)
    return Artwork((layouts.guide_of(spec, Path(games_dir)),))


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
        choose_best=op(
            "choose_best", _choose_best, "Draw more candidates while none is good, and take the best."
        ),
    )


@dg.op(
    out={"result": dg.Out(description="What a game loads."), **CHECK_OUTS},
    tags={WORK_TAG: "cpu"},
)
def finish(  # noqa: PLR0913, PLR0917 - each is a need of its own
    context: dg.OpExecutionContext,
    artwork: Artwork,
    take: Take,
    store: dg.ResourceParam[Store],
    router: dg.ResourceParam[Router],
    review_base: dg.ResourceParam[str],
) -> Iterator[dg.MaterializeResult[FinishedSprite] | dg.AssetCheckResult]:
    """Bring the picture to the exact size and style, measure it by all its gates, and describe it for the UI."""
    spec = spec_of(context, take)
    standing = decisions_of(store, spec.game, spec.pack, spec.sprite)
    if standing.pinned is not None and standing.pinned.picture != blob_key(artwork.images[0], ".png"):
        artwork = _given_way(context, router, spec, artwork, store)
    sprite = finishing.finished(spec, artwork)
    judged = judging.judge(spec, artwork, sprite)
    rejected = said_by(standing)(artwork) == "rejected"
    accepted = not judged.report.failed and not rejected
    sprite = replace(sprite, accepted=accepted, beside=files_beside(spec, sprite))
    record = record_of(spec, artwork, judged, published=sprite.accepted)
    write_candidates(store, record)
    rgba = decode_image(sprite.picture, what=f"finished {spec.game}/{spec.sprite}")
    paid_usd = Decimal(0)
    if router.door is not None:
        paid_usd = spent_usd(router.door.journal, purpose_of(context, spec), artwork.all_receipts)
    yield dg.MaterializeResult(
        asset_key=context.asset_key,
        value=sprite,
        metadata={
            **sprite_metadata(spec, manifest_version(context), artwork, rgba, judged.report),
            "cost_usd": float(paid_usd),  # also for what brought no picture
            **shown_candidates(record, store),
        },
        data_version=dg.DataVersion(finishing.seen_sha256(spec, sprite)),
    )
    yield from check_results(context, judged, (rgba, *judging.canvases(spec, artwork)), store)
    page = page_url(review_base, spec.game, spec.pack, spec.sprite)
    yield review_result(context.asset_key, standing, blob_key(artwork.images[0], ".png"), page)


def _generate(
    context: dg.OpExecutionContext,
    take: Take,
    router: dg.ResourceParam[Router],
    store: dg.ResourceParam[Store],
    games_dir: dg.ResourceParam[str],
) -> Artwork:
    spec = spec_of(context, take)
    if (pinned := _pinned(context, router, spec, store)) is not None:
        return pinned
    router.require(requests.operations_of(spec), spec.providers)

    def draw(wanted: SpriteSpec) -> Artwork:
        return _drawn(context, router, wanted, None, games_dir)

    return rolling.first_roll(spec, draw, context.log.warning)


def _generate_over_guide(  # noqa: PLR0913, PLR0917 - each is a need of its own
    context: dg.OpExecutionContext,
    guide: Artwork,
    take: Take,
    router: dg.ResourceParam[Router],
    store: dg.ResourceParam[Store],
    games_dir: dg.ResourceParam[str],
) -> Artwork:
    spec = spec_of(context, take)
    if (pinned := _pinned(context, router, spec, store)) is not None:
        return replace(pinned, guide=guides.as_large_as(pinned.images[0], guide.images[0]))

    def draw(wanted: SpriteSpec) -> Artwork:
        return _drawn(context, router, wanted, guide.images[0], games_dir)

    return rolling.first_roll(spec, draw, context.log.warning)


def _drawn(
    context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, guide: bytes | None, games_dir: str
) -> Artwork:
    """Have a picture drawn, over *guide* where there is one."""
    if scene_plan.planned_layers(spec):
        return _drawn_by_layers(context, router, spec, games_dir)
    if composites.is_drawn_by_cells(spec):
        return _drawn_by_cells(context, router, spec, games_dir)
    request: Request = (
        requests.text_to_image(spec, Path(games_dir))
        if guide is None
        else requests.image_to_image(spec, guide, Path(games_dir))
    )
    request = suited(request, spec, router.drawn_by(request, spec.providers), Path(games_dir))
    strength = request.denoise_strength if isinstance(request, ImageToImage) else None
    only_one = spec.candidates + spec.rerolls == 1
    delivery = _asked(context, router, spec, _fused(router, spec, request), again=only_one)
    artwork = replace(Artwork(()).drawn(delivery, guide=guide), denoise_strength=strength)
    wanted = [
        composites.state_request(spec, state, artwork.images[0], Path(games_dir))
        for state in composites.states_to_ask(spec)
    ]
    return artwork.with_more(_asked_at_once(context, router, spec, wanted, again=only_one))


def _drawn_by_cells(
    context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, games_dir: str
) -> Artwork:
    """Have each cell of a sheet drawn in a call of its own, all at once as far as they do not need the first one."""
    only_one = spec.candidates + spec.rerolls == 1
    ask = partial(_asked_at_once, context, router, spec, again=only_one)
    cell = partial(composites.cell_request, spec, games_dir=Path(games_dir))
    count = len(layouts.require_sheet(spec).drawn)
    if composites.needs_first(spec):
        begun = ask([cell(0)])
        first = begun[0].images[0]
        done = [*begun, *ask([cell(number, first=first) for number in range(1, count)])]
    else:
        done = ask([cell(number) for number in range(count)])
    whole = composites.put_together(spec, [delivery.images[0] for delivery in done])
    return Artwork((whole,), tuple(delivery.receipt for delivery in done))


def _drawn_by_layers(
    context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, games_dir: str
) -> Artwork:
    """Have each layer of a planned scene drawn in a call of its own, side by side."""
    layers = range(scene_plan.planned_layers(spec))
    wanted = [scene_plan.layer_request(spec, layer, Path(games_dir)) for layer in layers]
    only_one = spec.candidates + spec.rerolls == 1
    drawn = _asked_at_once(context, router, spec, wanted, again=only_one)
    return Artwork(()).with_more(drawn)


def _remove_background(
    context: dg.OpExecutionContext, artwork: Artwork, take: Take, router: dg.ResourceParam[Router]
) -> Artwork:
    return artwork if artwork.pinned else _cut_out(context, router, spec_of(context, take), artwork)


def _decompose_layers(
    context: dg.OpExecutionContext, artwork: Artwork, take: Take, router: dg.ResourceParam[Router]
) -> Artwork:
    if artwork.pinned:
        return artwork
    spec = spec_of(context, take)
    return _split(context, router, spec, artwork)


def _choose_best(  # noqa: PLR0913, PLR0917 - as above
    context: dg.OpExecutionContext,
    artwork: Artwork,
    take: Take,
    router: dg.ResourceParam[Router],
    store: dg.ResourceParam[Store],
    games_dir: dg.ResourceParam[str],
) -> Artwork:
    if artwork.pinned:
        return artwork
    spec = spec_of(context, take)

    def draw(wanted: SpriteSpec) -> Artwork:
        drawn = _drawn(context, router, wanted, artwork.guide, games_dir)
        match wanted.operations[-1]:
            case "remove_background":
                return _cut_out(context, router, wanted, drawn)
            case "decompose_layers":
                return _split(context, router, wanted, drawn)
            case _:
                return drawn

    said = said_by(decisions_of(store, spec.game, spec.pack, spec.sprite))
    rolls = rolling.roll(spec, artwork, draw, said=said, warn=context.log.warning)
    return as_candidates(rolls, rolling.best(rolls, said), store)


def _pinned(context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, store: Store) -> Artwork | None:
    """Return what a person pinned: it is the sprite's, whatever else could be drawn, where its licences allow it."""
    artwork = pinned_artwork(spec, decisions_of(store, spec.game, spec.pack, spec.sprite), store)
    if artwork is not None:
        router.licensing.require(artwork.receipts)
        context.log.info(artwork.notes[0])
    return artwork


def _given_way(
    context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, artwork: Artwork, store: Store
) -> Artwork:
    """Take what a person pinned while *artwork* was drawn; that stays to be looked at beside it."""
    judged = judging.judge(spec, artwork, finishing.finished(spec, artwork))
    write_candidates(store, record_of(spec, artwork, judged, published=False))
    pinned = _pinned(context, router, spec, store)
    if pinned is None or artwork.guide is None:
        return pinned or artwork
    return replace(pinned, guide=guides.as_large_as(pinned.images[0], artwork.guide))


def _cut_out(context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, artwork: Artwork) -> Artwork:
    """Have the background removed, unless the picture came without, and hold the cutout against the colours."""
    if scene_plan.planned_layers(spec):
        return _cut_layers(context, router, spec, artwork)
    # States keep the outline of the normal one, or are not taken: their own colours are enough to tell.
    more = [cutting.cut(spec, state, None)[0] for state in artwork.images[1:]]
    return _cut_one(context, router, spec, replace(artwork, images=artwork.images[:1])).with_images(more)


def _cut_one(context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, artwork: Artwork) -> Artwork:
    """Cut out the only picture of *artwork*."""
    [picture] = artwork.images
    if is_cut_out(decode_image(picture, what=f"the picture of {spec.game}/{spec.sprite}")):
        generated, cutout, note = cutting.cut_out_already(spec, picture, artwork.generated)
        return replace(artwork, images=(cutout,), generated=generated, notes=(*artwork.notes, note))
    in_layers = scene_plan.planned_layers(spec) > 0
    wanted = (scene_plan.cut_request if in_layers else requests.remove_background)(spec, picture)
    cut = scene_plan.cut_layer if in_layers else cutting.cut
    try:
        delivery = _asked(context, router, spec, wanted, again=False)
    except BadResult as error:
        # The picture is good and paid for, and its own colours may do; the gates judge what comes of it.
        context.log.warning(f"the background is removed by the picture's own colours: {error}")
        cutout, note = cut(spec, picture, None)
        return replace(artwork, images=(cutout,), generated=picture, notes=(*artwork.notes, note))
    cutout, note = cut(spec, picture, delivery)
    return artwork.then(delivery, images=(cutout,), note=note)


def _cut_layers(
    context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, artwork: Artwork
) -> Artwork:
    """Cut out all layers but the farthest, side by side, and make a set of them."""
    farthest, *nearer = artwork.images
    cut = partial(_cut_one, context, router, spec)
    done = _side_by_side(cut, [Artwork((picture,)) for picture in nearer])
    layers, scene = scene_plan.put_in_layers(spec, [farthest, *(one.images[0] for one in done)])
    return replace(
        artwork,
        images=layers,
        generated=scene,
        receipts=(*artwork.receipts, *(receipt for one in done for receipt in one.receipts)),
        notes=(*artwork.notes, *(note for one in done for note in one.notes)),
    )


def _split(context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, artwork: Artwork) -> Artwork:
    """Have the scene split into layers, and make a set of whatever comes back."""
    scene = layering.looping_scene(spec, artwork.images[0])
    delivery = _asked(context, router, spec, requests.decompose_layers(spec, scene))
    layers, note = layering.layered(spec, scene, delivery)
    return replace(artwork, images=(scene,)).then(delivery, images=layers, note=note)


def _asked_at_once(
    context: dg.OpExecutionContext,
    router: Router,
    spec: SpriteSpec,
    wanted: Sequence[Request],
    *,
    again: bool,
) -> list[Delivery]:
    """Have all of *wanted* done side by side."""
    return _side_by_side(partial(_asked, context, router, spec, again=again), wanted)


def _side_by_side(work: Callable[[_In], _Out], items: Sequence[_In]) -> list[_Out]:
    """Do *work* on all of *items* at once, in their order; a run that is stopped stops it all.

    When one fails, those that have not begun never will: each might be paid for, and the run fails anyway.
    """
    if not items:
        return []
    stopped = run_stopped()

    def on_its_thread(item: _In) -> _Out:
        with stoppable_by(stopped):
            return work(item)

    with ThreadPoolExecutor(min(len(items), _MOST_AT_ONCE)) as pool:
        begun = [pool.submit(on_its_thread, item) for item in items]
        try:
            wait(begun, return_when=FIRST_EXCEPTION)
        finally:
            pool.shutdown(cancel_futures=True)
        return [one.result() for one in begun if not one.cancelled()]  # none is, unless another has failed


def _asked(
    context: dg.OpExecutionContext, router: Router, spec: SpriteSpec, request: Request, *, again: bool = True
) -> Delivery:
    """Have *request* done, at the expense of this sprite and run; what was paid for in vain before only where *again* says so."""
    delivery = router.run(request, spec.providers, purpose_of(context, spec), again=again)
    for warning in delivery.receipt.warnings:
        context.log.warning(warning)
    return delivery


def _fused(router: Router, spec: SpriteSpec, request: Request) -> Request:
    """Have the picture drawn and cut out in one call where one provider does both anyway."""
    return router.fused(request, spec.providers) if composites.may_fuse(spec) else request
