"""Whether a provider has all the variables it needs, and what to set where it has not."""

from __future__ import annotations

from asset_pipeline.settings.model import PROVIDERS, ProviderName, Settings
from asset_pipeline.settings.variables import variable


def missing_for(provider: ProviderName, settings: Settings) -> str | None:
    """Say which variables *provider* still lacks, or ``None`` where it has all it needs.

    >>> from pathlib import Path
    >>> here = Settings(games_dir=Path("games"), store_url="file:///tmp/store")
    >>> print(missing_for("local", here))
    None
    >>> print(missing_for("scenario", here).splitlines()[0])
    scenario cannot be used: SCENARIO_API_KEY and SCENARIO_SECRET_API_KEY are not set.
    """
    absent = [name for name in _required(provider, settings) if name not in settings.credentials]
    if not absent:
        return None
    example = "\n".join(f"    {name}={variable(name).example}" for name in absent)
    return (
        f"{provider} cannot be used: {' and '.join(absent)} {'are' if len(absent) > 1 else 'is'} not set.\n"
        f"Set, for example in .env beside dagster.yaml:\n{example}\n"
        f"or choose another provider: IMAGE_GENERATION_PROVIDER={' | '.join(PROVIDERS)}."
    )


def _required(provider: ProviderName, settings: Settings) -> tuple[str, ...]:
    have = settings.credentials
    match provider:
        case "local":
            return ()
        case "scenario":
            return ("SCENARIO_API_KEY", "SCENARIO_SECRET_API_KEY")
        case "runpod":
            public = "RUNPOD_PUBLIC_ENDPOINTS" in have
            endpoint = public and have["RUNPOD_PUBLIC_ENDPOINTS"].get_secret_value() == "true"
            if endpoint or "RUNPOD_SDXL_ENDPOINT_ID" in have or "RUNPOD_BG_REMOVAL_ENDPOINT_ID" in have:
                return ("RUNPOD_API_KEY",)
            return ("RUNPOD_API_KEY", "RUNPOD_FLUX_ENDPOINT_ID")
        case "comfyui":
            on_runpod = "RUNPOD_COMFYUI_ENDPOINT_ID" in have and "COMFYUI_URL" not in have
            return ("RUNPOD_API_KEY",) if on_runpod else ("COMFYUI_URL",)
