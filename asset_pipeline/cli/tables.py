"""Plain tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> str:
    """Line up *rows* under *head*; columns named in *right* are aligned to the right.

    >>> print(table(["what", "usd"], [["frog", "0.02"], ["a reed", "10"]], right=["usd"]))
    what     usd
    frog    0.02
    a reed    10
    """
    columns = list(zip(*[head, *rows], strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    lines = []
    for row in (head, *rows):
        cells = [
            cell.rjust(width) if name in right else cell.ljust(width)
            for cell, width, name in zip(row, widths, head, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def ago(seconds: float) -> str:
    """Say how long ago something was, roughly.

    >>> ago(42), ago(3700), ago(200_000)
    ('42 s', '1 h', '2 d')
    """
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds:.0f} s"
