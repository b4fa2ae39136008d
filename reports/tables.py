"""Turns records into tables: headers and rows of cells, for every kind of output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tabulate import tabulate

from gradecheck.verifying.wording import number
from reports import screen

if TYPE_CHECKING:
    from gradecheck.verifying.records import Verification

Cell = str | int | float


@dataclass(frozen=True)
class Table:
    """Rows of cells, with a header for each column."""

    headers: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    def without(self, *headers: str) -> Table:
        """The same table, some columns left out."""
        kept = [i for i, header in enumerate(self.headers) if header not in headers]
        rows = [tuple(row[i] for i in kept) for row in self.rows]
        return Table(tuple(self.headers[i] for i in kept), rows)

    def terminal(self) -> str:
        """Wrapped at the terminal's width, and coloured."""
        return screen.table(self.headers, [[str(cell) for cell in row] for row in self.rows])

    def text(self) -> str:
        """Not wrapped, for a file."""
        return tabulate(self.rows, self.headers, tablefmt="simple", disable_numparse=True)

    def markdown(self) -> str:
        rows = [[str(cell).replace("|", r"\|") for cell in row] for row in self.rows]  # a bare | would end the cell
        return tabulate(rows, self.headers, tablefmt="github", disable_numparse=True)


def verifications(found: Sequence[Verification]) -> Table:
    """One row a function and precision."""
    headers = ("formula", "direction", "dtype", "examples", "worst error / bound", "worst ulp", "verdict")
    return Table(
        headers,
        [
            (
                v.contract.subject,
                v.contract.direction,
                v.dtype,
                str(v.examples),
                number(v.worst_ratio, 3) if v.judged else "-",
                number(v.worst_ulp, 3) if v.judged else "-",
                str(v.verdict),
            )
            for v in found
        ],
    )


def distances(found: Mapping[str, Sequence[tuple[str, float, float]]]) -> Table:
    """One row a function, one column a regime. found: by function, regime and the worst ulp of both sides.

    A dash stands for a regime that is not drawn for the function.
    """
    regimes = dict.fromkeys(regime for distances in found.values() for regime, *_ in distances)
    rows = []
    for function, distances in found.items():
        both = {regime: f"{_ulp(ours)} / {_ulp(theirs)}" for regime, ours, theirs in distances}
        rows.append((function, *(both.get(regime, "-") for regime in regimes)))
    return Table(("function", *regimes), rows)


def _ulp(x: float) -> str:
    """A distance with few digits: more of an ulp mean nothing."""
    if x == 0 or x >= 1e4:
        return number(x, 1)
    return f"{x:.0f}" if x >= 100 else f"{x:.2f}"
