"""Submissions marked: the model answer with some functions written otherwise, on small assignments."""

from dataclasses import replace
from functools import cache
from pathlib import PurePath

from gradecheck.grading.assignments.assignment import Assignment, Question
from gradecheck.grading.bank.store import bank
from gradecheck.grading.classrun.marking import mark
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.source import Source
from tests.lecture import CONTRACTS, PACK

CASES = 48


@cache
def assignment(*names, **settings):
    """These functions for 10 points each. A setting such as softmax="weich" renames a function."""
    renamed = {name: settings.pop(name) for name in list(settings) if name in CONTRACTS}
    questions = tuple(Question(CONTRACTS[name], renamed.get(name, name), 10.0) for name in (*names, *renamed))
    return replace(Assignment("small", "A small assignment", questions, cases=CASES), **settings)


def model(*functions):
    """The model answer; functions written below it take the place of its own."""
    return "\n\n\n".join(((PACK.folder / PACK.models[0]).read_text(encoding="utf-8"), *functions))


def marked(source, asked, name="submission.py", jail="auto"):
    """The marks of that source."""
    return mark(name, Source((source,), file=PurePath(name).name), asked, bank(asked), isolation(jail))


def questions(source, asked, **options):
    return {q.function: q for q in marked(source, asked, **options).questions}


def lost(question):
    """The checks that cost something."""
    return [check.check for check in question.checks if check.share < 1]
