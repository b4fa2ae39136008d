"""Any right order of adding up is within the bound: a bias first, blocks, pairs, fused, cumulative, backwards."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from gradecheck.traced.ball import TracedBall
from gradecheck.traced.bounds import bound
from gradecheck.traced.rounding import ball


def in_order(products, bias):
    total = bias
    for p in products:
        total = total + p
    return total


def in_pairs(terms):
    while len(terms) > 1:
        terms = [a + b for a, b in zip(terms[::2], terms[1::2], strict=False)] + terms[len(terms) - len(terms) % 2 :]
    return terms[0]


def fused(x, w, bias):
    """Each product is exact, and only its sum with what went before is rounded."""
    total = bias
    for a, b in zip(x, w, strict=True):
        total = type(bias)(float(Fraction(float(a)) * Fraction(float(b)) + Fraction(float(total))))
    return total


ORDERS = {
    "bias first": lambda x, w, b: in_order(x * w, b),
    "bias last": lambda x, w, b: in_order((x * w)[1:], (x * w)[0]) + b,
    "backwards": lambda x, w, b: in_order((x * w)[::-1], b),
    "in blocks": lambda x, w, b: (
        b + (in_order(x[:4] * w[:4], x.dtype.type(0)) + in_order(x[4:] * w[4:], x.dtype.type(0)))
    ),
    "in pairs": lambda x, w, b: in_pairs([b, *(x * w)]),
    "cumulative": lambda x, w, b: np.cumsum(np.append(x * w, b))[-1],
    "fused": fused,
    "by NumPy": lambda x, w, b: x @ w + b,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_of_a_product_and_a_bias_is_within(order, dtype):
    """With terms that cancel, and with a bias that outweighs them: there the order matters most."""
    rng = np.random.default_rng(3)
    x, w = rng.standard_normal((2, 200, 9)).astype(dtype)
    b = (-(x * w).sum(1, dtype=np.float64) * (1 + 1e-5 * rng.standard_normal(200))).astype(dtype)
    b[::2] = 40 * rng.standard_normal(100)
    found = bound(lambda x, w, b: x @ w + b, x[:, None], w[:, :, None], b[:, None, None])
    worst = 0.0
    for i in range(200):
        exact = sum(
            (Fraction(float(p)) * Fraction(float(q)) for p, q in zip(x[i], w[i], strict=True)), Fraction(float(b[i]))
        )
        off = abs(float(Fraction(float(ORDERS[order](x[i], w[i], b[i]))) - exact))
        worst = max(worst, off / (found.tight[0][i].item() / 2))
    assert 0.01 < worst <= 1


def test_a_bias_is_one_more_term_wherever_it_is_added():
    """A layer, its bias by hand, in place, and after the sum was moved about: the same radius."""
    x, w, b = (
        torch.from_numpy(np.random.default_rng(0).standard_normal(s).astype(np.float32)) for s in ((4, 6), (6, 3), 3)
    )
    ways = [
        lambda x, w, b: torch.addmm(b, x, w),
        lambda x, w, b: b + x @ w,
        lambda x, w, b: (x @ w).add_(b),
        lambda x, w, b: ((x @ w).T + b[:, None]).T,
        lambda x, w, b: torch.nn.functional.linear(x, w.T, b),
    ]
    radii = [way(ball(x, None), ball(w, None), ball(b, None)).rad.numpy() for way in ways]
    product = ball(x, None) @ ball(w, None)
    for rad in radii:
        np.testing.assert_array_equal(rad, radii[0])
        assert (rad > product.rad.numpy() + 2.0**-24 * np.abs(b.numpy())).all()


def test_partial_sums_of_a_mean_and_scaled_sums_are_sums():
    x = np.random.default_rng(0).standard_normal((3, 8)).astype(np.float32)
    found = bound(lambda x: x.sum(1) / 8, x)
    before = bound(lambda x: (x / 8).sum(1), x)
    assert (np.abs((x / np.float32(8)).sum(1).astype(float) - found.truth[0]) <= found.tight[0] / 2).all()
    third = bound(lambda x: x.sum(1) * 0.3, x)  # 8 roundings of every term: its product and 7 additions
    assert (third.tight[0] / 2 >= 8 * 2.0**-24 * 0.3 * np.abs(x.astype(float)).sum(1)).all()
    assert (before.tight[0] <= found.tight[0] * 1.01).all()


def test_a_difference_of_two_plain_numbers_is_rounded_once():
    a = ball(torch.tensor([1.0]), None)
    difference = a - 0.999
    assert isinstance(difference, TracedBall)
    assert difference.rad.item() < 2.0**-23
    assert difference.summed() is None
