"""How platforms name what they hand out, a file each."""

from __future__ import annotations

from typing import Final

from gradecheck.grading.people.claim import Layout
from gradecheck.grading.people.layouts import blackboard, brightspace, canvas, classroom50, gradescope, moodle, nbgrader

LAYOUTS: Final[tuple[Layout, ...]] = tuple(
    module.LAYOUT for module in (gradescope, nbgrader, moodle, brightspace, blackboard, canvas, classroom50)
)
"""In the order in which they are tried: what cannot be mistaken comes first."""
