"""What the search gives back for a planted mistake, judged without it."""

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal
from unittest.mock import patch

from gradecheck.grading.classrun.marking import limits_of
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.marks import Change, Repair
from gradecheck.grading.repair import search
from gradecheck.grading.repair.edit import Edit, trees
from gradecheck.grading.repair.trials import Trials
from gradecheck.grading.source import Source
from tests.mutants.planted import Planted, edits_of
from tests.mutants.subjects import Subject

Verdict = Literal["right", "wrong", "nothing"]
SLOWER = 1e4  # times: how busy a machine may be
HUNG = 5.0  # seconds after which one attempt hangs


@dataclass(frozen=True)
class Fate:
    """What became of one planted mistake.

    planted: its operators.    was, now: the right lines, and the wrong ones in their place.
    verdict: "right" where every case of another seed passes with the change that was found, "wrong" where one does not,
    "nothing" where none was found.
    on_line: whether a line is told that was changed.    shown: whether the lines that are told are the change itself.
    sure: whether the search says what is wrong.    otherwise: whether that is of another kind than what was planted.
    operators, said: the change that was found, and in words.    missed: where the way back is, if nothing was found.
    """

    subject: str
    planted: tuple[str, ...]
    was: str
    now: str
    verdict: Verdict
    on_line: bool = False
    shown: bool = False
    sure: bool = False
    otherwise: bool = False
    operators: tuple[str, ...] = ()
    said: str = ""
    missed: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether a right change is told, of another line than the mistake was planted in."""
        return self.verdict == "right" and not self.on_line

    def record(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Found:
    """A repair, and the submission with it; or a change of the formula, as a sentence."""

    repair: Repair | None
    source: Source
    formula: str = ""


@contextmanager
def unhurried() -> Iterator[None]:
    """The search counts edits, and no seconds: it finds the same on a busy machine."""
    patient = patch.multiple(search, BACKSTOP=search.BACKSTOP * SLOWER, SECONDS=search.SECONDS * SLOWER)
    with patient, patch.object(Trials.judged, "__defaults__", (HUNG,)):
        yield


def found_for(subject: Subject, source: Source) -> Found | None:
    """What the search finds for a submission."""
    limits = limits_of(subject.assignment)
    limits = replace(limits, question=10 * limits.question, most=10 * limits.most)
    wrong = {subject.question.name: ()}
    with unhurried(), patch.object(search, "edited", wraps=search.edited) as written:
        found = search.search(source, subject.assignment, *subject.banks[:2], isolation("auto"), limits, wrong)
    if not found:
        return None
    [own] = found.values()
    if own.repair is None:
        return Found(None, source, own.formula)
    changed = search.edited(*written.call_args.args)  # the last one is the one that was proved
    assert changed is not None
    return Found(own.repair, changed)


def fate(mistake: Planted) -> Fate:
    """What the search gives back for it."""
    subject, source = mistake.subject, mistake.source
    was, now, lines = compared(subject.source.cells[0], source.cells[0])
    known = Fate(subject.id, mistake.operators, was, now, "nothing")
    found = found_for(subject, source)
    if found is None or found.repair is None:
        return replace(known, said=found.formula if found else "", missed=_missed(mistake))
    changes = found.repair.changes
    return replace(
        known,
        verdict="right" if subject.is_right(found.source, 2) else "wrong",
        shown=is_shown(source, found.repair, found.source),
        on_line=any(line_of(change)[1] in lines for change in changes),
        sure=found.repair.sure,
        otherwise=_says_otherwise(mistake, found.repair),
        operators=tuple(change.operator for change in changes),
        said="\n".join(f"{change.where}: {change.kind} {change.remedy}" for change in changes),
    )


def compared(right: str, wrong: str) -> tuple[str, str, set[int]]:
    """The lines that differ, and their numbers in the wrong text; for a line that is missing, those beside it."""
    old, new = right.splitlines(), wrong.splitlines()
    was, now, numbers = [], [], set[int]()
    for tag, i, to_i, j, to_j in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            was += old[i:to_i]
            now += new[j:to_j]
            numbers |= {j, j + 1} if tag == "delete" else set(range(j + 1, to_j + 1))
    return "\n".join(was), "\n".join(now), numbers


def line_of(change: Change) -> tuple[str, int]:
    """The file ("" for the cells) and the line that a change names."""
    found = re.fullmatch(r"(?:(.*), )?line (\d+)", change.where)
    assert found is not None
    return found[1] or "", int(found[2])


def is_shown(source: Source, repair: Repair, proved: Source) -> bool:
    """Whether what is told of a single change, written into the submission by hand, makes it what was proved."""
    if len(repair.changes) > 1:
        return True
    [change] = repair.changes
    lines, before = source.cells[0].split("\n"), change.before.split("\n")
    return any(
        _means("\n".join((*lines[:i], *change.after.split("\n"), *lines[i + len(before) :])), proved.cells[0])
        for i in range(len(lines))
        if lines[i : i + len(before)] == before
    )


def _means(code: str, other: str) -> bool:
    try:
        return ast.dump(ast.parse(code)) == ast.dump(ast.parse(other))
    except SyntaxError:
        return False


def _ways_back(mistake: Planted) -> tuple[int, list[dict[int, Edit]]]:
    """How many edits of the wrong file there are, and for each planted change those that take it back, by number."""
    edits = edits_of(mistake.subject, mistake.source)
    right = ast.parse(mistake.subject.source.cells[0]).body
    found = []
    for change in mistake.changes:
        others = trees(tuple(other for other in mistake.changes if other is not change))
        wanted = ast.unparse(others.get(change.place, right[change.place.statement]))
        same = ast.dump(ast.parse(wanted).body[0])
        found.append({i: e for i, e in enumerate(edits) if e.place == change.place and ast.dump(e.tree) == same})
    return len(edits), found


def _missed(mistake: Planted) -> str:
    count, found = _ways_back(mistake)
    return ", ".join(f"edit {min(own)} of {count}" if own else f"not among {count} edits" for own in found)


def _says_otherwise(mistake: Planted, repair: Repair) -> bool:
    """Whether something else is said to be wrong than what was planted, and that without a doubt."""
    if len(mistake.changes) > 1 or not repair.sure:
        return False
    [back] = _ways_back(mistake)[1]
    return not {change.kind for change in repair.changes} <= {edit.kind for edit in back.values()}
