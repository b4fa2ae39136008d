"""Right answers keep their marks, whatever form they come in; and each slip costs what it breaks."""

from dataclasses import replace

import numpy as np
import pytest

from gradecheck.grading.assignments.assignment import Allowed
from gradecheck.grading.bank.store import bank
from gradecheck.grading.classrun.marking import mark
from gradecheck.grading.feedback.advice import help_for
from gradecheck.grading.feedback.rationale import check_rationale, rationale
from gradecheck.grading.jail.answers import Returned, Unanswered
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.asking import Answered
from gradecheck.grading.judging.credit import credit
from gradecheck.grading.judging.diagnosis import diagnose
from gradecheck.grading.judging.judged import judge
from gradecheck.grading.source import File, Source
from tests.marked import assignment, lost, model, questions


def one(name, body, **settings):
    return questions(model(body), assignment(name, **settings))[name]


def allowing(name, **allowed):
    """The assignment of one function in which that costs nothing."""
    asked = assignment(name)
    return replace(asked, questions=tuple(replace(q, allowed=Allowed(**allowed)) for q in asked.questions))


# -- forms

SEVERAL = "grad @ W, grad.T @ A, grad.sum(axis=0)"
FREE = {
    "named tuple": (
        "linear_backward",
        "from typing import NamedTuple\nclass Grads(NamedTuple):\n    dA: object\n    dW: object\n    db: object\n"
        f"def linear_backward(grad, A, W): return Grads({SEVERAL})",
    ),
    "dataclass": (
        "linear_backward",
        "from dataclasses import dataclass\n@dataclass\nclass Grads:\n    dA: object\n    dW: object\n    db: object\n"
        f"def linear_backward(grad, A, W): return Grads({SEVERAL})",
    ),
    "np.float64": ("mse", "def mse(y, t): return np.float64(np.mean((y - t) ** 2, dtype=np.float64))"),
    "0-d float64": ("mse", "def mse(y, t): return np.array(np.mean((y - t) ** 2), np.float64)"),
    "reciprocal": (
        "cross_entropy_backward",
        "def cross_entropy_backward(p, t): return -t * np.reciprocal(np.where(t > 0, p, 1)) / rows(p)",
    ),
    "v as it was where mu is 0": (
        "momentum_step",
        "def momentum_step(w, v, grad, lr, mu):\n    new = mu * v + grad\n    return w - lr * new, new if mu else v",
    ),
    "in a random order": (
        "mse",
        "def mse(y, t):\n    i = np.random.permutation(y.size)\n    return np.mean((y.ravel()[i] - t.ravel()[i]) ** 2)",
    ),
}


@pytest.mark.parametrize("form", FREE)
def test_what_is_as_good_costs_nothing(form):
    q = one(*FREE[form], cases=100)
    assert (q.points, q.rationale) == (10.0, "")


HYGIENE = {
    "(out, cache)": ("linear", "def linear(A, W, b): return A @ W.T + b, (A, W)", "a tuple of 2, but should return Z"),
    "(out, dict)": ("relu", "def relu(x): return np.maximum(x, 0), {'x': x, 'f': relu}", "a tuple of 2"),
    "[out, None]": ("relu", "def relu(x): return [np.maximum(x, 0), None]", "a list of 2"),
    "(loss, gradient)": ("mse", "def mse(y, t): return np.mean((y - t) ** 2), 2 * (y - t) / y.size", "a tuple of 2"),
    "a comma too many": ("mse", "def mse(y, t): return np.mean((y - t) ** 2),", "a tuple of 1"),
    "(gradients, cache)": ("linear_backward", f"def linear_backward(grad, A, W): return ({SEVERAL}), A", "tuple of 2"),
    "gradients and more": ("linear_backward", f"def linear_backward(grad, A, W): return {SEVERAL}, 'ok'", "tuple of 4"),
    "(1, 1)": ("mse", "def mse(y, t): return np.full((1, 1), np.mean((y - t) ** 2), y.dtype)", "should be one number"),
    "[loss]": ("mse", "def mse(y, t): return [np.mean((y - t) ** 2)]", "a list of 1"),
}


@pytest.mark.parametrize("form", HYGIENE)
def test_right_values_in_another_form_are_told_and_cost_hygiene(form):
    name, body, said = HYGIENE[form]
    q = one(name, body)
    assert lost(q) == ["hygiene"]
    assert said in q.rationale
    assert q.help
    assert q.counterexample is not None


def test_of_several_things_the_first_is_said_to_be_right_only_where_it_is():
    assert one("relu", "def relu(x): return np.maximum(x, 0), x").rationale == (
        "relu returned a tuple of 2, but should return f(x) alone. What comes first is right."
    )
    q = one("relu", "def relu(x): return x, np.maximum(x, 0)")
    assert q.points == 0.0
    assert "What comes first is right" not in q.rationale


@pytest.mark.parametrize(
    "body",
    [
        "def mse(y, t): return ((y - t) ** 2).mean(axis=-1)",
        "def mse(y, t): return {'loss': np.mean((y - t) ** 2)}",
        "def mse(y, t): return None, np.mean((y - t) ** 2)",
    ],
    ids=["a row", "dict", "second"],
)
def test_what_holds_no_loss_earns_nothing(body):
    assert one("mse", body).points == 0.0


# -- an argument that is left out


def test_some_calls_leave_out_what_has_a_default():
    banked = bank(assignment("leaky_relu", cases=100)).questions["leaky_relu"]
    short = calls.left_out(banked)
    alphas = np.array([calls.arguments(banked, case)[1] for case in range(len(short))])
    assert (alphas[short] == 0.01).all()
    assert short.sum() == -(-(alphas == 0.01).sum() // 2)  # every second, the first of them included


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ("x, alpha", "alpha has no default; the contract's is 0.01 ("),
        ("x, alpha=0.2", "It is wrong only where alpha is left out, which is then 0.01"),
    ],
)
def test_another_default_or_none_costs_edges(signature, said):
    q = one("leaky_relu", f"def leaky_relu({signature}): return np.where(x < 0, alpha * x, x)", cases=100)
    assert lost(q) == ["edges"]
    assert said in q.rationale
    assert "leaky_relu(x)" in q.counterexample.repro


# -- prices


def test_a_guard_and_a_fixed_axis_cost_what_each_costs():
    body = "def cross_entropy(p, t): return -np.mean(np.sum(t * np.log(p + 1e-12), axis=1))"
    assert lost(one("cross_entropy", body, cases=100)) == ["edges", "stability"]


def test_an_overflow_and_a_fixed_axis_cost_what_each_costs():
    body = "def softmax(x): return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)"
    assert lost(one("softmax", body, cases=100)) == ["edges", "stability"]


def test_a_function_for_rows_and_columns_alone_loses_edges():
    body = "def relu(x): return np.array([[max(v, 0) for v in row] for row in x], x.dtype).reshape(len(x), x.shape[1])"
    assert lost(one("relu", body, cases=100)) == ["edges"]
    wrong = "def relu(x): return np.maximum(x, 0) if x.ndim == 2 else x"
    assert one("relu", wrong, cases=100).points == 0.0


# -- follow-through


@pytest.mark.parametrize(
    ("linear", "call"),
    [
        ("def linear(A, W): return A @ W.T", "linear(A, W, b)"),
        ("def linear(A, W, b, bias): return 2 * (A @ W.T + b)", "linear(A, W, b, True)"),
        ("def linear(W, A, b): return 2 * (A @ W.T + b)", "linear(W, A, b)"),
        ("def linear(A, W): return A @ W.T", "linear(A, W=W, b=b)"),
    ],
    ids=["too few", "too many", "another order", "by name"],
)
def test_a_signature_of_ones_own_costs_itself_alone(linear, call):
    source = model().replace("Z = linear(A, W, b)", f"Z = {call}")
    found = questions(f"{source}\n{linear}", assignment("linear", "train"))
    assert found["linear"].points == 0.0
    assert (found["train"].points, found["train"].followed) == (10.0, ("linear",))


def test_a_helper_in_a_module_beside_is_followed():
    asked = assignment("softmax", "softmax_backward")
    layers = b"import numpy as np\ndef softmax(x): return 2 * np.exp(x)\n"
    cell = (
        "import layers\nfrom layers import softmax\n"
        "def softmax_backward(grad, x):\n    p = layers.softmax(x)\n"
        "    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))"
    )
    source = Source((cell,), beside=(File("layers.py", layers),))
    softmax, backward = mark("a", source, asked, bank(asked), isolation("auto")).questions
    assert (softmax.points, backward.points, backward.followed) == (0.0, 10.0, ("softmax",))


# -- what is counted


def test_the_number_beside_an_exception_counts_the_cases_that_raise_it():
    body = "def mse(y, t):\n    if y.ndim != 2: raise KeyError('rows')\n    return np.sum((y - t) ** 2)\n"
    asked = assignment("mse")
    recipes = bank(asked).questions["mse"].recipes
    raising = sum(len(dict(recipe.sizes)["..."]) != 2 for recipe in recipes)
    q = questions(model(body), asked)["mse"]
    assert f"raise KeyError('rows') ({raising} of {len(recipes)} cases)" in q.rationale
    correctness, edges, *_ = q.checks
    assert correctness.rationale.startswith("mse is wrong on ordinary inputs (")
    assert edges.rationale.startswith("mse raised KeyError")


@pytest.mark.parametrize("otherwise", ["    if x.ndim == 3: raise KeyError\n", "    raise KeyError\n"])
def test_message_and_example_show_the_same_exception(otherwise):
    """Also where the smallest example raises another one."""
    body = f"def relu(x):\n    if x.ndim == 1: raise IndexError\n{otherwise}    return x"
    q = one("relu", f"{body} * (x > 0)")
    first = next(name for name in ("IndexError", "KeyError") if q.rationale.startswith(f"relu raised {name}"))
    assert q.counterexample.actual.startswith(first)


def test_a_branch_that_is_not_written_is_not_all_that_is_not_written():
    body = "def relu(x):\n    if x.ndim == 1: raise NotImplementedError\n    return np.maximum(x, 0)"
    q = one("relu", body)
    assert lost(q) == ["edges"]
    assert "relu raised NotImplementedError" in q.rationale
    assert "still to be written" not in q.rationale


# -- chance


def test_random_numbers_are_told_from_kept_state():
    q = one("relu", "def relu(x): return np.maximum(x, 0) * (np.random.rand() < 0.9)")
    assert "draw no random numbers" in q.rationale
    assert "state" not in q.rationale
    assert q.help == "Take the random numbers out, or seed them inside of the function."


@pytest.mark.parametrize("drawn", ["np.tanh(x) * (np.random.rand() < 0.9)", "1e-3 * np.random.random(x.shape)"])
def test_of_random_numbers_it_is_not_asked_whether_they_are_written_yet(drawn):
    q = one("tanh", f"def tanh(x): return ({drawn}).astype(x.dtype)")
    assert "draw no random numbers" in q.rationale
    assert "written yet" not in q.rationale
    assert "Every value" not in q.rationale


# -- allowed


@pytest.mark.parametrize(
    ("name", "body", "allowed"),
    [
        ("sgd_step", "def sgd_step(w, grad, lr):\n    w -= lr * grad\n    return w", {"in_place": True}),
        ("linear", "def linear(A, W, b): return A @ W.T + np.ones((len(A), 1)) @ b[None]", {"float64": True}),
        ("cross_entropy", "def cross_entropy(p, t): return -(t * np.log(p + 1e-9)).sum() / rows(p)", {"guard": 1e-8}),
    ],
)
def test_what_an_assignment_allows_is_told_and_costs_nothing(name, body, allowed):
    strict, mild = (questions(model(body), asked)[name] for asked in (assignment(name), allowing(name, **allowed)))
    assert strict.points < mild.points == 10.0
    assert "assignment allows" in mild.rationale
    assert (mild.help, mild.counterexample) == ("", None)


def test_a_guard_that_is_larger_than_allowed_costs_stability():
    body = "def cross_entropy(p, t): return -(t * np.log(p + 1e-6)).sum() / rows(p)"
    assert lost(questions(model(body), allowing("cross_entropy", guard=1e-8))["cross_entropy"]) == ["stability"]


def test_to_allow_one_habit_allows_no_other():
    body = "def sgd_step(w, grad, lr):\n    w -= lr * grad\n    return w.astype(np.float64)"
    assert lost(questions(model(body), allowing("sgd_step", in_place=True))["sgd_step"]) == ["hygiene"]


# -- slow, but right


def slow(name, unanswered):
    """The question as it is judged where these cases were not answered, and the others were right."""
    asked = assignment(name)
    banked = bank(asked).questions[name]
    late = Unanswered(len(banked.recipes) - len(unanswered), len(banked.recipes), 20.0)
    own = {}
    exec(model(), own)
    answers = [
        late if case in unanswered else Returned(own[name](*calls.arguments(banked, case)), "ndarray")
        for case in banked.order
    ]
    judged = judge(banked, answers)
    found = diagnose(judged)
    return Answered(asked.questions[0], judged, found, credit(judged, found), (), {}, "", 20.0)


def test_slow_but_right_earns_the_part_that_was_answered():
    banked = bank(assignment("linear")).questions["linear"]
    unanswered = [case for case, check in enumerate(banked.checks) if check == 2][:4]
    asked = slow("linear", unanswered)
    stability = (banked.checks == 2).sum()
    assert asked.credit.shares["correctness"] == asked.credit.shares["edges"] == 1.0
    assert asked.credit.shares["stability"] == 1 - 4 / stability
    assert asked.credit.shares["hygiene"] == 1 - 4 / len(banked.checks)
    assert asked.credit.outcomes["stability"] == asked.credit.outcome == "limit"
    count = len(banked.checks)
    assert rationale(asked) == (
        f"linear answered {count - 4} of {count} cases in 20 s, all right: too slow for the larger ones."
    )
    assert help_for(asked) == "Replace loops over single numbers by array operations."
    assert check_rationale("stability", asked).endswith("where linear answered in time")
