"""A retry from failure continues where the run stopped; it pays for nothing again."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from asset_pipeline.imaging.png import decode_image
from asset_pipeline_tests.defs.conftest import POND


def test_a_retry_from_failure_keeps_the_finished_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store lost the sprite's place between generating and finishing; the picture was paid for already."""
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "pond.yaml").write_text(POND)
    blocker = tmp_path / ".local" / "store" / "pond" / "frog.png"
    blocker.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    for name in ("ASSET_PIPELINE_STORE", "IMAGE_GENERATION_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    job = dg.build_reconstructable_job("asset_pipeline.materialize", "job_of", ("pond",))
    with dg.instance_for_test() as instance:
        selection = [dg.AssetKey(["pond", "frog"])]
        failed = dg.execute_job(job, instance, asset_selection=selection, raise_on_error=False)
        assert [event.step_key for event in failed.get_step_failure_events()] == ["pond__frog.finish"]

        blocker.rmdir()
        options = dg.ReexecutionOptions.from_failure(failed.run_id, instance)
        retried = dg.execute_job(job, instance, reexecution_options=options)

    assert [event.step_key for event in retried.get_step_success_events()] == ["pond__frog.finish"]
    assert decode_image(blocker.read_bytes(), what="frog").shape == (64, 64, 4)
