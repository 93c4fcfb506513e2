"""Every exception this package raises on purpose.

::

    AssetPipelineError
    ├── ConfigError            the environment or a setting is wrong; a person must change it
    ├── ManifestError          a game's YAML is wrong; carries every mistake of the file
    ├── ImageError             bytes or arrays that are not the image they should be
    ├── StoreError             the store could not be read or written
    │   ├── ObjectNotFound     the store answered: there is no such object
    │   ├── StoreRefused       key, credentials, permissions or bucket are wrong; asking again will not help
    │   └── StoreUnavailable   no answer, or a full disk; asking again later may help
    └── ProviderError          a provider of images did not deliver
        ├── ProviderRejected   the request is wrong; asking again will not help
        └── ProviderUnavailable  no answer or overloaded; asking again may help

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


class StoreError(AssetPipelineError):
    """The store could not be read or written."""


class ObjectNotFound(StoreError):
    """The store answered: there is no such object."""


class StoreRefused(StoreError):
    """Key, credentials, permissions or bucket are wrong; asking again will not help."""


class StoreUnavailable(StoreError):
    """No answer, or no room; asking again later may help."""


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


class ProviderRejected(ProviderError):
    """The request is wrong; asking again will not help."""


class ProviderUnavailable(ProviderError):
    """No answer, or overloaded; asking again may help."""
