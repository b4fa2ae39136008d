"""The credit for judged cases: which of the four checks is lost, and in which results.

A result that is wrong on ordinary inputs earns nothing in any check, as a wrong formula fails nearly every case. A
result that is right there loses only the checks that it fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.assignments.assignment import Allowed
from gradecheck.grading.bank.store import CHECK_CODES
from gradecheck.grading.judging.calls import left_out
from gradecheck.grading.judging.judged import SEVERITY, SHAPE, SLOW, UNSTABLE, WRONG, Judged, State
from gradecheck.grading.judging.stages import EVERYDAY, KINKS
from gradecheck.grading.marks import CHECKS, CheckName, Outcome
from gradecheck.numbers.compare import Finding, errors
from gradecheck.packs.contract import ANY

if TYPE_CHECKING:
    from gradecheck.grading.judging.diagnosis import Diagnosis

EXTREME: Final = ("mixed scales", "tiny")
"""Regimes of odd magnitudes that cost correctness. A result that is right on everyday numbers and wrong only here has
a guard, or loses digits: that costs stability."""

CORRECTNESS, EDGES, STABILITY = (CHECKS.index(check) for check in ("correctness", "edges", "stability"))
NOTHING: Final = Allowed()
WORSE: Final[tuple[Outcome, ...]] = ("passed", "wrong", "error", "limit", "fault")


@dataclass(frozen=True)
class Credit:
    """outcomes: how each check ends.  shares: of its credit, from 0 to 1.

    charged: for every case and result, the check that a failure there costs: an index into CHECKS.
    """

    outcomes: Mapping[CheckName, Outcome]
    shares: Mapping[CheckName, float]
    charged: NDArray[np.int64]

    @property
    def outcome(self) -> Outcome:
        return _worst(self.outcomes.values())

    def of(self, weights: Mapping[CheckName, float]) -> float:
        """The share of the points, from 0 to 1."""
        return sum(weights[check] * share for check, share in self.shares.items())


def credit(judged: Judged, diagnoses: Sequence[Diagnosis], allowed: Allowed = NOTHING) -> Credit:
    """The outcome and the share of each check.

    A named mistake costs only the check that the catalogue names; one that the assignment allows costs nothing.
    """
    if judged.flawless:
        return Credit(dict.fromkeys(CHECKS, "passed"), dict.fromkeys(CHECKS, 1.0), np.zeros(judged.levels.shape, int))
    bad, charged = judged.levels >= UNSTABLE, charges(judged)
    free = np.zeros(bad.shape, bool)
    for diagnosis in sorted(diagnoses, key=lambda d: -CHECKS.index(d.mistake.costs)):  # the last one counts
        explained = diagnosis.explained(judged)
        charged[explained], free[explained] = CHECKS.index(diagnosis.mistake.costs), allows(allowed, diagnosis)
    bad &= ~free
    outcomes = {check: _outcome(judged, bad & (charged == i)) for i, check in enumerate(CHECKS)}
    lost = {check: (bad & (charged == i)).any(axis=0) for i, check in enumerate(CHECKS)}
    if not all(permitted(allowed, finding) for _, finding in judged.findings):
        outcomes["hygiene"], lost["hygiene"] = "wrong", np.ones(bad.shape[1], bool)
    answered = _answered(judged)
    shares = {check: float(1 - (lost["correctness"] | lost[check]).mean()) * answered[check] for check in CHECKS}
    for check in CHECKS:
        outcomes[check] = "limit" if answered[check] < 1 else outcomes[check]
    return Credit(outcomes, shares, charged)


# -- what the assignment allows


def permitted(allowed: Allowed, finding: Finding) -> bool:
    """Whether the assignment allows that habit."""
    if finding.kind == "changed":
        return allowed.in_place
    return allowed.float64 and finding.kind == "dtype" and finding.was == "float64"


def allows(allowed: Allowed, diagnosis: Diagnosis) -> bool:
    """Whether that mistake is a guard, and no larger than the assignment allows."""
    guard = diagnosis.mistake.guard
    return guard is not None and guard.constant <= allowed.guard


# -- what was answered


def _answered(judged: Judged) -> Mapping[CheckName, float]:
    """The share of each check's cases that was answered in time; for hygiene, of all cases."""
    answered = (judged.levels != SLOW).all(axis=1)
    found: dict[CheckName, float] = {"hygiene": float(answered.mean())}
    for check in CHECKS[: len(CHECK_CODES)]:
        of_check = judged.banked.checks == CHECK_CODES.index(check)
        found[check] = float(answered[of_check].mean()) if of_check.any() else 1.0
    return found


# -- what a failure costs


def charges(judged: Judged) -> NDArray[np.int64]:
    """For every case and result, the check that a failure there costs where no mistake is named: an index into CHECKS.

    Correctness: everyday numbers in arrays whose axes are longer than 1. Edges: a length of 1, an absent axis, a kink,
    a default that is left out. Stability: odd magnitudes. A failure at an edge of odd magnitudes costs edges if that
    edge fails with everyday numbers, too. A result that is right wherever it is finite, and finite on most ordinary
    inputs, has a right formula that overflows, and costs stability. A result that is never right costs correctness.
    """
    recipes, levels = judged.banked.recipes, judged.levels
    bad = levels >= UNSTABLE
    everyday, kink, extreme, hostile = (
        np.array([[recipe.regime in regimes] for recipe in recipes])
        for regimes in (EVERYDAY, KINKS, EXTREME, ("hostile",))
    )
    narrow = np.array([[_narrow(recipe.sizes)] for recipe in recipes]) | left_out(judged.banked)[:, None]
    shape = narrow | np.array([[_no_batch(recipe.sizes)] for recipe in recipes]) & (levels >= SHAPE)
    edge = shape | kink
    plain = everyday & ~edge
    overflows = _overflows(judged, plain, shape)
    wrong = bad & ~overflows
    edges = (wrong & edge & everyday).any(axis=0)
    stability = (wrong & ~edge & ~everyday & ~hostile).any(axis=0)
    charged = np.full(bad.shape, CORRECTNESS)
    charged[edge] = EDGES
    charged[~everyday & ~(edge & edges)] = STABILITY
    charged[hostile & edges & ~stability] = EDGES  # hostile numbers are kinks
    charged[extreme & ~edge & ((wrong & plain).any(axis=0) | ~plain.any(axis=0))] = CORRECTNESS
    charged[overflows] = STABILITY
    charged[:, bad.all(axis=0)] = CORRECTNESS
    return charged


Sizes = tuple[tuple[str, tuple[int, ...]], ...]


def _narrow(sizes: Sizes) -> bool:
    """Whether an axis is absent, or has length 1."""
    return any(not shape or 1 in shape for _, shape in sizes)


def _no_batch(sizes: Sizes) -> bool:
    """Whether an array that may have any number of axes has another number than two. A function that refuses it fails
    at an edge; of one that answers, the numbers count like any other.
    """
    return any(axis == ANY and len(shape) != 2 for axis, shape in sizes)


def _overflows(judged: Judged, plain: NDArray[np.bool_], shape: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For every case and result, whether a right formula overflows there.

    plain: ordinary inputs.     shape: where the shape alone may cause a failure.
    """
    blown, levels = _blown_up(judged), judged.levels
    usual = np.where(plain, levels < UNSTABLE, False).sum(axis=0) > plain.sum(axis=0) / 2
    else_wrong = ((levels >= WRONG) & ~blown & ~shape).any(axis=0)
    overflows: NDArray[np.bool_] = (blown & usual & ~else_wrong) | (levels == UNSTABLE)
    return overflows


def _blown_up(judged: Judged) -> NDArray[np.bool_]:
    """For every case and result, whether the only wrong values are inf or nan in place of finite numbers."""
    banked = judged.banked
    seen = ~np.isinf(banked.tight)
    error = errors(judged.actual, banked.values)
    off = seen & ~(error <= banked.tight) & ~(error <= banked.loose)
    else_wrong = off & (np.isfinite(judged.actual) | ~np.isfinite(banked.values))
    among = np.logical_or.reduceat(else_wrong, banked.starts).reshape(judged.levels.shape)
    blown: NDArray[np.bool_] = (judged.levels == WRONG) & ~among
    return blown


def _outcome(judged: Judged, where: NDArray[np.bool_]) -> Outcome:
    states: set[State] = {SEVERITY[level] for level in np.unique(judged.levels[where])}
    return _worst(_outcome_of(state) for state in states)


def _outcome_of(state: State) -> Outcome:
    if state in ("agrees", "less accurate"):
        return "passed"
    return state if state in ("error", "limit") else "wrong"


def _worst(outcomes: Iterable[Outcome]) -> Outcome:
    return max(outcomes, key=WORSE.index, default="passed")
