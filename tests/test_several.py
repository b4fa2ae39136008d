"""Two slips at once, and right functions asked in another way: both names, and never a wrong one."""

import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gradecheck.grading.assignments.assignment import load
from gradecheck.grading.bank.store import bank
from gradecheck.grading.judging import catalogue
from gradecheck.grading.judging.diagnosis import diagnose
from gradecheck.grading.judging.judged import judge
from gradecheck.grading.judging.roles import order_told, parameters
from gradecheck.grading.judging.slips import Explanation, around, slip_of, traced
from gradecheck.grading.judging.stages import stages
from tests.lecture import CONTRACTS, MISTAKES
from tests.marked import assignment, lost, model, questions

ROWS = "(len({0}) if {0}.ndim == 2 else 1)"
SOFTMAX = "e = np.exp(x - x.max(-1, keepdims=True)); p = e / e.sum(-1, keepdims=True)"


def one(name, body, **settings):
    return questions(model(body), assignment(name, **settings))[name]


@pytest.fixture(scope="module")
def everything():
    return bank(load("lecture03"))


# -- two at once


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("def mse(a, b): return 0.5 * np.sum((a - b) ** 2)", {"mse/halved", "mse/summed"}),
        ("def mse(a, b): return -np.sum((a - b) ** 2) / len(a)", {"mse/negated", "mse/divided-by-rows"}),
        ("def softmax_cross_entropy_backward(x, t): e = np.exp(x); return e / e.sum(-1, keepdims=True) - t",
         {"softmax_cross_entropy_backward/no-shift", "softmax_cross_entropy_backward/not-divided"}),
        ("def softmax_cross_entropy(x, t):\n"
         "    x, t = np.atleast_2d(x), np.atleast_2d(t)\n"
         f"    {SOFTMAX}\n"
         "    return -np.mean(np.log(p[np.arange(len(x)), t.argmax(1)]))",
         {"softmax_cross_entropy/winner-only", "softmax_cross_entropy/log-of-softmax"}),
        ("def cross_entropy(p, t):\n"
         "    p, t = np.atleast_2d(p), np.atleast_2d(t)\n"
         "    return -np.mean(np.log(p[np.arange(len(p)), t.argmax(1)] + 1e-7))",
         {"cross_entropy/winner-only", "cross_entropy/epsilon-in-log"}),
        ("def momentum_step(w, v, grad, lr, mu):\n    v = mu * v - (1 - mu) * grad\n    return w + lr * v, v",
         {"momentum_step/all-downhill", "momentum_step/moving-average"}),
        ("def sgd_step(w, grad, lr): return w + 0.01 * grad", {"sgd_step/ascent", "sgd_step/lr-hard-coded"}),
    ],
)  # fmt: skip
def test_two_slips_at_once_have_both_names(body, named):
    name = next(iter(named)).partition("/")[0]
    q = one(name, body, cases=100)
    assert set(q.diagnoses) == named
    assert all(m.what in q.rationale for m in MISTAKES[name] if m.id in named and not m.guard)


def test_of_two_slips_each_costs_its_own_check():
    q = one("softmax", "def softmax(x): e = np.exp(x); return e / e.sum(axis=1, keepdims=True)", cases=100)
    assert set(q.diagnoses) == {"softmax/axis-1", "softmax/no-shift"}
    assert lost(q) == ["edges", "stability"]


def test_what_is_left_beside_a_named_mistake_is_said_to_be_besides():
    body = (
        "def softmax_cross_entropy(x, t):\n"
        "    z = x - x.max(axis=1, keepdims=True)\n"
        "    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(x)), t.argmax(axis=1)])"
    )
    q = one("softmax_cross_entropy", body, cases=100)
    assert q.diagnoses == ("softmax_cross_entropy/winner-only",)
    assert "Besides, softmax_cross_entropy raised AxisError" in q.rationale
    assert q.points == 0


def test_pairs_of_catalogued_mistakes_have_no_name_that_their_answers_contradict(everything):
    """A name is one of the two, or of mistakes that give the same answers together."""
    rng, count = random.Random(5), 0
    pairs = [
        (a, m)
        for name, known in MISTAKES.items()
        if len(CONTRACTS[name].results) == 1
        for a in known
        for m in known
        if a is not m and slip_of(a) and "hygiene" not in (a.costs, m.costs)
    ]
    for a, m in rng.sample(pairs, 40):
        banked = everything.questions[a.function]
        made = Explanation((slip_of(a),), m, m.wrong)
        seen = traced(banked, made.answer)
        judged = judge(banked, _answers(banked, made.answer))
        found = [d.mistake for d in diagnose(judged)]
        others = {mistake.id for mistake in found} - {a.id, m.id}
        if others:
            assert _same_answers(banked, seen, found), f"{a.id} and {m.id} are taken for {others}"
        count += {mistake.id for mistake in found} == {a.id, m.id}
    assert count >= 20


def _answers(banked, form):
    from gradecheck.grading.judging.slips import _answered

    return [_answered(banked, form, case) for case in banked.order]


def _same_answers(banked, seen, found):
    from gradecheck.grading.judging.likeness import Likeness

    slips = [slip for slip in map(slip_of, found) if slip]
    bases = [m for m in found if not slip_of(m)]
    base = bases[0] if bases else None
    form = base.wrong if base else banked.contract.stable
    again = traced(banked, Explanation(tuple(slips), base, form).answer)
    ordinary = stages(banked) == 0
    return len(bases) < 2 and bool(Likeness(banked).matches(seen, again)[ordinary].all())


def test_slips_that_are_about_what_was_seen_are_all_that_is_looked_at(everything):
    from gradecheck.grading.judging.likeness import Likeness

    banked = everything.questions["mse"]
    seen = traced(banked, lambda y, t: np.mean((y - t) ** 2) * 6)
    cases = [int(case) for case in np.flatnonzero(stages(banked) == 0)]
    assert [e.mistakes for e in around(banked, seen, Likeness(banked), cases)] == []


# -- guards


def test_no_guard_is_named_that_is_not_there():
    """-t / p goes through the gradient of softmax: no epsilon, however small, is in it."""
    body = (
        "def softmax_cross_entropy_backward(x, t):\n"
        f"    {SOFTMAX}\n"
        f"    g = np.where(t > 0, -t / np.where(t > 0, p, 1), 0) / {ROWS.format('p')}\n"
        "    return p * (g - (g * p).sum(axis=-1, keepdims=True))"
    )
    for cases in (48, 100):
        q = one("softmax_cross_entropy_backward", body, cases=cases)
        assert lost(q) == ["stability"]
        assert q.diagnoses == ("softmax_cross_entropy_backward/through-p-of-true-class",)
        assert "number by number" in q.rationale
        assert "e-3" not in q.rationale


def test_a_number_that_is_too_large_is_no_guard():
    q = one("cross_entropy", "def cross_entropy(p, t): return -np.mean((t * np.log(p + 0.1)).sum(-1))", cases=100)
    assert q.diagnoses == ("cross_entropy/epsilon-in-log",)
    assert "0.1 is too large for a guard" in q.rationale
    assert q.points == 0


# -- digits, constants, terms


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        *(
            ("tanh", f"def tanh(x): return np.round(np.tanh(x), {d})", f"rounded to {d} decimals")
            for d in (2, 6, 9, 12)
        ),
        ("tanh", "def tanh(x): return np.round(np.tanh(x), 1)", "rounded to 1 decimal,"),
        ("relu", "def relu(x): return np.round(np.maximum(x, 0))", "rounded to whole numbers"),
        ("tanh", "def tanh(x): return np.trunc(np.tanh(x) * 1000) / 1000", "cut off to 3 decimals"),
        ("mse", "def mse(y, t): return round(float(np.mean((y - t) ** 2)), 3)", "rounded to 3 decimals"),
        ("tanh", "def tanh(x): return np.tanh(x.astype(np.float16)).astype(x.dtype)", "digits of float16"),
        ("linear_backward", "def linear_backward(grad, A, W):\n"
         "    grad, A, W = (x.astype('f4') for x in (grad, A, W))\n"
         "    return grad @ W + 0.0, grad.T @ A, grad.sum(axis=0)", "digits of float32"),
        ("mse", "def mse(y, t): return 0.0", "Every value is 0: is it written yet?"),
        ("softmax_cross_entropy_backward", "def softmax_cross_entropy_backward(x, t): return np.zeros_like(x)",
         "Every value is 0: is it written yet?"),
        ("mse", "def mse(y, t): return 3.5", "Every wrong value is 3.5, whatever the arguments are"),
        ("mse", "def mse(y, t): return np.mean((y - t) ** 2) + 0.5 * np.sum(y * y)", "extra term, 0.5 Σ prediction²"),
        ("tanh", "def tanh(x): return np.tanh(x) + 3 * x", "an extra term, 3 x"),
        ("softmax", f"def softmax(x): {SOFTMAX}; return 1 / p", "reciprocal of what it should be"),
    ],
)  # fmt: skip
def test_what_was_done_to_right_values_is_said(name, body, said):
    assert said in one(name, body).rationale


# -- arguments and results in another order or form


@pytest.mark.parametrize(
    ("body", "named", "said"),
    [
        ("def momentum_step(w, grad, v, lr, mu):\n    v = mu * v + grad\n    return w - lr * v, v",
         ["arguments-in-another-order"], "momentum_step takes grad before v: its arguments come in the order w, grad"),
        ("def momentum_step(w, v, grad, lr, mu):\n    v = v + mu * grad\n    return w - lr * v, v",
         ["mu-on-gradient"], "μ multiplies the gradient"),
        ("def momentum_step(w, dw, velocity, lr, mu):\n    v = mu * velocity + (1 - mu) * dw\n    return w - lr * v, v",
         ["arguments-in-another-order", "moving-average"], "takes grad before v"),
        ("def linear(W, A, b): return A @ W.T + b", ["arguments-in-another-order"], "takes W before A"),
        ("def linear(one, two, three): return two @ one.T + three", ["arguments-in-another-order"], "takes W before A"),
        ("linear = lambda b, A, W: A @ W.T + b", ["arguments-in-another-order"], "in the order b, A, W, but should"),
        ("def linear(W, X, b): return W @ X + b.reshape(-1, 1)", ["arguments-in-another-order", "columns-for-rows"],
         "Samples are taken to be columns"),
        ("def sigmoid_backward(x, grad): s = sound(x); return grad * s * (1 - s)\nsound = sigmoid",
         ["arguments-in-another-order"], "takes x before grad"),
        ("def mse_backward(y_true, y_pred): return 2 * (y_pred - y_true) / y_pred.size",
         ["arguments-in-another-order"], "takes target before prediction"),
        ("def mse_backward(y_pred, y_true): return 2 * (y_true - y_pred) / y_pred.size", ["negated"], "y - ŷ stands"),
        ("def linear_backward(grad, A, W): return grad.T @ A, grad.sum(axis=0), grad @ W",
         ["results-in-another-order"], "in the order ∂L/∂W, ∂L/∂b, ∂L/∂A, but should come in the order ∂L/∂A"),
        ("def linear_backward(grad, A, W): return grad.T @ A, grad.mean(axis=0), grad @ W",
         ["results-in-another-order", "db-averaged"], "db is averaged"),
        ("def linear_backward(grad, A, W):\n    m = A.shape[1]\n"
         "    return W.T @ grad, grad @ A.T / m, grad.sum(axis=1, keepdims=True) / m",
         ["columns-for-rows", "dW-and-db-averaged"], "grad and A have one row for each sample"),
        ("def cross_entropy(p, y): return -np.mean(np.log(p[np.arange(len(p)), y]))", ["class-numbers"],
         "one-hot, or soft"),
        ("def cross_entropy(p, y): return -np.sum(np.log(p[np.arange(len(p)), y]))", ["class-numbers", "summed"],
         "The rows are summed"),
        ("def softmax_cross_entropy_backward(x, t):\n    p = softmax(x)\n    p[np.arange(len(x)), t.astype(int)] -= 1\n"
         "    return p / len(x)", ["class-numbers"], "t is taken for class numbers"),
    ],
)  # fmt: skip
def test_what_would_be_right_in_another_way_is_told(body, named, said):
    name = body.split("(")[0].split()[-1] if body.startswith("def") else body.split()[0]
    q = one(name, body)
    assert q.diagnoses == tuple(f"{name}/{what}" for what in named)
    assert said in q.rationale
    assert q.points == 0


def test_a_function_under_another_name_is_told_by_that_name():
    asked = assignment(linear="schicht")
    found = questions("import numpy as np\ndef schicht(W, A, b): return A @ W.T + b", asked)["schicht"]
    assert "schicht takes W before A" in found.rationale
    assert "def schicht(A, W, b)" in found.help


def test_a_right_function_is_called_no_further(monkeypatch):
    from gradecheck.grading.judging import probing

    monkeypatch.setattr(probing, "_answers", None)
    assert one("linear", "def linear(X, weights, bias): return X @ weights.T + bias").points == 10


@pytest.mark.parametrize(
    ("function", "names", "order"),
    [
        ("momentum_step", ("w", "grad", "v", "lr", "mu"), (0, 2, 1, 3, 4)),
        ("momentum_step", ("W", "dW", "vel", "eta", "beta"), (0, 2, 1, 3, 4)),
        ("momentum_step", ("w", "v", "grad", "lr", "mu"), None),
        ("momentum_step", ("a", "b", "c", "d", "e"), None),
        ("linear", ("W", "A", "b"), (1, 0, 2)),
        ("linear", ("x", "w", "b"), None),
        ("cross_entropy", ("y_true", "y_pred"), (1, 0)),
        ("sgd_step", ("w", "lr", "grad"), (0, 2, 1)),
        ("sgd_step", ("w", "lr"), None),
        ("mse", ("a", "b"), None),
    ],
)
def test_names_of_parameters_tell_an_order_or_nothing(function, names, order):
    assert order_told(CONTRACTS[function], names) == order


def test_the_last_definition_has_the_parameters():
    cells = ("def f(a, b): return a", "if True:\n    f = lambda x, /, y, *, z=1: x", "not Python (")
    assert parameters(cells, "f") == ("x", "y")
    assert parameters(cells, "g") == ()


# -- together


def test_two_markers_do_not_work_the_same_out(monkeypatch, tmp_path, everything):
    monkeypatch.setenv("GRADECHECK_CACHE", str(tmp_path))
    built, build = [], catalogue.build
    monkeypatch.setattr(catalogue, "build", lambda banked: built.append(banked.contract.name) or build(banked))
    banked = everything.questions["sgd_step"]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(catalogue.known, [banked, banked]))
    assert built == ["sgd_step"]
