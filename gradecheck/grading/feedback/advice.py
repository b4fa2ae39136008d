"""What the student is to look at next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from gradecheck.grading.feedback import circumstances
from gradecheck.grading.feedback.failures import failures
from gradecheck.grading.feedback.places import only_single_rows
from gradecheck.grading.feedback.rationale import draws, habits
from gradecheck.grading.jail.answers import Absent, Answer, Died, Limit, Missing, NoArray, Raised
from gradecheck.grading.judging.asking import Answered
from gradecheck.grading.judging.credit import STABILITY, permitted
from gradecheck.grading.judging.judged import UNSTABLE
from gradecheck.grading.source import Lost
from gradecheck.numbers.compare import Finding

LIMIT_HELPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "time": "Look for a loop whose condition never becomes false, and for work that is done again in every turn.",
        "memory": "Make no array larger than the arguments and the result need: {most:g} MiB are allowed.",
        "output": "Take the prints out, and whatever writes files: {most:g} MiB are allowed.",
        "processes": "Compute in the function itself, without threads and other processes.",
    }
)

OVERFLOW: Final = (
    "Large inputs make e^x overflow to inf or round to 0, and then inf / inf, 0 / 0 or log 0 follow: rewrite the "
    "formula so that no exponent is positive, and so that no logarithm is taken of what may round to 0."
)

SINGLE_ROW: Final = (
    "A 1-D {x} is one row: n is 1 and the classes are along its last axis, axis=-1; or make it 2-D first, with "
    "np.atleast_2d({x})."
)
SLOW: Final = "Replace loops over single numbers by array operations."

HABITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "extra": "Return the result alone: what a backward pass needs comes to it as arguments.",
        "shape": "Return one number: leave out what puts it in brackets, such as keepdims=True.",
        "random": "Take the random numbers out, or seed them inside of the function.",
        "dtype": "Make new arrays with the dtype of the arguments, as np.zeros_like does.",
        "type": "Return a NumPy array.",
        "changed": "Write x = x - y in place of x -= y, or copy the argument first.",
        "state": "Set what is added up to 0 inside of the function; what np.empty makes is not 0 but anything.",
    }
)


def help_for(asked: Answered) -> str:
    """What to look at next."""
    judged = asked.judged
    if asked.credit.outcome == "passed":
        return ""
    if judged.failing("slow"):
        return SLOW if judged.right else f"{_help_for_wrong(asked)} {SLOW}"
    return _help_for_wrong(asked)


def _help_for_wrong(asked: Answered) -> str:
    judged, contract = asked.judged, asked.judged.banked.contract
    if draws(judged):
        return HABITS["random"]
    if asked.diagnoses:
        return " ".join(diagnosis.mistake.look for diagnosis in asked.diagnoses)
    if asked.only_first:
        return "Look for names that are changed outside of the function, or for a default argument that is changed."
    if judged.right:
        costly = [f for f in habits(asked) if not permitted(asked.question.allowed, f)]
        return " ".join(dict.fromkeys(HABITS[f.kind] for f in costly if f.kind in HABITS))
    told = next((judged.reasons[i] for i in judged.failing("limit", "error") if i in judged.reasons), None)
    if (helped := _help(told)) is not None:
        return helped
    if isinstance(told, Raised) and told.call:
        return f"Let {told.function} take what it is called with: {told.call}."
    if isinstance(told, Raised) and told.type == "TypeError" and not told.lines:  # raised by the call itself
        arguments = (a.name if a.default is None else f"{a.name}={a.default:g}" for a in contract.arguments)
        return f"Write def {asked.question.name}({', '.join(arguments)}): it is called with these, by position."
    if isinstance(told, Missing) and isinstance(told.because, Lost):
        return f"Mend {told.because.place} first: {told.because.text}"
    if isinstance(told, Missing) and told.because is not None:
        return "Mend that line first, or move it to the end of the file."
    if judged.unwritten:
        return f"The formula is {contract.formula} (slide {contract.slide!r})."
    bad = np.flatnonzero((judged.levels >= UNSTABLE).any(axis=0))
    wrong = [contract.results[i] for i in bad] if len(contract.results) > 1 else []
    bad_formula = asked.credit.outcomes["correctness"] != "passed"
    where = f"Look at {', '.join(wrong)}. " if wrong else ""
    if only_single_rows(judged):
        name = next(a.name for a in contract.arguments if a.is_array and len(a.axes) > 1)
        return f"{where}{SINGLE_ROW.format(x=name)}"
    if (judged.levels == UNSTABLE).any() and not bad_formula:
        return f"{where}{OVERFLOW}"
    if (asked.credit.charged[judged.levels >= UNSTABLE] == STABILITY).all():
        return f"{where}Look for what shows at odd magnitudes only: a number cut off, added as a guard, or lost."
    if circumstances.in_common(judged):
        return f"{where}The formula is {contract.formula} (slide {contract.slide!r})."
    helped = _help_for_failure(failures(judged)[0].reason)
    return helped or f"{where}Work the example by hand, beside {contract.formula} (slide {contract.slide!r})."


def _help_for_failure(why: Answer | Finding | None) -> str | None:
    """What to do where there are no numbers to compare by hand; None where there are."""
    match why:
        case Raised(type="NameError" | "UnboundLocalError"):
            return "Define or import that name before it is used: in the function, or at the top of the file."
        case Raised():
            return "Begin at the line that raised: print what it works on, and the shapes."
        case NoArray(type="None"):
            return "End the function with return and the result: a print shows it, and gives nothing back."
        case NoArray():
            return "Print the type of what comes back, and return an array or a number."
        case Died():
            return "Take out what ends Python, such as exit() or quit(): a function only returns."
        case Finding(kind="shape", should="()"):
            return "Return one number: a mean or a sum over the whole array, with no axis left."
        case Finding(kind="shape"):
            return "Print the shape of the result and of each step before it: where is it another than it should be?"
        case Finding(kind="count"):
            return "Return all results in one tuple, in that order."
    return None


def _help(told: Answer | Finding | None) -> str | None:
    """What to do about a limit, a missing package or the like; None for anything else."""
    match told:
        case Raised(absent=Absent(module="torch")) | Missing(absent=Absent(module="torch")):
            return "torch is not there when marked: write it in NumPy."
        case Raised(absent=Absent(module=module)) | Missing(absent=Absent(module=module)):
            return f"Write what you need of {module} in NumPy. If it is a file of your own, hand it in, too."
        case Limit(which=which, most=most):
            return LIMIT_HELPS[which].format(most=most)
        case Raised(type="RecursionError"):
            return "The function calls itself without end: look for what should end it, and whether it is ever reached."
        case Raised(type="EOFError"):
            return "A function gets its values as arguments, not from input()."
        case _:
            return None
