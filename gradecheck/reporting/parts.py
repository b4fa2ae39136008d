"""The parts of a report that a pack yields beside its formulas: texts, tables and plots as plain data.

They are written to report.json and read back. Tables hold strangers' texts unchanged: rendering escapes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from gradecheck.numbers.compare import Verdict, worst

Numbers = tuple[float, ...]
Style = Literal["solid", "dashed", "dash-dotted", "dotted", "points"]


@dataclass(frozen=True)
class Text:
    """One line is a paragraph, several are a list. Code is between backticks."""

    lines: tuple[str, ...]
    kind: Literal["text"] = field(default="text", init=False)


@dataclass(frozen=True)
class Table:
    """folded: closed until somebody opens it. A cell that is a verdict is shown with its sign and colour."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False
    kind: Literal["table"] = field(default="table", init=False)


@dataclass(frozen=True)
class Line:
    """One line of a plot. colour: one of four, from 0.  wide: for a line that lies below another one."""

    name: str
    y: Numbers
    colour: int = 0
    style: Style = "solid"
    wide: bool = False


@dataclass(frozen=True)
class Lines:
    """Lines over x, or over their steps where x is empty; the first lies on top.

    x_name, y_name: labels of the axes.  log: whether the y axis is logarithmic.  limit: a horizontal line, if any.
    """

    caption: str
    x_name: str
    y_name: str
    lines: tuple[Line, ...]
    x: Numbers = ()
    log: bool = False
    limit: float | None = None
    kind: Literal["lines"] = field(default="lines", init=False)


@dataclass(frozen=True)
class Regions:
    """How two sides classify a grid over two features: the second of two classes where a margin is positive.

    x, y: the grid's coordinates.  margins: a row for each y.  points, labels: rows with the class of each, 0 or 1.
    """

    caption: str
    x_name: str
    y_name: str
    x: Numbers
    y: Numbers
    margins: tuple[Numbers, ...]
    reference_margins: tuple[Numbers, ...]
    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    kind: Literal["regions"] = field(default="regions", init=False)


@dataclass(frozen=True)
class Confusion:
    """How often each class (row) was taken for each class (column). what: the name of a class, such as digit."""

    caption: str
    what: str
    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    kind: Literal["confusion"] = field(default="confusion", init=False)


@dataclass(frozen=True)
class Picture:
    """Rows of grey in [0, 1], where 1 is dark, with a caption; note: in a lighter colour."""

    pixels: tuple[Numbers, ...]
    said: str
    note: str = ""


@dataclass(frozen=True)
class Pictures:
    caption: str
    pictures: tuple[Picture, ...]
    kind: Literal["pictures"] = field(default="pictures", init=False)


@dataclass(frozen=True)
class Outcome:
    """Something that was compared with the reference. dtype: in which it was; "" for none.

    worst_ratio: the largest error / bound.
    """

    what: str
    dtype: str
    worst_ratio: float
    verdict: Verdict


@dataclass(frozen=True)
class Section:
    """Parts under a title. A part may be a section in turn, which a terminal leaves out.

    outcomes: for the section's verdict, with those of the sections in it.  folded: as of a Table.
    """

    title: str
    parts: tuple[Part, ...]
    outcomes: tuple[Outcome, ...] = ()
    folded: bool = False
    kind: Literal["section"] = field(default="section", init=False)

    def all_outcomes(self) -> Iterator[Outcome]:
        """Its own, then those of the sections in it."""
        yield from self.outcomes
        for part in self.parts:
            if isinstance(part, Section):
                yield from part.all_outcomes()

    @property
    def verdict(self) -> Verdict | None:
        """The harshest; None where nothing was compared."""
        verdicts = [outcome.verdict for outcome in self.all_outcomes()]
        return worst(verdicts) if verdicts else None


Part = Text | Table | Lines | Regions | Confusion | Pictures | Section
