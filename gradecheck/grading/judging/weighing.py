"""What each check weighs: one that what is asked never comes to leaves its weight to the others."""

from __future__ import annotations

from collections.abc import Mapping

from gradecheck.grading.bank.store import CHECK_CODES
from gradecheck.grading.judging.asking import Answered
from gradecheck.grading.marks import CHECKS, CheckName


def looked_at(asked: Answered) -> tuple[CheckName, ...]:
    """The checks that some case is about, hygiene, and any that was lost all the same."""
    codes = set(asked.judged.banked.checks.tolist())
    about = {check for code, check in enumerate(CHECK_CODES) if code in codes} | {"hygiene"}
    return tuple(check for check in CHECKS if check in about or asked.credit.shares[check] < 1)


def weighed(asked: Answered, weights: Mapping[CheckName, float]) -> Mapping[CheckName, float]:
    """The weights of the checks that are looked at, with the sum of all; equal ones where these have none."""
    checks = looked_at(asked)
    total = sum(weights[check] for check in checks)
    share = {check: weights[check] / total if total else 1 / len(checks) for check in checks}
    return weights if len(checks) == len(CHECKS) else {check: share.get(check, 0.0) for check in CHECKS}
