"""Every exception this package raises on purpose.

::

    AssetPipelineError
    ├── ConfigError            the environment or a setting is wrong; a person must change it
    ├── ManifestError          a game's YAML is wrong; carries every mistake of the file
    ├── ImageError             bytes or arrays that are not the image they should be
    ├── ExportError            sprites cannot be put into an atlas or an engine's file; carries every mistake
    ├── StoreError             the store could not be read or written
    │   ├── ObjectNotFound     the store answered: there is no such object
    │   ├── StoreRefused       key, credentials, permissions or bucket are wrong; asking again will not help
    │   └── StoreUnavailable   no answer, or a full disk; asking again later may help
    ├── DecisionRefused        a decision about a candidate cannot be taken; nothing was written
    ├── BudgetExceeded         the next call would cost more than a budget allows; nothing was sent
    └── ProviderError          a provider of images did not deliver
        ├── ProviderRejected   the request is wrong; asking again will not help
        ├── ProviderUnavailable  no answer or overloaded, and nothing was accepted; asking again may help
        ├── OutcomeUnknown     a paid request was sent and its answer lost; it may have been accepted
        └── JobError           the provider accepted a job and did not deliver
            ├── JobFailed      it says that the job failed or was cancelled
            ├── JobLost        it no longer knows the job: expired, deleted, or restarted
            ├── JobTimedOut    it did not finish before our deadline; it was cancelled
            └── BadResult      it says "done", but there is no picture, or not the one that was asked for

The class answers whose fault it is and whether asking again would help; the message says what was attempted, on what,
and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class AssetPipelineError(Exception):
    """Anything this package raises on purpose."""


class ConfigError(AssetPipelineError):
    """The environment or a setting is wrong."""


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in a manifest.

    Attributes:
        file: the YAML file as the user named it.
        line: 1-based line in *file*; 0 where no line can be told.
        path: where in the document, such as ``sprites.hero.shape``; empty for the whole file.
        message: what is wrong, what is allowed, and the nearest valid name where there is one.
    """

    file: Path
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else f"{self.file}"
        return f"{where}: {self.path + ': ' if self.path else ''}{self.message}"


class ManifestError(AssetPipelineError):
    """A game's YAML is wrong; ``mistakes`` holds all of them, in file order."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class ImageError(AssetPipelineError):
    """Bytes or arrays are not the image they should be."""


class ExportError(AssetPipelineError):
    """Sprites cannot be put into an atlas or an engine's file; ``mistakes`` holds all of them, in their order."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class StoreError(AssetPipelineError):
    """The store could not be read or written."""


class ObjectNotFound(StoreError):
    """The store answered: there is no such object."""


class StoreRefused(StoreError):
    """Key, credentials, permissions or bucket are wrong; asking again will not help."""


class StoreUnavailable(StoreError):
    """No answer, or no room; asking again later may help."""


class DecisionRefused(AssetPipelineError):
    """A decision about a candidate cannot be taken; nothing was written."""


class ProviderError(AssetPipelineError):
    """A provider of images did not deliver.

    Attributes:
        provider: the provider's name.
        job_id: the provider's own id of the job, or ``None`` where none was given.
    """

    def __init__(self, provider: str, message: str, *, job_id: str | None = None) -> None:
        self.provider = provider
        self.job_id = job_id
        super().__init__(f"{provider}: {message}")

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes whole."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[ProviderError], args: tuple[str, ...], state: dict[str, object]) -> ProviderError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class ProviderRejected(ProviderError):
    """The request is wrong; asking again will not help."""


class ProviderUnavailable(ProviderError):
    """No answer, or overloaded; nothing was accepted, so asking again may help and costs nothing more.

    Attributes:
        retry_after_s: how long the provider asks to wait, in seconds; ``None`` where it does not say.
    """

    def __init__(
        self, provider: str, message: str, *, job_id: str | None = None, retry_after_s: float | None = None
    ) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(provider, message, job_id=job_id)


class OutcomeUnknown(ProviderError):
    """A paid request was sent and its answer lost; it may have been accepted, so it is never sent again blindly.

    Attributes:
        final: the provider has no way to tell, so that looking again later is of no use.
    """

    def __init__(
        self, provider: str, message: str, *, job_id: str | None = None, final: bool = False
    ) -> None:
        self.final = final
        super().__init__(provider, message, job_id=job_id)


class JobError(ProviderError):
    """The provider accepted a job and did not deliver.

    Attributes:
        again: whether a new, deliberate attempt may help.
    """

    def __init__(
        self, provider: str, message: str, *, job_id: str | None = None, again: bool = False
    ) -> None:
        self.again = again
        super().__init__(provider, message, job_id=job_id)


class JobFailed(JobError):
    """The provider says that the job failed or was cancelled."""


class JobLost(JobError):
    """The provider no longer knows the job."""


class JobTimedOut(JobError):
    """The job did not finish before our deadline and was cancelled."""


class BadResult(JobError):
    """The job is done, but there is no picture, or not the one that was asked for."""


class BudgetExceeded(AssetPipelineError):
    """The next call would cost more than a budget allows; nothing was sent."""
