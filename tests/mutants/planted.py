"""Mistakes planted in a right submission: edits of the search, turned around, which change an answer."""

import ast
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from gradecheck.grading.jail.right_values import NOTHING
from gradecheck.grading.repair import operators
from gradecheck.grading.repair.edit import Changes, Edit, pair
from gradecheck.grading.repair.edited import edited
from gradecheck.grading.repair.pieces import pieces
from gradecheck.grading.repair.reach import reached
from gradecheck.grading.repair.terms import terms_of
from gradecheck.grading.repair.trials import Trials, statements
from gradecheck.grading.source import Source
from tests.mutants.subjects import Subject, right

AT_ONCE = 16
POOL = 8  # single changes that pairs are made of, at least
SECONDS = 5.0  # of one planted mistake on all cases


@dataclass(frozen=True)
class Planted:
    """A submission that was right, with these changes."""

    subject: Subject
    changes: Changes
    source: Source

    @property
    def operators(self) -> tuple[str, ...]:
        return tuple(edit.operator for edit in self.changes)


def edits_of(subject: Subject, source: Source) -> list[Edit]:
    """The edits of all that the function uses."""
    [text] = source.cells
    contract = subject.question.contract
    terms = terms_of(ast.parse(text).body, contract, pieces(contract))
    used = reached(source, subject.question.called, subject.assignment.adapter)
    return [edit for place, tree in used for edit in operators.edits(tree, place, terms)]


def planted(subject: Subject, singles: int, pairs: int, seed: int) -> tuple[list[Planted], list[Planted]]:
    """That many mistakes of one change and of two, as far as there are any."""
    chance = random.Random(f"{seed} {subject.id}")
    mixed = _mixed(edits_of(subject, subject.source), chance)
    one = list(islice(_wrong(subject, ((edit,) for edit in mixed)), max(singles, POOL * bool(pairs))))
    apart = [both for both in combinations((p.changes[0] for p in one), 2) if not _within(*both)]
    chance.shuffle(apart)
    together = (changes for changes in (pair(*both) for both in apart) if changes is not None)
    return one[:singles], list(islice(_wrong(subject, together), pairs))


def _mixed(edits: Iterable[Edit], chance: random.Random) -> Iterator[Edit]:
    """One edit of each operator in turn, so that an operator with many edits does not crowd out the others."""
    by_operator = defaultdict(list)
    for edit in edits:
        by_operator[edit.operator].append(edit)
    turns = [chance.sample(own, len(own)) for own in by_operator.values()]
    chance.shuffle(turns)
    while turns:
        yield from (own.pop() for own in turns)
        turns = [own for own in turns if own]


def _within(one: Edit, other: Edit) -> bool:
    """Whether the one changes a part of what the other changes."""
    nodes = [{id(node) for node in ast.walk(edit.old) if hasattr(node, "lineno")} for edit in (one, other)]
    return not nodes[0].isdisjoint(nodes[1])


def _wrong(subject: Subject, tried: Iterable[Changes]) -> Iterator[Planted]:
    """The changes after which the function is not right, and that can be written into the file."""
    banked = subject.banks[0].questions[subject.question.name]
    waiting = iter(tried)
    with subject.start(subject.source) as session:
        trials = Trials(session, subject.question, NOTHING)
        while some := list(islice(waiting, AT_ONCE)):
            for changes, judged in zip(some, trials.judged(banked, some, SECONDS), strict=True):
                source = edited(subject.source, statements(changes))
                if source is not None and not right(judged, subject.question):
                    yield Planted(subject, changes, source)
