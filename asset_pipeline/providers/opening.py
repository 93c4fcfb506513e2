"""From variables to an open provider; the only place that knows which variable means what to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.http import Exchange
from asset_pipeline.providers.remote import RemoteProvider

REMOTE = ("scenario", "runpod", "comfyui")
UNKNOWN_KEY = "not-set"  # stands in for a secret where a provider is only asked what it can do

Publish: TypeAlias = Callable[[bytes], str]
Record: TypeAlias = Callable[[Exchange], None]


@dataclass(frozen=True)
class Surroundings:
    """What a provider needs of the place it runs in.

    Attributes:
        allow_loopback: http to this very machine is fine, for doubles and servers of one's own.
        publish: puts a PNG where the provider can read it by URL; ``None`` where nothing can.
        record: is given every exchange with the provider, redacted.
    """

    allow_loopback: bool = False
    publish: Publish | None = None
    record: Record | None = None


def open_provider(
    name: str, variables: Mapping[str, str], around: Surroundings
) -> AbstractContextManager[RemoteProvider]:
    """Open the provider called *name* for as long as it is needed.

    Args:
        name: ``scenario``, ``runpod`` or ``comfyui``.
        variables: the providers' environment variables that are set, by name.
        around: what it needs of the place it runs in.

    Raises:
        ConfigError: a variable cannot be right; names it in the words of the provider's configuration.
    """
    opens: Mapping[
        str, Callable[[Mapping[str, str], Surroundings], AbstractContextManager[RemoteProvider]]
    ] = {
        "scenario": _scenario,
        "runpod": _runpod,
        "comfyui": _comfyui,
    }
    if name not in opens:
        raise ConfigError(f"{name!r} is no remote provider; there is {', '.join(opens)}")
    return opens[name](variables, around)


def cards_once_ready(name: str) -> tuple[ModelCard, ...]:
    """List what the remote provider *name* offers to anybody who sets it up; of workflows the packaged ones."""
    from asset_pipeline.providers.comfyui.library import open_library  # noqa: PLC0415 - loads what is used
    from asset_pipeline.providers.runpod.catalogue import Catalogue  # noqa: PLC0415 - as above
    from asset_pipeline.providers.runpod.config import RunPodConfig  # noqa: PLC0415 - as above
    from asset_pipeline.providers.scenario.catalogue import CARDS  # noqa: PLC0415 - as above

    match name:
        case "scenario":
            return CARDS
        case "comfyui":
            return open_library().cards()
        case "runpod":
            all_set = RunPodConfig(
                UNKNOWN_KEY, flux_endpoint_id="flux", sdxl_endpoint_id="sdxl", bg_removal_endpoint_id="rembg"
            )
            return tuple(model.card for model in Catalogue(all_set, can_publish=True).models)
        case _:
            return ()


@contextmanager
def _scenario(variables: Mapping[str, str], around: Surroundings) -> Iterator[RemoteProvider]:
    from asset_pipeline.providers.scenario.config import ScenarioConfig  # noqa: PLC0415 - loads what is used
    from asset_pipeline.providers.scenario.provider import ScenarioProvider  # noqa: PLC0415 - as above

    config = ScenarioConfig(
        api_key=variables.get("SCENARIO_API_KEY", UNKNOWN_KEY),
        api_secret=variables.get("SCENARIO_SECRET_API_KEY", UNKNOWN_KEY),
        allow_loopback=around.allow_loopback,
        **_given(
            variables,
            base_url=("SCENARIO_BASE_URL", str),
            project_id=("SCENARIO_PROJECT_ID", str),
            usd_per_cu=("SCENARIO_USD_PER_CU", Decimal),
            parallel=("SCENARIO_MAX_PARALLEL", int),
            per_second=("SCENARIO_MAX_PER_SECOND", float),
        ),
    )
    with ScenarioProvider(config, record=around.record) as provider:
        yield provider


@contextmanager
def _runpod(variables: Mapping[str, str], around: Surroundings) -> Iterator[RemoteProvider]:
    from asset_pipeline.providers.runpod.config import RunPodConfig  # noqa: PLC0415 - loads what is used
    from asset_pipeline.providers.runpod.open import open_runpod  # noqa: PLC0415 - as above

    config = RunPodConfig(
        api_key=variables.get("RUNPOD_API_KEY", UNKNOWN_KEY),
        public_endpoints=variables.get("RUNPOD_PUBLIC_ENDPOINTS") == "true",
        allow_loopback=around.allow_loopback,
        **_given(
            variables,
            flux_endpoint_id=("RUNPOD_FLUX_ENDPOINT_ID", str),
            flux_fields=("RUNPOD_FLUX_FIELDS", _flux_fields),
            sdxl_endpoint_id=("RUNPOD_SDXL_ENDPOINT_ID", str),
            bg_removal_endpoint_id=("RUNPOD_BG_REMOVAL_ENDPOINT_ID", str),
            bg_field=("RUNPOD_BG_REMOVAL_FIELD", str),
            bg_encoding=("RUNPOD_BG_REMOVAL_ENCODING", str),
            gpu=("RUNPOD_GPU", str),
            base_url=("RUNPOD_BASE_URL", str),
            parallel=("RUNPOD_MAX_PARALLEL", int),
        ),
    )
    with open_runpod(config, publish=around.publish, record=around.record) as provider:
        yield provider


@contextmanager
def _comfyui(variables: Mapping[str, str], around: Surroundings) -> Iterator[RemoteProvider]:
    from asset_pipeline.providers.comfyui.config import ComfyConfig  # noqa: PLC0415 - loads what is used
    from asset_pipeline.providers.comfyui.open import open_comfyui  # noqa: PLC0415 - as above

    common = _given(
        variables,
        prefer=("COMFYUI_MODEL", lambda name: (name,)),
        model_files=("COMFYUI_MODEL_FILES", _pairs),
        templates_dir=("COMFYUI_TEMPLATES_DIR", Path),
        usd_per_second=("COMFYUI_USD_PER_SECOND", Decimal),
        parallel=("COMFYUI_MAX_PARALLEL", int),
    )
    endpoint_id = variables.get("RUNPOD_COMFYUI_ENDPOINT_ID")
    if endpoint_id is not None and "COMFYUI_URL" not in variables:
        config = ComfyConfig(
            endpoint_id=endpoint_id,
            api_key=variables.get("RUNPOD_API_KEY", UNKNOWN_KEY),
            allow_loopback=around.allow_loopback,
            **_given(variables, endpoint_url=("RUNPOD_BASE_URL", str), gpu=("RUNPOD_GPU", str)),
            **common,
        )
    else:
        config = ComfyConfig(
            url=variables.get("COMFYUI_URL", "http://127.0.0.1:8188"),
            token=variables.get("COMFYUI_TOKEN", ""),
            allow_loopback=around.allow_loopback,
            **common,
        )
    with open_comfyui(config, record=around.record) as provider:
        yield provider


def _pairs(text: str) -> dict[str, str]:
    """Read ``name=value,name=value``."""
    parts = [part.partition("=") for part in text.split(",")]
    return {name.strip(): value.strip() for name, _, value in parts}


def _flux_fields(text: str) -> Any:  # noqa: ANN401 - FluxFields, which is not loaded before it is used
    from asset_pipeline.providers.runpod.config import FluxFields  # noqa: PLC0415 - as above

    asked, known = _pairs(text), FluxFields.__dataclass_fields__
    if unknown := [name for name in asked if name not in known]:
        raise ConfigError(f"RUNPOD_FLUX_FIELDS: {unknown[0]!r} is not one of {' | '.join(known)}")
    return FluxFields(**asked)  # type: ignore[arg-type] # RunPodConfig checks the encoding


def _given(variables: Mapping[str, str], **wanted: tuple[str, Callable[[str], Any]]) -> dict[str, Any]:
    """Return the arguments whose variable is set; the others keep the provider's own default."""
    return {name: read(variables[key]) for name, (key, read) in wanted.items() if key in variables}
