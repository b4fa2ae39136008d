"""What a report shows beside the formulas: how far a long blend drifts."""

import numpy as np

from gradecheck.reporting.parts import Section, Table, Text
from gradecheck.reporting.tasks import Exhibit, Task


def exhibits(implementation, options, whole):
    if "blend" not in implementation.functions:
        return [Exhibit((), lambda found: None, ("halving steps: there is no blend",))]
    return [Exhibit((Task("halving steps", halved, (10,)),), section)]


def halved(implementation, steps):
    """From 1 half of the way to 0, again and again."""
    x, zero, half = np.ones((1, 1)), np.zeros((1, 1)), np.full((1, 1), 0.5)
    found = []
    for _ in range(steps):
        x = implementation.functions["blend"](x, zero, half)
        found.append(float(x[0, 0]))
    return found


def section(found):
    if not found:
        return None
    (steps,) = found
    rows = tuple((str(i + 1), f"{value:g}") for i, value in enumerate(steps))
    return Section("Halving steps", (Text(("Each step goes half of the way to 0.",)), Table("x", ("step", "x"), rows)))
