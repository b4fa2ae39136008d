"""The search for a repair of each function that fails, in the jail: one edit, then two; and its proof.

An edit is tried on a few failing cases, then on all, then on fresh ones. What passes is proved in a new worker, which
runs the submission with the changed lines from the beginning. The search is counted in edits, so that it finds the
same on every machine; the clock only ends what takes far too long.
"""

from __future__ import annotations

import ast
import heapq
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Final

from gradecheck.grading.assignments.assignment import Assignment, Question
from gradecheck.grading.bank.store import Bank, BankedQuestion
from gradecheck.grading.defined import statements as parsed
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.process import Isolation
from gradecheck.grading.jail.right_values import NOTHING
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging import followthrough
from gradecheck.grading.judging.diagnosis import diagnose
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.judging.trying import try_all
from gradecheck.grading.marks import Repair
from gradecheck.grading.repair import operators, pairs
from gradecheck.grading.repair.agreement import agree, by_size
from gradecheck.grading.repair.edit import Changes, Edit, Place
from gradecheck.grading.repair.edited import edited
from gradecheck.grading.repair.fitted import fitted
from gradecheck.grading.repair.idle import idle
from gradecheck.grading.repair.pieces import pieces
from gradecheck.grading.repair.reach import reached
from gradecheck.grading.repair.screening import screen
from gradecheck.grading.repair.terms import Terms, terms_of
from gradecheck.grading.repair.told import code, told
from gradecheck.grading.repair.trials import ANEW, Budget, Trials, statements
from gradecheck.grading.source import Source

if TYPE_CHECKING:
    from gradecheck.grading.adapter import Adapter

EDITS_A_SECOND: Final = 1000
BACKSTOP: Final = 10  # times the seconds of the assignment
SECONDS: Final = 2.0  # for all cases of a function, at most: one that is slow is not searched
SHARE: Final = 0.6  # of a function's edits that is for one edit alone
MOST_LOADED: Final = 60  # such edits
MOST_PASSING: Final = 6  # changes that are compared


@dataclass(frozen=True)
class Found:
    """What a search found for one question. repair, formula: as of a QuestionMark."""

    repair: Repair | None = None
    formula: str = ""


def search(
    source: Source,
    assignment: Assignment,
    bank: Bank,
    fresh: Bank,
    isolation: Isolation,
    limits: Limits,
    wrong: Mapping[str, Sequence[str]],
) -> Mapping[str, Found]:
    """What was found, by the question's name; nothing for those in which nothing was found.

    assignment, bank: as the submission's functions are called (classrun/handed.py).    fresh: the bank of another seed.
    wrong: the questions that are not right, each with those that were replaced by right ones when it was marked.
    """
    budget, limits = _budget(assignment.diagnosis_seconds), _hurried(limits)
    questions = {question.name: question for question in assignment.questions}
    found: dict[str, Found] = {}

    def start(changed: Source) -> Session:
        return Session.of(changed, isolation, limits, assignment.seed, assignment.adapter)

    with start(source) as session:
        for i, (name, followed) in enumerate(wrong.items()):
            own = Budget(budget.left // (len(wrong) - i), budget.until)
            budget.left -= own.left
            trials = Trials(session, questions[name], followthrough.right([questions[other] for other in followed]))
            one = _One(source, assignment.adapter, start, trials, (bank.questions[name], fresh.questions[name]))
            repair = one.repair(own)
            budget.left += own.left
            formula = one.formula() if repair is None else ""
            if repair is not None or formula:
                found[name] = Found(repair, formula)
    return found


def search_alone(
    source: Source,
    question: Question,
    cases: tuple[BankedQuestion, BankedQuestion],
    isolation: Isolation,
    limits: Limits,
    seconds: float,
) -> Repair | None:
    """The repair of one function that is of no assignment; None where none was found, or where a package is not there.

    cases: those that it is to pass, and fresh ones.    seconds: as of an assignment's diagnosis.
    """

    def start(changed: Source) -> Session:
        return Session.of(changed, isolation, _hurried(limits), 0, None)

    with start(source) as session:
        one = _One(source, None, start, Trials(session, question, NOTHING), cases)
        return None if one.now.fault is not None or session.missed else one.repair(_budget(seconds))


def _budget(seconds: float) -> Budget:
    return Budget(int(EDITS_A_SECOND * seconds), time.monotonic() + BACKSTOP * seconds)


def _hurried(limits: Limits) -> Limits:
    return replace(limits, question=min(limits.question, SECONDS), most=min(limits.most, SECONDS))


@dataclass(frozen=True)
class _One:
    """The search for one question.

    start: runs a submission in a worker of its own.    cases: the bank's, and fresh ones.
    """

    source: Source
    adapter: Adapter | None
    start: Callable[[Source], Session]
    trials: Trials
    cases: tuple[BankedQuestion, BankedQuestion]

    @cached_property
    def before(self) -> Mapping[Place, ast.stmt]:
        """The statements that the function uses, as the submission has them."""
        return dict(reached(self.source, self.trials.question.called, self.adapter, tuple(self.trials.replaced)))

    @cached_property
    def terms(self) -> Mapping[str, Terms]:
        """Of the cells, and of each file beside them with such a statement."""
        texts: dict[str, Sequence[str]] = {place.file: (code(self.source, place),) for place in self.before}
        if "" in texts:
            texts[""] = self.source.cells
        contract = self.trials.question.contract
        made = pieces(contract)
        return {
            file: terms_of((s for text in own for s in parsed(text)), contract, made) for file, own in texts.items()
        }

    @cached_property
    def now(self) -> Judged:
        """The answers of the function as it is."""
        return self.trials.now(self.cases[0])

    def formula(self) -> str:
        """The change of the formula that gives the function's values; "" where the catalogue names the mistake."""
        if diagnose(self.now):
            return ""
        from gradecheck.grading.repair.formula import explained  # most mistakes have a name or a repair

        return explained(self.now)

    def repair(self, budget: Budget) -> Repair | None:
        """The smallest change that makes the function right; None where none was found."""
        now = self.now
        if now.fault is not None or self.trials.right(now):
            return None
        if now.unwritten:
            return self._proved(self._loading(budget))
        few = screen(now)
        [before] = self.trials.judged(few, [()])
        tried: dict[Edit, Judged] = {}
        alone = budget.part(SHARE)
        not_run = idle(self.trials, few, before, self.before, alone)
        passing: list[Changes] = []
        for _, edits in groupby(self._edits(not_run), lambda edit: edit.rank):
            passing = self._passing(few, ((edit,) for edit in edits), alone, tried)
            if passing or not alone.has_more:  # the next rank comes after all edits of this one were made
                break
        budget.left += alone.left
        if not passing:
            constants = fitted(self.trials, few, self.before, budget)
            passing = self._passing(few, ((edit,) for edit in constants), budget)
        if not passing:
            alike, firsts = list(tried), pairs.firsts(tried, before)
            for together in (pairs.twice(alike), pairs.after(firsts, alike), pairs.likely(alike)):
                passing = passing or self._passing(few, together, budget)
        return self._proved(passing)

    def _loading(self, budget: Budget) -> list[Changes]:
        """The edits after which a statement runs that did not run when the file was loaded, and all is right."""
        problems = {(problem.cell or 0, problem.line) for problem in self.trials.session.loaded.problems}
        broken = [place for place, tree in self.before.items() if (place.cell, tree.lineno) in problems]
        edits = chain.from_iterable(map(self._of, broken))
        found: list[Changes] = []
        for edit in islice(edits, MOST_LOADED):
            changed = edited(self.source, statements((edit,))) if budget.take(ANEW) == ANEW else None
            if changed is not None and self._is_right(changed):
                found.append((edit,))
        return found

    def _edits(self, not_run: Collection[Place]) -> Iterator[Edit]:
        """The likely edits of all statements first; of equals, those of the function itself. Last, what is not run."""
        for last in (False, True):
            places = (place for place in self.before if (place in not_run) is last)
            yield from heapq.merge(*map(self._of, places), key=lambda edit: edit.rank)

    def _of(self, place: Place) -> Iterator[Edit]:
        return operators.edits(self.before[place], place, self.terms[place.file])

    def _passing(
        self, few: BankedQuestion, waiting: Iterable[Changes], budget: Budget, tried: dict[Edit, Judged] | None = None
    ) -> list[Changes]:
        """The changes that pass every case, fresh ones too.    tried: is told what each answers to the few."""
        found: list[Changes] = []
        for changes, answers in self.trials.of(few, waiting, budget):
            if tried is not None:
                tried[changes[0]] = answers
            if self.trials.right(answers) and all(self.trials.passes(banked, changes) for banked in self.cases):
                found.append(changes)
                if len(found) == MOST_PASSING:
                    break
        return found

    def _proved(self, passing: Sequence[Changes]) -> Repair | None:
        """The smallest change that also passes every case in a new worker that never ran the code as it was."""
        for alike in by_size(passing):
            for changes in alike:
                changed = edited(self.source, statements(changes))
                if changed is not None and self._is_right(changed):
                    lines = tuple(told(self.source, edit, self.before[edit.place]) for edit in changes)
                    return Repair(lines, sum(len(banked.recipes) for banked in self.cases), agree(alike))
        return None

    def _is_right(self, changed: Source) -> bool:
        name, replaced = self.trials.question.called, self.trials.replaced
        with self.start(changed) as session:
            return all(self.trials.right(try_all(session, name, banked, replaced).judged) for banked in self.cases)
