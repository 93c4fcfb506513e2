"""What goes wrong at a provider, and which paid submission it happens to."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence
from enum import StrEnum


class Fault(StrEnum):
    """One way in which a provider fails; the double that speaks for it says how it looks on the wire."""

    COLD_START = "cold_start"
    """The job waits in the queue much longer than usual, then runs."""
    STUCK_QUEUE = "stuck_queue"
    """The job never leaves the queue."""
    TOO_MANY_REQUESTS = "too_many_requests"
    """429; nothing is accepted."""
    TOO_LARGE = "too_large"
    """413; nothing is accepted."""
    ERROR_BEFORE_ACCEPT = "error_before_accept"
    """5xx; nothing was accepted, which the client cannot know."""
    ERROR_AFTER_ACCEPT = "error_after_accept"
    """5xx, yet the job was accepted, runs and is billed."""
    DROP_AFTER_ACCEPT = "drop_after_accept"
    """The connection breaks without an answer; the job was accepted, runs and is billed."""
    EXPIRED_RESULT = "expired_result"
    """The job was done, and its result is already gone."""
    EMPTY_RESULT = "empty_result"
    """The job is done by the provider's word, without a picture."""
    WRONG_FORMAT = "wrong_format"
    """A JPEG where a PNG was promised."""
    WRONG_SIZE = "wrong_size"
    """A picture of another size and shape than asked for."""
    TRUNCATED = "truncated"
    """A picture that breaks off."""
    HTML_BODY = "html_body"
    """A page of an edge server in place of JSON, with a good status; nothing was accepted."""
    VANISHED = "vanished"
    """The job is accepted and then unknown, as after a restart."""
    EMPTY_HISTORY = "empty_history"
    """The job is done, and the first looks at it find nothing yet."""
    SPOILED = "spoiled"
    """A picture of the right size and format that no game can use: empty, cut off, or squashed."""
    JOB_FAILED = "job_failed"
    """The provider says that the job failed."""


class FaultPlan:
    """Which paid submission meets which fault; safe to ask from many threads."""

    def __init__(self, faults: Mapping[int, Fault] | None = None) -> None:
        """Plan *faults* by the number of the submission, counted from 1 over the double's life."""
        self._faults = dict(faults or {})
        self._rolls: random.Random | None = None
        self._share, self._kinds = 0.0, tuple(Fault)
        self._count = 0
        self._lock = threading.Lock()

    @classmethod
    def random(cls, seed: int, share: float, faults: Sequence[Fault] = tuple(Fault)) -> FaultPlan:
        """Return a plan in which *share* of all submissions, chosen by *seed*, meet one of *faults*.

        >>> plan = FaultPlan.random(7, 1.0, [Fault.TRUNCATED])
        >>> plan.next()
        <Fault.TRUNCATED: 'truncated'>
        """
        plan = cls()
        plan._rolls = random.Random(seed)  # noqa: S311  # repeatable on purpose
        plan._share, plan._kinds = share, tuple(faults)
        return plan

    @property
    def submissions(self) -> int:
        """How many submissions have asked so far."""
        with self._lock:
            return self._count

    def next(self) -> Fault | None:
        """Return what happens to the next submission; to be called once for each."""
        with self._lock:
            self._count += 1
            if self._rolls is None:
                return self._faults.get(self._count)
            # Two rolls in any case, so that another share does not move the later ones.
            meets, kind = self._rolls.random() < self._share, self._rolls.randrange(len(self._kinds) or 1)
            return self._kinds[kind] if meets and self._kinds else None
