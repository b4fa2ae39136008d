"""Where marks go back to, a file each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gradecheck.grading.exporting.target import Target
from gradecheck.grading.exporting.targets import (
    autolab,
    brightspace,
    canvas,
    classroom50,
    gradescope,
    moodle,
    nbgrader,
    plain,
    prairielearn,
    workbook,
)

_MODULES: Final = (
    *(canvas, moodle, brightspace, gradescope, prairielearn),
    *(autolab, classroom50, nbgrader, plain, workbook),
)
TARGETS: Final[Mapping[str, Target]] = MappingProxyType({module.TARGET.name: module.TARGET for module in _MODULES})
