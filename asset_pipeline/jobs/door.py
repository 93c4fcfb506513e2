"""The door itself: one function through which all paid work goes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, TypeVar
from uuid import uuid4

from asset_pipeline.errors import (
    BadResult,
    JobError,
    JobFailed,
    JobLost,
    ObjectNotFound,
    OutcomeUnknown,
    ProviderError,
    ProviderRejected,
    ProviderUnavailable,
)
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.jobs.ceilings import Gate
from asset_pipeline.jobs.clock import Clock, SystemClock
from asset_pipeline.jobs.courier import Courier
from asset_pipeline.jobs.fingerprint import described, fingerprint
from asset_pipeline.jobs.heartbeat import Heartbeat
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.records import BAD_RESULT, NOTHING, Attempt, Purpose, Work
from asset_pipeline.jobs.schema import ATTEMPTS
from asset_pipeline.jobs.sending import note, send
from asset_pipeline.jobs.verify import Verified, verify
from asset_pipeline.jobs.waiting import wait
from asset_pipeline.providers.operations import (
    DecomposeLayers,
    Delivery,
    Receipt,
    RemoveBackground,
    Request,
)
from asset_pipeline.providers.remote import (
    Failed,
    Lost,
    Money,
    Prepared,
    RemoteProvider,
    Succeeded,
    Ticket,
)
from asset_pipeline.storage.blobs import put_blob
from asset_pipeline.storage.store import Store

SUBMIT_TRIES = 8  # of a request that was certainly not accepted
LONGEST_PAUSE_S = 60.0
FETCH_TRIES = 3
SEARCH_S = 45.0  # how long to look for a request whose answer was lost, where the provider says "not yet"
SENDING_S = 45.0  # longer than any request is on its way, so that after it a courier that wrote nothing down is dead, too
Resumed: TypeAlias = Literal["delivered", "somebody else is at it", "is over by now", "was never accepted"]

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Errand:
    """One call of the door: what is to be done, by whom, and who does it here."""

    provider: RemoteProvider
    request: Request
    work: Work
    owner: str
    warnings: tuple[str, ...]
    admit: Callable[[], None]


@dataclass(frozen=True)
class _Done:
    """A job that is done by its provider's word, and what was ignored of its request."""

    attempt: Attempt
    state: Succeeded
    warnings: tuple[str, ...]


class Door:
    """Carries out requests at providers elsewhere, so that no piece of work is paid for twice.

    Args:
        journal: where everything is written down before the next step is taken.
        store: where pictures are kept, under their hash.
        clock: time.
        courier: sends for providers that cannot be searched, so that a request outlives this process; without one, this process
            sends all.
    """

    def __init__(
        self, journal: Journal, store: Store, clock: Clock | None = None, courier: Courier | None = None
    ) -> None:
        self.journal = journal
        self._store = store
        self._clock = clock or SystemClock()
        self._courier = courier
        self._heart = Heartbeat(journal, self._clock)
        self._gates: dict[str, Gate] = {}

    def run(
        self,
        provider: RemoteProvider,
        request: Request,
        purpose: Purpose,
        *,
        admit: Callable[[], None] = lambda: None,
        again: bool = True,
    ) -> Delivery:
        """Return the pictures of *request*: from the memo, from a job that is under way, or from a new one.

        Args:
            provider: who does it.
            request: what is asked.
            purpose: whose money it is.
            admit: is called before *provider* is asked for anything new, and may refuse by raising; what is known already, or
                under way, needs no leave.
            again: pay anew for what was paid for before and brought no picture; else that is said again.

        Raises:
            ProviderRejected: the request is wrong or beyond the provider; nothing was sent.
            ProviderUnavailable: the provider does not answer or is overloaded.
            OutcomeUnknown: the request may have been accepted; it is in the journal and never sent again by itself.
            JobError: the provider accepted the job and did not deliver.
            BudgetExceeded: the price is over a budget; nothing was sent.
            StoreError: the pictures could not be stored; the job is in the journal, so a rerun fetches them.
        """
        plan = provider.plan(request)
        name = fingerprint(provider.name, plan, request)
        work = Work(name, provider.name, plan.model, request.operation, described(request), purpose)
        with self._heart.owner() as owner:
            errand = _Errand(provider, request, work, owner, plan.warnings, admit)
            while True:
                if (delivery := self._recalled(name)) is not None:
                    return delivery
                if not again and (why := self.journal.bad_result(name)) is not None:
                    raise BadResult(
                        provider.name,
                        f"{why}; it was paid for, and is not asked for again: another take is another picture",
                    )
                answer = self.journal.claim(work, owner, self._clock.now())
                if answer == "mine":
                    try:
                        return self._delivered(errand)
                    finally:
                        self.journal.release(name, owner)
                if answer == "busy":
                    self._clock.sleep(0.5)

    def resume(self, provider: RemoteProvider, attempt: Attempt) -> Resumed:
        """Carry an open attempt of an earlier run to its end, without sending anything that costs money.

        Raises:
            ProviderError: it did not deliver, or nobody can tell; the journal says so too.
        """
        name = attempt.fingerprint
        work = Work(name, provider.name, attempt.ticket.model, attempt.ticket.operation, {}, attempt.purpose)
        with self._heart.owner() as owner:
            if self.journal.claim(work, owner, self._clock.now()) != "mine":
                return "somebody else is at it"
            try:
                # What was read before the claim may be over by now.
                current = self.journal.open_attempt(name)
                if current is None or current.token != attempt.token:
                    return "is over by now"
                found = self._found(provider, current)
                if found is None:
                    return "was never accepted"
                with self._gate(provider).place(name, owner, in_flight=True):
                    done = self._waited(provider, found, ())
                self._collected(provider, done)
            finally:
                self.journal.release(name, owner)
        return "delivered"

    def recall(self, provider: RemoteProvider, request: Request) -> Delivery | None:
        """Return what *provider* made of *request* before, or ``None``; asks nobody and pays nothing.

        Raises:
            ProviderRejected: no model of the provider can do it.
        """
        return self._recalled(fingerprint(provider.name, provider.plan(request), request))

    def is_under_way(self, provider: RemoteProvider, request: Request) -> bool:
        """Tell whether *provider* has, or may have, a job of *request* whose end is not known.

        Raises:
            ProviderRejected: no model of the provider can do it.
        """
        name = fingerprint(provider.name, provider.plan(request), request)
        return self.journal.open_attempt(name) is not None

    # The memo -----------------------------------------------------------------------------------------------------

    def _recalled(self, name: str) -> Delivery | None:
        done = self.journal.recall(name)
        if done is None:
            return None
        try:
            images = tuple(self._store.get(key) for key in done.results)
        except ObjectNotFound:
            # Somebody emptied the store. The provider may still have the job; else it is paid for anew, within the budget.
            self.journal.forget_result(name)
            return None
        return Delivery(images=images, receipt=done.receipt.model_copy(update={"memoised": True}))

    # One piece of work ----------------------------------------------------------------------------------------------

    def _delivered(self, errand: _Errand) -> Delivery:
        """Bring a claimed piece of work to its end; a second attempt only where the first one's failure invites it.

        Both have the same place in flight; the pictures are fetched when it has been given back.
        """
        attempt = self._picked_up(errand)
        if attempt is None:
            errand.admit()
        prepared = self._prepared(errand) if attempt is None else None
        place = self._gate(errand.provider).place(
            errand.work.fingerprint, errand.owner, in_flight=attempt is not None
        )
        with place:
            try:
                done = self._done(errand, attempt, prepared)
            except (JobFailed, JobLost) as error:
                if not error.again:
                    raise
                attempt = self._revived(errand, error.job_id) if isinstance(error, JobFailed) else None
                prepared = self._prepared(errand) if attempt is None else None
                done = self._done(errand, attempt, prepared)
        return self._collected(errand.provider, done)

    def _done(self, errand: _Errand, attempt: Attempt | None, prepared: Prepared | None) -> _Done:
        """Wait for the attempt that is open, or send one and wait for it.

        Raises:
            JobFailed, JobLost: there is nothing to collect; the journal says so.
        """
        if prepared is not None:
            attempt = self._sent(errand, prepared)
        if attempt is None:
            raise AssertionError("there is an open attempt, or a request to be sent")
        warnings = (*errand.warnings, *(prepared.warnings if prepared else ()))
        return self._waited(errand.provider, attempt, warnings)

    def _waited(self, provider: RemoteProvider, attempt: Attempt, warnings: tuple[str, ...]) -> _Done:
        with _naming(attempt):
            state = wait(provider, attempt.ticket, self._clock)
        if isinstance(state, Succeeded):
            return _Done(attempt, state, warnings)
        raise self._written_off(attempt, state)

    def _revived(self, errand: _Errand, job_id: str | None) -> Attempt | None:
        """Have a failed job done again under its own id, where the provider offers that: its inputs stay there."""
        if job_id is None:
            return None
        failed = self.journal.attempts(
            ATTEMPTS.c.fingerprint == errand.work.fingerprint, ATTEMPTS.c.job_id == job_id, newest=1
        )[-1]
        ticket = failed.ticket.model_copy(update={"token": str(uuid4()), "created_at": self._clock.now()})
        self.journal.intend(errand.work, errand.owner, ticket, failed.quote, job_id=job_id)
        try:
            revived = errand.provider.retry(ticket)
        except (ProviderRejected, ProviderUnavailable):
            revived = False
        if not revived:
            self.journal.ended(
                ticket.token, "refused", NOTHING, "the provider cannot repeat a job", self._clock.now()
            )
            return None
        self.journal.accepted(ticket.token, job_id, self._clock.now())
        return self._picked_up(errand)

    def _picked_up(self, errand: _Errand) -> Attempt | None:
        """Return the job that an earlier run began, or ``None`` where a new one may be begun."""
        attempt = self.journal.open_attempt(errand.work.fingerprint)
        return None if attempt is None else self._found(errand.provider, attempt)

    def _found(self, provider: RemoteProvider, attempt: Attempt) -> Attempt | None:
        """Make sure what became of an open attempt; ``None`` where it certainly was not accepted.

        Raises:
            OutcomeUnknown: nobody can tell.
        """
        if attempt.state == "intended":
            if self.journal.take_back(attempt.token, self._clock.now()):
                return None
            attempt = self._reread(attempt)
        if attempt.state == "refused":
            return None
        if attempt.ticket.job_id and attempt.state != "sending":
            return attempt
        job_id = (
            self._begun_again(provider, attempt)
            if attempt.ticket.job_id
            else self._searched(provider, attempt)
        )
        if job_id is None:
            self.journal.ended(attempt.token, "refused", NOTHING, "was not accepted", self._clock.now())
            return None
        self.journal.accepted(attempt.token, job_id, self._clock.now())
        return replace(attempt, state="accepted", ticket=attempt.ticket.model_copy(update={"job_id": job_id}))

    def _begun_again(self, provider: RemoteProvider, attempt: Attempt) -> str | None:
        """Tell whether a failed job that was to be done again under its id was: it has left its failure behind then."""
        return None if isinstance(provider.look(attempt.ticket), Failed | Lost) else attempt.ticket.job_id

    def _searched(self, provider: RemoteProvider, attempt: Attempt) -> str | None:
        """Look for a job whose acceptance is unknown, for as long as the provider says "not yet"."""
        deadline = self._clock.monotonic() + SEARCH_S
        while True:
            try:
                return provider.find(attempt.ticket, self.journal.other_job_ids(attempt))
            except (OutcomeUnknown, ProviderUnavailable) as error:
                final = isinstance(error, OutcomeUnknown) and error.final and not self._on_its_way(attempt)
                if final or self._clock.monotonic() > deadline:
                    self.journal.uncertain(attempt.token, attempt.quote.worst_usd, str(error))
                    raise _unknown(attempt, error) from error
            self._clock.sleep(1.0 if provider.searchable else 0.2)
            if (attempt := self._reread(attempt)).state in ("accepted", "refused"):
                return attempt.ticket.job_id or None

    def _on_its_way(self, attempt: Attempt) -> bool:
        """Tell whether the courier of a run that was killed may be sending it yet."""
        return attempt.state == "sending" and 0 <= self._clock.now() - attempt.sent_at < SENDING_S

    def _reread(self, attempt: Attempt) -> Attempt:
        return self.journal.attempts(ATTEMPTS.c.token == attempt.token)[-1]

    def _prepared(self, errand: _Errand) -> Prepared:
        """Check, upload and quote; tried again while the provider is merely not there."""
        token, request = str(uuid4()), errand.request
        if (courier := self._courier_of(errand.provider)) is not None:
            courier.start()  # meanwhile the request is prepared
        prepared = self._patiently(lambda: errand.provider.prepare(request, token))
        ticket = prepared.ticket.model_copy(
            update={
                "wanted_px": prepared.ticket.wanted_px or _wanted_px(request),
                "count": max(prepared.ticket.count, 2 if isinstance(request, DecomposeLayers) else 1),
                "seed": None if isinstance(request, RemoveBackground) else request.seed,
            }
        )
        return replace(prepared, ticket=ticket)

    def _sent(self, errand: _Errand, prepared: Prepared) -> Attempt:
        """Write the intent down, send once, and write the job's id down."""
        try:
            self._patiently(lambda: self._sent_once(errand, prepared))
        except OutcomeUnknown as error:
            if error.job_id:  # whoever sent it could not write that down
                note(self.journal, prepared.ticket, error.job_id, self._clock)
            else:
                self._lost_answer(errand, error)
        attempt = self._picked_up(errand)
        if attempt is None:
            raise JobFailed(
                errand.provider.name, "the request got lost on its way and was not accepted", again=True
            )
        return attempt

    def _lost_answer(self, errand: _Errand, error: OutcomeUnknown) -> None:
        """Say so; the answer was lost, not necessarily the job."""
        _log.warning("%s: the answer to a paid request was lost; looking for it", errand.work.purpose)
        lost = self.journal.open_attempt(errand.work.fingerprint)
        if lost is not None and lost.state == "sending" and not errand.provider.searchable:
            self.journal.uncertain(lost.token, lost.quote.worst_usd, str(error))

    def _sent_once(self, errand: _Errand, prepared: Prepared) -> None:
        self._gate(errand.provider).pace()
        self._clock.sleep(
            0.0
        )  # ends here where the run is being stopped: what only queued is not paid for then
        ticket = prepared.ticket.model_copy(update={"created_at": self._clock.now()})
        ready, courier = replace(prepared, ticket=ticket), self._courier_of(errand.provider)
        if courier is None:
            self.journal.intend(errand.work, errand.owner, ticket, prepared.quote)
            send(self.journal, errand.provider, ready, self._clock)
        else:
            self.journal.intend(errand.work, errand.owner, ticket, prepared.quote, state="intended")
            courier.carry(ready)

    def _courier_of(self, provider: RemoteProvider) -> Courier | None:
        return None if provider.searchable else self._courier

    def _patiently(self, call: Callable[[], _T]) -> _T:
        """Repeat what the provider certainly did not accept, with growing pauses or those it asks for."""
        pause_s = 1.0
        for _ in range(SUBMIT_TRIES - 1):
            try:
                return call()
            except ProviderUnavailable as error:
                self._clock.sleep(min(error.retry_after_s or pause_s, LONGEST_PAUSE_S))
                pause_s *= 2
        return call()

    # The end of an attempt ------------------------------------------------------------------------------------------

    def _written_off(self, attempt: Attempt, state: Failed | Lost) -> JobError:
        """Write down that there will be no pictures, and return the error that says why."""
        provider, job_id = attempt.ticket.provider, attempt.ticket.job_id
        if isinstance(state, Failed):
            cancelled = self.journal.is_cancelled(attempt.token)  # what a person stopped nobody begins again
            self.journal.ended(attempt.token, "failed", state.cost, state.reason, self._clock.now())
            again = state.again and not cancelled
            return JobFailed(provider, f"job {job_id}: {state.reason}", job_id=job_id, again=again)
        # One that was delivered before has its true cost; only the store has lost its pictures since.
        before = attempt.ended_at is not None
        worst = Money(attempt.quote.worst_usd, "estimated")
        known = Money(attempt.cost_usd, attempt.cost_basis) if before else worst
        self.journal.ended(attempt.token, "lost", known, state.reason, self._clock.now())
        again = state.again or before
        return JobLost(provider, f"job {job_id}: {state.reason}", job_id=job_id, again=again)

    def _collected(self, provider: RemoteProvider, done: _Done) -> Delivery:
        """Fetch, verify and store the pictures, or write down why there are none."""
        attempt, state = done.attempt, done.state
        cost = state.cost or Money(attempt.quote.usd, attempt.quote.basis)
        try:
            with _naming(attempt):
                verified = self._fetched(provider, attempt.ticket, state)
        except BadResult as error:
            self.journal.ended(attempt.token, "failed", cost, f"{BAD_RESULT}{error}", self._clock.now())
            raise
        results = [put_blob(self._store, image) for image in verified.images]
        receipt = self._receipt(attempt, state, cost, (*done.warnings, *state.warnings, *verified.warnings))
        self.journal.delivered(attempt, results, receipt, self._clock.now())
        return Delivery(images=verified.images, receipt=receipt)

    def _fetched(self, provider: RemoteProvider, ticket: Ticket, state: Succeeded) -> Verified:
        """Download and look at the pictures; a download that broke is made again, a paid job never is."""
        for left in reversed(range(FETCH_TRIES)):
            try:
                return verify(ticket, provider.fetch(ticket, state))
            except (BadResult, ProviderUnavailable, ProviderRejected):
                # Bytes that cannot be had are not bytes that are bad: the job stays in the journal, and a rerun fetches them.
                if left == 0:
                    raise
            self._clock.sleep(1.0)
            again = provider.look(ticket)  # a link may have expired
            state = again if isinstance(again, Succeeded) else state
        raise AssertionError("the last try returns or raises")

    def _receipt(self, attempt: Attempt, state: Succeeded, cost: Money, warnings: tuple[str, ...]) -> Receipt:
        ticket = attempt.ticket
        return Receipt(
            provider=ticket.provider,
            operation=ticket.operation,
            model=ticket.model,
            seed=ticket.seed,
            job_id=ticket.job_id,
            cost_usd=cost.usd,
            cost_basis=cost.basis,
            quoted_usd=attempt.quote.usd,
            seconds=max(0.0, self._clock.now() - attempt.sent_at),
            queue_seconds=state.queue_s,
            run_seconds=state.run_s,
            fingerprint=attempt.fingerprint,
            warnings=tuple(dict.fromkeys(warnings)),
        )

    def _gate(self, provider: RemoteProvider) -> Gate:
        return self._gates.setdefault(
            provider.name, Gate(self.journal, provider.name, provider.ceilings, self._clock)
        )


@contextmanager
def _naming(attempt: Attempt) -> Iterator[None]:
    """Name the job in the error where its provider stops answering: it was accepted, and may be paid for."""
    try:
        yield
    except ProviderUnavailable as error:
        error.job_id = attempt.ticket.job_id
        raise


def _wanted_px(request: Request) -> tuple[int, int]:
    """Say how large the pictures of *request* are to be: as asked, or as the picture that is worked on."""
    if isinstance(request, RemoveBackground | DecomposeLayers):
        height_px, width_px = decode_image(request.image, what=f"the picture of {request.operation}").shape[
            :2
        ]
        return width_px, height_px
    return request.width_px, request.height_px


def _unknown(attempt: Attempt, error: ProviderError) -> OutcomeUnknown:
    return OutcomeUnknown(
        attempt.ticket.provider,
        f"{attempt.purpose}: nobody can tell whether the request was accepted ({error}). It counts as spent at its worst price "
        f"and is not sent again by itself. Look at the provider's own list of jobs; then either run again later, or "
        f"`asset-pipeline jobs give-up {attempt.fingerprint[:12]}` to allow paying for it anew.",
        final=True,
    )
