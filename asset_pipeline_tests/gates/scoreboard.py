"""How right the gates are on the labelled fixtures: recall and false alarms of each.

``python -m asset_pipeline_tests.gates.scoreboard`` prints the report that the tests hold to its limits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from asset_pipeline.gates.report import judge_case
from asset_pipeline.gates.select import select
from asset_pipeline.gates.sets import judge_set
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.gates.verdicts import Outcome, Verdict
from asset_pipeline_tests.gates.fixtures import Fixture, all_fixtures
from asset_pipeline_tests.gates.packs import Pack, packs

SET_CHECKS = ("twin_delta_e", "variant_delta_e", "hue_error_deg", "off_palette", "scale_error", "cell_error")


@dataclass
class Row:
    """One gate.

    Attributes:
        caught: faulty fixtures that failed.
        missed: faulty fixtures that did not, with what was said.
        quiet: sound fixtures that did not fail.
        alarms: sound fixtures that failed, with what was said.
    """

    caught: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    quiet: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the faults that were found."""
        return len(self.caught) / max(1, len(self.caught) + len(self.missed))

    @property
    def false_alarms(self) -> float:
        """Share of the sound ones that failed."""
        return len(self.alarms) / max(1, len(self.alarms) + len(self.quiet))


def verdicts_of(fixture: Fixture) -> tuple[Verdict, ...]:
    """Judge a fixture by the gates that its kind, style, step and traits select."""
    chosen = select(
        kind=fixture.kind,
        style=fixture.style,
        step=fixture.step,
        traits=fixture.traits,
        guided=fixture.guided,
        lettered=fixture.lettered,
    )
    limits = thresholds(kind=fixture.kind, style=fixture.style)
    return judge_case(fixture.case, chosen, limits).report.verdicts


def scoreboard(fixtures: Iterable[Fixture]) -> dict[str, Row]:
    """Judge them all."""
    rows: dict[str, Row] = defaultdict(Row)
    for fixture in fixtures:
        for verdict in verdicts_of(fixture):
            row, failed = rows[verdict.metric], verdict.outcome is Outcome.FAIL
            told = f"{fixture.name}: {verdict.value}"
            if verdict.metric in fixture.faults:
                (row.caught if failed else row.missed).append(told)
            elif verdict.metric not in fixture.open_to and verdict.outcome is not Outcome.SKIPPED:
                (row.alarms if failed else row.quiet).append(told)
    return dict(rows)


def set_scoreboard(packs: Iterable[Pack]) -> dict[str, Row]:
    """Judge sets: a check is right about a set where it fails for the labelled fault and names whom it concerns."""
    rows: dict[str, Row] = defaultdict(Row)
    for pack in packs:
        report = judge_set(pack.members, thresholds(), palette=pack.palette)
        failed: dict[str, set[str]] = defaultdict(set)
        for verdict in report.verdicts:
            if verdict.outcome is Outcome.FAIL:
                failed[verdict.metric].add(verdict.subject)
        for metric in SET_CHECKS:
            row, told = rows[metric], f"{pack.name}: {sorted(failed[metric])}"
            if metric in pack.faults:
                (row.caught if failed[metric] == pack.subjects else row.missed).append(told)
            else:
                (row.alarms if failed[metric] else row.quiet).append(told)
    return dict(rows)


def as_text(rows: dict[str, Row]) -> str:
    """Write the board as a table, with every mistake."""
    lines = [f"{'gate':<24}{'faulty':>8}{'recall':>9}{'sound':>8}{'false alarms':>14}"]
    for metric, row in sorted(rows.items()):
        faulty, sound = len(row.caught) + len(row.missed), len(row.quiet) + len(row.alarms)
        lines.append(f"{metric:<24}{faulty:>8}{row.recall:>9.1%}{sound:>8}{row.false_alarms:>14.1%}")
        lines += [f"    missed       {name}" for name in row.missed]
        lines += [f"    false alarm  {name}" for name in row.alarms]
    return "\n".join(lines)


def main() -> None:
    """Print the board."""
    drawn = list(all_fixtures())
    print(f"{len(drawn)} fixtures, thresholds version {thresholds().version}")  # noqa: T201  # its purpose
    print(as_text(scoreboard(drawn)))  # noqa: T201  # its purpose
    sets = list(packs())
    print(f"\n{len(sets)} sets")  # noqa: T201  # its purpose
    print(as_text(set_scoreboard(sets)))  # noqa: T201  # its purpose


if __name__ == "__main__":
    main()
