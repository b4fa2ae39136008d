"""Marks a function of an implementation as `check` would: the mistakes that it names, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from gradecheck.arguments.regimes import regimes_of
from gradecheck.arguments.scope import Scope
from gradecheck.packs.contract import Contract
from gradecheck.verifying.guarded import TooLongError

CASES: Final = 100
"""As many as the built-in assignment has, so that both use the same bank on disk."""

SEED: Final = 3


@dataclass(frozen=True)
class Marked:
    """mistakes: each in the lecture's terms; () where none explains every failure.

    only_unstable: whether the values cost only stability.
    """

    mistakes: tuple[str, ...] = ()
    only_unstable: bool = False


UNKNOWN: Final = Marked()
"""For a function that cannot be marked here."""


def marked(contract: Contract, function: Callable[..., Any], scope: Scope) -> Marked:
    """The function, marked on what submissions are asked in the scope; UNKNOWN where no worker can be started."""
    asked = replace(scope, everything=False)
    if find_spec("fcntl") is None or not regimes_of(contract, asked):  # a worker needs Linux
        return UNKNOWN
    from gradecheck.grading.bank.store import question
    from gradecheck.grading.judging.credit import credit
    from gradecheck.grading.judging.diagnosis import diagnose
    from gradecheck.grading.judging.judged import judge

    banked = question(contract, CASES, SEED, asked)
    try:
        answers = [_asked(function, banked, case) for case in banked.order]
    except TooLongError:
        return UNKNOWN
    judged = judge(banked, answers)
    diagnoses = diagnose(judged)
    shares = credit(judged, diagnoses).shares
    lost = {check for check, share in shares.items() if share < 1} - {"hygiene"}
    return Marked(tuple(diagnosis.mistake.what for diagnosis in diagnoses), lost == {"stability"})


def _asked(function: Callable[..., Any], banked: Any, case: int) -> Any:
    """The answer to one call, as a worker would send it."""
    from gradecheck.grading.jail.answers import Raised, Returned
    from gradecheck.grading.judging.calls import arguments

    given, before = arguments(banked, case), arguments(banked, case)
    try:
        value = function(*given)
    except TooLongError:
        raise
    except (Exception, SystemExit) as error:
        return Raised(type(error).__name__, str(error))
    both = enumerate(zip(given, before, strict=True))
    changed = (i for i, (x, y) in both if np.asarray(x).tobytes() != np.asarray(y).tobytes())
    copied = np.array(value) if isinstance(value, np.ndarray) else value
    return Returned(copied, type(value).__name__, tuple(changed))
