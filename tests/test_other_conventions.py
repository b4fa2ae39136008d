"""The lecture by other conventions: held against torch and against fractions, and marked beside the lecture's own."""

from fractions import Fraction

import numpy as np
import pytest
from drawn import DTYPES, several
from flint import arb
from marked import model, questions

import manual
from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from gradecheck.grading.assignments.assignment import Written, parse
from gradecheck.grading.assignments.starter import starter
from gradecheck.grading.proof import prove
from gradecheck.numbers.compare import Verdict
from gradecheck.numbers.truth import truth
from gradecheck.verifying.implementation import Implementation, load
from gradecheck.verifying.verify import Options, verify
from lectures.conventions import PACK
from lectures.conventions.mistakes import MISTAKES
from manual import conventions
from tests.lecture import CONTRACTS

ROWS = PACK.contracts
USUAL = {
    "mse_half": "mse",
    "mse_half_backward": "mse_backward",
    "mse_sum": "mse",
    "mse_sum_backward": "mse_backward",
    "cross_entropy_sum": "cross_entropy",
    "cross_entropy_sum_backward": "cross_entropy_backward",
    "softmax_cross_entropy_sum": "softmax_cross_entropy",
    "softmax_cross_entropy_sum_backward": "softmax_cross_entropy_backward",
    "linear_backward_mean": "linear_backward",
    "momentum_step_downhill": "momentum_step",
}
"""The lecture's own row for each."""

FEW = Options(examples=60)


def held(name, function, dtype="float64"):
    return verify(ROWS[name], Implementation("given", {name: function}, PACK), dtype, FEW)


def test_every_row_has_one_of_the_lecture_beside_it():
    assert USUAL.keys() == ROWS.keys()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ROWS)
def test_it_agrees_with_torch_whatever_the_seed(name, dtype):
    for seed in (0, 1):
        verdict = verify(ROWS[name], load(PACK), dtype, Options(examples=60, seed=seed)).verdict
        assert verdict in (Verdict.EXACT, Verdict.AGREES)


@pytest.mark.parametrize("name", ROWS)
def test_the_lectures_own_convention_is_wrong(name):
    assert held(name, getattr(manual, USUAL[name])).verdict is Verdict.WRONG


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.id)
def test_a_catalogued_mistake_is_wrong(mistake):
    assert held(mistake.function, mistake.wrong).verdict is Verdict.WRONG


# -- the truth

RATIONAL = {
    "mse_half": lambda y, t: ((y - t) ** 2).sum() / (2 * y.size),
    "mse_half_backward": lambda y, t: (y - t) / y.size,
    "mse_sum": lambda y, t: ((y - t) ** 2).sum(),
    "mse_sum_backward": lambda y, t: 2 * (y - t),
    "linear_backward_mean": lambda grad, A, W: (grad @ W, grad.T @ A / len(A), grad.sum(axis=0) / len(A)),
    "momentum_step_downhill": lambda w, v, grad, lr, mu: (w + mu * v - lr * grad, mu * v - lr * grad),
}


def exactly(x):
    """The same numbers as fractions, on which NumPy's arithmetic is exact."""
    return np.array([Fraction(float(v)) for v in x.flat], dtype=object).reshape(x.shape)


@pytest.mark.parametrize("name", RATIONAL)
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_truth_of_a_rational_formula_is_the_exact_fraction(name, dtype):
    for case in sample(ROWS[name], dtype, 12, 0, SUBMISSION):
        arguments = [exactly(x) if isinstance(x, np.ndarray) else Fraction(x) for x in case.arguments]
        exact = several(RATIONAL[name](*arguments))
        for known, fraction in zip(truth(ROWS[name], case.arguments), exact, strict=True):
            for t, q in zip(known.flat, np.asarray(fraction, dtype=object).flat, strict=True):
                assert (arb(q.numerator) / arb(q.denominator)).overlaps(t)


@pytest.mark.parametrize("name", [name for name in ROWS if "cross_entropy" in name])
def test_the_truth_of_a_sum_is_that_of_the_mean_times_the_rows(name):
    for case in sample(ROWS[name], "float64", 12, 0, SUBMISSION):
        x, _ = case.arguments
        rows = len(x) if x.ndim == 2 else 1
        (whole,), (mean,) = truth(ROWS[name], case.arguments), truth(CONTRACTS[USUAL[name]], case.arguments)
        assert all((rows * m).overlaps(t) for t, m in zip(whole.flat, mean.flat, strict=True))


# -- what they ask of their arguments

X, ROW = np.ones((2, 3)), np.ones(3)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        *((name, (X, ROW), f"{name}: (target|t) has shape (3,), but should be (2, 3)") for name in list(USUAL)[:8]),
        *((name, (X, [1.0]), f"{name}: (target|t) is a list, but should be a float32") for name in list(USUAL)[:8]),
        *((name, (np.ones((1, 1, 1)),) * 2, f"{name}: (x|p) has shape (1, 1, 1)") for name in list(USUAL)[4:8]),
        *((name, (2 * X, X), f"{name}: p has the value 2.0, but should hold prob") for name in list(USUAL)[4:6]),
        ("linear_backward_mean", (X, X, X.astype("float32")), "linear_backward_mean: W is a float32 array, but"),
        ("linear_backward_mean", (X, X, ROW), "linear_backward_mean: W has shape (3,), but A (2, 3) needs W"),
        ("linear_backward_mean", (X, X, X), "linear_backward_mean: grad has shape (2, 3), but should be (2, 2)"),
        ("momentum_step_downhill", (X, ROW, X, 1, 1), "momentum_step_downhill: v has shape (3,), but should be (2"),
        ("momentum_step_downhill", (X, X, X, -1, 1), "momentum_step_downhill: lr is -1, but should be at least 0"),
        ("momentum_step_downhill", (X, X, X, 1, -1), "momentum_step_downhill: mu is -1, but should be at least 0"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(name, arguments, message):
    begun = message.replace("(target|t)", "target" if name.startswith("mse") else "t")
    begun = begun.replace("(x|p)", "x" if name.startswith("softmax") else "p")
    with pytest.raises((TypeError, ValueError)) as refused:
        getattr(conventions, name)(*arguments)
    assert str(refused.value).startswith(begun)


@pytest.mark.parametrize("dtype", DTYPES)
def test_without_momentum_the_old_velocity_is_not_looked_at(dtype):
    w, v, grad = np.array([1.0], dtype), np.array([np.inf], dtype), np.array([2.0], dtype)
    for result, expected in zip(conventions.momentum_step_downhill(w, v, grad, 0.5, 0), (0.0, -1.0), strict=True):
        np.testing.assert_array_equal(result, np.array([expected], dtype), strict=True)


# -- marked

MIXED = """
title = "Two conventions"
pack = "other_conventions"
cases = 24

[[question]]
function = "mse_half"
name = "mse"

[[question]]
function = "cross_entropy_sum"
name = "cross_entropy"

[[question]]
function = "linear_backward_mean"
name = "linear_backward"

[[question]]
function = "momentum_step_downhill"
name = "momentum_step"

[[question]]
function = "linear"
"""
RIGHT = '''
import numpy as np

def mse(p, t):
    return np.mean((p - t) ** 2) / 2

def cross_entropy(p, t):
    return -(t * np.log(np.where(t > 0, p, 1))).sum()

def linear(A, W, b):
    return A @ W.T + b

def linear_backward(grad, A, W):
    return grad @ W, grad.T @ A / len(A), grad.sum(axis=0) / len(A)

def momentum_step(w, v, grad, lr, mu):
    v = mu * v - lr * grad
    return w + v, v
'''


@pytest.fixture(scope="module")
def mixed():
    return parse(Written(MIXED, "mixed.toml"))


def test_a_right_answer_by_both_conventions_gets_all_points(mixed):
    assert [q.points for q in questions(RIGHT, mixed).values()] == [1.0] * 5


def test_the_lectures_own_convention_is_named_where_another_is_asked(mixed):
    found = questions(model(), mixed)
    assert found["linear"].points == 1
    assert "Every value is 2 times what it should be" in found["mse"].rationale
    assert "Every value is divided by n, the number of rows" in found["cross_entropy"].rationale
    assert found["linear_backward"].diagnoses == ("linear_backward_mean/summed",)
    assert found["momentum_step"].diagnoses == ("momentum_step_downhill/lr-outside-velocity",)


def test_the_starter_says_the_convention(mixed):
    text = starter(mixed, "")
    assert "def mse(prediction, target):\n" in text
    assert "E = 1/(2n) Σ_i (y_i - ŷ_i)², over all n elements" in text
    assert "v = μ v - λ ∂L/∂W;  W = W + v" in text
    assert "A loss is a mean" not in text
    assert text.count("counts more than this list") == 1


def test_an_assignment_of_two_packs_is_proved(mixed):
    found = prove(mixed, "auto", 1, lambda share: None)
    assert found.breaches == ()
    assert found.unnamed == ()
    whole = [t.id for t in found.trials if t.kind == "model answer"]
    assert whole == ["manual.conventions, manual", "manual.conventions, model.py"]
    assert {t.function for t in found.trials if t.kind == "mistake"} == {
        "linear_backward_mean",
        "momentum_step_downhill",
        "linear",
    }
