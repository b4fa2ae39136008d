"""What mistakes are planted in: right submissions of one function, of Lecture 03 and of the courses."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from gradecheck.grading.assignments.assignment import Assignment, Question, load
from gradecheck.grading.bank.store import Bank, bank
from gradecheck.grading.classrun.marking import limits_of
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging.credit import credit
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.judging.trying import try_all
from gradecheck.grading.source import Source
from gradecheck.numbers.compare import Verdict
from tests.lecture import PACK, VARIANTS
from tests.mutants.standalone import standalone

COURSES = Path(__file__).parents[2] / "examples" / "courses"
UNSTABLE = "it is a right formula that loses accuracy or overflows, which costs points"


@dataclass(frozen=True)
class Subject:
    """A submission of one function.    left: why no mistake is planted in it; "" where some are."""

    id: str
    source: Source
    assignment: Assignment
    left: str = ""

    @property
    def question(self) -> Question:
        return self.assignment.questions[0]

    @cached_property
    def banks(self) -> tuple[Bank, Bank, Bank]:
        """That of the assignment, the fresh one, and one that the search never sees."""
        return tuple(bank(reseeded(self.assignment, by)) for by in range(3))

    def start(self, source: Source) -> Session:
        """A worker with this submission."""
        asked = self.assignment
        return Session.of(source, isolation("auto"), limits_of(asked), asked.seed, asked.adapter)

    def is_right(self, source: Source, which: int) -> bool:
        """Whether a submission gets all points with the cases of one of the banks."""
        with self.start(source) as session:
            banked = self.banks[which].questions[self.question.name]
            return right(try_all(session, self.question.called, banked).judged, self.question)


def reseeded(assignment: Assignment, by: int) -> Assignment:
    return replace(assignment, seed=assignment.seed + by)


def right(judged: Judged, question: Question) -> bool:
    return all(share == 1 for share in credit(judged, (), question.allowed).shares.values())


def subjects() -> Iterator[Subject]:
    """Every variant of Lecture 03 as a file of its own, and every function of every course's right answer."""
    for function, variants in VARIANTS.items():
        for variant in variants:
            left = UNSTABLE if variant.at_worst == Verdict.UNSTABLE else ""
            text = standalone(PACK, function, variant.id)
            yield Subject(variant.id, Source((text,)), asked("lecture03", function), left)
    for folder in sorted(path for path in COURSES.iterdir() if path.is_dir()):
        # written as an edit of it is, so that their lines can be compared
        text = ast.unparse(ast.parse((folder / "right.py").read_text(encoding="utf-8"))) + "\n"
        for question in _course(str(folder / "assignment.toml")).questions:
            own = asked(str(folder / "assignment.toml"), question.name)
            yield Subject(f"{folder.name}/{question.name}", Source((text,)), own)


def asked(assignment: str, function: str) -> Assignment:
    """An assignment that asks for one function of another."""
    whole = _course(assignment)
    return replace(whole, questions=tuple(q for q in whole.questions if q.name == function))


@cache
def _course(assignment: str) -> Assignment:
    return load(assignment)
