"""Which provider carries out an operation: the manifest's word for the operation, else the environment's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.operations import Delivery, ImageProvider, Operation, Request


class Router:
    """Hands each request to its provider.

    Args:
        default: the provider of every operation for which nobody else is named.
        providers: the providers that are ready, by name.
        unready: why the others are not, by name: what is missing and what to do.
    """

    def __init__(
        self, default: str, providers: Mapping[str, ImageProvider], unready: Mapping[str, str]
    ) -> None:
        self._default = default
        self._providers = providers
        self._unready = unready

    def provider_of(self, operation: Operation, overrides: Mapping[Operation, str]) -> str:
        """Name who carries out *operation* where the manifest says *overrides*."""
        return overrides.get(operation, self._default)

    def require(self, operations: Iterable[Operation], overrides: Mapping[Operation, str]) -> None:
        """Refuse now what would fail later, before anything is paid.

        Raises:
            ConfigError: naming every provider that is not ready and what it lacks.
        """
        names = {self.provider_of(operation, overrides) for operation in operations}
        if absent := sorted(names - set(self._providers)):
            raise ConfigError("\n".join(self._unready.get(name, f"{name} is no provider") for name in absent))

    def run(self, request: Request, overrides: Mapping[Operation, str]) -> Delivery:
        """Carry out *request*.

        Raises:
            ConfigError: its provider is not ready.
            ProviderError: its provider did not deliver.
        """
        self.require([request.operation], overrides)
        return self._providers[self.provider_of(request.operation, overrides)].run(request)
