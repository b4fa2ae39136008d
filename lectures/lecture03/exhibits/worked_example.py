"""The slides' worked example of the cross entropy loss, recomputed by both sides.

The slide's table takes the log to base 2, where its formula, and torch, mean the natural log: both are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

import numpy as np

from gradecheck import Verdict
from gradecheck.reporting.parts import Outcome, Section, Table, Text
from gradecheck.verifying.implementation import Implementation
from lectures.lecture03 import PACK
from lectures.lecture03.exhibits.records import WorkedExample, WorkedRow

X: Final = (3.0, 15.0, 7.0, 3.0)
T: Final = (0.0, 1.0, 0.0, 0.0)
PRINTED: Final = (
    ("6.14207644e-06", "-1.73128421e+01", None),
    ("9.99652370e-01", "-5.01611506e-04", "-5.01611506e-04"),
    ("3.35346011e-04", "-1.15420619e+01", None),
    ("6.14207644e-06", "-1.73128421e+01", None),
)
"""p, log p and t log p as printed on the slide "Loss Contribution", to nine digits."""


def _float(printed: str | None) -> float | None:
    return None if printed is None else float(printed)


def _prints(value: float, printed: str | None) -> bool:
    return printed is None or f"{value:.8e}" == printed


NEEDS: Final = ("softmax", "cross_entropy")


def worked_example(implementation: Implementation, device: str = "cpu") -> WorkedExample:
    """The table of the slides, by both sides."""
    from gradecheck.verifying.tensors import run_reference

    softmax, cross_entropy = (PACK.contracts[name] for name in NEEDS)
    ours, loss = (implementation.functions[name] for name in NEEDS)
    x, t = np.array(X), np.array(T)
    p = np.asarray(ours(x))
    (theirs,) = run_reference(softmax, (x,), device)
    (reference_loss,) = run_reference(cross_entropy, (theirs, t), device)
    natural, base2 = np.log(p), np.log2(p)
    rows = tuple(
        WorkedRow(
            x=X[i],
            t=T[i],
            printed=(float(PRINTED[i][0]), float(PRINTED[i][1]), _float(PRINTED[i][2])),
            p=float(p[i]),
            reference_p=float(theirs[i]),
            natural=(float(natural[i]), float(t[i] * natural[i]) if T[i] else None),
            base2=(float(base2[i]), float(t[i] * base2[i]) if T[i] else None),
        )
        for i in range(len(X))
    )
    agrees = all(
        _prints(row.p, p) and _prints(row.base2[0], log_p) and _prints(row.base2[1] or 0.0, t_log_p)
        for row, (p, log_p, t_log_p) in zip(rows, PRINTED, strict=True)
    )
    loss_natural = float(loss(p, t))
    return WorkedExample(rows, loss_natural, loss_natural / float(np.log(2.0)), float(reference_loss), agrees)


# -- on the report

NOTE: Final = (
    "The slide's columns log p and t log p are logarithms to base 2, where its formula, and torch, mean the "
    "natural log: log2 p = ln p / ln 2."
)


def section(found: Sequence[WorkedExample]) -> Section | None:
    """The example that was found, if it was."""
    return next(map(_section, found), None)


def _section(found: WorkedExample) -> Section:
    reproduced = "Every printed digit is reproduced." if found.agrees else "A printed digit is not reproduced."
    natural, base2, theirs = found.loss_natural, found.loss_base2, found.reference_loss
    losses = f"The loss is {natural:.9g} by the natural log (torch: {theirs:.9g}) and {base2:.9g} by log2."
    ratio, verdict = (0.0, Verdict.EXACT) if found.agrees else (inf, Verdict.WRONG)
    return Section(
        "Worked example",
        (Text((reproduced,)), table(found), Text((NOTE,)), Text((losses,))),
        (Outcome("the slides' worked example", "", ratio, verdict),),
    )


def table(found: WorkedExample) -> Table:
    """The slides' table column by column, with the log to both bases."""
    headers = (
        *("x", "t", "p on the slide", "p", "torch's p", "log p on the slide", "log2 p", "ln p"),
        *("t log p on the slide", "t log2 p", "t ln p"),
    )
    rows = tuple(
        (
            f"{r.x:g}",
            f"{r.t:g}",
            _digits(r.printed[0]),
            _digits(r.p),
            _digits(r.reference_p),
            _digits(r.printed[1]),
            _digits(r.base2[0]),
            _digits(r.natural[0]),
            _digits(r.printed[2]),
            _digits(r.base2[1]),
            _digits(r.natural[1]),
        )
        for r in found.rows
    )
    return Table("The slide “Loss Contribution”, column by column", headers, rows)


def _digits(x: float | None) -> str:
    """As on the slide, where t log p stands as 0 for t = 0."""
    return "0" if x is None else f"{x:.8e}"
