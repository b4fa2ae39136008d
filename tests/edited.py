"""Mistakes beside what is right, in expressions, statements and whole functions, and the edits of code for tests."""

import ast

from gradecheck.grading.repair.edit import Edit, Place
from gradecheck.grading.repair.operators import edits
from gradecheck.grading.repair.terms import Pieces, terms_of
from tests.mistaken_expressions import EXPRESSIONS
from tests.mistaken_statements import STATEMENTS, WHOLE

PLACE = Place(0, "", 1)
PIECES = Pieces(("np.tan(_)",))
IMPORTS = "import math\nimport numpy as np\n"


def edits_of(code: str, imports: str = IMPORTS, contract=None, pieces=PIECES) -> list[Edit]:
    """The edits of the last statement of the code."""
    statements = ast.parse(imports + code).body
    return list(edits(statements[-1], PLACE, terms_of(statements, contract, pieces)))


def plain(code: str) -> str:
    return ast.unparse(ast.parse(code))


def text(edit: Edit) -> str:
    """The statement after an edit, as Python."""
    return ast.unparse(edit.tree)


def function(*lines: str, of: str = "x, y") -> str:
    return "\n".join([f"def f({of}):", *(f"    {line}" for line in lines)])


def edit_to(before: str, after: str, imports: str = IMPORTS, contract=None, pieces=PIECES) -> Edit:
    """The edit that turns the one code into the other."""
    wanted = plain(after.rpartition("\n\n")[2])
    found = [e for e in edits_of(before, imports, contract, pieces) if text(e) == wanted]
    assert len(found) == 1, f"{before}\nis not edited into\n{after}"
    return found[0]


TABLE = [
    *(
        (name, function(f"return {before}", of="x, y, w"), function(f"return {after}", of="x, y, w"))
        for name, rows in EXPRESSIONS.items()
        for before, after in rows
    ),
    *((name, function(*before), function(*after)) for name, rows in STATEMENTS.items() for before, after in rows),
    *((name, before, after) for name, rows in WHOLE.items() for before, after in rows),
]
"""Each row: the name of an operator, and the code before and after its edit."""

BEFORE = tuple(dict.fromkeys(before for _, before, _ in TABLE))
