"""What went wrong while a file was loaded, in notes for the student."""

from __future__ import annotations

from gradecheck.grading.feedback.reasons import file_or_cell, not_there_when_marked, place, reason
from gradecheck.grading.jail.answers import Absent, Loaded, Problem, Raised
from gradecheck.grading.submissions.names import line_told


def loading_notes(loaded: Loaded) -> tuple[str, ...]:
    """A note for each statement or cell that did not run, and what became of the rest of the file."""
    notes = [_note(problem, file_or_cell(problem)) for problem in loaded.problems]
    return (*notes, reason("the file", loaded.failure)) if loaded.failure is not None else tuple(notes)


def _note(problem: Problem, whole: str) -> str:
    if not problem.line:
        return f"{reason(whole, problem.why)} (nothing of {whole} was run)"
    return f"{_of_statement(problem, whole)} (the rest of {whole} was run all the same)"


def _of_statement(problem: Problem, whole: str) -> str:
    why = problem.why
    last = why.lines[-1] if isinstance(why, Raised) and why.lines else None
    match why:
        case Raised(type="SystemExit"):
            return f"{whole} wanted to end at {f'{place(last)}: {last.text}' if last else f'line {problem.line}'}"
        case Raised(type="ModuleNotFoundError" | "ImportError", absent=Absent() as absent):
            return not_there_when_marked(absent)
    raised_here = last is not None and (last.file, last.line) == ("", problem.line)
    return reason(whole if raised_here else line_told(problem.cell, problem.line), why)
