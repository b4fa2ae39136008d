"""The formula search: values are explained by one change of the right formula, and nothing is said on a guess."""

import ast

import numpy as np
import pytest
from elsewhere import TINY

from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.bank.store import bank, question
from gradecheck.grading.classrun.repairing import mark_and_search
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging import kept
from gradecheck.grading.judging.likeness import Likeness
from gradecheck.grading.judging.traces import trace
from gradecheck.grading.judging.trying import try_all
from gradecheck.grading.repair import formula
from gradecheck.grading.repair.worded import AS_PRINTED
from gradecheck.grading.repair.written import written
from gradecheck.grading.source import Source
from gradecheck.packs import registry
from tests.lecture import CONTRACTS
from tests.marked import CASES, assignment, model

PRODUCTS = """def mse(prediction, target):
    return (
        np.vdot(prediction, prediction)
        + np.vdot(prediction, target) / 2
        + np.vdot(target, prediction) / 2
        + np.vdot(prediction, target) / 2
        + np.vdot(target, prediction) / 2
        + np.vdot(target, target)
    ) / prediction.size"""
PLUS = (
    "Your values are those of the formula with this change: `target + prediction` in place of `target - prediction`. "
    "The sign is turned."
)


@pytest.fixture(scope="module")
def tiny():
    return registry.find(str(TINY / "src" / "tinylecture"))


def judged(body, contract=None):
    """The judged answers of a function that is written below the model answer."""
    name = ast.parse(body).body[-1].name
    banked = question(contract, CASES, 0) if contract else bank(assignment(name)).questions[name]
    with Session((model(body),), isolation()) as session:
        return try_all(session, name, banked).judged


def explained(body, contract=None):
    return formula.explained(judged(body, contract))


def searched(body, **settings):
    """The mark of the only question, with what was found."""
    asked = assignment(ast.parse(body).body[-1].name, **settings)
    source = Source((model(body),), file="submission.py")
    found = mark_and_search("submission.py", source, asked, bank(asked), isolation())
    assert not found.lost
    return found.mark.questions[0]


# -- what is said


def test_values_of_a_function_that_no_edit_repairs_are_explained_by_a_change_of_the_formula():
    q = searched(PRODUCTS)
    assert (q.diagnoses, q.repair, q.formula) == ((), None, PLUS)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def mse(p, t): return sum((a - b) ** 2 for a, b in zip(p.ravel(), t.ravel())) / (p.size - 1)",
         "`d.size - 1` in place of `d.size`, where `d = target - prediction`"),
        ("def linear_backward(grad, A, W):\n    db = np.stack([row.sum() for row in grad])\n"
         "    return np.einsum('no,oi->ni', grad, W), np.einsum('no,ni->oi', grad, A), db",
         "in place of `grad.sum(axis=0)`. The sum runs along each row; it should run over all rows."),
        ("def leaky_relu(x, alpha=0.01): return np.maximum(x, 0) - alpha * np.minimum(x, 0)",
         "`-(alpha * x)` in place of `alpha * x`. The sign is turned."),
        ("def cross_entropy(p, t):\n    used = t != 0\n    return -(t[used] * np.log(p[used])).sum()",
         "`-np.where(t == 0, 0, t * np.log(p)).sum()` in place of `-np.where(t == 0, 0, t * np.log(p)).sum() / rows"),
        ("def softmax_backward(grad, x):\n    return softmax(x) * grad - softmax(x) * softmax(x) * grad",
         "`grad * p` in place of `(grad * p).sum(axis=-1, keepdims=True)`, where `p = softmax(x)`"),
    ],
)  # fmt: skip
def test_the_change_is_the_formulas_however_the_function_is_written(body, said):
    assert said in explained(body)


def test_a_change_in_what_the_formula_calls_says_where():
    said = explained("def softmax_cross_entropy_backward(x, t): return (softmax(x) - t) / x.dtype.type(len(x))")
    assert "with this change in its `rows(x)`: `len(x)` in place of `len(x) if x.ndim == 2 else 1`." in said


def test_a_line_that_is_left_out_is_told_as_such():
    body = """def train(A, T, W, b, lr, mu, steps):
    first = W
    losses, v_W, v_b = [], 0 * W, 0 * b
    for step in range(steps):
        losses.append(softmax_cross_entropy(A @ W.T + b, T))
        _, dW, db = linear_backward(softmax_cross_entropy_backward(A @ W.T + b, T), A, W)
        b, v_b = momentum_step(b, v_b, db, lr, mu)
    return first, b, np.array(losses, A.dtype)"""
    assert "with this change: without `W, v_W = momentum_step(W, v_W, dW, lr, mu)`." in explained(body)


def test_the_formula_as_it_is_printed_is_told_as_such():
    assert explained("def softmax(x): return np.exp(x) / np.exp(x).sum(-1)[..., None]") == AS_PRINTED


# -- nothing on a guess


def test_changes_that_differ_in_what_is_wrong_explain_nothing():
    own = judged("def mse_backward(p, t): return np.array(t - p) * p.dtype.type(2) / p.size")
    seen, sheet = trace(own), Likeness(own.banked)
    kinds = {edit.kind for form, near in formula._near(seen, sheet).items()
             for (edit,) in formula._giving(form, near, seen, sheet)}  # fmt: skip
    assert {"The sign is turned.", "Two parameters are in the wrong order."} <= kinds
    assert formula.explained(own) == ""


@pytest.mark.parametrize(
    "body",
    [
        "def mse(p, t): return np.sum((p - t) ** 2) * np.pi",
        "def mse(p, t): return np.sum((p - t) ** 2) / p.size * (1 + 1e-5)",
        "def mse(p, t): raise ValueError('not yet')",
        "def mse(p, t): raise NotImplementedError",
        "def softmax_backward(grad, x): return np.zeros_like(x)",
        "def softmax_backward(grad, x): return np.zeros(3)",
        # right in some of the cases in which the formula as it is printed overflows
        "def softmax_cross_entropy(x, t): return cross_entropy(softmax(x), t)",
        # wrong in one case of many alone
        "def linear(A, W, b): return A @ W.T + (b if len(A) > 1 else -b) + (W.sum() if W.shape == (1, 1) else 0)",
    ],
)  # fmt: skip
def test_what_no_change_gives_in_every_case_is_not_explained(body):
    own = judged(body)
    assert not own.flawless
    assert formula.explained(own) == ""


@pytest.mark.parametrize("function", CONTRACTS)
def test_nothing_is_said_of_the_model_answer(function):
    body = f"own = {function}\n\n\ndef {function}(*arguments): return own(*arguments)"
    assert explained(body) == ""


def test_a_mistake_with_a_name_is_not_explained_once_more(monkeypatch):
    def never(judged):
        raise AssertionError

    monkeypatch.setattr(formula, "explained", never)
    q = searched("def mse(p, t): return np.sum((p - t) ** 2)", diagnosis_seconds=0.001)
    assert (q.diagnoses, q.repair, q.formula) == (("mse/summed",), None, "")


# -- what is kept


def test_what_the_changes_answer_is_computed_once_and_again_where_its_file_is_damaged(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADECHECK_CACHE", str(tmp_path))
    asked, traces = [], formula.Form.traces
    monkeypatch.setattr(
        formula.Form, "traces", lambda form, *given: asked.append(len(given[0])) or traces(form, *given)
    )
    banked = bank(assignment("sgd_step")).questions["sgd_step"]
    some = banked.only(formula.few(banked))
    first = formula.known(some)
    (file,) = tmp_path.glob("formulas-sgd_step-*.npz")
    assert asked == [len(first)]
    for spoil in (lambda data: data, lambda data: data[: len(data) // 2], lambda data: b""):
        before = len(asked)
        file.write_bytes(spoil(whole := file.read_bytes()))
        kept.read.cache_clear()
        again = formula.known(some)
        assert len(asked) - before == (spoil(whole) != whole)
        for (_, a), (_, b) in zip(first, again, strict=True):
            np.testing.assert_array_equal(a.actual, b.actual)
            assert (a.silent, a.misshapen.keys()) == (b.silent, b.misshapen.keys())


def test_few_cases_are_of_every_check_and_of_both_precisions():
    banked = bank(assignment("softmax")).questions["softmax"]
    few = formula.few(banked)
    assert {int(code) for code in banked.checks[few]} == {0, 1, 2}
    assert {banked.recipes[case].dtype for case in few} == {"float32", "float64"}


# -- how a formula is written


def test_what_a_form_takes_from_the_function_that_made_it_is_written_out():
    printed, computed = written(CONTRACTS["softmax_backward"])
    assert "p = softmax_literal(x)\n" in printed.source.cells[-1]
    assert "p = softmax(x)\n" in computed.source.cells[-1]
    assert sorted(computed.far.values()) == [0, 1]


def test_a_form_without_a_source_is_left_out_and_defaults_are_kept():
    (printed,) = written(CONTRACTS["tanh"])  # the other is NumPy's own
    assert "np.sinh" not in printed.source.cells[-1]
    assert "def leaky_relu(x, alpha=0.01):" in written(CONTRACTS["leaky_relu"])[0].source.cells[-1]


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_formula_answers_as_it_is_written_as_it_does_in_the_pack(name):
    banked = bank(assignment(name)).questions[name]
    *printed, last = [form.traces([()], banked)[0] for form in formula.forms(CONTRACTS[name])]
    assert not last.silent
    assert not any(own.silent for own in printed)
    assert not last.wrong.any() or CONTRACTS[name].stable is np.tanh


# -- somebody else's lecture


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def moving_average(x, width): return np.stack([sum(x[i:i + width]) for i in range(len(x) - width + 1)])",
         "`windows(x, width).sum(axis=1)` in place of `windows(x, width).sum(axis=1) / width`."),
        ("def blend(a, b, share): return np.array([x + s * (y + x) for x, y, s in zip(a, b, share)], a.dtype)",
         "`1 + share` in place of `1 - share`. The sign is turned."),
    ],
)  # fmt: skip
def test_a_lecture_of_somebody_else_is_explained_as_well(body, said, tiny):
    assert said in explained(body, tiny.contracts[ast.parse(body).body[-1].name])


def test_a_function_of_the_pack_keeps_its_decorator(tiny):
    (form,) = written(tiny.contracts["moving_average"])
    assert "@np.errstate(invalid='ignore')\ndef moving_average(x, width):" in form.source.cells[-1]
    assert Question(tiny.contracts["moving_average"], "moving_average", 1.0).contract.stable is None
