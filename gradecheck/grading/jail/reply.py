"""What one who answers for a submission is asked, and the reply: a session in a jail, or a check in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.jail.answers import SILENT, Answer, Loaded, Output, Recorded
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.right_values import NOTHING, Replaced
from gradecheck.grading.jail.usual import Usual


@dataclass(frozen=True)
class Reply:
    """One answer for each call, in order. A file that cannot be loaded answers every call with the reason.

    numbers: of all answers, if these are usual ones (usual.py).
    """

    answers: Sequence[Answer]
    output: Output = SILENT
    seconds: float = 0.0
    numbers: NDArray[np.float64] | None = None


class Answering(Protocol):
    """Calls the functions of one submission. See Session, which is the one that marks."""

    @property
    def cells(self) -> tuple[str, ...]:
        """Of the submission's code."""

    @property
    def limits(self) -> Limits:
        """Of each question."""

    @property
    def missed(self) -> tuple[str, ...]:
        """Packages that are not there, and for want of which a function did not answer."""

    @property
    def loaded(self) -> Loaded:
        """The result of running the file."""

    def call(
        self,
        function: str,
        cases: Cases,
        replaced: Replaced = NOTHING,
        usual: Usual | None = None,
        *,
        longer: float = 0.0,
        anew: bool = False,
    ) -> Reply:
        """The answers of the submission's function to every case."""

    def record(self, function: str, case: Cases, replaced: Replaced = NOTHING) -> Recorded | None:
        """The calls that a function of the adapter makes."""

    def close(self) -> None:
        """Forget the state of the submission: the next call runs its file anew."""
