"""Tables and sentences on a terminal: never wider than it, nothing of them lost."""

import sys

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.verifying.wording import counted
from reports import screen

WORDS = st.text("abcXYZ_.", min_size=1, max_size=30)
CELLS = st.lists(WORDS, max_size=6).map(" ".join)


@pytest.fixture
def columns(monkeypatch):
    """A terminal of so many columns."""
    return lambda count: monkeypatch.setenv("COLUMNS", str(count))


def shown(headers, rows, width):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        return screen.table(headers, rows)


@given(st.data())
def test_no_row_is_wider_than_the_terminal_and_no_letter_is_lost(data):
    count = data.draw(st.integers(1, 9))
    headers = data.draw(st.lists(CELLS, min_size=count, max_size=count))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=count, max_size=count), max_size=4))
    width = data.draw(st.integers(70, 120))
    said = shown(headers, rows, width)
    assert max(map(len, said.split("\n"))) <= width
    letters = sorted(c for row in (headers, *rows) for cell in row for c in cell if c != " ")
    found = sorted(c for c in said if c not in " \n-")
    first = sorted(c for row in (headers, *rows) for c in row[0] if c != " ")
    assert any(found == sorted(letters + first * parts) for parts in range(count)), "the first column may be repeated"


def test_a_table_is_as_narrow_as_the_terminal():
    said = shown(("name", "worst error / bound", "what"), [("softmax", "0.1", "a b c " * 20)], 40)
    assert said.split("\n")[:6] == [
        "name     worst  what",
        "         error",
        "         /",
        "         bound",
        "-------  -----  ------------------------",
        "softmax  0.1    a b c a b c a b c a b c",
    ]


def test_columns_that_do_not_fit_stand_below_each_other():
    said = shown(("name", "left", "right"), [("relu", "l" * 15, "r" * 15)], 30)
    assert said.split("\n\n") == [
        "name  left\n----  ---------------\nrelu  lllllllllllllll",
        "name  right\n----  ---------------\nrelu  rrrrrrrrrrrrrrr",
    ]


def test_a_verdict_has_its_colour_also_where_it_is_wrapped():
    said = shown(("a", "b"), [("less accurate", "passed")], 16)
    assert said.split("\n")[2:] == [
        f"{click.style('less    ', fg='yellow')}  {click.style('passed', fg='green')}",
        click.style("accurate", fg="yellow") + "  " + click.style("", fg="green"),
    ]


def test_a_table_without_rows_has_its_head():
    assert shown(("a", ""), [], 80) == "a\n-  -"


def test_a_sentence_is_wrapped_on_a_terminal_and_stays_whole_elsewhere(columns, monkeypatch):
    columns(20)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert screen.paragraph("one two three four five", "- ", "  ") == "- one two three four\n  five"
    assert screen.paragraph(f"see {'x' * 30}") == f"see\n{'x' * 30}", "what is to be copied stays whole"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    assert screen.paragraph("one " * 50, "- ") == "- " + "one " * 50


def test_what_stands_behind_a_label_is_wrapped_there(columns, monkeypatch):
    said = "relu: it is wrong and long\n  x is 1, but should be 2\n  maybe    a b c d e f g"
    assert screen.labelled(said) == said
    columns(20)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert screen.labelled(said).split("\n") == [
        "relu: it is wrong",
        "  and long",
        "  x is 1, but should",
        "  be 2",
        "  maybe    a b c d e",
        "           f g",
    ]


@pytest.mark.parametrize(("count", "said"), [(0, "0 points"), (1, "1 point"), (1.0, "1 point"), (2.5, "2.5 points")])
def test_one_is_singular(count, said):
    assert counted(count, "point") == said
