"""The slides' worked example of the cross entropy loss, recomputed by both sides.

The slide's table takes the log to base 2, where its formula, and torch, mean the natural log: both are shown.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gradecheck.implementation import Implementation
from gradecheck.records import WorkedExample, WorkedRow
from lectures.lecture03 import PACK

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


def worked_example(implementation: Implementation, device: str = "cpu") -> WorkedExample | None:
    """The table of the slides; None where the implementation lacks softmax or cross_entropy."""
    from gradecheck.tensors import run_reference

    softmax, cross_entropy = PACK.contracts["softmax"], PACK.contracts["cross_entropy"]
    ours, loss = implementation.function(softmax), implementation.function(cross_entropy)
    if ours is None or loss is None:
        return None
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
