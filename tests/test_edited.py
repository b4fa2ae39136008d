"""A changed statement in the text of a submission: the change is there, and every other line is as it was."""

import ast

import pytest

from gradecheck.grading.repair.edited import edited
from gradecheck.grading.source import File, Place, Source

CODE = '''\
# -*- a comment -*-
import numpy as np  # é
é = "ü"; b = 2; c = 3  # three

@cache
@other(
    1)
def f(x):
    """Doc."""
    # a comment within
    return x  # x

A = [1,
     2]  # of two lines
'''


def changed(text, *changes):
    """The text with the statements of these numbers changed; None if it is refused."""
    found = edited(Source(("import math", text)), [(Place(1, "", number), new) for number, new in changes])
    assert found is None or found.cells[0] == "import math"
    return found and found.cells[1]


def test_every_other_line_keeps_its_text():
    new = changed(CODE, (4, "@cache\ndef f(x):\n    return -x"))
    before, after = CODE.split("@cache")[0], CODE.partition("return x")[2]
    assert new == before + "@cache\ndef f(x):\n    return -x" + after


def test_statements_of_one_line_are_changed_one_by_one():
    assert changed(CODE, (1, "é = 'a'"), (3, "c = 5")) == CODE.replace('é = "ü"', "é = 'a'").replace("c = 3", "c = 5")
    assert changed(CODE, (2, "def b():\n    pass")) is None
    assert changed(CODE, (2, "if 1: b = 2")) is None


def test_a_statement_that_is_left_out_moves_no_other():
    assert changed("A = 1\nB = 2\nC = 3\n", (0, ""), (1, "B = 5")) == "\nB = 5\nC = 3\n"


@pytest.mark.parametrize("number", range(6))
def test_several_changes_are_those_asked_for_and_no_others(number):
    new = changed(CODE, (0, "import numpy"), (5, "A = (1)"), (number, "Z = 0"))
    bodies = [ast.parse(text).body for text in (CODE, new)]
    assert ast.unparse(bodies[1][number]) == "Z = 0"
    same = [ast.dump(a) == ast.dump(b) for a, b in zip(*bodies, strict=True)]
    assert same == [i not in (0, 5, number) for i in range(6)]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("s = 'é'\ndef g(x): return x\n".encode(), "s = 'é'\n"),
        ("# coding: latin-1\ns = 'é'\ndef g(x): return x\n".encode("latin-1"), "# coding: latin-1\ns = 'é'\n"),
        (b"\xef\xbb\xbfs = 1\r\ndef g(x): return x\r\n", "\ufeffs = 1\n"),
    ],
    ids=["utf-8", "latin-1", "mark"],
)
def test_a_file_beside_is_changed_in_its_own_encoding(data, text):
    source = Source(("",), beside=(File("a.csv", b"\xff"), File("h.py", data)))
    found = edited(source, [(Place(0, "h.py", 1), "def g(x): return -x")])
    encoding = "latin-1" if b"latin" in data else "utf-8"
    assert found.beside == (File("a.csv", b"\xff"), File("h.py", f"{text}def g(x): return -x\n".encode(encoding)))
    ast.parse(found.beside[1].data)


def test_what_the_encoding_of_a_file_cannot_say_is_refused():
    source = Source(("",), beside=(File("h.py", b"# coding: ascii\nA = 1\n"),))
    assert edited(source, [(Place(0, "h.py", 0), "A = 'é'")]) is None
