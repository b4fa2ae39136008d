"""Signs of a mistake: the one that explains every failing case is named, and nothing is named on a guess."""

import numpy as np
import pytest
from drawn import cases_of, several

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.numbers.compare import Expectation
from gradecheck.numbers.signs import NAMES, common_signs, signs_of
from gradecheck.verifying.check import answer
from tests.lecture import CONTRACTS


def right(name):
    """The contract's own form, as a function that a mistake can be put into."""

    def quiet(*arguments):
        with np.errstate(all="ignore"):
            return CONTRACTS[name].stable(*arguments)

    return quiet


def expectations(name, count=20, dtype="float64"):
    for case in cases_of(name, dtype, SUBMISSION, count):
        values = tuple(np.asarray(r) for r in several(right(name)(*case.arguments)))
        yield Expectation(CONTRACTS[name], case.arguments, values)


def signs(name, wrong, count=20, dtype="float64"):
    """What all the failing answers of a function have in common."""
    with np.errstate(all="ignore"):
        return dict(common_signs((answer(wrong, e), e) for e in expectations(name, count, dtype)))


def scaled(name, factor):
    return lambda *arguments: right(name)(*arguments) * factor(*arguments)


def rows(x, *_):
    return len(x) if x.ndim == 2 else 1


MISTAKES = {
    "negated": ("mse_backward", scaled("mse_backward", lambda *_: -1)),
    "times 2": ("mse", scaled("mse", lambda *_: 2)),
    "half": ("mse_backward", scaled("mse_backward", lambda *_: 0.5)),
    "times n": ("cross_entropy", scaled("cross_entropy", rows)),
    "divided by n": ("softmax_backward", scaled("softmax_backward", lambda grad, x: 1 / rows(x))),
    "times k": ("softmax_backward", scaled("softmax_backward", lambda grad, x: x.shape[-1])),
    "divided by k": ("cross_entropy", scaled("cross_entropy", lambda p, t: 1 / p.shape[-1])),
    "times all elements": ("mse_backward", scaled("mse_backward", lambda y, t: y.size)),
    "divided by all elements": ("cross_entropy_backward", scaled("cross_entropy_backward", lambda p, t: 1 / p.size)),
    "log base 2": ("cross_entropy", scaled("cross_entropy", lambda *_: 1 / np.log(2))),
    "log base 10": ("softmax_cross_entropy", scaled("softmax_cross_entropy", lambda *_: 1 / np.log(10))),
    "zeros": ("sigmoid_backward", scaled("sigmoid_backward", lambda *_: 0)),
    "reciprocal": ("softmax", lambda x: 1 / right("softmax")(x)),
    "squared": ("tanh", lambda x: right("tanh")(x) ** 2),
    "rooted": ("mse", lambda y, t: np.sqrt(right("mse")(y, t))),
    "logarithm": ("softmax", lambda x: np.log(right("softmax")(x))),
    "exponential": ("tanh", lambda x: np.exp(right("tanh")(x))),
    "one minus": ("sigmoid", lambda x: 1 - right("sigmoid")(x)),
    "transposed": ("linear", lambda A, W, b: (A @ W.T + b).T),
}


def test_every_sign_has_a_planted_mistake():
    assert set(MISTAKES) == set(NAMES)


@pytest.mark.parametrize("sign", MISTAKES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_planted_mistake_shows_its_sign(sign, dtype):
    name, wrong = MISTAKES[sign]
    assert signs(name, wrong, dtype=dtype) == {CONTRACTS[name].results[0]: sign}


def test_each_result_has_a_sign_of_its_own():
    def wrong(grad, A, W):
        dA, dW, db = right("linear_backward")(grad, A, W)
        return -dA, dW.T, db

    assert signs("linear_backward", wrong) == {"∂L/∂A": "negated", "∂L/∂W": "transposed"}


def test_a_right_function_shows_no_sign():
    assert signs("softmax", right("softmax")) == {}


@pytest.mark.parametrize("name", ["sigmoid", "mse", "linear", "softmax_cross_entropy_backward"])
def test_a_random_answer_shows_no_sign(name):
    rng = np.random.default_rng(0)
    assert signs(name, lambda *arguments: rng.standard_normal(np.shape(right(name)(*arguments)))) == {}


def test_a_factor_that_is_no_sign_shows_none():
    assert signs("mse", scaled("mse", lambda *_: 3)) == {}


def test_of_two_signs_that_fit_alike_none_is_named():
    x, t = np.array([[0.3, 0.7], [0.5, 0.5]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    values = (np.asarray(right("cross_entropy")(x, t)),)
    expectation = Expectation(CONTRACTS["cross_entropy"], (x, t), values)
    doubled = (2 * values[0],)
    assert signs_of(doubled[0], 0, expectation) == {"times 2", "times n", "times k"}
    assert dict(common_signs([(doubled, expectation)])) == {}


def test_a_second_case_decides_between_two_signs():
    assert signs("cross_entropy", MISTAKES["times n"][1]) == {"L": "times n"}


def test_a_sign_that_one_failing_case_contradicts_is_not_named():
    def wrong(prediction, target):
        return right("mse")(prediction, target) * (2 if prediction.size != 3 else -1)

    assert signs("mse", wrong, count=60) == {}


def test_a_case_that_is_right_all_the_same_contradicts_no_sign():
    def wrong(prediction, target):
        return right("mse")(prediction, target) * (2 if prediction.size != 3 else 1)

    assert signs("mse", wrong, count=60) == {"MSE": "times 2"}


def test_cases_of_nan_or_of_no_rows_are_no_evidence():
    x = np.array([[np.nan, 1.0]])
    expectation = Expectation(CONTRACTS["relu"], (x,), (np.maximum(x, 0),))
    assert dict(common_signs([((-expectation.values[0],), expectation)])) == {}
