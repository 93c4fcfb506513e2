"""Who carries out an operation, and who instead where that provider does not deliver.

An operation's own setting in the environment wins over the manifest's, which wins over the environment's general one: a
deployment can always say what it will not pay for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from asset_pipeline.errors import (
    ConfigError,
    JobError,
    JobTimedOut,
    OutcomeUnknown,
    ProviderError,
    ProviderRejected,
    ProviderUnavailable,
)
from asset_pipeline.jobs.breaker import Breaker, LeftAlone
from asset_pipeline.jobs.clock import Clock, SystemClock
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.licensing import Licensing
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.providers.capabilities import ModelCard, fitness
from asset_pipeline.providers.opening import cards_once_ready
from asset_pipeline.providers.operations import Delivery, ImageProvider, Operation, Request, Weights
from asset_pipeline.providers.remote import Plan, RemoteProvider

ANY_LICENCE = Licensing()
Chains = Mapping[Operation, Sequence[str]]


@dataclass(frozen=True)
class Routes:
    """Names of providers, in the order in which they are asked.

    Attributes:
        default: where nobody else is named.
        operations: whatever a manifest says.
    """

    default: tuple[str, ...] = ("local",)
    operations: Mapping[Operation, tuple[str, ...]] = field(default_factory=dict)

    @property
    def named(self) -> frozenset[str]:
        """Every provider that is named here, for whatever."""
        return frozenset(self.default).union(*self.operations.values())

    def chain(self, operation: Operation, manifest: Chains) -> tuple[str, ...]:
        """Name who carries out *operation* where the manifest says *manifest*, and the fallbacks after it.

        >>> Routes(("runpod",), {"remove_background": ("local",)}).chain("remove_background", {})
        ('local',)
        """
        return tuple(self.operations.get(operation) or manifest.get(operation) or self.default)


@dataclass(frozen=True)
class Roster:
    """Which providers there are, by name.

    Attributes:
        embedded: those that cost nothing.
        remote: the others that are ready.
        unready: why the rest are not: what is missing and what to do.
    """

    embedded: Mapping[str, ImageProvider] = field(default_factory=dict)
    remote: Mapping[str, RemoteProvider] = field(default_factory=dict)
    unready: Mapping[str, str] = field(default_factory=dict)


class Router:
    """Hands each request to its provider: embedded ones directly, all others through the door.

    Args:
        routes: who does what.
        roster: who there is.
        door: for the remote providers; there may be none where there are none of them.
        clock: time.
        licensing: which models may be used here.
    """

    def __init__(
        self,
        routes: Routes,
        roster: Roster,
        door: Door | None = None,
        clock: Clock | None = None,
        licensing: Licensing = ANY_LICENCE,
    ) -> None:
        self.routes = routes
        self.licensing = licensing
        self.remote = roster.remote
        self.door = door
        self._embedded = roster.embedded
        self._unready = roster.unready
        self._breakers = {name: Breaker(name, clock or SystemClock()) for name in roster.remote}

    def embedded(self, name: str) -> ImageProvider | None:
        """Return the provider *name* where it costs nothing."""
        return self._embedded.get(name)

    def require(self, operations: Iterable[Operation], manifest: Chains) -> None:
        """Refuse now what would fail later, before anything is paid.

        Raises:
            ConfigError: naming every provider that is not ready and what it lacks.
        """
        names = {name for operation in operations for name in self.routes.chain(operation, manifest)}
        if lacking := [reason for name in sorted(names) if (reason := self.lacking(name)) is not None]:
            raise ConfigError("\n".join(lacking))

    def lacking(self, name: str) -> str | None:
        """Say why the provider *name* cannot be used; ``None`` where it can."""
        if name in self._embedded or name in self.remote:
            return None
        return self._unready.get(name, f"{name} is no provider")

    def run(self, request: Request, manifest: Chains, purpose: Purpose, *, again: bool = True) -> Delivery:
        """Carry out *request*, by a fallback where the first provider does not deliver.

        A fallback is for a provider that does not answer, or that accepted the job and did not deliver. It is not for a request
        that is wrong, a budget that is too small, or a job that may still be paid for: one whose acceptance nobody can tell, or
        that was accepted and is not over. A fallback that has such a job of an earlier run is asked first.

        Args:
            request: what is asked.
            manifest: who does what, where the manifest says so.
            purpose: whose money it is.
            again: pay anew for what was paid for before and brought no picture; a caller that can do without says no.

        Raises:
            ConfigError: a provider is not ready.
            ProviderError: no provider delivered; the last one's error, with the others' in its notes.
            BudgetExceeded: the price is over a budget.
        """
        self.require([request.operation], manifest)
        chain = self.routes.chain(request.operation, manifest)
        if (known := self._known(request, chain)) is not None:
            return known
        reasons: list[str] = []
        for name in (order := self._begun_first(request, chain)):
            try:
                return _told(self._by(name, self._asked(name, request, chain), purpose, again), reasons)
            except ProviderError as error:
                if name == order[-1] or not _may_be_replaced(error):
                    for reason in reasons:
                        error.add_note(f"before that: {reason}")
                    raise
                reasons.append(str(error))
        raise AssertionError("the last provider returns or raises")

    def _known(self, request: Request, chain: Sequence[str]) -> Delivery | None:
        """Return what any provider of the chain made of *request* before: a fallback's picture stays, too."""
        if len(chain) == 1 or self.door is None:
            return None  # the door itself looks
        for name in chain:
            if name in self._embedded:
                return None  # costs nothing, so it keeps nothing
            asked = self._asked(name, request, chain)
            try:
                weights = self._weights(name, asked)
                if (found := self.door.recall(self.remote[name], asked)) is not None:
                    return _with(found, weights=weights)
            except ProviderRejected:
                continue
        return None

    def _begun_first(self, request: Request, chain: Sequence[str]) -> list[str]:
        """Put a fallback first where an earlier run began there what it did not end: it may be paid for already."""
        begun = [name for name in chain[1:] if self._has_begun(name, self._asked(name, request, chain))]
        return list(dict.fromkeys((*begun, *chain)))

    def _has_begun(self, name: str, asked: Request) -> bool:
        if self.door is None or name in self._embedded:
            return False
        try:
            return self.door.is_under_way(self.remote[name], asked)
        except ProviderRejected:
            return False

    def _asked(self, name: str, request: Request, chain: Sequence[str]) -> Request:
        return request if name == chain[0] else asked_of_fallback(self._cards(name), request)

    def plan(self, name: str, request: Request) -> Plan:
        """Say what *request* would become at the remote provider *name*, without the network.

        Raises:
            ProviderRejected: no model of it can do that, or the licence of one that can is not good enough here; names those
                that may be used instead.
        """
        plan = self.remote[name].plan(request)
        if refusal := self._refusal(name, plan):
            instead = ", ".join(self._licensed_models(name, request)) or f"no other model of {name}"
            raise ProviderRejected(
                name,
                f"{request.operation}: {refusal}; ASSET_PIPELINE_LICENCES={self.licensing.profile} allows instead: {instead}",
            )
        return plan

    def drawn_by(self, request: Request, manifest: Chains) -> str:
        """Name the provider and the model that *request* goes to first, such as ``comfyui/sdxl``; alone where it has no model."""
        name = self.routes.chain(request.operation, manifest)[0]
        try:
            return f"{name}/{self.remote[name].plan(request).model}" if name in self.remote else name
        except ProviderRejected:
            return name

    def _refusal(self, name: str, plan: Plan) -> str:
        return self.licensing.refusal(name, self.licensing.weights(name, plan))

    def _licensed_models(self, name: str, request: Request) -> list[str]:
        """Name the provider's models that can do *request*, and that may be used here."""
        licensed = []
        for card in self._cards(name):
            try:
                plan = self.remote[name].plan(request.model_copy(update={"model": card.name}))
            except ProviderRejected:
                continue
            if not self._refusal(name, plan):
                licensed.append(card.name)
        return licensed

    def _weights(self, name: str, request: Request) -> tuple[Weights, ...]:
        return self.licensing.weights(name, self.plan(name, request))

    def able(self, request: Request) -> list[str]:
        """Name the providers, of those that can be asked, that can do *request* and leave nothing of it out."""
        asked = request.model_copy(update={"model": None})
        able = [name for name, provider in self._embedded.items() if provider.honours(asked)]
        for name in self.remote:
            try:
                self.plan(name, asked)
            except ProviderRejected:
                continue
            able.append(name)
        return able

    def able_once_ready(self, request: Request) -> list[str]:
        """Name the providers that lack only their setting up to do *request*, with a model that may be used here."""
        asked = request.model_copy(update={"model": None})
        return [
            name
            for name in self._unready
            if any(
                not fitness(card, asked).mistakes and not self._refused_by_name(name, card.name)
                for card in cards_once_ready(name)
            )
        ]

    def _refused_by_name(self, name: str, model: str) -> str:
        return self.licensing.refusal(name, (self.licensing.licences.weights(name, model),))

    def who_can(self, request: Request) -> str:
        """Say in words who can do *request*, now and once set up."""
        now = ", ".join(self.able(request)) or "nobody that is configured here"
        later = ", ".join(self.able_once_ready(request))
        return f"{now}; once set up, by {later}" if later else now

    def fused(self, request: Request, manifest: Chains) -> Request:
        """Ask for drawing and cutting out in one call where both steps go to one provider that can; else as it was."""
        first = self.routes.chain(request.operation, manifest)[0]
        provider = self.remote.get(first)
        if provider is None or first != self.routes.chain("remove_background", manifest)[0]:
            return request
        return provider.fused(request) or request

    def _cards(self, name: str) -> tuple[ModelCard, ...]:
        return self.remote[name].cards() if name in self.remote else ()

    def _by(self, name: str, request: Request, purpose: Purpose, again: bool) -> Delivery:
        if name in self._embedded:
            delivery = self._embedded[name].run(request)
            return _with(delivery, weights=(self.licensing.licences.weights(name, delivery.receipt.model),))
        if self.door is None:
            raise ConfigError(f"{name} needs the journal, and there is none here")
        weights = self._weights(name, request)
        breaker = self._breakers[name]
        admitted = False

        def admit() -> None:
            nonlocal admitted
            breaker.require_closed()
            admitted = True

        try:
            delivery = self.door.run(self.remote[name], request, purpose, admit=admit, again=again)
        except LeftAlone:
            raise
        except ProviderUnavailable:
            breaker.failed()
            raise
        except OutcomeUnknown:
            if admitted:  # else an earlier run's request is still uncertain, and nobody was asked
                breaker.failed()
            raise
        except ProviderError:
            breaker.succeeded()
            raise
        if not delivery.receipt.memoised:  # else nobody was asked
            breaker.succeeded()
        return _with(delivery, weights=weights)


def _may_be_replaced(error: ProviderError) -> bool:
    """Tell whether another provider may be paid instead."""
    if isinstance(error, ProviderUnavailable):
        return error.job_id is None  # else it has a job of ours, which a rerun collects
    return isinstance(error, JobError) and not isinstance(error, JobTimedOut)


def asked_of_fallback(cards: Sequence[ModelCard], request: Request) -> Request:
    """Ask a fallback for its own model where it does not know the one that was named for the first provider."""
    if request.model is None or request.model in {card.name for card in cards}:
        return request
    return request.model_copy(update={"model": None})


def _told(delivery: Delivery, reasons: list[str]) -> Delivery:
    """Say in the receipt that a fallback did it, and why."""
    if not reasons:
        return delivery
    warnings = (*delivery.receipt.warnings, *(f"fallback, because {reason}" for reason in reasons))
    return _with(delivery, warnings=warnings)


def _with(delivery: Delivery, **facts: object) -> Delivery:
    """Say *facts* in the receipt."""
    return Delivery(images=delivery.images, receipt=delivery.receipt.model_copy(update=facts))
