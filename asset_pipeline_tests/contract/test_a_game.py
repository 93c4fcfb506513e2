"""A whole game by each provider's double, from the command line, as users run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from asset_pipeline.cli import main
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.ledger import summary, total_usd
from asset_pipeline.testing.double import Double
from asset_pipeline.testing.serving import double_of, variables_for

pytestmark = pytest.mark.slow
CHECKOUT = Path(__file__).parents[2]
GAME = """
id: pond
title: The Pond
theme: a quiet pond
style: flat
generation: {size_px: 128}
sprites:
  frog: {kind: entity, shape: circle, width: 1, height: 1, role: character, description: a green frog}
  reed: {kind: entity, shape: box, width: 1, height: 2, role: item, description: a brown reed}
  sky: {kind: background, width_px: 256, height_px: 128, description: a blue sky}
"""


@dataclass(frozen=True)
class Done:
    """What a command printed, and how it ended."""

    command: str
    output: str
    returncode: int


class Checkout:
    """A checkout with one game, pointed at a double.

    Commands run in this process, which saves seconds of starting; but for ``materialize``: Dagster keeps definitions for the
    life of a process.
    """

    def __init__(self, folder: Path, provider: str, double: Double, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.provider, self.double, self._patch = folder, provider, double, patch
        (folder / "games").mkdir()
        (folder / "dagster.yaml").write_text((CHECKOUT / "dagster.yaml").read_text())
        self.write(GAME)
        patch.chdir(folder)
        patch.setenv("PYTHONPATH", str(CHECKOUT))
        for name in list(os.environ):
            if name.startswith(("ASSET_PIPELINE", "DAGSTER", "AWS")):
                patch.delenv(name)
        patch.setenv("DAGSTER_HOME", "")
        for name, value in variables_for(provider, double.url).items():
            patch.setenv(name, value)

    def write(self, text: str) -> None:
        (self.folder / "games" / "pond.yaml").write_text(text)

    def run(self, *arguments: str) -> Done:
        if arguments[0] == "materialize":
            command = [sys.executable, "-c", "from asset_pipeline.cli import main; main()", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            return Done(arguments[0], done.stdout + done.stderr, done.returncode)
        result = CliRunner().invoke(main, arguments)
        crash = result.exception
        if crash is not None and not isinstance(crash, SystemExit):
            raise crash
        return Done(arguments[0], result.output, result.exit_code)

    def paid_for(self, *arguments: str) -> int:
        before = len(self.double.invoice)
        done = self.run(*arguments)
        assert done.returncode == 0, done.output
        return len(self.double.invoice) - before

    def ledger_usd(self) -> Decimal:
        with closing(Journal(f"sqlite:///{self.folder / '.local' / 'journal.db'}")) as journal:
            return total_usd(summary(journal, ["provider"]))


@pytest.fixture(params=["scenario", "runpod", "comfyui"])
def checkout(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Checkout]:
    with double_of(request.param) as double:
        yield Checkout(tmp_path, request.param, double, monkeypatch)


def test_a_game_is_paid_for_once_and_an_edit_pays_for_what_changed(checkout: Checkout) -> None:
    """The promise of the whole thing: same request, no call; one edited prompt, one generation and what follows from it."""
    an_entity = 1 if checkout.provider == "comfyui" else 2  # ComfyUI draws and cuts out in one call
    assert checkout.paid_for("materialize", "pond") == 2 * an_entity + 1
    assert checkout.paid_for("materialize", "pond") == 0

    checkout.write(GAME.replace("a green frog", "a blue frog"))
    planned = checkout.run("plan", "pond", "--all").output
    assert planned.count(" call ") == an_entity, planned
    assert checkout.paid_for("materialize", "pond") == an_entity

    checkout.write(
        GAME.replace("a green frog", "a blue frog").replace("style: flat", "style: flat\npixels_per_unit: 96")
    )
    assert checkout.paid_for("materialize", "pond") == 0, "another finished size is no other generation"

    for name in ("frog", "reed", "sky"):
        png = (checkout.folder / ".local/store/pond" / f"{name}.png").read_bytes()
        assert decode_image(png, what=name)[..., 3].any()
    cent = Decimal("0.01")
    assert checkout.ledger_usd().quantize(cent) == checkout.double.total_usd.quantize(cent)


PARTS = """
id: pond
title: The Pond
theme: a quiet pond
style: flat
generation: {size_px: 128}
sprites:
  gems: {kind: sheet, sheet: variation, consistency: shared_seed, columns: 3, cell_width_px: 32, cell_height_px: 32,
         description: a crystal gem, variants: [red ruby, green emerald, blue sapphire], pivot: centre}
  turf: {kind: sheet, sheet: tile, columns: 2, cell_width_px: 32, cell_height_px: 32, description: moss}
  ok: {kind: ui, component: button, width_px: 96, height_px: 48, states: [normal, hover], states_by: model,
       description: a golden button}
"""


@pytest.mark.parametrize("checkout", ["scenario", "comfyui"], indirect=True)
def test_each_part_of_a_sheet_is_paid_for_once_and_an_edited_variant_pays_for_its_own_cell(
    checkout: Checkout,
) -> None:
    """Three variants and a state are calls of their own, tiles are one; a whole sheet is cut out in one."""
    checkout.write(PARTS)
    planned = checkout.run("plan", "pond", "--all").output
    assert planned.count(" call ") == (3 + 1) + 1 + (2 + 1), planned
    assert checkout.paid_for("materialize", "pond") == 8
    assert checkout.paid_for("materialize", "pond") == 0

    checkout.write(PARTS.replace("green emerald", "yellow topaz"))
    assert checkout.paid_for("materialize", "pond", "--sprite", "gems") == 1 + 1
    checkout.write(PARTS.replace("pivot: centre", "pivot: feet"))
    assert checkout.paid_for("materialize", "pond", "--sprite", "gems") == 0, "a pivot is no other generation"


@pytest.mark.parametrize("checkout", ["runpod"], indirect=True)
def test_over_budget_nothing_is_called(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSET_PIPELINE_BUDGET_RUN_USD", "0.00000001")
    done = checkout.run("materialize", "pond")

    assert done.returncode == 1
    assert "ASSET_PIPELINE_BUDGET_RUN_USD" in done.output
    assert checkout.double.invoice == []


def test_no_secret_and_no_signed_link_is_written_or_printed_anywhere(checkout: Checkout) -> None:
    """Logs, events, metadata, journal and debug files are read by many people, for years."""
    outputs = [
        checkout.run(*command)
        for command in (
            ["materialize", "pond"],
            ["plan", "pond", "--all"],
            ["doctor"],
            ["generate", "a pixel art knight", "--width", "64", "--height", "64", "--cut-out"],
            ["jobs", "list"],
        )
    ]
    assert all(done.returncode == 0 for done in outputs), [done.output for done in outputs]
    secrets = [
        value
        for name, value in variables_for(checkout.provider, checkout.double.url).items()
        if "KEY" in name or "TOKEN" in name
    ]
    assert secrets or checkout.provider == "comfyui"
    needles = [re.escape(secret) for secret in secrets] + [
        r"Signature=[A-Za-z0-9]",
        r"Authorization: (Basic|Bearer) \w",
    ]
    pattern = re.compile("|".join(needles).encode())
    files = [path for path in checkout.folder.rglob("*") if path.is_file()]
    assert any("dagster_home" in str(path) for path in files)
    assert any(path.name == "exchange.jsonl" for path in files)

    found = [str(path.relative_to(checkout.folder)) for path in files if pattern.search(path.read_bytes())]
    printed = [done.command for done in outputs if pattern.search(done.output.encode())]
    assert (found, printed) == ([], [])


def test_one_picture_is_generated_with_its_receipt_and_the_exchange(checkout: Checkout) -> None:
    done = checkout.run(
        "generate", "A pixel art knight, 16-bit style", "--width", "128", "--height", "96", "-o", "out"
    )
    assert done.returncode == 0, done.output
    [folder] = (checkout.folder / "out").iterdir()

    assert decode_image((folder / "picture.png").read_bytes(), what="picture").shape == (96, 128, 4)
    assert json.loads((folder / "picture.receipt.json").read_text())["provider"] == checkout.provider
    lines = [json.loads(line) for line in (folder / "exchange.jsonl").read_text().splitlines()]
    assert any(line["method"] == "POST" for line in lines)
