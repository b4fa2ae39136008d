"""Diagnosis: a mistake is named where it explains everything, and nothing is named on a guess."""

import numpy as np
import pytest

from gradecheck.contracts import CONTRACTS
from gradecheck.grading import catalogue, diagnosis
from gradecheck.grading.bank import bank
from gradecheck.grading.likeness import Sheet
from gradecheck.mistakes import BY_FUNCTION
from tests.marked import assignment, marked, model, questions

ALIKE = {frozenset({"train/db-one-number", "train/b-not-updated"})}
"""Rows of softmax(Z) - T sum to 0, and so does their sum: a db that is one number is no db."""


@pytest.fixture(scope="module")
def everything():
    """The bank that a built-in assignment would have, for all functions."""
    return bank(assignment(*CONTRACTS, cases=80))


@pytest.mark.parametrize("function", CONTRACTS)
def test_every_catalogued_mistake_is_caught_and_named_or_known_to_look_like_another(function, everything):
    banked = everything.questions[function]
    known, sheet = catalogue.known(banked), Sheet(banked)
    assert [m for m, _ in known] == list(BY_FUNCTION[function])
    for mistake, seen in known:
        assert seen.affected or seen.habits, f"{mistake.id} is not caught"
        covers = diagnosis._told_apart(seen, diagnosis._covers(seen, diagnosis._alike(seen, sheet, known)))
        found = {m.id for cover in covers for m, _ in cover}
        assert mistake.id in found
        assert found == {mistake.id} or found in ALIKE


def one(name, body):
    return questions(model(body), assignment(name))[name]


# -- written otherwise than the catalogue writes it


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("def linear_backward(grad, A, W): return grad @ W, np.einsum('no,ni->oi', grad, A), sum(grad) / len(grad)",
         "linear_backward/db-averaged"),
        ("def linear_backward(grad, A, W): return grad @ W, grad.T @ A / len(A), grad.sum(0)",
         "linear_backward/dW-averaged"),
        ("def softmax(x): return np.exp(x) / np.exp(x).sum(-1)[..., None]", "softmax/no-shift"),
        ("def sgd_step(w, grad, lr): return w + grad * lr", "sgd_step/ascent"),
        ("def momentum_step(w, v, grad, lr, mu):\n    v = v * mu + (1 - mu) * grad\n    return w - v * lr, v",
         "momentum_step/moving-average"),
        ("def mse(y, t): return np.sum((y - t) * (y - t))", "mse/summed"),
        ("def relu(x):\n    x *= (x > 0)\n    return x", "relu/in-place"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_however_it_is_written(body, named):
    name = named.partition("/")[0]
    q = one(name, body)
    assert q.diagnoses == (named,)
    mistake = next(m for m in BY_FUNCTION[name] if m.id == named)
    assert mistake.what in q.rationale
    assert q.help == mistake.look


def test_mistakes_in_different_results_are_named_together():
    q = one("linear_backward", "def linear_backward(grad, A, W): return grad @ W, grad.T @ A / len(A), grad[0]")
    assert set(q.diagnoses) == {"linear_backward/dW-averaged", "linear_backward/db-of-first-sample"}
    assert round(q.points, 6) == round(10 / 3, 6)


def test_one_mistake_of_two_is_named_and_the_other_described():
    q = one("linear_backward", "def linear_backward(grad, A, W): return grad @ W, 3 * grad.T @ A, grad.mean(axis=0)")
    assert q.diagnoses == ("linear_backward/db-averaged",)
    assert "∂L/∂W: every wrong value is 3 times what it should be" in q.rationale


# -- nothing on a guess


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("linear_backward", "def linear_backward(grad, A, W): return grad @ W, grad.T @ A, grad.sum(0) / 1.001"),
        ("mse", "def mse(y, t): return np.sum((y - t) ** 2) * (1 + 1e-11)"),
        ("train", "own = train\ndef train(A, T, W, b, lr, mu, steps): return (own(A, T, W, b, lr, mu, steps)[0], b, "
         "own(A, T, W, b, lr, mu, steps)[2])"),
        ("softmax", "def softmax(x): raise ValueError('not yet')"),
        ("relu", "def relu(x): raise TypeError('not yet')"),
        ("sigmoid", "def sigmoid(x): return x * np.nan"),
        ("mse", "def mse(y, t): return np.sum((y - t) ** 2) * np.pi"),
    ],
)  # fmt: skip
def test_what_is_only_like_a_mistake_is_not_named(name, body):
    q = one(name, body)
    assert q.diagnoses == ()
    assert q.points < 10.0


def test_a_mistake_is_named_after_follow_through():
    wrong_softmax = "def softmax(x): return 3 * np.exp(x - x.max(axis=-1, keepdims=True))"
    backward = "def softmax_backward(grad, x): return -softmax(x) * (grad - (grad * softmax(x)).sum(-1, keepdims=True))"
    found = questions(model(wrong_softmax, backward), assignment("softmax", "softmax_backward"))
    assert found["softmax_backward"].followed == ("softmax",)
    assert found["softmax_backward"].diagnoses == ("softmax_backward/negated",)


def test_the_mistake_that_raises_is_named_where_it_says_the_same():
    q = one("relu", "def relu(x): return np.max(x, np.zeros(x.shape))")
    assert q.diagnoses == ("relu/max-for-maximum",)


# -- signs and places


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("mse", "def mse(y, t): return 3 * np.mean((y - t) ** 2)", "every wrong value is 3 times"),
        ("sigmoid", "def sigmoid(x): return np.where(x < 0, 0.4, sound(x)).astype(x.dtype)", "only where x < 0"),
        ("tanh", "def tanh(x): return np.tanh(x) + x.dtype.type(0.25)", "is what it should be plus 0.25"),
        ("tanh", "def tanh(x): return np.tanh(x) * (3 if x.dtype == np.float32 else 1)", "only for float32 inputs"),
        ("linear", "def linear(A, W, b): return A @ W.T + b * (1 if len(A) > 1 else 5)", "only for n = 1"),
        ("leaky_relu", "def leaky_relu(x, alpha=0.01): return np.where(x <= 0, 3 * alpha * x, x)", "only where x < 0"),
        ("relu", "def relu(x): return np.where(x > 95, 95, np.maximum(x, 0)).astype(x.dtype)", "where x is"),
    ],
)  # fmt: skip
def test_what_wrong_values_have_in_common_is_said(name, body, said):
    q = one(name, f"sound = sigmoid\n{body}")
    assert said in q.rationale[0].lower() + q.rationale[1:].replace("Every", "every")


TRAIN = """
def train(A, T, W, b, lr, mu, steps):
    losses, vW, vb = np.zeros(steps, A.dtype), 0 * W, 0 * b
    for i in range(steps):
        Z = linear(A, W, b)
        losses[i] = softmax_cross_entropy(Z, T)
        _, dW, db = linear_backward(softmax_cross_entropy_backward(Z, T), A, W)
        W, vW = momentum_step(W, vW, {dW}, lr, mu)
        b, vb = momentum_step(b, vb, db, lr, mu)
    return W, b, losses{returned}
"""


@pytest.mark.parametrize(
    ("dW", "returned", "said"),
    [
        ("dW * (1 + i)", "", "losses[2] is the first that is not"),
        ("dW * 1.25", "", "losses[1] is the first that is not"),
        ("dW", " + 1", "The first loss is wrong already"),
    ],
)
def test_the_first_step_that_goes_wrong_is_said(dW, returned, said):
    assert said in one("train", TRAIN.format(dW=dW, returned=returned)).rationale


def test_state_is_told_from_wrong_values():
    body = "total = 0\ndef linear(A, W, b):\n    global total\n    total = total + 1\n    return A @ W.T + b * total"
    q = one("linear", body)
    assert q.points == 9.0
    assert "right the first time that it is called, and wrong after that" in q.rationale


def test_the_catalogue_is_asked_in_a_worker_and_kept(monkeypatch):
    banked = bank(assignment("sgd_step")).questions["sgd_step"]
    first = catalogue.known(banked)
    monkeypatch.setattr(catalogue, "build", None)
    catalogue._read.cache_clear()
    for (_, a), (_, b) in zip(first, catalogue.known(banked), strict=True):
        np.testing.assert_array_equal(a.actual, b.actual)
        assert (a.silent, a.habits, a.misshapen.keys()) == (b.silent, b.habits, b.misshapen.keys())


def test_a_whole_model_answer_is_told_nothing():
    assert all(not q.rationale for q in marked(model(), assignment("linear", "linear_backward")).questions)
