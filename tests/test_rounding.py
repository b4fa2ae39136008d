"""No right implementation leaves its ball, and no ball is wider than it has to be."""

import math
from functools import reduce

import numpy as np
import pytest
from drawn import DTYPES, balls, distances, known_cases, several

import manual
from gradecheck.arguments.scope import EVERYTHING, SUBMISSION
from tests.lecture import CONTRACTS

every_contract = pytest.mark.parametrize("name", CONTRACTS)
every_dtype = pytest.mark.parametrize("dtype", DTYPES)


def worst_of(name, dtype, scope, implementation, form=None, share=1.0):
    """The largest error over radius of an implementation, against the balls of a form; of the stable one if none."""
    worst, at = 0.0, None
    cases = known_cases(name, dtype, scope)
    for known in cases[: round(share * len(cases))]:
        arguments = known.case.arguments
        with np.errstate(all="ignore"):
            values = implementation(*arguments)
        ratio = float(distances(values, balls(form, arguments) if form else known.stable, known.true).max())
        if ratio > worst:
            worst, at = ratio, known.case.recipe
    return worst, at


# -- whole formulas


@every_contract
@every_dtype
@pytest.mark.parametrize("scope", [SUBMISSION, EVERYTHING], ids=["asked", "all"])
def test_no_form_leaves_its_own_ball(name, dtype, scope):
    contract = CONTRACTS[name]
    for form in {contract.stable, contract.literal, *contract.roundabout}:
        worst, recipe = worst_of(name, dtype, scope, form, form)
        assert worst <= 1, (form, recipe)


@every_contract
@every_dtype
def test_the_balls_are_no_wider_than_a_hundred_times_the_worst_error(name, dtype):
    if all((ball.rad == 0).all() for known in known_cases(name, dtype, EVERYTHING) for ball in known.stable):
        assert name in ("relu", "relu_backward")  # nothing is rounded, and no room is given
    else:
        worst, _ = worst_of(name, dtype, EVERYTHING, CONTRACTS[name].stable)
        assert 0.01 < worst <= 1


@every_contract
@every_dtype
def test_most_numbers_that_a_submission_is_asked_for_are_judged(name, dtype):
    radii = [ball.rad.ravel() for known in known_cases(name, dtype, SUBMISSION) for ball in known.stable]
    share = np.mean(np.isfinite(np.concatenate(radii)))
    assert share > (0.75 if name == "train" else 0.95)  # the steps of a run amplify what went before


@every_contract
@every_dtype
def test_one_rounding_of_a_wider_precision_stays_in_the_ball(name, dtype):
    stable = CONTRACTS[name].stable
    wide = np.float64 if dtype == "float32" else np.longdouble

    def widened(*arguments):
        results = several(stable(*(x.astype(wide) if isinstance(x, np.ndarray) else x for x in arguments)))
        return tuple(np.asarray(r, dtype) for r in results)

    worst, recipe = worst_of(name, dtype, SUBMISSION, widened)
    assert worst <= 1, recipe


# -- the same formulas in other orders, as a student, BLAS or another library would take them


def elementwise(f):
    """Python's own arithmetic, and glibc's exp, log and tanh, one element after the other."""

    def apply(*arguments):
        first = next(x for x in arguments if isinstance(x, np.ndarray))
        columns = [x.ravel().tolist() if isinstance(x, np.ndarray) else [x] * first.size for x in arguments]
        return np.array([f(*row) for row in zip(*columns, strict=True)], first.dtype).reshape(first.shape)

    return apply


def one_by_one(terms):
    """The sum of the last axis from left to right."""
    return reduce(np.add, [terms[..., i : i + 1] for i in range(terms.shape[-1])])


def backwards(terms):
    return one_by_one(terms[..., ::-1])


def in_pairs(terms):
    """The sum of the last axis by halves."""
    half = terms.shape[-1] // 2
    return in_pairs(terms[..., :half]) + in_pairs(terms[..., half:]) if half else terms


def in_disorder(terms):
    return terms[..., np.random.default_rng(7).permutation(terms.shape[-1])].sum(axis=-1, keepdims=True)


def correctly_rounded(terms):
    """The sum of the last axis with a single rounding."""
    sums = [math.fsum(row) for row in terms.reshape(-1, terms.shape[-1]).tolist()]
    return np.array(sums, terms.dtype).reshape(*terms.shape[:-1], 1)


SUMS = (one_by_one, backwards, in_pairs, in_disorder, correctly_rounded)


def with_every_sum(formula):
    """The formula with each way to sum a last axis."""
    return [lambda *arguments, add=add: formula(add, *arguments) for add in SUMS]


def math_sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def tanh_by_expm1(x):
    e = np.expm1(-2 * np.abs(x))
    return np.copysign(e / (e + 2), x)


def softmax(add, x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / add(e)


def softmax_times_reciprocal(add, x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e * (1 / add(e))


def softmax_backward(add, grad, x):
    p = softmax(add, x)
    return p * (grad - add(p * grad))


def softmax_jacobian(grad, x):
    p = np.atleast_2d(softmax(one_by_one, x))
    jacobian = p[:, :, None] * np.eye(p.shape[1], dtype=p.dtype) - p[:, :, None] * p[:, None, :]
    return np.einsum("nij,nj->ni", jacobian, np.atleast_2d(grad)).reshape(x.shape)


def mse(add, prediction, target):
    d = (prediction - target).reshape(1, -1)
    return add(d**2)[0, 0] / d.size


def mse_of_shares(add, prediction, target):
    d = (prediction - target).reshape(1, -1)
    return add(d * d / d.size)[0, 0]


def row_count(x):
    return len(np.atleast_2d(x))


def cross_entropy(add, p, t):
    terms = [t_i * math.log(p_i) if t_i else 0.0 for p_i, t_i in zip(p.flat, t.flat, strict=True)]
    return -add(np.array([terms], p.dtype))[0, 0] / row_count(p)


def cross_entropy_by_rows(add, p, t):
    return add(add(-t * np.log(np.where(t == 0, 1, p))).reshape(1, -1) / row_count(p))[0, 0]


def from_logits(add, x, t):
    z = x - x.max(axis=-1, keepdims=True)
    return add((t * (np.log(add(np.exp(z))) - z)).reshape(1, -1))[0, 0] / row_count(x)


def from_logits_by_rows(add, x, t):
    """log Σ e^z - Σ t z, where the targets sum to 1."""
    z = x - x.max(axis=-1, keepdims=True)
    return np.mean(np.log(add(np.exp(z))) - add(t * z), dtype=x.dtype)


def linear(add, A, W, b):
    return add(A[:, None, :] * W)[..., 0] + b


def linear_backward(add, grad, A, W):
    dA = add(grad[:, None, :] * W.T)[..., 0]
    dW = add(grad.T[:, None, :] * A.T)[..., 0]
    return dA, dW, add(grad.T)[..., 0]


def momentum_step(w, v, grad, lr, mu):
    v = grad + v * mu
    return w + v * -lr, v


def train(add, A, T, W, b, lr, mu, steps):
    v_W, v_b, losses = np.zeros_like(W), np.zeros_like(b), []
    for _ in range(steps):
        Z = linear(add, A, W, b)
        losses.append(from_logits(add, Z, T))
        _, dW, db = linear_backward(add, (softmax(add, Z) - T) / len(A), A, W)
        W, v_W = momentum_step(W, v_W, dW, lr, mu)
        b, v_b = momentum_step(b, v_b, db, lr, mu)
    return W, b, np.array(losses)


SAME = {
    "sigmoid": [
        elementwise(math_sigmoid),
        lambda x: np.where(x < 0, np.exp(-np.abs(x)), 1) / (1 + np.exp(-np.abs(x))),
        lambda x: np.reciprocal(1 + np.exp(-x)),
    ],
    "sigmoid_backward": [
        lambda grad, x: manual.sigmoid(x) * (1 - manual.sigmoid(x)) * grad,
        lambda grad, x: grad * (1 - manual.sigmoid(x)) * manual.sigmoid(x),
        elementwise(lambda g, x: g * (math_sigmoid(x) * (1 - math_sigmoid(x)))),
        elementwise(lambda g, x: g * math_sigmoid(x) * math_sigmoid(-x)),
    ],
    "tanh": [elementwise(math.tanh), tanh_by_expm1],
    "tanh_backward": [
        lambda grad, x: (1 - np.tanh(x) ** 2) * grad,
        lambda grad, x: grad - grad * np.tanh(x) * np.tanh(x),
        elementwise(lambda g, x: g * (1 - math.tanh(x) ** 2)),
    ],
    "relu": [lambda x: x * (x > 0), elementwise(lambda x: max(x, 0.0)), lambda x: (x + np.abs(x)) / 2],
    "relu_backward": [lambda grad, x: grad * (x > 0), elementwise(lambda g, x: g if x > 0 else 0.0)],
    "leaky_relu": [
        lambda x, alpha: np.maximum(x, alpha * x),
        lambda x, alpha: x * np.where(x < 0, alpha, 1).astype(x.dtype),
        elementwise(lambda x, alpha: x if x > 0 else alpha * x),
    ],
    "leaky_relu_backward": [
        lambda grad, x, alpha: grad * np.where(x > 0, 1, alpha).astype(x.dtype),
        elementwise(lambda g, x, alpha: g if x > 0 else g * alpha),
    ],
    "softmax": with_every_sum(softmax) + with_every_sum(softmax_times_reciprocal),
    "softmax_backward": [*with_every_sum(softmax_backward), softmax_jacobian],
    "mse": [
        *with_every_sum(mse),
        *with_every_sum(mse_of_shares),
        lambda prediction, target: np.mean((prediction - target) ** 2),
        lambda prediction, target: np.vdot(target - prediction, target - prediction) / target.size,
    ],
    "mse_backward": [
        lambda prediction, target: (prediction - target) * (2 / target.size),
        lambda prediction, target: (prediction - target) / target.size * 2,
        lambda prediction, target: (target - prediction) / (-target.size / 2),
    ],
    "cross_entropy": [
        *with_every_sum(cross_entropy),
        *with_every_sum(cross_entropy_by_rows),
        lambda p, t: -np.vdot(t, np.log(np.where(t > 0, p, 1))) / row_count(p),
    ],
    "cross_entropy_backward": [
        lambda p, t: -(t / row_count(p)) / np.where(t == 0, 1, p),
        lambda p, t: -t / (row_count(p) * np.where(t == 0, 1, p)),
    ],
    "softmax_cross_entropy": [*with_every_sum(from_logits), *with_every_sum(from_logits_by_rows)],
    "softmax_cross_entropy_backward": [
        *with_every_sum(lambda add, x, t: (softmax(add, x) - t) / row_count(x)),
        *with_every_sum(lambda add, x, t: softmax(add, x) / row_count(x) - t / row_count(x)),
    ],
    "linear": [*with_every_sum(linear), lambda A, W, b: np.einsum("ni,oi->no", A, W) + b],
    "linear_backward": [
        *with_every_sum(linear_backward),
        lambda grad, A, W: (
            np.einsum("no,oi->ni", grad, W),
            np.einsum("no,ni->oi", grad, A),
            np.ones(len(A), A.dtype) @ grad,
        ),
    ],
    "sgd_step": [
        lambda w, grad, lr: w + -lr * grad,
        lambda w, grad, lr: -(lr * grad - w),
        elementwise(lambda w, g, lr: w - lr * g),
    ],
    "momentum_step": [momentum_step],
    "train": with_every_sum(train),
}


@every_dtype
@pytest.mark.parametrize(
    ("name", "implementation"),
    [pytest.param(name, f, id=f"{name}-{i}") for name, row in SAME.items() for i, f in enumerate(row)],
)
def test_no_other_order_of_the_same_formula_leaves_the_ball(name, implementation, dtype):
    worst, recipe = worst_of(name, dtype, SUBMISSION, implementation, share=0.5)
    assert worst <= 1, recipe
