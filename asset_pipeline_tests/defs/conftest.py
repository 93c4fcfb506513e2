"""A tiny game in a folder of its own, and everything needed to make it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from asset_pipeline.definitions import build_defs
from asset_pipeline.defs.needed import Needed
from asset_pipeline.jobs.licensing import Licensing
from asset_pipeline.jobs.routing import Roster, Router, Routes
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import Delivery, Operation, Request
from asset_pipeline.settings import Settings
from asset_pipeline.storage.folder import FolderStore

POND = """
id: pond
title: The Pond
theme: a quiet pond
style: cartoon
generation: {size_px: 64}
sprites:
  frog: {kind: entity, shape: circle, width: 1, height: 1, role: character, description: a green frog}
  reed: {kind: entity, name: Reed-1, shape: box, width: 1, height: 2, role: item, description: a brown reed}
  sky: {kind: background, width_px: 128, height_px: 64, description: a blue sky}
"""
TWO_LOOKS = """
id: lake
title: The Lake
theme: a lake
style: flat
generation: {size_px: 64}
packs: {day: {}, night: {theme: a lake at night}}
sprites:
  fish: {kind: entity, shape: circle, width: 1, height: 1, role: enemy, description: a red fish}
  shore: {kind: parallax, layer_count: 3, width_px: 128, height_px: 64, description: hills behind a lake}
"""


@dataclass
class CountingProvider:
    """The embedded provider, with a record of what it was asked."""

    calls: list[Operation] = field(default_factory=list)
    name: str = "local"

    def honours(self, request: Request) -> bool:
        return LocalProvider().honours(request)

    def run(self, request: Request) -> Delivery:
        self.calls.append(request.operation)
        return LocalProvider().run(request)


def job_of(definitions: dg.Definitions, name: str = "__ASSET_JOB") -> dg.JobDefinition:
    """Return a job as a run finds it; by default the one behind "Materialize"."""
    return definitions.get_repository_def().get_job(name)


def needed(*keys: str) -> Needed:
    """Say which assets a run is for; all where none is named."""
    wanted = frozenset(dg.AssetKey(key.split("/")) for key in keys)
    return Needed(frozenset(key.path[0] for key in wanted), wanted) if wanted else Needed()


@dataclass
class Studio:
    """A checkout with games, a store and a Dagster instance."""

    folder: Path
    instance: dg.DagsterInstance
    provider: CountingProvider = field(default_factory=CountingProvider)
    licensing: Licensing = field(default_factory=Licensing)

    def write(self, text: str) -> None:
        name = text.split("id: ", 1)[1].split(maxsplit=1)[0]
        (self.folder / "games" / f"{name}.yaml").write_text(text)

    @property
    def settings(self) -> Settings:
        return Settings.from_environ({}, root=self.folder)

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.folder / ".local" / "store")

    def definitions(self, *keys: str) -> dg.Definitions:
        """Build what a run of *keys* (``game/name``) builds, or everything."""
        router = Router(Routes(), Roster({"local": self.provider}), licensing=self.licensing)
        return build_defs(self.settings, needed=needed(*keys), resources={"router": router})

    def make(
        self,
        *keys: str,
        pack: str | None = None,
        tags: dict[str, str] | None = None,
        config: dict[str, Any] | None = None,
        ok: bool = True,
    ) -> dg.ExecuteInProcessResult:
        """Materialize assets written as ``game/name`` with the definitions of this moment."""
        result = job_of(self.definitions(*keys)).execute_in_process(
            instance=self.instance, partition_key=pack, tags=tags, run_config=config, raise_on_error=ok
        )
        assert result.success is ok
        return result

    def metadata(self, result: dg.ExecuteInProcessResult, key: str) -> dict[str, object]:
        [event] = [
            e for e in result.get_asset_materialization_events() if e.asset_key == dg.AssetKey(key.split("/"))
        ]
        return {name: value.value for name, value in event.materialization.metadata.items()}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    (tmp_path / "games").mkdir()
    with dg.instance_for_test() as instance:
        made = Studio(tmp_path, instance)
        made.write(POND)
        made.write(TWO_LOOKS)
        yield made
