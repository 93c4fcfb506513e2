"""The ``asset-pipeline`` command, run as a person runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import dagster as dg
import pytest
from PIL import Image

from asset_pipeline.imaging.png import decode_image
from asset_pipeline_tests.defs.conftest import POND, TWO_LOOKS
from asset_pipeline_tests.servers import environment

pytestmark = pytest.mark.slow
CHECKOUT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from asset_pipeline.cli import main; main()"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "games").mkdir()
    (tmp_path / "dagster.yaml").write_text((CHECKOUT / "dagster.yaml").read_text())
    (tmp_path / "games" / "pond.yaml").write_text(POND)
    (tmp_path / "games" / "lake.yaml").write_text(TWO_LOOKS)
    return tmp_path


def run(checkout: Path, *arguments: str, keep: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run the command in *checkout*; of the variables that would point it elsewhere it sees those in *keep*."""
    env = environment(checkout, **{name: os.environ[name] for name in keep})
    return subprocess.run(
        [*COMMAND, *arguments], cwd=checkout, env=env, capture_output=True, text=True, check=False
    )


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "work" not in path.relative_to(folder).parts
    }


def test_good_games_are_told_so(checkout: Path) -> None:
    done = run(checkout, "validate", "games")

    assert done.returncode == 0
    assert "ok      pond: 3 sprites" in done.stdout


def test_a_mistake_gives_exit_code_1_with_file_and_line(checkout: Path) -> None:
    (checkout / "games" / "pond.yaml").write_text(POND.replace("role: character", "rolle: character"))
    done = run(checkout, "validate", "games/")

    assert done.returncode == 1
    assert "games/pond.yaml:8: sprites.frog" in done.stdout
    assert "role" in done.stdout


def test_an_unknown_game_or_sprite_is_one_line_not_a_traceback(checkout: Path) -> None:
    for arguments, word in (
        (["materialize", "pnod"], "pond"),
        (["materialize", "pond", "--sprite", "frgo"], "frog"),
    ):
        done = run(checkout, *arguments)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert word in done.stderr


def test_a_game_is_made_whole_and_nothing_is_written_outside_local(checkout: Path) -> None:
    before = {path for path in checkout.iterdir() if path.name != ".local"}
    done = run(checkout, "materialize", "pond")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "pond: 7 assets" in done.stdout
    assert {path for path in checkout.iterdir() if path.name != ".local"} == before
    catalog = json.loads((checkout / ".local/store/pond/catalog.json").read_text())
    assert catalog["missing"] == []


def test_a_run_killed_in_the_middle_leaves_nothing_half_written_and_a_rerun_completes(checkout: Path) -> None:
    """Somebody's laptop always loses power."""
    store = checkout / ".local" / "store"
    process = subprocess.Popen(
        [*COMMAND, "materialize", "lake"],
        cwd=checkout,
        env=environment(checkout),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not list(store.glob("blobs/*/*")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    for path in store.rglob("*.png"):
        if ".tmp" not in path.parts:
            decode_image(path.read_bytes(), what=str(path))
    done = run(checkout, "materialize", "lake")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((store / "lake/night/catalog.json").read_text())["missing"] == []


def test_making_a_game_twice_writes_the_same_bytes(checkout: Path) -> None:
    run(checkout, "materialize", "pond")
    first = files(checkout / ".local/store")
    run(checkout, "materialize", "pond")

    assert files(checkout / ".local/store") == first
    assert first


def test_a_wrong_environment_is_one_message(checkout: Path) -> None:
    (checkout / ".env").write_text("IMAGE_GENERATION_PROVIDER=midjourney\n")
    done = run(checkout, "materialize", "pond")

    assert done.returncode == 1
    assert "IMAGE_GENERATION_PROVIDER: 'midjourney' is not one of local | scenario" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_backfill_without_a_server_says_how_to_start_one(checkout: Path) -> None:
    done = run(checkout, "backfill", "pond", "--url", "http://127.0.0.1:9")

    assert done.returncode == 1
    assert "make dev" in done.stderr


def test_a_store_that_cannot_be_written_fails_before_the_first_step_and_says_what_to_do(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finding out after the pictures were paid for would be too late."""
    (checkout / "taken").write_text("a file where the folder should be")
    monkeypatch.setenv("ASSET_PIPELINE_STORE", str(checkout / "taken"))
    done = run(checkout, "materialize", "pond", keep=("ASSET_PIPELINE_STORE",))

    assert done.returncode == 1
    [told] = [line for line in done.stdout.splitlines() if "before the first step" in line]
    assert "before the first step: cannot write file://" in told
    assert "taken" in told
    assert done.stderr == ""


def with_a_step_that_fails(checkout: Path) -> None:
    """Its mask shows nothing, which is seen when it is drawn."""
    Image.new("L", (16, 16), 0).save(checkout / "games" / "nothing.png")
    ghost = "  ghost: {kind: entity, shape: {mask: nothing.png}, width: 1, height: 1, role: item, description: a ghost}\n"
    (checkout / "games" / "pond.yaml").write_text(POND + ghost)


def test_a_step_that_fails_is_named_with_our_words_and_not_with_those_of_a_library(checkout: Path) -> None:
    """The innermost cause says what went wrong; only ours says what to do about it."""
    with_a_step_that_fails(checkout)
    done = run(checkout, "materialize", "pond", "--sprite", "ghost")

    assert done.returncode == 1
    told, *_ = done.stdout.splitlines()[1:]
    assert told.startswith("  pond__ghost.draw_guide: a mask must be (height, width)")


def test_a_picture_that_does_not_pass_its_gates_is_named_with_what_is_wrong(checkout: Path) -> None:
    """That a check failed is Dagster's to say; a person needs to know which, by how much, and what to do."""
    gates = "gates: {coverage: {at_most: 0.1, why: a test}}\nsprites:"
    (checkout / "games" / "pond.yaml").write_text(POND.replace("sprites:", gates))
    done = run(checkout, "materialize", "pond", "--sprite", "frog")

    assert done.returncode == 1
    told = done.stdout.splitlines()
    assert told[0] == "pond: 1 assets made, and these failed"
    assert told[1].startswith("  pond/frog: ")
    assert "DagsterAssetCheck" not in done.stdout


def test_tracebacks_are_in_the_runs_log_and_not_on_the_terminal(checkout: Path) -> None:
    """A person must find the message; whoever mends the code finds the rest in the UI."""
    with_a_step_that_fails(checkout)
    done = run(checkout, "materialize", "pond", "--sprite", "ghost")

    assert done.stderr == ""
    assert "Stack Trace" not in done.stdout
    with dg.DagsterInstance.from_config(str(checkout / ".local" / "dagster_home")) as instance:
        [made] = instance.get_runs()
        [failed] = instance.get_records_for_run(made.run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records
        assert made.run_id[:8] in done.stdout
        error = failed.event_log_entry.get_dagster_event().step_failure_data.error
        assert error is not None
        assert error.cause is not None
        assert any("draw_guide" in line for line in error.cause.stack)


def test_what_is_wrong_with_a_set_is_told_once(checkout: Path) -> None:
    twin = "  {}: {{kind: entity, shape: circle, width: 1, height: 1, role: item, seed: 7, description: a red ball}}\n"
    twins = "".join(map(twin.format, ("one", "two")))
    (checkout / "games" / "pond.yaml").write_text(POND + twins)

    done = run(checkout, "materialize", "pond")

    assert done.returncode == 1
    assert done.stdout.count("they are the same picture") == 1, done.stdout
    assert "the catalog stays as it was" in done.stdout
