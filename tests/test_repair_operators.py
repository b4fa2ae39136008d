"""The edits of a statement: what is among them, and what they say."""

import re

import pytest

from gradecheck.grading.repair.operators import OPERATORS
from gradecheck.grading.repair.terms import Pieces
from tests.edited import BEFORE, TABLE, edit_to, edits_of, function, text
from tests.lecture import CONTRACTS


@pytest.mark.parametrize(("name", "before", "after"), TABLE)
def test_a_mistake_is_edited_into_what_is_right(name, before, after):
    edit = edit_to(before, after)
    assert edit.operator == name, edit


def test_every_operator_has_its_rows():
    assert {name for name, _, _ in TABLE} == {operator.name for operator in OPERATORS}


# -- what every edit says

IN_ROWS = next(c for c in CONTRACTS.values() if c.arguments[0].axes == ("n?", "k") and c.arguments[0].name == "x")


@pytest.fixture(scope="module")
def all_edits():
    """The edits of every code of the tables, with and without a question whose arrays are in rows."""
    return [edit for code in BEFORE for contract in (None, IN_ROWS) for edit in edits_of(code, contract=contract)]


def test_every_operator_makes_edits(all_edits):
    assert {edit.operator for edit in all_edits} == {operator.name for operator in OPERATORS}


def test_sentences_are_sentences(all_edits):
    for sentence in {s for edit in all_edits for s in (edit.kind, edit.remedy)}:
        assert re.fullmatch(r"(?s)[`A-Z0-9].*[^ .]\.", sentence), sentence
        assert sentence.count("`") % 2 == 0, sentence
        assert "``" not in sentence, sentence
        words = re.sub(r"`[^`]*`", "`", sentence)
        assert not re.search(r"None|\bast\b|[{}_]|  ", words), sentence
        assert not re.search(r"\b[Aa] (?!u)[aeiou]", words), sentence


def test_what_is_wrong_is_said_without_code(all_edits):
    assert [edit.kind for edit in all_edits if "`" in edit.kind] == []


def test_the_change_is_shown(all_edits):
    for edit in all_edits:
        assert "`" in edit.remedy, edit
        assert edit.was != edit.now or edit.operator in ("line-moved", "decorator"), edit


@pytest.mark.parametrize(
    ("before", "after", "kind", "remedy"),
    [
        ("x + y", "x - y", "The sign is turned.", "`x + y` should be `x - y`."),
        (
            "np.sum(x, axis=0)",
            "np.sum(x, axis=-1, keepdims=True)",
            "The sum runs along the wrong axis.",
            "`np.sum(x, axis=0)` needs `axis=-1, keepdims=True`.",
        ),
        (
            "np.sum(x)",
            "np.sum(x) / len(x)",
            "A mean is missing: a division by a length.",
            "`np.sum(x)` should be divided by `len(x)`, the number of rows.",
        ),
        ("x * x", "x * y", "Another variable belongs here.", "`x` should be `y` in `x * x`."),
        ("np.log(x + 1e-12)", "np.log(x)", "There is a term too many.", "`x + 1e-12` should be `x` alone."),
    ],
)
def test_words(before, after, kind, remedy):
    edit = edit_to(function(f"return {before}"), function(f"return {after}"))
    assert (edit.kind, edit.remedy) == (kind, remedy)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("np.sum(x, axis=0)", "np.sum(x, axis=-1)", "The sum runs over all rows; it should run along each row."),
        ("x.max()", "x.max(axis=-1)", "The maximum runs over all elements; it should run along each row."),
        ("x.sum(axis=1)", "x.sum(axis=0)", "The sum runs along each row; it should run over all rows."),
        (
            "x.sum(axis=1)",
            "x.sum(axis=-1)",
            "The sum does not work where there is a single row, without an axis of rows.",
        ),
    ],
)
def test_words_in_the_terms_of_the_question(before, after, kind):
    assert edit_to(function(f"return {before}"), function(f"return {after}"), contract=IN_ROWS).kind == kind


def test_lengths_in_the_terms_of_the_question():
    """A single row has no axis of rows, whose length could be taken."""
    before, after = function("return np.sum(x)"), function("return np.sum(x) / len(np.atleast_2d(x))")
    remedy = "`np.sum(x)` should be divided by `len(np.atleast_2d(x))`, n, the number of rows."
    assert edit_to(before, after, contract=IN_ROWS).remedy == remedy


@pytest.mark.parametrize(
    ("imports", "written"),
    [
        ("import numpy\n", "numpy.exp(x)"),
        ("import numpy as xp\n", "xp.exp(x)"),
        ("from numpy import exp\n", "exp(x)"),
        ("from numpy import exp as e\n", "e(x)"),
        ("from numpy import *\n", "exp(x)"),
    ],
)
def test_functions_are_written_as_they_are_imported(imports, written):
    edit_to(function("return x * y"), function(f"return {written} * y"), imports)


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("import numpy as np\n", "np.linalg.norm(x)"),
        ("from numpy import linalg\n", "linalg.norm(x)"),
        ("", "la.norm(x)"),
    ],
)
def test_an_argument_that_is_no_axis_stays(imports, call):
    assert not any("norm()" in text(edit) for edit in edits_of(function(f"return {call}"), f"{imports}\n"))


def test_nothing_of_numpy_where_it_is_not_imported():
    assert not any("np" in text(edit) for edit in edits_of(function("return x * y if x > y else x"), "import math\n"))


def test_a_value_is_returned_only_where_nothing_follows():
    found = edits_of(function("np.exp(x, out=x)", "return x"))
    assert [edit.remedy for edit in found if edit.operator == "return"] == []


def test_parameters_in_another_order_than_the_formulas_are_likely():
    contract = CONTRACTS["sgd_step"]
    wrong, right = ("w, lr, grad", "w, grad, lr")
    before, after = (function("return w - lr * grad", of=of) for of in (wrong, right))
    assert edit_to(before, after, contract=contract).rank == 1
    assert edit_to(before, after).rank == edit_to(after, before, contract=contract).rank == 2


def test_another_result_is_computed_only_where_the_formula_has_more():
    def added(contract):
        return {text(e) for e in edits_of(function("return x"), contract=contract, pieces=Pieces((), ("np.tan(2)",)))}

    more = function("return (x, np.tan(2))")
    assert more in added(CONTRACTS["momentum_step"])
    assert more not in added(CONTRACTS["sgd_step"])
