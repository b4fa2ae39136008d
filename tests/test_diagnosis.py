"""Diagnosis: a mistake is named where it explains everything, and nothing is named on a guess."""

from dataclasses import replace

import numpy as np
import pytest

from gradecheck.grading.assignments.assignment import WEIGHTS, Question, load
from gradecheck.grading.bank.store import bank
from gradecheck.grading.judging import catalogue, diagnosis, kept
from gradecheck.grading.judging.credit import credit
from gradecheck.grading.judging.diagnosis import Diagnosis
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.judging.likeness import Likeness
from gradecheck.numbers.compare import Finding
from tests.lecture import CONTRACTS, MISTAKES
from tests.marked import assignment, lost, marked, model, questions

ALIKE = {frozenset({"train/db-one-number", "train/b-not-updated"})}
"""Rows of softmax(Z) - T sum to 0, and so does their sum: a db that is one number is no db."""


@pytest.fixture(scope="module")
def everything():
    """The bank of all functions, whether the lecture's assignment asks them or not."""
    questions = tuple(Question(contract, name, 1.0) for name, contract in CONTRACTS.items())
    return bank(replace(load("lecture03"), questions=questions))


@pytest.mark.parametrize("function", MISTAKES)
def test_every_catalogued_mistake_is_caught_and_named_or_known_to_look_like_another(function, everything):
    banked = everything.questions[function]
    known, sheet = catalogue.known(banked), Likeness(banked)
    assert [m for m, _ in known] == list(MISTAKES[function])
    for mistake, seen in known:
        assert seen.affected or seen.habits, f"{mistake.id} is not caught"
        covers = diagnosis._told_apart(seen, diagnosis._covers(seen, diagnosis.answering_alike(seen, sheet, known)))
        found = {m.id for cover in covers for m, _ in cover}
        assert mistake.id in found
        assert found == {mistake.id} or found in ALIKE


@pytest.mark.parametrize("function", MISTAKES)
def test_to_be_named_never_costs_more_than_not_to_be(function, everything):
    banked = everything.questions[function]
    for mistake, seen in catalogue.known(banked):
        findings = tuple((0, Finding(kind, name, was, "")) for kind, name, was in seen.habits)
        judged = Judged(banked, seen.actual, seen.levels, seen.misshapen, findings, {})
        named, unnamed = (credit(judged, d).of(WEIGHTS) for d in ((Diagnosis(mistake, seen.affected),), ()))
        assert named >= unnamed, f"{mistake.id} costs {mistake.costs}: {named} named, {unnamed} unnamed"


def one(name, body, **settings):
    return questions(model(body), assignment(name, **settings))[name]


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
    mistake = next(m for m in MISTAKES[name] if m.id == named)
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


# -- guards, with any constant

ROWS = "(len(p) if p.ndim == 2 else 1)"
SOFTMAX = "e = np.exp(x - x.max(-1, keepdims=True)); p = e / e.sum(-1, keepdims=True)"
GUARDS = {
    "cross_entropy/epsilon-in-log": f"return -np.sum(t * np.log(p + {{c}})) / {ROWS}",
    "cross_entropy/clipped-from-below": f"return -np.sum(t * np.log(np.maximum(p, {{c}}))) / {ROWS}",
    "cross_entropy/clipped": f"return -np.sum(t * np.log(np.clip(p, {{c}}, 1 - {{c}}))) / {ROWS}",
    "cross_entropy_backward/epsilon-in-denominator": f"return -t / (p + {{c}}) / {ROWS}",
    "softmax_cross_entropy/epsilon-in-log": f"{SOFTMAX}; return -np.sum(t * np.log(p + {{c}})) / {ROWS}",
    "softmax/epsilon-in-denominator": f"{SOFTMAX}; return e / (e.sum(-1, keepdims=True) + {{c}})",
}


@pytest.mark.parametrize("constant", ["1e-05", "3e-07", "1e-09", "1e-13"])
@pytest.mark.parametrize("named", GUARDS)
def test_a_guard_costs_stability_whatever_its_constant(named, constant):
    name = named.partition("/")[0]
    arguments = ", ".join(argument.name for argument in CONTRACTS[name].arguments)
    q = one(name, f"def {name}({arguments}): {GUARDS[named].format(c=constant)}", cases=120)
    assert (q.diagnoses, lost(q)) == ((named,), ["stability"])
    assert constant in q.rationale


def test_a_guard_may_have_another_constant_in_each_precision():
    q = one(
        "cross_entropy",
        f"def cross_entropy(p, t): {GUARDS['cross_entropy/clipped']}".format(c="np.finfo(p.dtype).eps"),
        cases=120,
    )
    assert q.diagnoses == ("cross_entropy/clipped",)
    assert "2.22045e-16 (1.19209e-07 in float32)" in q.rationale


def test_a_guard_of_a_numpy_number_costs_no_more_as_a_loss_may_be_in_float64():
    q = one(
        "cross_entropy",
        f"def cross_entropy(p, t): {GUARDS['cross_entropy/epsilon-in-log']}".format(c="np.finfo(float).eps"),
        cases=120,
    )
    assert (q.diagnoses, lost(q)) == (("cross_entropy/epsilon-in-log",), ["stability"])


@pytest.mark.parametrize(
    "body",
    [
        f"def cross_entropy(p, t): return -1.001 * np.sum(t * np.log(p + 1e-9)) / {ROWS}",
        f"def cross_entropy(p, t): return -np.sum(t * np.log(p + 1e-9 * (1 + t))) / {ROWS}",
        f"def cross_entropy(p, t): return -np.sum(t * np.log(p + 0.2)) / {ROWS}",
    ],
)
def test_what_no_constant_explains_is_no_guard(body):
    assert one("cross_entropy", body, cases=120).diagnoses == ()


# -- habits: what is seen is named, and no cause


@pytest.mark.parametrize(
    ("name", "body", "named", "said"),
    [
        ("tanh", "def tanh(x): return np.tanh(x.astype(float))", "tanh/float32-lost", "comes back as float64"),
        ("leaky_relu", "def leaky_relu(x, alpha=0.01): return (x > 0) * x + np.float64(alpha) * (x <= 0) * x",
         "leaky_relu/float32-lost", "comes back as float64"),
        ("relu", "def relu(x): return np.vectorize(lambda v: max(v, 0.0))(x).astype(float)", "relu/float32-lost",
         "comes back as float64"),
        ("relu", "def relu(x): return 1 * np.maximum(x, 0, out=x)", "relu/in-place", "x itself is written to"),
    ],
)  # fmt: skip
def test_a_habit_is_named_without_a_cause_that_was_not_seen(name, body, named, said):
    q = one(name, body)
    assert q.diagnoses == (named,)
    assert said in q.rationale
    assert not any(cause in q.rationale for cause in ("np.zeros", "np.where", "math.tanh"))


def test_longdouble_is_not_named_as_float64():
    q = one("relu", "def relu(x): return np.maximum(x, 0).astype(np.longdouble)")
    assert q.diagnoses == ()
    assert "float128" in q.rationale or "longdouble" in q.rationale


# -- right on ordinary inputs


@pytest.mark.parametrize(
    ("name", "body", "named"),
    [
        ("tanh", "def tanh(x): return (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)", "tanh/by-e-2x"),
        ("tanh", "def tanh(x): return np.expm1(2 * x) / (np.expm1(2 * x) + 2)", "tanh/by-e-2x"),
        ("tanh", "def tanh(x): return np.sinh(x) / np.cosh(x)", "tanh/sinh-over-cosh"),
        ("softmax_cross_entropy", f"def softmax_cross_entropy(x, t): {SOFTMAX}; return -np.sum(t * np.log(p)) / {ROWS}",
         "softmax_cross_entropy/zero-times-log-zero"),
    ],
)  # fmt: skip
def test_what_only_overflows_is_named_and_costs_stability(name, body, named):
    q = one(name, body, cases=120)
    assert (q.diagnoses, lost(q)) == ((named,), ["stability"])


def test_what_fails_for_a_1_d_array_alone_is_told_that_it_is_one_row():
    body = "n, k = x.shape; e = np.exp(x - x.max(1, keepdims=True)); return e / e.sum(1).reshape(n, 1)"
    q = one("softmax", f"def softmax(x): {body}")
    assert lost(q) == ["edges"]
    assert "A 1-D x is one row" in q.help


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
        ("relu", "def relu(x): return np.where(x > 0, x, 1).astype(x.dtype)", "where x is 0 or less"),
        ("tanh", "def tanh(x): return np.where(abs(x) > (50, 90)[x.itemsize // 8], 7, np.tanh(x)).astype(x.dtype)",
         "in float32 and"),
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
    kept.read.cache_clear()
    for (_, a), (_, b) in zip(first, catalogue.known(banked), strict=True):
        np.testing.assert_array_equal(a.actual, b.actual)
        assert (a.silent, a.habits, a.misshapen.keys()) == (b.silent, b.habits, b.misshapen.keys())


def test_a_whole_model_answer_is_told_nothing():
    assert all(not q.rationale for q in marked(model(), assignment("linear", "linear_backward")).questions)


def test_a_factor_of_1_is_not_said_and_one_of_0_is_said_plainly():
    q = one("tanh", "def tanh(x): return np.tanh(x) * (1 - (abs(x) > 5))")
    assert "every wrong value is 0" in q.rationale.lower()
    q = one("mse", "def mse(y, t): return np.mean((y - t) ** 2) * (1 + 1e-9)")
    assert "is 1 times" not in q.rationale


def test_no_mistake_is_sought_in_what_is_not_written(monkeypatch):
    monkeypatch.setattr(diagnosis, "known", None)
    asked = assignment("relu", "tanh")
    found = questions("def tanh(x): raise NotImplementedError", asked)
    assert [q.diagnoses for q in found.values()] == [(), ()]
    assert "is not defined" in found["relu"].rationale
