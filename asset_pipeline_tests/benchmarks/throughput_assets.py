"""The assets of the ``throughput`` benchmark: sprites of four ops, two of which only wait."""

import os
from functools import cache
from pathlib import Path

import dagster as dg

from asset_pipeline.defs.executor import threaded_executor
from asset_pipeline.defs.stopping import pause

WAIT_S = 3.0
"""How long one call to a provider takes."""


@dg.op
def draw_guide() -> bytes:
    return bytes(1000)


@dg.op
def generate(guide: bytes) -> bytes:
    pause(WAIT_S)
    return guide


@dg.op
def remove_background(picture: bytes) -> bytes:
    pause(WAIT_S)
    return picture


@dg.op
def finish(context: dg.OpExecutionContext, cutout: bytes) -> bytes:
    context.add_output_metadata({"size_bytes": len(cutout)})
    return cutout


class FolderIOManager(dg.ConfigurableIOManager):
    """Keeps values as files, for executors of one process and of many."""

    folder: str

    def handle_output(self, context: dg.OutputContext, obj: bytes) -> None:
        """Write *obj*."""
        self._path(context).write_bytes(obj)

    def load_input(self, context: dg.InputContext) -> bytes:
        """Read what the upstream op returned."""
        assert context.upstream_output
        return self._path(context.upstream_output).read_bytes()

    def _path(self, context: dg.OutputContext) -> Path:
        return Path(self.folder) / "-".join(context.get_identifier())


def sprite(number: int) -> dg.AssetsDefinition:
    """Make the sprite *number*."""

    @dg.graph_asset(key=["game", f"sprite_{number}"], group_name="game", code_version="1")
    def made() -> bytes:
        picture = generate(draw_guide())
        done: bytes = finish(remove_background(picture))
        return done

    return made


@cache
def build_job(executor: str, sprite_count: int) -> dg.JobDefinition:
    """Make the job of *sprite_count* sprites under *executor*; also what a step's process calls."""
    defs = dg.Definitions(
        assets=[sprite(number) for number in range(sprite_count)],
        jobs=[dg.define_asset_job("all_sprites", "*")],
        executor=threaded_executor if executor == "threaded" else dg.multiprocess_executor,
        resources={"io_manager": FolderIOManager(folder=os.environ["DAGSTER_HOME"])},
    )
    return defs.resolve_job_def("all_sprites")
