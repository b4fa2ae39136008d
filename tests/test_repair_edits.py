"""What holds for every edit, whatever the code: it can be read back, comes once, and changes nothing else."""

import ast
from itertools import islice
from statistics import median

import pytest

from gradecheck.grading.repair.operators import edits
from gradecheck.grading.repair.operators.tree import DEPTH, NODES
from gradecheck.grading.repair.terms import terms_of
from tests.edited import BEFORE, IMPORTS, PLACE, edit_to, edits_of, function, plain, text
from tests.test_boundaries import ROOT


@pytest.fixture(scope="module")
def sources():
    """Functions and tables of the right ways to write the lecture, and of its model, with 1000 edits each at most."""
    found = []
    for path in sorted([*(ROOT / "lectures/lecture03").glob("variants/*.py"), *(ROOT / "manual").glob("*.py")]):
        statements = ast.parse(path.read_text(encoding="utf-8")).body
        terms = terms_of(statements)
        for statement in statements:
            if isinstance(statement, ast.FunctionDef | ast.Assign | ast.AnnAssign):
                before = ast.dump(statement, include_attributes=True)
                found.append((statement, before, list(islice(edits(statement, PLACE, terms), 1000))))
    return found


def read_back(edit):
    return ast.dump(ast.parse(text(edit)).body[0]) == ast.dump(edit.tree)


def test_an_edit_can_be_written_and_read_back(sources):
    for edit in [edit for _, _, found in sources for edit in found][::37]:
        assert read_back(edit), edit
        compile(ast.Module([edit.tree], []), "edit", "exec")


def test_no_edit_comes_twice_and_none_changes_nothing():
    for code in BEFORE:
        dumps = [ast.dump(edit.tree) for edit in edits_of(code)]
        assert len(set(dumps)) == len(dumps)
        assert ast.dump(ast.parse(code).body[-1]) not in dumps


def test_edits_are_the_same_each_time():
    for code in BEFORE[::9]:
        assert [text(edit) for edit in edits_of(code)] == [text(edit) for edit in edits_of(code)]


def test_the_statement_stays_as_it_is(sources):
    for statement, before, _ in sources:
        assert ast.dump(statement, include_attributes=True) == before


def test_most_functions_have_few_edits(sources):
    functions = [found for statement, _, found in sources if isinstance(statement, ast.FunctionDef)]
    assert median(map(len, functions)) <= 350
    assert median(sum(edit.rank == 1 for edit in found) for found in functions) <= 30
    assert median(sum(edit.rank <= 2 for edit in found) for found in functions) <= 100


def test_nodes_that_stay_are_shared_and_keep_their_lines():
    statement = ast.parse(IMPORTS + function("z = x + y", "return z * z")).body[-1]
    edit = next(e for e in edits(statement, PLACE, terms_of([])) if e.was == "x + y")
    assert edit.line == 4
    assert edit.tree.body[1] is statement.body[1]
    assert [node.lineno for node in edit.tree.body] == [4, 5]


def test_an_edit_of_an_edit_is_an_edit():
    first = edit_to(function("return np.exp(x) + y"), function("return np.exp(x - x.max(axis=-1, keepdims=True)) + y"))
    second = list(edits(first.tree, PLACE, terms_of(ast.parse(IMPORTS).body)))
    assert plain(function("return np.exp(x - x.max(axis=-1, keepdims=True)) - y")) in [text(edit) for edit in second]
    assert all(map(read_back, second))


# -- what a stranger may write

NASTY = {
    "nested expressions": f"def f(x):\n    return {'-' * 500}x",
    "nested calls": f"def f(x):\n    return {'g(' * 40}x{')' * 40}",
    "a long sum": f"def f(x):\n    return {' + '.join(['x'] * 500)}",
    "a long chain of elif": "def f(x):\n    if x: pass\n" + "".join(f"    elif x == {i}: pass\n" for i in range(300)),
    "a huge list": f"T = [{', '.join(map(str, range(50_000)))}]",
    "a huge number": f"def f(x):\n    return x + 0x{'f' * 9000}",
    "a large float": "def f(x):\n    return x * 1e999",
    "a long text": f"def f(x):\n    return x, {'a' * 200_000!r}",
    "nothing inside": "def f(x):\n    ...",
    "a huge number of the module": f"N = 0x{'f' * 9000}\ndef f(x):\n    global N\n    return x + N",
    "a huge table of the module": f"T = [{'0, ' * 50_000}]\ndef f(x):\n    return x + T[0]",
    "a long result": f"def f(x):\n    return [{', '.join('x' * 60)}]",
    "only a docstring": 'def f(x):\n    """Returns x."""',
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_code_is_edited_or_left_alone(name):
    assert all(map(read_back, edits_of(NASTY[name])[:200]))


def test_two_thousand_lines_are_edited_one_by_one():
    code = function(*(f"x = x * {i} + y" for i in range(2000)), "return x")
    statement = ast.parse(code).body[0]
    assert len(list(islice(edits(statement, PLACE, terms_of([])), 100))) == 100


def test_a_statement_that_is_too_large_has_no_edits():
    longer, deeper = function(*["x = x + y"] * NODES), f"def f(x):\n    return {'-' * DEPTH}x"
    assert edits_of(longer) == edits_of(deeper) == []


SYNTAX = """
@decorated(1, axis=0)
async def f(a, /, b: np.ndarray = 1, *args, c=2, **kw) -> float:
    '''A text.'''
    global z
    async with g() as h:
        x = [await i for i in a if (j := i) > 0 if j]
    try:
        x = {**kw, 'a': await a}
    except (ValueError, TypeError) as error:
        raise TypeError(f"{a!r:>{b}} {a + 1}") from error
    else:
        x: int = a if b else -c
    finally:
        del h
    match a:
        case [1, *rest] | {"a": rest} if rest:
            return lambda *y, k=1: (y, k)
        case str(x=1):
            pass
    while x := x - 1:
        if x % 2:
            continue
        break
    else:
        assert x, "no"
    x[..., None, 1:2:3] += args[0] @ b[::-1]
    with open(x) as (p, q), g():
        y = print(*args, sep="", **kw)
    return x, *args
"""


def test_all_of_python_is_edited():
    found = edits_of(SYNTAX)
    assert len(found) > 100
    for edit in found:
        assert read_back(edit), (edit.was, edit.now)
