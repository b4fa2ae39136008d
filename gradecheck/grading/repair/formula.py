"""Explains wrong values by one change of the right formula, for a function that no change of its own makes right.

Every edit of the formula, as it is printed and as the pack computes it, answers a few banked cases: once for a bank,
and kept beside it. Those that answer as a submission does are then asked all cases.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, zip_longest
from typing import Final

import numpy as np

from gradecheck.grading.bank import packed
from gradecheck.grading.bank.store import CHECK_CODES, BankedQuestion
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging import kept
from gradecheck.grading.judging.catalogue import PATIENT
from gradecheck.grading.judging.diagnosis import answering_alike
from gradecheck.grading.judging.judged import Judged, judge
from gradecheck.grading.judging.likeness import Likeness
from gradecheck.grading.judging.traces import Trace, trace
from gradecheck.grading.repair import operators
from gradecheck.grading.repair.edit import Changes, Edit, difference
from gradecheck.grading.repair.terms import Terms, terms_of
from gradecheck.grading.repair.trials import statements
from gradecheck.grading.repair.worded import AS_PRINTED, worded
from gradecheck.grading.repair.written import Written, written
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract

MOST_EDITS: Final = 800  # of one form of a formula
MOST_ASKED: Final = 40  # edits of one form that are asked all cases
SECONDS: Final = 5.0  # of one edit
OF_CHECK: Final = {"correctness": 6, "edges": 3, "stability": 3}
"""How many cases of each check every edit is asked."""


@dataclass(frozen=True, eq=False)
class Form:
    """A formula as it is written in one way, and what can be changed in it: nothing, then every edit."""

    written: Written
    terms: Terms
    changes: tuple[Changes, ...]

    def traces(self, asked: Sequence[Changes], banked: BankedQuestion) -> list[Trace]:
        """What the formula answers to all cases of the bank after each of these changes."""
        attempts = [statements(changes) for changes in asked]
        with Session(self.written.source.cells, isolation(), PATIENT) as session:
            answers = session.attempt(banked.contract.name, banked.calls, attempts, seconds=SECONDS)
        return [trace(judge(banked, given)) for given in answers]

    def wrong(self, edit: Edit) -> str:
        """What is wrong after an edit, as the edit says it that leads back; "" where none does."""
        right = ast.unparse(self.written.statements[edit.place])
        back = operators.edits(edit.tree, edit.place, self.terms)
        return next((other.kind for other in back if ast.unparse(other.tree) == right), "")


def explained(judged: Judged) -> str:
    """The change of the formula that gives a function's values in every case, as a sentence.

    "" where there is none, or where the likeliest that give them differ in what is wrong.
    """
    if judged.flawless or judged.unwritten or judged.failing("limit"):
        return ""
    seen, sheet = trace(judged), Likeness(judged.banked)
    if not seen.affected or not _tells(seen, sheet):
        return ""
    for form, near in _near(seen, sheet).items():
        found = _giving(form, near, seen, sheet)
        if found:
            return AS_PRINTED if () in found else _said(form, [edit for (edit,) in found], judged.banked.contract)
    return ""


def _tells(seen: Trace, sheet: Likeness) -> bool:
    """Whether every wrong result has several values, or a wrong shape: many changes give 0 alone."""
    odd = {result for _, result in seen.misshapen}
    several = (np.unique(seen.actual[sheet.result_of == result]).size > 1 for result in sorted(seen.affected - odd))
    return seen.telling and all(several)


def _giving(form: Form, near: Sequence[Changes], seen: Trace, sheet: Likeness) -> list[Changes]:
    """Those of these changes that give the same values in every case.

    Without those that mend something: in a few cases the formula as it is printed overflows.
    """
    asked: list[Changes] = [(), *(changes for changes in near if changes)]
    plain, *others = form.traces(asked, sheet.banked)
    found = answering_alike(seen, sheet, zip(asked, (plain, *others), strict=True))
    return [c for c, own in found if own.affected == seen.affected and not (plain.wrong & ~own.wrong).any()]


def _said(form: Form, found: Sequence[Edit], contract: Contract) -> str:
    """The sentence of the likeliest of these edits; "" where several are as likely, and differ in what is wrong."""
    likely = [_likelihood(form, edit) for edit in found]
    best = [edit for edit, own in zip(found, likely, strict=True) if own == min(likely)]
    if len({form.wrong(edit) or edit.kind for edit in best}) > 1:
        return ""
    return worded(best[0], form.written.statements[best[0].place], contract.name, form.wrong(best[0]))


def _likelihood(form: Form, edit: Edit) -> tuple[int, bool, int, int]:
    """Less is likelier: near to the formula itself, something that is left out and nothing new, little that is new."""
    gone, new = (part.total() for part in difference(form.written.statements[edit.place], edit.tree))
    return form.written.far[edit.place], new > 0 or not gone, new, gone


# -- the few cases that every change is asked


def few(banked: BankedQuestion) -> list[int]:
    """Some cases of each check, spread over the bank."""
    found: set[int] = set()
    for check, count in OF_CHECK.items():
        cases = np.flatnonzero(banked.checks == CHECK_CODES.index(check))
        found |= {int(cases[i]) for i in np.linspace(0, len(cases) - 1, count).astype(int)} if cases.size else set()
    return sorted(found)


def _near(seen: Trace, sheet: Likeness) -> dict[Form, list[Changes]]:
    """The changes that give the same values in the few cases, by the form."""
    cases = few(sheet.banked)
    some = sheet.banked.only(cases)
    own, own_sheet = _only(seen, sheet, cases), Likeness(some)
    found: dict[Form, list[Changes]] = {}
    for (form, changes), other in known(some):
        if own_sheet.matches(own, other).all():
            found.setdefault(form, []).append(changes)
    return {form: near[:MOST_ASKED] for form, near in found.items()}


def _only(seen: Trace, sheet: Likeness, cases: Sequence[int]) -> Trace:
    """The answers to these cases alone."""
    number = {case: i for i, case in enumerate(cases)}
    return Trace(
        np.concatenate([seen.actual[sheet.part(case, result)] for case in cases for result in range(sheet.results)]),
        seen.levels[list(cases)],
        {(number[case], result): x for (case, result), x in seen.misshapen.items() if case in number},
        {number[case]: text for case, text in seen.silent.items() if case in number},
        seen.habits,
    )


def known(some: BankedQuestion) -> Sequence[tuple[tuple[Form, Changes], Trace]]:
    """Every change of every form with its answers to these cases; from disk if they are there."""
    pack, own = registry.of(some.contract), forms(some.contract)
    code = packed.digest(pack, __name__, pack.module, pack.by_hand)
    traces = kept.traces(
        "formulas", some, code, lambda asked: [t for form in own for t in form.traces(form.changes, asked)]
    )
    return tuple(zip([(form, changes) for form in own for changes in form.changes], traces, strict=True))


@lru_cache(maxsize=64)
def forms(contract: Contract) -> tuple[Form, ...]:
    """The formula as it is printed, then as the pack computes it, as far as they can be written."""
    found = []
    for one in written(contract):
        terms = terms_of(one.statements.values(), contract)
        changes = ((edit,) for edit in islice(_edits(one, terms), MOST_EDITS))
        found.append(Form(one, terms, ((), *changes)))
    return tuple(found)


def _edits(one: Written, terms: Terms) -> Iterator[Edit]:
    """The likeliest first: those of the formula's own function in turn with those of all others, which take turns."""
    each = {place: operators.edits(statement, place, terms) for place, statement in one.statements.items()}
    own = (edits for place, edits in each.items() if one.far.get(place) == 0)
    others = (edits for place, edits in each.items() if one.far.get(place) != 0)
    return _in_turn(*own, _in_turn(*others))


def _in_turn(*each: Iterator[Edit]) -> Iterator[Edit]:
    return (edit for row in zip_longest(*each) for edit in row if edit is not None)
