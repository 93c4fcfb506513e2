"""Running a provider's double for a person or another process: ``python -m asset_pipeline.testing.serving runpod``.

It prints the variables that point the pipeline at it, and answers until it is stopped.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from asset_pipeline.testing.double import Double

NAMES = ("runpod", "scenario", "comfyui")
COMFYUI_USD_PER_SECOND = Decimal("0.00031")


def double_of(name: str, **options: Any) -> Double:  # noqa: ANN401 - the doubles' own options
    """Make the double of the provider *name*, without starting it.

    Args:
        name: ``runpod``, ``scenario`` or ``comfyui``.
        options: ``queue_s``, ``run_s``, ``ceiling``, ``faults``, ``port`` and what else that double takes.
    """
    from asset_pipeline.testing.comfyui.double import ComfyDouble  # noqa: PLC0415 - loads what is used
    from asset_pipeline.testing.runpod import RunPodDouble  # noqa: PLC0415 - as above
    from asset_pipeline.testing.scenario.double import ScenarioDouble  # noqa: PLC0415 - as above

    if name == "comfyui":
        options.setdefault("usd_per_second", COMFYUI_USD_PER_SECOND)
    kinds: Mapping[str, Callable[..., Double]] = {
        "runpod": RunPodDouble,
        "scenario": ScenarioDouble,
        "comfyui": ComfyDouble,
    }
    return kinds[name](**options)


def variables_for(name: str, url: str) -> dict[str, str]:
    """Return the environment that points the pipeline at the double of *name* that answers at *url*.

    RunPod has no layered decomposition, so the embedded provider does that.
    """
    from asset_pipeline.testing import runpod  # noqa: PLC0415 - loads what is used
    from asset_pipeline.testing.scenario import double as scenario  # noqa: PLC0415 - as above

    mine = {
        "runpod": {
            "RUNPOD_API_KEY": runpod.API_KEY,
            "RUNPOD_BASE_URL": url,
            "RUNPOD_FLUX_ENDPOINT_ID": runpod.FLUX_ID,
            "RUNPOD_BG_REMOVAL_ENDPOINT_ID": runpod.REMOVAL_ID,
            "ASSET_PIPELINE_DECOMPOSE_LAYERS": "local",
        },
        "scenario": {
            "SCENARIO_API_KEY": scenario.KEY,
            "SCENARIO_SECRET_API_KEY": scenario.SECRET,
            "SCENARIO_BASE_URL": f"{url}/v1",
            "SCENARIO_MAX_PARALLEL": "8",
            "SCENARIO_MAX_PER_SECOND": "20",
        },
        "comfyui": {"COMFYUI_URL": url, "COMFYUI_USD_PER_SECOND": str(COMFYUI_USD_PER_SECOND)},
    }[name]
    return {"IMAGE_GENERATION_PROVIDER": name, **mine}


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="Run the double of a provider on loopback.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--queue-s", type=float, default=0.5, help="How long a job waits.")
    parser.add_argument("--run-s", type=float, default=2.0, help="How long it is worked on.")
    parser.add_argument("--ceiling", type=int, help="How many jobs may be in flight.")
    asked = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    double = double_of(
        asked.name, queue_s=asked.queue_s, run_s=asked.run_s, ceiling=asked.ceiling, port=asked.port
    )
    with double:
        for name, value in variables_for(asked.name, double.url).items():
            sys.stdout.write(f"{name}={value}\n")
        sys.stdout.write("\n")
        sys.stdout.flush()
        stopped.wait()


if __name__ == "__main__":
    main()
