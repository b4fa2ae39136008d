"""What marking found, in sentences for the student."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gradecheck.compare import Finding
from gradecheck.grading.answers import Answer, Died, Limit, Missing, NoArray, Raised, Returned
from gradecheck.grading.judging import Judged
from gradecheck.grading.marks import CheckName, Outcome
from gradecheck.grading.session import Loaded
from gradecheck.mistakes.mistake import Mistake
from gradecheck.wording import finding_sentence

LIMITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "time": "did not end within the time limit: is there a loop that never ends?",
        "memory": "needed more memory than allowed",
        "output": "printed or wrote more than allowed",
        "processes": "started more processes than allowed",
    }
)

CHECKS: Final[Mapping[CheckName, str]] = MappingProxyType(
    {
        "correctness": "ordinary inputs",
        "edges": "edges: zeros, ties, one row, one class",
        "stability": "large inputs, where the slide's own form overflows",
        "hygiene": "dtype kept, arguments left alone, the same answer again",
    }
)


def reason(function: str, why: Answer | Finding) -> str:
    """Why a call gave no array to compare."""
    match why:
        case Finding():
            return finding_sentence(function, why)
        case Raised(type=kind, message=message, lines=lines):
            at = f" at line {lines[-1].line}: {lines[-1].text}" if lines else ""
            return f"{function} raised {kind}: {message}{at}"
        case NoArray(type=kind):
            return f"{function} returned {kind}, but should return a NumPy array or a number"
        case Missing(found=found):
            was = f"is a {found}" if found else "is not defined"
            return f"{function} {was}, but should be a function of that name"
        case Limit(which=which, loading=True):
            return f"the file {LIMITS[which]} while it was loaded"
        case Limit(which=which):
            return f"{function} {LIMITS[which]}"
        case Died(how=how, loading=True):
            return f"the file ended Python while it was loaded ({how})"
        case Died(how=how):
            return f"{function} ended Python ({how}), but should return"
        case Returned():
            return f"{function} returned"


def check_rationale(check: CheckName, outcome: Outcome, judged: Judged) -> str:
    """One line for one of the four checks."""
    function = judged.banked.function
    if check == "hygiene" and judged.findings:
        return "; ".join(finding_sentence(function, finding) for _, finding in judged.findings)
    if outcome == "passed":
        return f"right on {CHECKS[check]}"
    failing = judged.failing("wrong", "shape", "error", "limit", "unstable")
    concerned = [i for i in failing if check in (judged.check_of(i), "stability")] or failing
    told = next((judged.reasons[i] for i in concerned if i in judged.reasons), None)
    if told is not None:
        return reason(function, told)
    return f"wrong on {CHECKS[check]} ({len(concerned)} of {len(judged.states)} cases)"


def rationale(judged: Judged, mistake: Mistake | None, followed: tuple[str, ...]) -> str:
    """What was found, in one or two sentences."""
    said = []
    if mistake is not None:
        said.append(mistake.what)
    else:
        failing = judged.failing("limit", "error", "shape", "wrong", "unstable")
        told = next((judged.reasons[i] for i in failing if i in judged.reasons), None)
        if told is not None:
            said.append(reason(judged.banked.function, told))
        elif failing:
            cases = f"{len(failing)} of {len(judged.states)} cases"
            said.append(f"{judged.banked.function} differs from {judged.banked.contract.formula} in {cases}")
        said += [finding_sentence(judged.banked.function, finding) for _, finding in judged.findings]
    if followed:
        said.append(f"marked with right values in place of {', '.join(followed)}, which cost already")
    return ". ".join(said)


def help_for(judged: Judged, mistake: Mistake | None) -> str:
    """What to look at next."""
    if mistake is not None:
        return mistake.look
    wrong = [
        name
        for name, bad in zip(judged.banked.contract.results, judged.wrong_results, strict=True)
        if bad and len(judged.wrong_results) > 1
    ]
    where = f"look at {', '.join(wrong)}; " if wrong else ""
    if judged.failing("wrong", "shape"):
        return f"{where}work the example below by hand, beside the slide {judged.banked.contract.slide!r}"
    if judged.failing("unstable"):
        return "the slide's form overflows for large inputs; rewrite it so that no exponent is positive"
    return f"see the slide {judged.banked.contract.slide!r}"


def loading_notes(loaded: Loaded) -> tuple[str, ...]:
    """What went wrong while the file was loaded."""
    notes = [f"cell {cell}: {reason('it', problem)}" for cell, problem in loaded.problems]
    if loaded.failure is not None:
        notes.append(reason("the file", loaded.failure))
    return tuple(notes)
