"""The four providers, each with the real door before it and its double behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from asset_pipeline.jobs.budgets import Budgets
from asset_pipeline.jobs.clock import SystemClock
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.ledger import summary, total_usd
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.routing import Roster, Router, Routes
from asset_pipeline.providers.comfyui.config import ComfyConfig
from asset_pipeline.providers.comfyui.open import open_comfyui
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import Delivery, Request
from asset_pipeline.providers.remote import Patience, RemoteProvider
from asset_pipeline.providers.runpod.config import RunPodConfig
from asset_pipeline.providers.runpod.open import open_runpod
from asset_pipeline.providers.scenario.provider import ScenarioProvider
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.comfyui import ComfyDouble, worker_handler
from asset_pipeline.testing.double import Double
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.runpod import API_KEY, FLUX_ID, REMOVAL_ID, RunPodDouble
from asset_pipeline.testing.runpod_workers import Endpoint
from asset_pipeline.testing.scenario import ScenarioDouble

LONGEST_SLEEP_S = 0.02  # however long the door wants to wait: the doubles' jobs take 20 ms
QUEUE_S = 1.5  # how long a stuck queue is watched
RATE = Decimal("0.001")


@dataclass
class House:
    """A provider ready for use.

    Attributes:
        name: as users write it.
        router: hands requests to it.
        double: what stands behind it; ``None`` for the embedded one.
        journal: what is written down; ``None`` for the embedded one.
        names_its_price: the invoice is in its answers or its quotes; where seconds are reckoned, it is only close.
    """

    name: str
    router: Router
    double: Double | None
    journal: Journal | None
    names_its_price: bool = True

    def run(self, request: Request) -> Delivery:
        return self.router.run(request, {}, Purpose("pond", "", "frog", "run-1"))

    @property
    def paid_jobs(self) -> int:
        return 0 if self.double is None else len(self.double.invoice)

    @property
    def ledger_usd(self) -> Decimal:
        return Decimal(0) if self.journal is None else total_usd(summary(self.journal, ["provider"]))


Opener = Callable[[Path, FaultPlan | None], "House"]


@contextmanager
def house(
    name: str, folder: Path, faults: FaultPlan | None = None, key: str | None = None
) -> Iterator[House]:
    """Open the house of *name*; ``comfyui on runpod`` is worker-comfyui behind RunPod's queue.

    Args:
        name: one of ``NAMES``.
        folder: for the store and the journal.
        faults: what the double meets.
        key: another key than the double's own.
    """
    if name == "local":
        yield House(name, Router(Routes(), Roster({"local": LocalProvider()})), None, None)
        return
    with ExitStack() as stack:
        double, provider = _opened(name, stack, faults, key)
        journal = Journal(f"sqlite:///{folder / 'journal.db'}", Budgets())
        stack.callback(journal.close)
        clock = SystemClock(lambda seconds: time.sleep(min(seconds, LONGEST_SLEEP_S)))
        door = Door(journal, FolderStore(folder / "store"), clock)
        routes = Routes((provider.name,))
        router = Router(routes, Roster({}, {provider.name: provider}), door, clock)
        yield House(name, router, double, journal, names_its_price="comfyui" not in name)


def _opened(
    name: str, stack: ExitStack, faults: FaultPlan | None, key: str | None
) -> tuple[Double, RemoteProvider]:
    if name == "scenario":
        scenario = stack.enter_context(ScenarioDouble(faults=faults))
        patience = Patience(queue_s=QUEUE_S, run_s=5, first_poll_s=0.02, longest_poll_s=0.1)
        changes = {"grace_s": 0.3, "patience": patience, **({} if key is None else {"api_secret": key})}
        return scenario, stack.enter_context(ScenarioProvider(scenario.config(**changes)))
    if name == "comfyui":
        comfy = stack.enter_context(ComfyDouble(faults=faults, usd_per_second=RATE, token="let-me-in"))
        config = ComfyConfig(
            url=comfy.url,
            token=key or "let-me-in",
            usd_per_second=RATE,
            queue_s=QUEUE_S,
            allow_loopback=True,
        )
        return comfy, stack.enter_context(open_comfyui(config))
    endpoints = None
    if name == "comfyui on runpod":
        handler = worker_handler(ComfyDouble())
        endpoints = {"comfy": Endpoint("comfyui", handler=handler)}
    runpod = stack.enter_context(RunPodDouble(faults=faults, endpoints=endpoints))
    if name == "comfyui on runpod":
        comfy_config = ComfyConfig(
            endpoint_id="comfy",
            api_key=key or API_KEY,
            endpoint_url=runpod.url,
            queue_s=QUEUE_S,
            allow_loopback=True,
        )
        return runpod, stack.enter_context(open_comfyui(comfy_config))
    runpod_config = RunPodConfig(
        api_key=key or API_KEY,
        flux_endpoint_id=FLUX_ID,
        bg_removal_endpoint_id=REMOVAL_ID,
        base_url=runpod.url,
        first_poll_s=0.01,
        queue_s=QUEUE_S,
        settle_s=0.5,
        allow_loopback=True,
    )
    return runpod, stack.enter_context(open_runpod(runpod_config))


NAMES = ("local", "scenario", "runpod", "comfyui", "comfyui on runpod")
REMOTE = NAMES[1:]
DELIBERATE = frozenset(
    {Fault.JOB_FAILED, Fault.VANISHED, Fault.EMPTY_RESULT, Fault.STUCK_QUEUE, Fault.EXPIRED_RESULT}
)
"""Faults after which a second, journaled attempt is allowed."""
