"""From judged cases to credit: which of the four checks is lost, and in which results.

A wrong formula fails nearly every case, and what else it fails says nothing more: a result that is wrong on ordinary
inputs earns nothing in any check. A result that is right there loses only the checks that it fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.compare import errors
from gradecheck.grading.judging.diagnosis import Diagnosis
from gradecheck.grading.judging.judging import SEVERITY, UNSTABLE, WRONG, Judged, State
from gradecheck.grading.judging.stages import EVERYDAY, KINKS
from gradecheck.grading.marks import CHECKS, CheckName, Outcome

EXTREME: Final = ("mixed scales", "tiny")
"""Regimes of ordinary formulas at odd magnitudes. What is right on everyday numbers and wrong only here has no wrong
formula: it guards something, or loses digits, which is stability."""

CORRECTNESS, EDGES, STABILITY = (CHECKS.index(check) for check in ("correctness", "edges", "stability"))
WORSE: Final[tuple[Outcome, ...]] = ("passed", "wrong", "error", "limit", "fault")


@dataclass(frozen=True)
class Credit:
    """outcomes: how each check ends.  shares: of its credit, from 0 to 1.

    charged: for every case and result, the check that a failure there costs, an index into CHECKS.
    """

    outcomes: Mapping[CheckName, Outcome]
    shares: Mapping[CheckName, float]
    charged: NDArray[np.int64]

    @property
    def outcome(self) -> Outcome:
        return _worst(self.outcomes.values())

    def of(self, weights: Mapping[CheckName, float]) -> float:
        """The part of the points, from 0 to 1."""
        return sum(weights[check] * share for check, share in self.shares.items())


def credit(judged: Judged, diagnoses: Sequence[Diagnosis]) -> Credit:
    """What the four checks end in. A named mistake costs the check that the catalogue says, and no other."""
    if judged.flawless:
        return Credit(dict.fromkeys(CHECKS, "passed"), dict.fromkeys(CHECKS, 1.0), np.zeros(judged.levels.shape, int))
    results = judged.levels.shape[1]
    lost = {check: np.zeros(results, bool) for check in CHECKS}
    outcomes: dict[CheckName, Outcome] = dict.fromkeys(CHECKS, "passed")
    bad = judged.levels >= UNSTABLE
    charged = charges(judged)
    for diagnosis in sorted(diagnoses, key=lambda d: -CHECKS.index(d.mistake.costs)):  # the harshest has the last word
        charged[diagnosis.explained(judged)] = CHECKS.index(diagnosis.mistake.costs)
    for i, check in enumerate(CHECKS):
        here = bad & (charged == i)
        lost[check] = here.any(axis=0)
        outcomes[check] = _outcome(judged, here)
    if judged.findings:
        lost["hygiene"][:] = True
        outcomes["hygiene"] = "wrong"
    wrong = lost["correctness"]
    return Credit(outcomes, {check: float(1 - (wrong | lost[check]).mean()) for check in CHECKS}, charged)


def charges(judged: Judged) -> NDArray[np.int64]:
    """For every case and result, the check that a failure there costs where no mistake is named: an index into CHECKS.

    Everyday numbers in arrays with more than one of everything are what correctness is about. An edge is a length of 1,
    an absent axis, a kink; stability is about odd magnitudes. A case that is both costs what else is wrong. A result
    that is right wherever it is finite, and finite on most ordinary inputs, has a right formula that overflows.
    One that is never right has none, whatever it was asked.
    """
    recipes = judged.banked.recipes
    thin = np.array([any(not shape or 1 in shape for _, shape in r.sizes) for r in recipes])[:, None]
    odd = np.array([r.regime not in EVERYDAY for r in recipes])[:, None]
    kinks = np.array([r.regime in KINKS for r in recipes])[:, None]
    hostile = np.array([r.regime == "hostile" for r in recipes])[:, None]
    extreme = np.array([r.regime in EXTREME for r in recipes])[:, None]
    plain = ~(thin | odd | kinks)
    overflows = _blown_up(judged)
    usual = (judged.levels[plain[:, 0]] < UNSTABLE).mean(axis=0) > 1 / 2 if plain.any() else False
    overflows &= usual & ~((judged.levels >= WRONG) & ~overflows).any(axis=0)
    overflows |= judged.levels == UNSTABLE
    bad = (judged.levels >= UNSTABLE) & ~overflows
    charged = np.full(bad.shape, CORRECTNESS)
    charged[np.broadcast_to((thin | kinks) & ~odd, bad.shape)] = EDGES
    edges, stability = (bad & (thin | kinks) & ~odd).any(axis=0), (bad & odd & ~hostile & ~thin).any(axis=0)
    charged[odd & ~(edges & ~stability)] = STABILITY
    charged[odd & edges & ~stability] = EDGES
    formula = (bad & plain).any(axis=0) | ~plain.any()
    charged[extreme & ~thin & formula] = CORRECTNESS
    charged[overflows] = STABILITY
    charged[:, (judged.levels >= UNSTABLE).all(axis=0)] = CORRECTNESS
    return charged


def _blown_up(judged: Judged) -> NDArray[np.bool_]:
    """For every case and result, whether it is wrong only in that inf or nan stands for finite numbers."""
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
