"""What is gone from a submission is put back from the right formula, in the submission's own names."""

import pytest

from gradecheck.grading.repair.pieces import pieces
from tests.edited import edit_to, edits_of, function
from tests.lecture import CONTRACTS


def test_a_formula_is_taken_apart():
    """In the arguments alone: names that it gives, and its own functions, are written as what they stand for."""
    found = pieces(CONTRACTS["softmax_backward"])
    assert {"np.exp(_)", "_ - _.max(axis=-1, keepdims=True)", "_ / _.sum(axis=-1, keepdims=True)", "grad - _"} <= set(
        found.operations
    )
    assert "x - x.max(axis=-1, keepdims=True)" in found.values
    assert not {"np.exp", "x.max"} & set(found.values)


def test_every_formula_of_the_lecture_has_pieces():
    assert [name for name, contract in CONTRACTS.items() if not pieces(contract).operations] == []


def put_back(name, before, after, of, imports="import numpy as np\n"):
    contract = CONTRACTS[name]
    return edit_to(function(*before, of=of), function(*after, of=of), imports, contract, pieces(contract))


@pytest.mark.parametrize(
    ("name", "of", "before", "after"),
    [
        ("softmax", "z", ["return np.exp(z)"], ["return np.exp(z - z.max(axis=-1, keepdims=True))"]),
        ("mse_backward", "a, b", ["return a - b"], ["return 2 * (a - b)"]),
        ("momentum_step", "w, v, grad, lr, mu", ["return w - step"], ["step = -(mu * v)", "return w - step"]),
        ("momentum_step", "w, v, grad, lr, mu", ["return w"], ["return mu * v + grad, w"]),
        ("sgd_step", "w, grad, lr", ["return w - step"], ["step = lr * grad", "return w - step"]),
        (
            "softmax",
            "a",
            ["e = np.exp(a)", "return e / e.sum(axis=-1, keepdims=True)"],
            ["e = np.exp(a)", "e = e - e.max(axis=-1, keepdims=True)", "return e / e.sum(axis=-1, keepdims=True)"],
        ),
    ],
)
def test_a_piece_is_put_back(name, of, before, after):
    put_back(name, before, after, of)


def test_a_piece_is_written_as_the_submission_imports_numpy():
    put_back("softmax", ["return z"], ["return numpy.exp(z)"], "z", "import numpy\n")


def test_what_has_no_value_is_told_where_it_is_read():
    edit = put_back(
        "sgd_step", ["w = w.copy()", "return w - s"], ["w = w.copy()", "s = lr * grad", "return w - s"], "w, grad, lr"
    )
    assert (edit.line, edit.remedy) == (4, "`s = lr * grad` is missing.")


def test_nothing_is_taken_from_a_formula_whose_names_mean_nothing_here():
    contract = CONTRACTS["sgd_step"]
    found = edits_of(function("return p", of="p"), contract=contract, pieces=pieces(contract))
    assert not any("lr" in edit.now or "grad" in edit.now for edit in found)
