"""Any right order of adding up is within the bound: a bias first, blocks, pairs, fused, cumulative, backwards."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from gradecheck.numbers.radii import gamma
from gradecheck.traced.ball import TracedBall
from gradecheck.traced.bounds import bound, gradient_bound
from gradecheck.traced.rounding import ball
from gradecheck.traced.rules.composites import rounded_sum


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
    sizes = (x.abs().double() @ w.abs().double() + b.abs()).numpy()
    for rad in radii:
        np.testing.assert_array_equal(rad, radii[0])
        assert (rad >= gamma(7, 2.0**-24) * sizes).all()


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


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (0, 2, 1)])
def test_gradients_that_meet_at_one_number_are_one_sum(order):
    """Two of three cancel, and which of them meet first decides what is left of the third."""
    rng = np.random.default_rng(4)
    large = rng.uniform(1, 2, 200)
    upstream = np.array([large, -large * (1 + 1e-6), rng.uniform(1, 2, 200)]).astype(np.float32)
    first, second, third = upstream[list(order)]
    exact = upstream.astype(np.float64).sum(0)
    for used in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        given = [upstream[i] for i in used]
        found = gradient_bound(lambda x: (x.clone(), x.clone(), x.clone()), np.ones(200, np.float32), upstream=given)
        assert (np.abs((first + second) + third - exact) <= found.tight[0] / 2).all()


def test_the_sum_in_a_softmax_may_be_added_up_in_any_order():
    """From one end to the other, where all roundings within a binade go the same way."""
    x = np.full(5000, -0.1, np.float32)
    x[0] = 0
    e = np.exp(x)
    found = bound(lambda x: x.softmax(-1), x)
    off = np.abs(e / np.cumsum(e)[-1] - found.truth[0])
    assert (off <= found.tight[0] / 2).all()
    assert (off > 30 * 2.0**-24 * found.truth[0]).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("n", [1, 2, 30, 1000])
def test_exponents_that_are_all_rounded_up_stay_within_the_sum(n, dtype):
    """At every spread of the exponents: the closed bound is at least what each e^(low u) and 8u of an exp amount to."""
    unit = torch.finfo(dtype).eps / 2
    for spread in (0.0, 0.1, 1.0, np.log(n + 1), 20.0, 80.0):
        low = spread * np.linspace(0, 1, n)
        for lows in (low, np.append(0.0, np.full(n - 1, spread))):
            off = np.exp(-lows) * (np.exp(lows * unit) * (1 + 8 * unit) - 1)
            assert off.sum() / np.exp(-lows).sum() <= rounded_sum(n, dtype)


def test_a_sum_is_of_what_its_terms_were_when_it_was_taken():
    """How large they were is worked out late, but before somebody writes to them."""
    x = ball(torch.tensor([3.0, -4.0]), torch.tensor([1e-3, 1e-3]))
    first = x[:1]
    total, other = (x * x).sum(), x.sum()
    first.zero_()
    assert (total.mid, other.mid) == (25, -1)
    assert total.summed().sizes >= 25.0
    assert 7.0 <= other.summed().sizes.item() < 7.01


def test_sizes_are_those_of_what_was_written_last():
    x = ball(torch.tensor([1.0, 2.0]), None)
    positive = x * x
    positive[1:].neg_()
    third = (positive * 0.3).sum()
    assert third.rad.item() >= 2.0**-24 * 0.3 * (1 + 4)
    assert torch.equal(positive.magnitude, torch.tensor([1.0, 4.0]))
