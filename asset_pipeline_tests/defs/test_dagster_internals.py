"""The parts of Dagster that are not its public API, and the versions they were checked with."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

import asset_pipeline
from asset_pipeline.defs import dagster_internals as internals
from asset_pipeline_tests.defs.executor_jobs import instance_in, loadable


def test_dagster_is_a_version_these_internals_were_checked_with() -> None:
    """Private parts may change in any release; an upgrade is to be a decision and not a surprise."""
    installed = version("dagster")

    assert installed in internals.HOLDS_FOR, (
        f"dagster {installed} is installed, and defs/dagster_internals.py was checked with "
        f"{', '.join(internals.HOLDS_FOR)} only. Compare dagster._core.executor.in_process and "
        "dagster._core.execution.plan.execute_plan of both versions, run asset_pipeline_tests/defs, "
        "and then add the version to HOLDS_FOR."
    )


def test_no_other_module_imports_a_private_part_of_dagster() -> None:
    """Otherwise the one place to look at after an upgrade would not be the only one."""
    package = Path(asset_pipeline.__file__).parent
    elsewhere = [path for path in package.rglob("*.py") if path.name != "dagster_internals.py"]

    assert {path.name: private for path in elsewhere if (private := list(private_imports(path)))} == {}
    assert list(private_imports(package / "defs" / "dagster_internals.py"))


def private_imports(path: Path) -> Iterator[str]:
    """Give the modules that *path* imports from Dagster and that have an underscore in front of a name."""
    for node in ast.walk(ast.parse(path.read_text())):
        modules = [node.module] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (name for name in modules if name and name.startswith("dagster") and "._" in name)


def test_a_run_on_threads_ends_as_an_executor_of_dagster_ends_it(tmp_path: Path) -> None:
    """A fast look at all the private parts together: plan, resources, steps, hooks, events, logs."""
    with instance_in(tmp_path) as instance:
        job = loadable("behaviours", "threaded")
        with dg.execute_job(job, instance, op_selection=["splits", "squares", "adds"]) as result:
            assert result.output_for_node("adds") == 13
            assert result.all_events[-1].event_type is dg.DagsterEventType.RUN_SUCCESS


def test_an_open_event_log_is_read_by_others_as_it_grows(tmp_path: Path) -> None:
    """The UI is another process; it must not have to wait for the end of a run."""
    with (
        instance_in(tmp_path) as writer,
        instance_in(tmp_path) as reader,
        internals.event_log_kept_open(writer),
    ):
        run = writer.create_run_for_job(loadable("purchase", "threaded").get_definition())
        writer.report_engine_event("first", run)
        assert [entry.message for entry in reader.all_logs(run.run_id)] == ["first"]
        writer.report_engine_event("second", run)
        assert [entry.message for entry in reader.all_logs(run.run_id)] == ["first", "second"]


def test_an_event_log_is_as_it_was_after_being_kept_open(tmp_path: Path) -> None:
    """The instance outlives the run in tests, in the command line and in the daemon."""
    with instance_in(tmp_path) as instance:
        before = dict(vars(instance.event_log_storage))
        with internals.event_log_kept_open(instance), internals.event_log_kept_open(instance):
            run = instance.create_run_for_job(loadable("purchase", "threaded").get_definition())
            instance.report_engine_event("kept", run)
        assert vars(instance.event_log_storage).keys() == before.keys()
        assert [entry.message for entry in instance.all_logs(run.run_id)] == ["kept"]

    leftovers = [path.name for path in tmp_path.rglob("*.db-wal")]
    assert leftovers == []


def test_a_failed_write_to_an_open_event_log_leaves_nothing_half_written(tmp_path: Path) -> None:
    """One connection serves all threads, so a failed transaction of one must not reach the next."""
    with instance_in(tmp_path) as instance, internals.event_log_kept_open(instance):
        run = instance.create_run_for_job(loadable("purchase", "threaded").get_definition())
        instance.report_engine_event("before", run)
        with pytest.raises(sqlite3.IntegrityError):
            delete_all_then_fail(instance.event_log_storage, run.run_id)
        instance.report_engine_event("after", run)

        assert [entry.message for entry in instance.all_logs(run.run_id)] == ["before", "after"]


def delete_all_then_fail(log: Any, run_id: str) -> None:  # noqa: ANN401  only SQLite's event log has connections
    """Begin to write to *log* and fail before the end."""
    with log.run_connection(run_id) as connection:
        connection.exec_driver_sql("DELETE FROM event_logs")
        raise sqlite3.IntegrityError


def test_other_event_logs_are_left_alone() -> None:
    """PostgreSQL has no file to keep open."""
    with dg.DagsterInstance.ephemeral() as instance, internals.event_log_kept_open(instance):
        assert "_connect" not in vars(instance.event_log_storage)
