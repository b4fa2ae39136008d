"""Why a call gave no array to compare, in a sentence for the student."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from gradecheck.grading.jail.answers import (
    Absent,
    Answer,
    Died,
    Fault,
    Limit,
    Line,
    Missing,
    NoArray,
    Problem,
    Raised,
    Returned,
    Unanswered,
)
from gradecheck.grading.source import Lost
from gradecheck.grading.submissions.names import line_told
from gradecheck.numbers.compare import Finding
from gradecheck.verifying.wording import finding_sentence

VOWELS: Final = (*"aeiouAEIOU", "nd")  # as they sound: an ndarray
MOST_SAID: Final = 200  # characters of what an exception says

LIMITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "time": "did not end within {most:g} s: is there a loop that never ends?",
        "memory": "needed more than {most:g} MiB of memory",
        "output": "printed, wrote or returned more than {most:g} MiB",
        "processes": "started more than {most:g} processes and threads",
    }
)

LIMIT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"time": "time limit", "memory": "memory limit", "output": "output limit", "processes": "limit of processes"}
)

HIDDEN: Final[Mapping[str, str]] = MappingProxyType(
    {"shape": "an array of another shape", "count": "another number of results", "type": "no array of numbers"}
)


def reason(function: str, why: Answer | Finding, hidden: bool = False, results: Sequence[str] = ()) -> str:
    """Why a call gave no array to compare.  results: the names of those that it should have given."""
    function = getattr(why, "function", "") or function  # which an adapter called
    match why:
        case Finding():
            return finding_sentence(function, why) if not hidden else f"{function} returned {HIDDEN[why.kind]}"
        case Raised(absent=Absent() as absent) | Missing(absent=Absent() as absent):
            return f"{function} cannot run: {not_there_when_marked(absent)}"
        case Raised(type=kind, message=message, lines=lines):
            at = f" at {place(lines[-1])}: {lines[-1].text}" if lines else ""
            if hidden:
                return f"{function} raised {_known(kind)}{at}"
            said = " ".join(message.split())
            what = f": {said[:MOST_SAID]}{'...' * (len(said) > MOST_SAID)}" if said else ""
            return f"{function} raised {kind}{what}{at}"
        case NoArray(type=kind, function=called) if called:
            what, _, inner = kind.rpartition(" with ")
            if what:
                return f"{function} gave {inner} for one of {', '.join(results)}, but should give numbers for each"
            return f"{function} returned {kind}, but should return its result"
        case NoArray(type=kind):
            was = "something else" if hidden and kind != "None" else kind
            return f"{function} returned {was}, but should return {_wanted(kind, results)}"
        case Missing(found=found) if found:
            if hidden:
                return f"{function} is not a function, but should be one"
            return f"{function} is {'an' if found.startswith(VOWELS) else 'a'} {found}, but should be a function"
        case Missing(because=Problem() | Lost() as because):
            return f"{function} {_not_there(because)}, but should be a function of that name"
        case Missing() if "." in function:
            owner, _, name = function.rpartition(".")
            return f"{function} is missing: the class {owner} has no {name}, but should have one"
        case Missing(function=called) if called:
            return f"{function} is missing: nothing of that name is defined"
        case Missing():
            return f"{function} is not defined, but should be a function of that name"
        case Limit(which=which, loading=True, most=most):
            return f"the file, while it was loaded, {LIMITS[which].format(most=most)}"
        case Limit(which=which, most=most):
            return f"{function} {LIMITS[which].format(most=most)}"
        case Unanswered():
            return slow(function, why)
        case Died(how=how, loading=True):
            return f"the file ended Python while it was loaded ({how})"
        case Died(how=how):
            return f"{function} ended Python ({how}), but should return"
        case Fault(what=what):
            return what
        case Returned():
            return f"{function} returned"


def _wanted(kind: str, results: Sequence[str]) -> str:
    """What should have been returned in place of that: it may be an array, but not of real numbers."""
    what = f"a tuple of {len(results)}: {', '.join(results)}" if len(results) > 1 else "a NumPy array or a number"
    return f"{what}, of real numbers" if kind.endswith(("array", "scalar")) else what


def _known(exception: str) -> str:
    """The name of a built-in exception. A submission could tell something by the name of its own."""
    return exception if hasattr(builtins, exception) else "an exception"


def slow(function: str, told: Unanswered, right: bool = False) -> str:
    answered = f"{function} answered {told.answered} of {told.cases} cases in {told.seconds:.0f} s"
    return f"{answered}{', all right' * right}: too slow for the larger ones"


def place(line: Line) -> str:
    return f"{line.file}, line {line.line}" if line.file else f"line {line.line}"


def not_there_when_marked(absent: Absent) -> str:
    """Which line imports the package, and which packages are there."""
    where = f"{absent.file}, line {absent.line}" if absent.file else line_told(absent.cell, absent.line)
    *first, last = ("NumPy", *absent.packages)
    there = f"only {', '.join(first)} and {last} are" if first else f"only {last} is"
    return f"{where} imports {absent.module}, which is not there when marked: {there}"


def _not_there(problem: Problem | Lost) -> str:
    """Why the file does not define the function."""
    if isinstance(problem, Lost):
        return f"was not read, as Python cannot read {problem.place} ({problem.why})"
    what = _known(problem.why.type) if isinstance(problem.why, Raised) else LIMIT_NAMES[problem.why.which]
    if not problem.line:
        return f"was not read, as Python cannot read {file_or_cell(problem)} ({what})"
    return f"is not defined, as {line_told(problem.cell, problem.line)} did not run ({what})"


def file_or_cell(problem: Problem) -> str:
    return "the file" if problem.cell is None else f"code cell {problem.cell + 1}"
