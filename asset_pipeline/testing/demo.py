"""A sample game made by a remote provider's double, so that anyone can watch each provider work without an account.

``python -m asset_pipeline.testing.demo runpod lantern_lake``; its store and journal are beside those of ``make demo``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from asset_pipeline.settings.variables import PROVIDER_PREFIXES, VARIABLES
from asset_pipeline.testing.double import Double
from asset_pipeline.testing.serving import NAMES, double_of, variables_for


def main() -> None:
    """Make the game twice and hold the journal against the double's invoice."""
    parser = argparse.ArgumentParser(description="Make a sample game with a provider's double.")
    parser.add_argument("provider", choices=NAMES)
    parser.add_argument("game")
    asked = parser.parse_args()
    folder = Path(".local") / f"demo_{asked.provider}"
    shutil.rmtree(folder, ignore_errors=True)
    with double_of(asked.provider, queue_s=0.3, run_s=1.0 if asked.provider != "comfyui" else 0.1) as double:
        _say(
            f"A double of {asked.provider} answers at {double.url}: every call is billed there, and nowhere else.\n"
        )
        commands = (["plan", asked.game], ["materialize", asked.game], ["materialize", asked.game])
        for command in commands:
            _say(f"$ asset-pipeline {' '.join(command)}")
            before = len(double.invoice)
            done = subprocess.run(  # noqa: S603 - our own command
                [str(Path(sys.executable).with_name("asset-pipeline")), *command],
                env=environment(asked.provider, double, folder),
                check=False,
            )
            _say(f"-- {len(double.invoice) - before} paid calls\n")
            if done.returncode:
                sys.exit(done.returncode)
        _compare(double, folder)


def environment(provider: str, double: Double, folder: Path) -> dict[str, str]:
    """Return this process's environment, pointed at the double, with store and journal in *folder*.

    Whatever else could lead to a provider is blanked, also for the ``.env`` that the command reads: with a person's own keys in
    it, a demo would spend real money.
    """
    names = (variable.name for variable in VARIABLES)
    ours = {name: "" for name in names if name.startswith(("ASSET_PIPELINE_", *PROVIDER_PREFIXES))}
    return {
        **os.environ,
        **ours,
        **variables_for(provider, double.url),
        "ASSET_PIPELINE_ENV": "local",
        "ASSET_PIPELINE_STORE": str(folder / "store"),
        "ASSET_PIPELINE_JOURNAL": f"sqlite:///{folder / 'journal.db'}",
    }


def _compare(double: Double, folder: Path) -> None:
    from asset_pipeline.jobs.journal import Journal  # noqa: PLC0415 - after the folder is there
    from asset_pipeline.jobs.ledger import summary, total_usd  # noqa: PLC0415 - as above

    journal = Journal(f"sqlite:///{folder / 'journal.db'}")
    ours = total_usd(summary(journal, ["provider"]))
    journal.close()
    cent = Decimal("0.01")
    _say(f"Invoice of the double: ${double.total_usd}; our journal: ${ours}; pictures in {folder / 'store'}")
    if ours.quantize(cent) != double.total_usd.quantize(cent):
        _say(
            "They differ by a cent or more, where an endpoint of one's own names no price and ours is an estimate."
        )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
