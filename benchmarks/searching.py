"""What the search for repairs costs a class of which a third has three wrong functions, beside the same class without.

A wrong function is a right one with a likely edit; both runs are the command itself, one after the other.
"""

import ast
import random
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.marking import SOLUTION, graded
from gradecheck.grading.assignments.assignment import find
from gradecheck.grading.repair import operators
from gradecheck.grading.repair.terms import terms_of
from gradecheck.grading.source import Place

WRONG = 3  # functions of every third submission
LIKELY = 2  # the largest rank of an edit
SEED = 1


def measure(submissions: int = 200) -> dict[str, float]:
    """Name -> figure: time with the search over time without."""
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        texts = list(islice(handed_in(), submissions))
        for seconds in (0.0, 2.0):
            own = f'pack = "lecture03"\ndiagnosis_seconds = {seconds}\n{find("lecture03").text}'
            top.joinpath(f"{seconds}.toml").write_text(own, encoding="utf-8")
            graded(top, texts, str(top / f"{seconds}.toml"))  # makes what is kept of an assignment, once
        runs = [graded(top, texts, str(top / f"{seconds}.toml")).seconds for seconds in (0.0, 2.0, 0.0)]
        right = [graded(top, [SOLUTION], str(top / f"{seconds}.toml")).seconds for seconds in (0.0, 2.0)]
    return {
        "search for repairs, time of a class with it / without": 2 * runs[1] / (runs[0] + runs[2]),
        "search for repairs, time of one right submission with it / without": right[1] / right[0],
    }


def handed_in() -> Iterator[str]:
    """Submissions without end: every third has three wrong functions."""
    chance = random.Random(SEED)
    body = ast.parse(SOLUTION).body
    terms = terms_of(body)
    functions = [i for i, statement in enumerate(body) if isinstance(statement, ast.FunctionDef)]
    edits = {
        i: [edit for edit in operators.edits(body[i], Place(0, "", i), terms) if edit.rank <= LIKELY] for i in functions
    }
    while True:
        for wrong in (WRONG, 0, 0):
            chosen = {i: chance.choice(edits[i]).tree for i in chance.sample(functions, wrong)}
            yield "\n\n".join(ast.unparse(chosen.get(i, statement)) for i, statement in enumerate(body))


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name}: {figure:.2f}")
