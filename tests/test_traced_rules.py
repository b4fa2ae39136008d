"""Each rule: whatever the operands truly are within their balls, the true result is in the ball of the result."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from gradecheck.numbers.rounding import Ball
from gradecheck.traced.ball import UNIT, TracedBall
from gradecheck.traced.rounding import ball

EDGES = [0.0, -0.0, 1e-45, -1e-40, 1.2e-38, 3e38, -3e38, 1.0, -1.0, 88.5, -88.5, -104.0, 17.0, 0.5]
SEEDS = range(12)


def midpoints(rng, shape):
    """Numbers of every kind: ordinary ones, tiny and huge ones, ties, zeros of either sign."""
    kinds = [
        rng.choice([-1.0, 1.0], shape) * 10.0 ** rng.uniform(-4, 2, shape),
        rng.choice([-1.0, 1.0], shape) * 10.0 ** rng.uniform(-44, 38, shape),
        rng.choice(EDGES, shape),
        rng.integers(-2, 3, shape).astype(float),
    ]
    return np.choose(rng.choice(len(kinds), shape, p=[0.6, 0.15, 0.15, 0.1]), kinds).astype(np.float32)


def drawn(rng, *shape, wide=True):
    """A ball, sometimes an exact one, and for each number one within its ball that it may truly be, in float64."""
    mid = torch.from_numpy(midpoints(rng, shape))
    if rng.random() < 0.3:
        return ball(mid, None), mid.double()
    share = rng.choice([0.0, 1e-7, 1e-5, 1e-3, 0.5, 2.0], shape, p=[0.3, 0.3, 0.2, 0.15, 0.04, 0.01])
    rad = np.abs(mid.numpy().astype(float)) * share + rng.choice([0.0, 1e-40, 1e-6], shape, p=[0.8, 0.1, 0.1])
    rad = torch.from_numpy(np.minimum(rad, 3e38).astype(np.float32))
    moved = mid.double() + rad.double() * torch.from_numpy(rng.choice([-1.0, 1.0, 0.0, 0.7], shape))
    kept = (rad == 0) | ((moved - mid.double()).abs() > rad.double())  # an exact zero keeps its sign
    return ball(mid, rad), torch.where(kept, mid.double(), moved)


def outside(result, true):
    """Where the truth is not in the ball, or a number is said to be known that is none."""
    mid, rad = (result.mid, result.rad) if isinstance(result, TracedBall) else (result, torch.zeros(result.shape))
    mid, rad, true = mid.double(), rad.double(), true.double()
    same = (mid == true) | (mid.isnan() & true.isnan())
    fine = rad.isinf() | same | ((mid - true).abs() <= rad + 4 * UNIT[torch.float64] * true.abs())
    assert not (rad < 0).any()
    return [
        (float(m), float(r), float(t))
        for m, r, t, ok in zip(*(x.flatten() for x in (mid, rad, true, fine)), strict=True)
        if not ok
    ]


UNARY = {
    **{f.__name__: f for f in (torch.exp, torch.exp2, torch.expm1, torch.log, torch.log2, torch.log10, torch.log1p)},
    **{f.__name__: f for f in (torch.tanh, torch.sinh, torch.cosh, torch.sigmoid, torch.erf, torch.erfc, torch.atan)},
    **{f.__name__: f for f in (torch.sin, torch.cos, torch.sqrt, torch.rsqrt, torch.reciprocal, torch.square)},
    **{f.__name__: f for f in (torch.neg, torch.abs, torch.relu)},
    "pow 3": lambda x: x**3,
    "pow 1.5": lambda x: x**1.5,
    "pow -2": lambda x: x**-2,
    "clamp": lambda x: x.clamp(-0.5, 1.0),
    "times 0.1": lambda x: x * 0.1,
    "over 3": lambda x: x / 3,
    "plus 0.1": lambda x: x + 0.1,
    "one minus": lambda x: 1 - x,
    "silu": functional.silu,
    "hardtanh": functional.hardtanh,
    "leaky_relu": functional.leaky_relu,
    "softplus": functional.softplus,
    "elu": functional.elu,
    "in place": lambda x: x.clone().mul_(0.3).add_(1.5),
    "written view": lambda x: (x.clone(), x.clone())[0].view(-1).mul_(3.0).view(x.shape),
}
BINARY = {
    **{f.__name__: f for f in (torch.add, torch.sub, torch.mul, torch.div, torch.maximum, torch.minimum, torch.fmax)},
    "add 0.3 times": lambda a, b: torch.add(a, b, alpha=0.3),
    "where": lambda a, b: torch.where(a > b, a, b),
    "relu slope": lambda a, b: torch.ops.aten.threshold_backward(a, b, 0),
    "lerp": lambda a, b: torch.lerp(a, b, 0.3),
    "lerp 0.9": lambda a, b: torch.lerp(a, b, 0.9),
    "addcmul": lambda a, b: torch.addcmul(a, a, b, value=0.7),
    "addcdiv": lambda a, b: torch.addcdiv(a, a, b, value=0.7),
}
ROWS = {
    "sum": lambda x: x.sum(-1),
    "sum of all": lambda x: x.sum(),
    "sum of 0": lambda x: x.sum(0, keepdim=True),
    "mean": lambda x: x.mean(-1),
    "cumsum": lambda x: x.cumsum(-1),
    "prod": lambda x: x.prod(-1),
    "cumprod": lambda x: x[:, :3].cumprod(-1),
    "amax": lambda x: x.amax(-1),
    "amin": lambda x: x.amin(),
    "max": lambda x: x.max(-1)[0],
    "sort": lambda x: x.sort(-1)[0],
    "topk": lambda x: x.topk(2, -1)[0],
    "softmax": lambda x: x.softmax(-1),
    "log_softmax": lambda x: x.log_softmax(-1),
    "logsumexp": lambda x: x.logsumexp(-1),
    "var": lambda x: x.var(-1),
    "norm": lambda x: x.norm(dim=-1),
    "layer_norm": lambda x: functional.layer_norm(x, (5,)),
    "avg_pool": lambda x: functional.avg_pool1d(x[None], 2),
    "max_pool": lambda x: functional.max_pool2d(x[None, None], 2)[0],
    "cat and flip": lambda x: torch.cat([x, x.flip(0)]),
}


@pytest.mark.parametrize("name", UNARY)
def test_a_function_takes_every_point_of_its_ball_into_the_result(name):
    for seed in SEEDS:
        x, true = drawn(np.random.default_rng(seed), 4, 16)
        expected = UNARY[name](true)
        known = ~expected.isnan() | true.isnan()  # left of a pole there is no truth
        assert outside(UNARY[name](x)[known], expected[known]) == []


@pytest.mark.parametrize("name", BINARY)
def test_an_operation_takes_every_pair_of_points_into_the_result(name):
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        (a, true_a), (b, true_b) = drawn(rng, 4, 16), drawn(rng, *([4, 16], [16], [4, 1])[seed % 3])
        assert outside(BINARY[name](a, b), BINARY[name](true_a, true_b)) == []


@pytest.mark.parametrize("name", ROWS)
def test_a_reduction_takes_every_row_of_points_into_the_result(name):
    for seed in SEEDS:
        x, true = drawn(np.random.default_rng(seed), 4, 5)
        assert outside(ROWS[name](x), ROWS[name](true)) == []


BOTH = {
    "add": (torch.add, np.add),
    "sub": (torch.sub, np.subtract),
    "mul": (torch.mul, np.multiply),
    "div": (torch.div, np.divide),
    "maximum": (torch.maximum, np.maximum),
    "exp": (lambda a, b: torch.exp(a), lambda a, b: np.exp(a)),
    "log": (lambda a, b: torch.log(a.abs()), lambda a, b: np.log(np.abs(a))),
    "tanh": (lambda a, b: torch.tanh(a), lambda a, b: np.tanh(a)),
    "sum": (lambda a, b: a.sum(1), lambda a, b: a.sum(axis=1)),
    "matmul": (lambda a, b: a @ b.T, lambda a, b: a @ b.T),
    "where": (lambda a, b: torch.where(a > b, a, b), lambda a, b: np.where(a > b, a, b)),
    "times 0.1": (lambda a, b: a * 0.1, lambda a, b: a * 0.1),
}


@pytest.mark.parametrize("name", BOTH)
def test_arrays_and_tensors_have_the_same_radii(name):
    """To nine digits, in float64: the same mathematics."""
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 5, 6))
    rad_a, rad_b = 10.0 ** rng.uniform(-16, -2, (2, 5, 6)) * np.abs([a, b])
    on_tensors, on_arrays = BOTH[name]
    tensor = on_tensors(*(ball(torch.from_numpy(x), torch.from_numpy(r)) for x, r in ((a, rad_a), (b, rad_b))))
    array = on_arrays(Ball(a, rad_a), Ball(b, rad_b))
    np.testing.assert_array_less(np.abs(tensor.rad.numpy() - array.rad), 1e-9 * array.rad + 1e-300)


@pytest.mark.parametrize("name", [*UNARY, *ROWS])
def test_a_radius_is_not_much_wider_than_the_error_it_is_for(name):
    """Half of the errors of moderate numbers are above a 200th of their radius, where there are errors at all."""
    twin = {**UNARY, **ROWS}[name]
    x = torch.from_numpy(np.random.default_rng(2).uniform(0.1, 3, (8, 5)).astype(np.float32))
    result, true = twin(ball(x, None)), twin(x.double())
    error = (result.mid.double() - true).abs()
    rounds = error > 0
    if rounds.any():
        assert float((error / result.rad)[rounds].median()) > 1 / 200
    else:
        assert (result.rad == 0).all()
