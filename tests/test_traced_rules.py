"""Rules on balls that are not exact: wherever the operands lie in their balls, the result lies in its own."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from gradecheck.traced.ball import TracedBall, mid
from gradecheck.traced.bounds import bound, gradient_bound
from gradecheck.traced.rounding import ball
from gradecheck.traced.tracing import AT_ONCE, PlainKernels

aten = torch.ops.aten
POINTS = 20
"""Places in the balls that are tried, the corners among them, less what rounds x + r here."""


def spread(*shape, low=-2.0, high=2.0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(*shape, generator=generator, dtype=torch.float64) * (high - low) + low


def positive(*shape, seed=0):
    return spread(*shape, low=0.2, high=3.0, seed=seed)


def definite(n=4):
    a = spread(n, n)
    return a @ a.mT + n * torch.eye(n, dtype=torch.float64)


INDEX = torch.tensor([0, 2, 2, 1, 0])
UPSAMPLED = {"size": (7, 5), "align_corners": False}
CASES = {
    **{
        name: (getattr(torch.special, name), (positive(200),))
        for name in ("digamma", "gammaln", "erfc", "i0", "i1", "i0e", "i1e", "entr", "erfcx", "ndtr", "log_ndtr")
    },
    **{
        name: (getattr(torch.special, name), (positive(200),))
        for name in ("bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1", "airy_ai", "spherical_bessel_j0", "sinc")
    },
    "gammaln below 0": (torch.special.gammaln, (spread(200, low=-4.0, high=0.0),)),
    "tan": (torch.tan, (spread(200, low=-8.0, high=8.0),)),
    "acos": (torch.acos, (spread(200, low=-0.99, high=0.99),)),
    "atanh": (torch.atanh, (spread(200, low=-0.99, high=0.99),)),
    "asinh": (torch.asinh, (spread(200, low=-1e6, high=1e6),)),
    "igamma": (torch.igamma, (positive(50), positive(50, seed=1))),
    "pow": (torch.pow, (positive(50), spread(50, seed=1))),
    "product": (torch.mul, (spread(50), spread(50, seed=1))),
    "product of rows": (torch.mul, (spread(5, 1), spread(5, 4, seed=1))),
    "quotient": (torch.div, (spread(50), positive(50, seed=1))),
    "number over it": (lambda x: 0.3 / x, (positive(50),)),
    "sum of positives": (lambda x: x.square().sum(1) + 0.1, (spread(6, 5),)),
    "number to its power": (lambda x: 10000.0**x, (spread(50),)),
    "rounded number to its power": (lambda x: 0.1**x, (spread(50),)),
    "sigmoid": (torch.sigmoid, (spread(200, low=-30.0, high=30.0),)),
    "lerp": (lambda a, b: torch.lerp(a, b, 0.1), (spread(50), spread(50, seed=1))),
    "softmax": (lambda x: x.softmax(1), (spread(6, 5) * 20,)),
    "softmax of attention": (
        lambda x: torch.ops.aten._safe_softmax(x.masked_fill(torch.ones(6, 5).triu() > 0, -torch.inf), 1),
        (spread(6, 5) * 20,),
    ),
    "logarithm of softmax": (lambda x: x.log_softmax(1), (spread(6, 5) * 20,)),
    "logsumexp": (lambda x: x.logsumexp((0, 2)), (spread(3, 2, 4) * 20,)),
    "atan2": (torch.atan2, (spread(200), spread(200, seed=1))),
    "hypot": (torch.hypot, (spread(50), spread(50, seed=1))),
    "floor": (torch.floor, (spread(50, low=-4.0, high=4.0) * 100,)),
    "round to decimals": (lambda x: torch.round(x, decimals=1), (spread(50),)),
    "fmod": (torch.fmod, (spread(50) * 10, positive(50, seed=1))),
    "remainder": (torch.remainder, (spread(50) * 10, positive(50, seed=1))),
    "median": (lambda x: x.median(1).values, (spread(6, 5),)),
    "cummax": (lambda x: x.cummax(1).values, (spread(6, 5),)),
    "cumprod": (lambda x: x.cumprod(1), (spread(6, 5),)),
    "logcumsumexp": (lambda x: x.logcumsumexp(1), (spread(6, 5) * 10,)),
    "layer norm": (
        lambda x, w, b: functional.layer_norm(x, (12,), w, b),
        (spread(6, 12), spread(12, seed=1), spread(12, seed=2)),
    ),
    "layer norm of planes": (lambda x: functional.layer_norm(x, (3, 4)), (spread(5, 3, 4),)),
    "RMS norm": (lambda x, w: AT_ONCE[torch.rms_norm](x, (12,), w), (spread(6, 12), spread(12, seed=1))),
    "distance": (lambda x, y: torch.cdist(x, y, 3.0), (spread(4, 3), spread(5, 3, seed=1))),
    "bilinear": (lambda x: functional.interpolate(x, mode="bilinear", **UPSAMPLED), (spread(1, 2, 4, 6),)),
    "bicubic": (lambda x: functional.interpolate(x, mode="bicubic", **UPSAMPLED), (spread(1, 2, 4, 6),)),
    "grid": (
        lambda x, g: functional.grid_sample(x, g, align_corners=False),
        (spread(1, 2, 4, 6), spread(1, 3, 3, 2, seed=1) * 0.6),
    ),
    "adaptive max pool": (lambda x: functional.adaptive_max_pool2d(x, 3), (spread(1, 2, 5, 7),)),
    "scattered product": (lambda a, b: a.index_reduce(0, INDEX, b, "prod"), (spread(3, 2), spread(5, 2, seed=1))),
    "scattered mean": (lambda a, b: a.index_reduce(0, INDEX, b, "mean"), (spread(3, 2), spread(5, 2, seed=1))),
    "bags": (
        lambda w: functional.embedding_bag(INDEX, w, torch.tensor([0, 2]), mode="mean"),
        (spread(3, 4),),
    ),
    "inverse": (torch.linalg.inv, (definite(),)),
    "system": (torch.linalg.solve, (definite(), spread(4, 2, seed=1))),
    "determinant": (torch.linalg.det, (definite(),)),
    "log determinant": (torch.logdet, (definite(),)),
    "singular values": (torch.linalg.svdvals, (spread(4, 3),)),
    "exponential of a matrix": (torch.linalg.matrix_exp, (spread(3, 3),)),
}


@pytest.mark.filterwarnings("ignore:index_reduce")
@pytest.mark.parametrize("radius", [1e-9, 1e-5, 1e-2])
@pytest.mark.parametrize("name", CASES)
def test_wherever_the_operands_lie_the_result_lies_in_its_ball(name, radius):
    function, operands = CASES[name]
    rads = [x.abs() * radius for x in operands]
    with PlainKernels():
        result = function(*(ball(x.clone(), r.clone()) for x, r in zip(operands, rads, strict=True)))
    assert isinstance(result, TracedBall)
    generator = torch.Generator().manual_seed(1)
    for point in range(POINTS):
        shares = [torch.rand(x.shape, generator=generator, dtype=torch.float64) * 2 - 1 for x in operands]
        if point % 2:
            shares = [share.sign() for share in shares]
        moved = function(*(x + 0.999 * share * r for x, share, r in zip(operands, shares, rads, strict=True)))
        off = (moved - mid(result)).abs()
        outside = ~(off <= result.rad) & torch.isfinite(moved)
        assert not outside.any(), f"{off[outside][0]} beside a radius of {result.rad[outside][0]}"


@pytest.mark.filterwarnings("ignore:index_reduce")
@pytest.mark.parametrize("name", CASES)
def test_a_small_radius_is_not_blown_up(name):
    """What is moved by a part in 10^9 moves most results by less than a part in a hundred thousand."""
    function, operands = CASES[name]
    with PlainKernels():
        result = function(*(ball(x.clone(), x.abs() * 1e-9) for x in operands))
    assert (result.rad <= 1e-5 * (1 + result.mid.abs().max())).double().mean() >= 0.8


@pytest.mark.parametrize("function", [torch.linalg.qr, torch.geqrf, torch.linalg.lu_factor, torch.linalg.pinv])
def test_what_has_many_right_answers_is_refused_by_name(function):
    with pytest.raises(Exception, match="has many right answers, because"):
        bound(function, definite())


def test_a_number_that_fills_a_tensor_may_be_rounded():
    x = torch.ones(3)
    found = bound(lambda x: torch.full_like(x, 0.1) * x, x)
    assert (abs(found.values[0].astype(float) - 0.1) <= found.tight[0] / 2).all()


@pytest.mark.parametrize("number", [5.0, -5.0, 0, 0.1])
def test_a_number_around_a_ball_is_as_sure_as_numbers_are(number):
    x = torch.linspace(0.1, 1, 12).reshape(3, 4)
    inner = bound(torch.square, x).tight[0]
    padded = bound(lambda x: functional.pad(torch.square(x), (1, 1), value=number), x).tight[0]
    assert (padded[:, 1:-1] == inner).all()
    alone = bound(lambda x: torch.square(x).masked_fill(torch.ones(3, 4, dtype=torch.bool), number), x).tight[0]
    assert (padded[:, [0, -1]] == alone[:, [0, -1]]).all()
    assert (alone >= 0).all()


@pytest.mark.parametrize("number", [-3.0, 3.0])
def test_the_number_around_a_sum_is_a_term_of_what_is_added_to_it(number):
    """The sum of a row and the number may be added in any order, as one sum of all their terms."""
    x = torch.linspace(-1, 1, 12).reshape(3, 4)
    padded = bound(lambda x: functional.pad(x.sum(1), (1, 1), value=number) + 0.25, x).tight[0]
    assert (padded[[0, -1]] >= torch.finfo(torch.float32).eps / 2 * 2.75 * 0.99).all()


def test_a_number_whose_square_overflows_is_squared_like_any_other():
    """What the largest number may be is one of Python's, of which ** raises OverflowError."""
    found = bound(torch.square, torch.tensor([1e200, 2.0], dtype=torch.float64))
    assert found.values[0][0] == float("inf")
    assert 0 < found.tight[0][1] < 1e-14


@pytest.mark.parametrize(
    "sizes", [(2, 2, 0, 1), (3, 1, 1, 1), (3, 2, 1, 1), (2, 3, 0, 1), (2, 1, 0, 2)], ids=lambda sizes: str(sizes)
)
def test_the_gradient_of_a_contested_window_may_go_to_any_place_of_it(sizes):
    """Numbers that are closer than their radii: whoever is the largest then, its gradient lies in the ball."""
    x = torch.round(spread(2, 3, 7, 8) * 2) / 2
    x[0] += spread(3, 7, 8, seed=1) * 10  # the first image has few ties
    noise = 1e-3
    pooled = lambda x: functional.max_pool2d(x, *sizes)  # noqa: E731
    upstream = spread(*pooled(x).shape, seed=2)
    kernel, stride, padding, dilation = ([size, size] for size in sizes)
    with PlainKernels():
        inexact, grad = ball(x.clone(), torch.full_like(x, noise)), ball(upstream.clone(), torch.zeros_like(upstream))
        _, index = aten.max_pool2d_with_indices(inexact, kernel, stride, padding, dilation)
        by_balls = aten.max_pool2d_with_indices_backward(grad, inexact, kernel, stride, padding, dilation, False, index)
    for seed in range(POINTS):
        moved = (x + noise * spread(*x.shape, low=-1.0, high=1.0, seed=seed)).requires_grad_()
        (gradient,) = torch.autograd.grad(pooled(moved), moved, upstream)
        off = (gradient - mid(by_balls)).abs()
        assert (off <= by_balls.rad).all()
    assert (by_balls.rad[0] < 1e-12).double().mean() > 0.5
    assert (by_balls.rad[1] > 1e-3).any()


@pytest.mark.parametrize(("most", "upstream"), [(3e38, 1.0), (0.1, torch.nan)])
def test_a_contested_window_may_hold_what_is_not_finite(most, upstream):
    """Where both overflow, either may be the largest; and NaN may go to either."""
    x = torch.tensor([[[[1.5, 1.5000001]]]])
    found = gradient_bound(
        lambda x: functional.max_pool2d(x * most, (1, 2)), x, upstream=torch.tensor([[[[upstream]]]])
    )
    assert np.count_nonzero(found.values[0]) == 1
    assert (found.tight[0] >= most).all()


def test_a_bias_that_is_given_is_one_more_term_of_what_is_added():
    """1 - 1 + y + y + ..., in another order: each y is rounded beside 1, and not beside 0."""
    x = w = torch.ones(1, 1, 1, 1)
    bias, y = -torch.ones(1), torch.full((1, 1, 1, 1), 1.1 * 2.0**-24)

    def bias_first(x, w, bias, y):
        return add_often(functional.conv2d(x, w, bias), y)

    def bias_last(x, w, bias, y):
        return add_often(functional.conv2d(x, w), y) + bias

    def add_often(total, y):
        for _ in range(20):
            total = total + y
        return total

    found = bound(bias_first, x, w, bias, y)
    assert abs(found.values[0] - bias_last(x, w, bias, y).numpy()) <= found.tight[0]


def test_a_sum_whose_products_have_a_factor_0_is_0():
    """A blank image, and the bias alone beside it; but where a product underflows, something may be left of it."""
    x, w, b = torch.zeros(1, 1, 4, 4), torch.full((2, 1, 3, 3), 0.1), torch.tensor([0.3, -0.7])
    assert (bound(functional.conv2d, x, w).tight[0] == 0).all()
    assert (bound(functional.conv2d, x, w, b).tight[0] == 0).all()
    x[0, 0, 0, 0] = 1e-30
    tight = bound(functional.conv2d, x, w * 1e-20, padding=1).tight[0][0, 0]
    assert (tight[:2, :2] > 0).all()
    assert tight.sum() == tight[:2, :2].sum()
