"""What breaks costs what it breaks: a file that Python cannot read loses the statements that it cannot read."""

import ast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gradecheck.grading.submissions import newer, recovering
from gradecheck.grading.submissions.recovering import recovered
from gradecheck.grading.submissions.syntax import wrong

GOOD = """import numpy as np

# of the course

def a(x):
    \"\"\"What it does.

    def stands in it.
    \"\"\"
    return [x,
1]

@np.vectorize
def b(x):
    if x:
        return (
            x
        )
    else:
        return '(' # "

TABLE = {
'a': 1,
}
if TABLE:
    def c(x):
        return x
else:
    pass
text = '''
def in_a_text(:
print 'x'
'''
class D:
    def e(self):
        return \\
self
"""
DEFINED = {"np", "a", "b", "TABLE", "c", "text", "D"}
STARTS = [
    *(min([s.lineno, *(d.lineno for d in getattr(s, "decorator_list", []))]) - 1 for s in ast.parse(GOOD).body),
    GOOD.count("\n"),
]
"""Lines before which something may stand at the top level."""


def names(code):
    return {name for name in namespace(code) if not name.startswith("__")}


def namespace(code):
    found = {}
    for statement in ast.parse(code).body:
        exec(compile(ast.Module([statement], []), "", "exec"), found)
    return found


def test_a_good_file_is_left_alone():
    assert recovered(GOOD) == recovered(recovered(GOOD).code)
    assert recovered(GOOD).code == GOOD
    assert names(GOOD) == DEFINED


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    "bad",
    [
        "print 'x'",
        ">>> def broken(:",
        "def broken(:",
        "def broken(x):\n    # to do",
        "def broken(x):\n    y = 1\n  return y",
        "def broken(x):\n    if x:\n\treturn 1",
        "def broken(x:\n    print(x)",
        "<<<<<<< HEAD",
        "else:",
        "x = (1, 2",
        "x = [1, 2)",
        "print('no end)",
        "return 3",
        "def broken(x, x): pass",
        "broken = 'é\0",
        "def",
        "1 = x",
        "\u201cquoted",
        "try:\n    pass",
        "for i in range(3) print(i)",
    ],
)
def test_a_bad_place_costs_what_it_defines_and_nothing_else(start, bad):
    lines = GOOD.split("\n")
    code = "\n".join([*lines[:start], bad, *lines[start:]])
    found = recovered(code)
    assert names(found.code) == DEFINED
    assert found.code.count("\n") == code.count("\n")
    (lost,) = found.lost
    assert lost.place.startswith((f"line {start + 1}", f"lines {start + 1} to "))
    assert lost.defines == ({"broken"} & set(lost.defines) if "broken" in bad else set(lost.defines))
    assert ("broken" in lost.defines) == ("broken" in bad)
    assert lost.why
    assert lost.needs == ""


FUNCTION = "def f{i}(x):\n    return {{\n'a': x, 'b': [1,\n    2]}}\n"


@given(st.integers(1, 6), st.data())
def test_any_bad_line_leaves_the_others(count, data):
    """Between any two of n functions, any text at all: what was read is Python, and no other function is lost."""
    functions = [FUNCTION.format(i=i) for i in range(count)]
    bad = data.draw(st.text(st.characters(codec=None, exclude_characters="\n\r"), min_size=1))
    where = data.draw(st.integers(0, count))
    for opener in ('"""', "'''"):
        assume(opener not in bad)
    assume(not bad[0].isspace() and bad[0] not in "\0\x1a\u200b\u200c\u200d\u2060\ufeff")  # of the line above
    assume(not bad.rstrip().endswith(("\\", ":", ",")) and not bad.lstrip().startswith("@"))
    code = "".join([*functions[:where], f"{bad}\n", *functions[where:]])
    found = recovered(code)
    assert wrong(found.code) is None
    assert found.code.count("\n") == code.count("\n")
    assert recovered(found.code).code == found.code
    tree = ast.parse(found.code)
    assert {f"f{i}" for i in range(count)} <= {s.name for s in tree.body if isinstance(s, ast.FunctionDef)}


PARTS = ['"""', "'''", "(", ")", "[", "}", "\\\n", "\n", "def f(x):\n", "    return 1\n", "@a\n", "x = 1", "#", "'"]
MORE = ["else:\n", "if x:\n", "\0", "%ls\n", "f'{", "\u00a0", "\ufeff", " ", "print 'x'\n", "\ud800", "type X = int\n"]


@given(st.lists(st.sampled_from(PARTS + MORE), max_size=30).map("".join))
def test_whatever_stands_there_becomes_python_line_by_line(code):
    found = recovered(code)
    assert wrong(found.code) is None
    assert found.code.count("\n") == code.count("\n")
    assert recovered(found.code).code == found.code
    assert bool(found.lost or found.notes) >= (wrong(code) is not None)


def test_a_statement_before_lines_that_are_indented_is_kept():
    found = recovered("import math\n  print 'x'\ny = 2\n")
    assert names(found.code) == {"math", "y"}
    assert [lost.place for lost in found.lost] == ["line 2"]


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("y = 1\nx\u00a0=\u20092 # \u00a0\n", "line 2 has a blank"),
        ("\ufeffx = 2\n", "line 1 has a blank"),
        ("x = 2\x1a", "line 1 has a blank"),
        ("  x = 2\n", "line 1 is indented"),
        ("y = 1\nx = len(\u201ca b\u201c)-1\n", "line 2 has a quote"),
        ("x = len(\u2018\u201ea\u2019)  # \u2018\n", "line 1 has a quote"),
        ("y = 1\n>>> x = 2\n>>>\n", "line 2 begins with >>>, as in a console"),
        (">>> def f(n):\n...     if n:\n...         return n\n...\n>>> x = f(2)\n2\n", "line 1 begins with >>>"),
        ("y = 1\n%matplotlib inline\nx = 2\nprint 'y'\n", "line 2 was skipped"),
    ],
)
def test_what_all_can_see_is_read_with_a_note(code, note):
    found = recovered(code)
    assert namespace(found.code)["x"] == 2
    assert found.notes[0].startswith(note)
    assert found.look == (() if "skipped" in note else found.notes), "a person should know"


def test_a_blank_in_a_text_stays():
    found = recovered("x = 'a\u00a0b'\ny\u00a0= 1\n")
    assert namespace(found.code)["x"] == "a\u00a0b"


def test_neighbours_are_told_as_one_with_the_lines_of_the_file():
    found = recovered("x = 1\n\nfoo bar\n\n# here\n<<< x\ndef f(x):\n\n\ny = 2\n", "code cell 3, ")
    (lost,) = found.lost
    assert (lost.place, lost.text, lost.why) == ("code cell 3, lines 3 to 7", "foo bar", "invalid syntax")
    (lost,) = recovered("x = 1\ndef f(x):\n    # to do\n").lost
    assert (lost.place, lost.why) == ("line 2", "expected an indented block after function definition on line 2")
    assert lost.defines == {"f"}


@pytest.mark.parametrize(
    ("code", "since", "defines"),
    [
        ("type Pair[T] = tuple[T, T]", (3, 12), {"Pair"}),
        ("def f[T](x: T) -> T:\n    return x", (3, 12), {"f"}),
        ("class A[T: (int, str), *Ts, **P](B[T]):\n    x: T", (3, 12), {"A"}),
        ("def f(d):\n    return f\"{d[\"a\"]} {f'{d['b']}'}\"", (3, 12), {"f"}),
        ("print(f'{'\\n'.join(a)}')", (3, 12), set()),
        ("class A[T = int]:\n    pass", (3, 13), {"A"}),
        ("def f():\n    try: g()\n    except ValueError, np.linalg.LinAlgError: pass", (3, 14), {"f"}),
        ("x = t'{y}'", (3, 14), {"x"}),
        ("def f[T](x: T):\n    return t'{x}'", (3, 14), {"f"}),
        ("lazy import json", (3, 15), set()),
        ("x = [*row for row in rows]", (3, 15), {"x"}),
    ],
)
def test_grammar_of_a_newer_python_is_named_with_its_version(code, since, defines, monkeypatch):
    monkeypatch.setattr(newer, "NEWER", newer.FEATURES)
    assert newer.needed(code).since == since
    if wrong(code) is not None:  # here
        found = recovered(f"a = 1\n{code}\nfoo bar\nb = 2\n")
        assert [lost.needs for lost in found.lost] == [".".join(map(str, since)), ""]
        assert found.lost[0].defines >= defines
        assert names(found.code) == {"a", "b"}


@pytest.mark.parametrize(
    "code",
    ["print 'x'", "def f():\n    try: g()\n    except ValueError, e: pass", "type(x) = 3", "x[0 = 1"],
)
def test_what_no_python_reads_needs_none(code):
    assert newer.needed(code) is None


@pytest.mark.parametrize(
    "part",
    [
        *("(\n", "foo bar\n", "def f(:\n", "x = 1 +\\\n", "'\n", "@x\n", "else:\n", 'f"{', "x\u00a0y\n", "def\n"),
        *("x = 1\u00a0\n1\n", "return 1\n", "x\0 = 1\n", "if 1:\n  x x\nelse:\n  y\n", "x = [\n1,\n2 3]\n", ")\n", "a"),
        *(">>> x y\n", ">>> (\n... (\n", "... x\n", "\u201cx\n"),
    ],
)
@pytest.mark.parametrize("before", ['foo bar\n"""', ""])
def test_the_work_is_bounded(before, part, monkeypatch):
    tried: list[int] = []
    monkeypatch.setattr(recovering, "wrong", lambda code: tried.append(len(code)) or wrong(code))
    code = before + part * (150_000 // len(part))
    found = recovered(code)
    assert wrong(found.code) is None
    assert sum(tried) <= recovering.WORK / 2
    assert len(tried) <= recovering.WORK / 200


def test_what_was_not_tried_is_told_as_that(monkeypatch):
    monkeypatch.setattr(recovering, "WORK", 40_000)
    good = "".join(f"def f{i}(x):\n    y{i} = x\n    return x\n" for i in range(100))
    found = recovered(f"def first(): pass\nfoo bar\n{'foo bar' * 1000}\n{good}")
    assert names(found.code) == {"first"}
    bad, rest = found.lost
    assert bad.place == "line 2"
    assert rest.why == recovering.NOT_TRIED
    assert rest.place == "lines 3 to 303"
    assert {"f0", "f99"} <= rest.defines


def test_one_bad_line_costs_a_long_file_nothing_else():
    good = "".join(f"def f{i}(x):\n    return x\n\n" for i in range(10_000))
    found = recovered(f"{good}foo bar\n{good}")
    assert [lost.place for lost in found.lost] == ["line 30001"]


def test_what_is_nested_too_deeply_costs_itself():
    found = recovered(f"x = {'-' * 100_000}1\ny = {'1+' * 100_000}1\nz = 3\n")
    assert names(found.code) == {"z"}
    assert found.lost[0].defines == {"x", "y"}
