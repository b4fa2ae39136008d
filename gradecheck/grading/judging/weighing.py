"""The weight of each check: a check without any case leaves its weight to the others."""

from __future__ import annotations

from collections.abc import Mapping

from gradecheck.grading.judging.asking import Answered
from gradecheck.grading.marks import CHECKS, CheckName


def looked_at(asked: Answered) -> tuple[CheckName, ...]:
    """The checks that some case can cost, hygiene, and any that was lost."""
    about, shares = asked.judged.banked.about, asked.credit.shares
    return tuple(check for check in CHECKS if check in about or check == "hygiene" or shares[check] < 1)


def weighed(asked: Answered, weights: Mapping[CheckName, float]) -> Mapping[CheckName, float]:
    """The weights of the checks that are looked at, scaled to the sum of all weights; equal ones if these are all 0."""
    checks = looked_at(asked)
    total = sum(weights[check] for check in checks)
    share = {check: weights[check] / total if total else 1 / len(checks) for check in checks}
    return weights if len(checks) == len(CHECKS) else {check: share.get(check, 0.0) for check in CHECKS}
