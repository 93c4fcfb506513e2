"""A checkout of its own, in which commands are given as a person gives them, without a process each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asset_pipeline.cli import main
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.settings import VARIABLES, Settings
from asset_pipeline.studio import Studio, open_studio
from asset_pipeline.testing.runpod import RunPodDouble
from asset_pipeline.testing.serving import variables_for
from asset_pipeline_tests.jobs.conftest import dead_owner as dead_owner  # noqa: PLC0414 - fixtures
from asset_pipeline_tests.jobs.conftest import living_owner as living_owner  # noqa: PLC0414 - as above
from asset_pipeline_tests.jobs.conftest import me as me  # noqa: PLC0414 - as above
from asset_pipeline_tests.planning.conftest import POND


@dataclass
class Shell:
    """Where commands are given.

    Attributes:
        folder: the checkout.
        environ: sets and removes variables, until the test ends.
    """

    folder: Path
    environ: pytest.MonkeyPatch

    def __call__(self, *arguments: str, answer: str | None = None) -> Result:
        """Give a command; one that ends with a traceback fails the test."""
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=answer)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    def set(self, **variables: str) -> None:
        for name, value in variables.items():
            self.environ.setenv(name, value)

    def write(self, text: str, name: str = "pond") -> None:
        (self.folder / "games" / f"{name}.yaml").write_text(text)

    @property
    def settings(self) -> Settings:
        return Settings.from_environ(os.environ, root=self.folder)

    @contextmanager
    def journal(self) -> Iterator[Journal]:
        opened = Journal(self.settings.journal.get_secret_value())
        try:
            yield opened
        finally:
            opened.close()

    @contextmanager
    def studio(self) -> Iterator[Studio]:
        with open_studio(self.settings) as opened:
            yield opened


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    for name in (*(variable.name for variable in VARIABLES), "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "pond.yaml").write_text(POND)
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, monkeypatch)


@pytest.fixture
def runpod(shell: Shell) -> Iterator[RunPodDouble]:
    """RunPod's double, which everything is sent to."""
    with RunPodDouble(run_s=0.0) as double:
        shell.set(**variables_for("runpod", double.url))
        yield double
