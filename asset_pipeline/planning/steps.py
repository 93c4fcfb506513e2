"""A sprite's calls, one after the other, as they would be made now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Literal, TypeAlias

from asset_pipeline.errors import ObjectNotFound, ProviderRejected
from asset_pipeline.imaging.alpha import is_cut_out
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.jobs.fingerprint import fingerprint
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.routing import Router, asked_of_fallback
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import DecomposeLayers, Operation, RemoveBackground, Request
from asset_pipeline.providers.remote import Plan, Quote
from asset_pipeline.reviews.decisions import decisions_of
from asset_pipeline.sprites.composites import cell_request, is_drawn_by_cells, may_fuse, put_together
from asset_pipeline.sprites.expected import expected_requests
from asset_pipeline.sprites.layering import looping_scene
from asset_pipeline.sprites.layouts import require_sheet
from asset_pipeline.sprites.scene_plan import cut_request, planned_layers
from asset_pipeline.sprites.strength import suited
from asset_pipeline.storage.store import Store

Fate: TypeAlias = Literal["free", "memo", "begun", "pinned", "call", "impossible"]


@dataclass(frozen=True)
class PlannedCall:
    """One step of one sprite.

    Attributes:
        game: id of the game.
        pack: id of the pack; empty where the game has none.
        sprite: id of the sprite.
        operation: what is asked.
        provider: who would do it.
        model: the model that would do it; empty for embedded work.
        fate: ``free`` for embedded work, ``memo`` where the result is known, ``begun`` where an earlier run
            left a job that the provider has accepted, ``pinned`` where a person's pin spares it, ``call``
            for a paid call, ``impossible`` where the provider cannot do it.
        quote: the price of the call; ``None`` unless there is one.
        notes: what the model would ignore, or why it cannot do it.
        fallbacks: the price where another provider of the chain has to make the call, by its name; free ones are left out, and so
            is the cutting out that it needs on top where the first provider does both in one call.
        roll: which try of the sprite it belongs to, from 0.
    """

    game: str
    pack: str
    sprite: str
    operation: Operation
    provider: str
    model: str
    fate: Fate
    quote: Quote | None = None
    notes: tuple[str, ...] = ()
    fallbacks: Mapping[str, Quote] = field(default_factory=dict)
    roll: int = 0

    @property
    def dearest(self) -> tuple[str, Decimal]:
        """Who of the chain would take most for the call, made by itself, and how much in USD; nothing where there is no call."""
        if self.quote is None:
            return self.provider, Decimal(0)
        chain = {self.provider: self.quote, **self.fallbacks}
        name = max(chain, key=lambda name: chain[name].alone_usd)
        return name, chain[name].alone_usd


@dataclass(frozen=True)
class Planner:
    """Walks sprites through their calls.

    Attributes:
        router: who would be asked.
        games_dir: the folder that pictures named in manifests count from.
        journal: knows what is done already; ``None`` to reckon as if nothing were.
        store: holds the pictures of what is done, and what people pinned.
    """

    router: Router
    games_dir: Path
    journal: Journal | None = None
    store: Store | None = None

    def calls(self, spec: SpriteSpec) -> Iterator[PlannedCall]:
        """Yield the steps of the first try of *spec* in order; a sprite that is pinned calls nobody."""
        if self._is_pinned(spec):
            yield from (replace(self._step(spec, operation), fate="pinned") for operation in spec.operations)
        else:
            yield from self._try(spec)

    def further_calls(self, spec: SpriteSpec) -> Iterator[PlannedCall]:
        """Yield the calls of all other tries that *spec* allows; they are made only while none before is good enough.

        A candidate that is known is left out. A reroll never is: its strength depends on what will be wrong with the try before.
        """
        tries = spec.candidates + spec.rerolls
        if tries == 1 or self._is_pinned(spec):
            return
        for number in range(1, tries):
            planner = self if number < spec.candidates else replace(self, journal=None)
            steps = planner._try(spec.rolled(number, None))
            yield from (step for step in steps if step.fate == "call")

    def _is_pinned(self, spec: SpriteSpec) -> bool:
        """Tell whether a person pinned a picture of it; as if nothing were made, none is."""
        if self.journal is None or self.store is None:
            return False
        return decisions_of(self.store, spec.game, spec.pack, spec.sprite).pinned is not None

    def _try(self, spec: SpriteSpec) -> Iterator[PlannedCall]:
        """Yield the steps of one try in order; a result that is known is what the next step is asked about."""
        first, *later = expected_requests(spec, self.games_dir)
        expected = [suited(first, spec, self.router.drawn_by(first, spec.providers), self.games_dir), *later]
        known: list[bytes | None] = []
        for number, wanted in enumerate(expected):
            request = self._about(spec, number, wanted, known)
            if isinstance(request, RemoveBackground) and is_cut_out(
                decode_image(request.image, what=spec.sprite)
            ):
                known.append(None)
                continue  # the call before did both
            call, picture = self._planned(spec, request)
            if call.fate == "free" and any(self._is_asked_elsewhere(spec, r) for r in expected[number + 1 :]):
                # Free work is done here and now: what is asked about its picture may be known already.
                picture = self._drawn(call.provider, request)
            known.append(picture)
            yield call
            if call.fate in ("call", "begun") and number == 0 and request is not wanted:
                return  # fused: nothing is left to remove

    def _about(
        self, spec: SpriteSpec, number: int, wanted: Request, known: Sequence[bytes | None]
    ) -> Request:
        """Return request *number* as it will be made, about the pictures of those before it as far as they are known."""
        if number == 0:
            return self.router.fused(wanted, spec.providers) if may_fuse(spec) else wanted
        cells = len(require_sheet(spec).drawn) if is_drawn_by_cells(spec) else 0
        if number < cells:
            first = known[0]
            return wanted if first is None else cell_request(spec, number, self.games_dir, first=first)
        if layers := planned_layers(spec):
            picture = known[number - layers + 1] if number >= layers else None
            return wanted if picture is None else cut_request(spec, picture)
        picture = known[0]
        if cells:
            drawn = [picture for picture in known[:cells] if picture is not None]
            picture = put_together(spec, drawn) if len(drawn) == cells else None
        if picture is None:
            return wanted
        if isinstance(wanted, DecomposeLayers):
            picture = looping_scene(spec, picture)
        return wanted.model_copy(update={"image": picture})

    def _is_asked_elsewhere(self, spec: SpriteSpec, request: Request) -> bool:
        chain = self.router.routes.chain(request.operation, spec.providers)
        return self.journal is not None and chain[0] in self.router.remote

    def _drawn(self, provider: str, request: Request) -> bytes | None:
        embedded = self.router.embedded(provider)
        return None if embedded is None else embedded.run(request).images[0]

    def _step(self, spec: SpriteSpec, operation: Operation) -> PlannedCall:
        first = self.router.routes.chain(operation, spec.providers)[0]
        return PlannedCall(
            spec.game, spec.pack or "", spec.sprite, operation, first, "", "free", roll=spec.roll
        )

    def _planned(self, spec: SpriteSpec, request: Request) -> tuple[PlannedCall, bytes | None]:
        """Plan the step by the first provider of its chain, unless any of them has done it before."""
        chain = self.router.routes.chain(request.operation, spec.providers)
        step = self._step(spec, request.operation)
        if lacking := [reason for name in chain if (reason := self.router.lacking(name)) is not None]:
            return replace(step, fate="impossible", notes=tuple(lacking)), None
        plans: dict[str, Plan] = {}
        begun: list[PlannedCall] = []
        for name in takewhile(self.router.remote.__contains__, chain):
            cards = self.router.remote[name].cards()
            asked = request if name == chain[0] else asked_of_fallback(cards, request)
            try:
                plan = plans[name] = self.router.plan(name, asked)
            except ProviderRejected as error:
                able = f"able to: {self.router.who_can(request)}"
                return replace(step, fate="impossible", notes=(str(error), able)), None
            if (known := self._known(name, plan, asked)) is not None:
                return replace(step, provider=name, model=plan.model, fate="memo", notes=plan.warnings), known
            if self._is_under_way(name, plan, asked):
                begun.append(
                    replace(step, provider=name, model=plan.model, fate="begun", notes=plan.warnings)
                )
        if begun:
            return begun[0], None
        return (_called(step, plans) if plans else step), None

    def _is_under_way(self, provider: str, plan: Plan, request: Request) -> bool:
        if self.journal is None:
            return False
        attempt = self.journal.open_attempt(fingerprint(provider, plan, request))
        return attempt is not None and attempt.state == "accepted"  # of others nobody knows yet

    def _known(self, provider: str, plan: Plan, request: Request) -> bytes | None:
        if self.journal is None or self.store is None:
            return None
        done = self.journal.recall(fingerprint(provider, plan, request))
        if done is None:
            return None
        try:
            return self.store.get(done.results[0])
        except ObjectNotFound:
            return None


def _called(step: PlannedCall, plans: Mapping[str, Plan]) -> PlannedCall:
    """Make the first of *plans* the call, and the others its fallbacks."""
    first, *others = plans
    plan, fallbacks = plans[first], {name: plans[name].quote for name in others}
    return replace(
        step, model=plan.model, fate="call", quote=plan.quote, notes=plan.warnings, fallbacks=fallbacks
    )
