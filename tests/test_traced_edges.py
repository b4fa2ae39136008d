"""Where a bound ends: kinks, overflow, infinities of the input, other precisions, and what cannot be bounded at all."""

import numpy as np
import pytest
import torch
from flint import arb
from torch import nn
from torch.nn import functional

from gradecheck.traced import errors
from gradecheck.traced.bounds import bound, gradient_bound
from gradecheck.traced.rounding import ball

f32 = np.float32
RNG = np.random.default_rng(5)


def drawn(*shape):
    return RNG.standard_normal(shape).astype(f32)


def test_a_slope_at_a_kink_within_the_radius_is_unsure():
    """1 + x - 1 is 0 give or take a rounding: relu's slope there is 0 or 1. Exactly at 0 torch's convention holds."""
    near = gradient_bound(lambda x: functional.relu((x + 1) - 1).sum(), f32([1e-9, 0.5, -0.5]))
    assert (near.tight[0] >= [2, 0, 0]).all()
    assert (near.tight[0][1:] < 1e-6).all()
    exact = gradient_bound(lambda x: functional.relu(x).sum(), f32([0.0, 0.5, -0.5]))
    np.testing.assert_array_equal(exact.values[0], [0, 1, 0])
    np.testing.assert_array_equal(exact.tight[0], 0)


@pytest.mark.parametrize(
    "twin",
    [
        lambda x: torch.where(x + 1 > 1, 1.0, 2.0),
        lambda x: torch.sign((x + 1) - 1),
        lambda x: ((x + 1) > 1).float(),
        lambda x: ((x + 1) > 1) * 2.0,
        lambda x: torch.logical_not((x + 1) > 1).to(torch.float32),
        lambda x: ((x + 1) * 1e6).to(torch.int32).float(),
    ],
    ids=["where", "sign", "to float", "times", "not", "to whole numbers"],
)
def test_a_choice_that_rounding_makes_is_as_wide_as_either_branch(twin):
    assert (bound(twin, f32([1e-9])).tight[0] >= 1).all()


@pytest.mark.parametrize(
    "twin",
    [
        lambda x: ((x + 1) - 1).max(-1)[0].sum(),
        lambda x: ((x + 1) - 1).sort(-1)[0][..., 0].sum(),
        lambda x: functional.adaptive_max_pool2d((x + 1) - 1, 1).sum(),
    ],
    ids=["max", "sort", "adaptive_max_pool2d"],
)
def test_who_is_largest_among_numbers_that_rounding_confuses_is_unsure(twin):
    x = f32([[[1e-9, 2e-9], [3e-9, 4e-9]]])
    assert np.isinf(gradient_bound(twin, x).tight[0]).any()
    assert np.isfinite(gradient_bound(twin, x * f32(1e9)).tight[0]).all()


def test_what_the_input_brought_is_exact_and_what_rounding_decides_is_not():
    found = bound(torch.exp, f32([np.inf, np.nan, -np.inf, 88.72284, 0.0]))
    np.testing.assert_array_equal(found.values[0][:3], [np.inf, np.nan, 0.0])
    assert np.isfinite(found.tight[0]).tolist() == [True, True, True, False, True]
    assert (bound(lambda x: 1 / x, f32([0.0, -0.0])).tight[0] == 0).all()
    assert np.isinf(bound(lambda x: 1 / ((x + 1) - 1), f32([0.0])).tight[0]).all()
    assert (bound(lambda x, w: x @ w, f32([[np.inf, 1]]), f32([[2.0], [3]])).tight[0] == 0).all()


@pytest.mark.parametrize("shape", [(0,), (1,), (0, 3), (1, 1), ()])
def test_nothing_and_a_single_number(shape):
    for twin in (torch.exp, torch.sum, lambda x: x.softmax(-1), lambda x: x - 0.1, lambda x: x.reshape(-1).cumsum(0)):
        found = bound(twin, np.full(shape, 0.7, f32))
        assert (np.abs(found.values[0] - found.truth[0]) <= found.tight[0] / 2).all()


def test_what_a_twin_writes_to_is_its_own():
    x = drawn(3, 4)
    before = x.copy()

    def rows(x):
        y = x * 3
        y[0] *= 0.1
        y.T[1].add_(y[0, 0])
        y[1].mul_(0.7)
        y[2] = x[1]
        return y

    found = bound(rows, x)
    np.testing.assert_array_equal(x, before)
    assert torch.equal(rows(ball(torch.from_numpy(x), None)).mid, torch.from_numpy(found.values[0]))
    assert (np.abs(found.values[0] - found.truth[0]) <= found.tight[0] / 2).all()
    assert (found.tight[0][2, [0, 2, 3]] == 0).all()
    assert (found.tight[0][:2] > 0).all()
    gradient = gradient_bound(rows, x, upstream=drawn(3, 4))
    assert (np.abs(gradient.values[0] - gradient.truth[0]) <= gradient.tight[0] / 2).all()
    bound(lambda x: x.mul_(2), x)
    np.testing.assert_array_equal(x, before)


def test_a_tensor_that_the_twin_makes_takes_balls():
    def filled(x):
        out = torch.zeros(3)
        out[1] = x[0] * 0.1
        out += 1
        return out

    found = bound(filled, drawn(1))
    assert found.tight[0][1] > found.tight[0][0] > 0


def test_control_flow_by_a_certain_number_is_followed_and_by_an_uncertain_one_refused():
    def twin(x):
        return x * 2 if x.sum() > 1 else x * 3

    np.testing.assert_array_equal(bound(twin, f32([1, 2])).values[0], [2, 4])
    with pytest.raises(errors.Unsure, match="control flow by a comparison that rounding decides: it is true or false"):
        bound(twin, f32([0.1, 0.9]))
    with pytest.raises(errors.Unsure, match="control flow by a number that rounding decides: it is 0"):
        bound(lambda x: x * (x * 0.1).sum().item(), f32([0.1, 0.9]))
    assert bound(lambda x: x[x > 0], f32([0.1, -1])).values[0].shape == (1,)
    with pytest.raises(errors.Unsure, match="selection by a mask"):
        bound(lambda x: x[x * 0.1 > 0.01], f32([0.1, -1]))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precisions_may_be_rounded_at_every_operator_or_once(dtype):
    x, w, b = (torch.from_numpy(drawn(*shape)).to(dtype) for shape in ((8, 600), (4, 600), (4,)))

    def twin(x, w, b):
        return functional.gelu(functional.linear(x, w, b) / 16).softmax(-1)

    found = bound(twin, x, w, b)
    assert found.precision == str(dtype).removeprefix("torch.")
    assert found.values[0].dtype == f32
    assert np.isfinite(found.tight[0]).all()
    once = twin(x.float(), w.float(), b.float()).to(dtype).float().numpy()
    for value in (found.values[0], once):
        assert (np.abs(value - found.truth[0]) <= found.tight[0] / 2).all()
    assert (found.tight[0] > 0).all()
    assert "once" in found.model
    wrong = torch.zeros(8, 4, dtype=dtype)
    for i in range(600):  # added up in half precision itself
        wrong += x[:, i : i + 1] * w[:, i]
    product = bound(lambda x, w: x @ w.T, x, w)
    assert (np.abs(wrong.float().numpy() - product.truth[0]) > product.tight[0] / 2).any()


def test_float64_has_its_own_bound():
    x = RNG.standard_normal(5)
    found = bound(torch.exp, x)
    assert found.precision == "float64"
    assert found.truth is found.values
    assert (found.tight[0] < 1e-13).all()
    np.testing.assert_array_less(np.abs(np.exp(x) - found.values[0]), found.tight[0])


def test_the_wider_bound_takes_an_algorithm_that_loses_digits():
    x = np.linspace(-1e-3, 1e-3, 9, dtype=f32)
    found = bound(torch.tanh, x)
    lossy = 2 / (1 + np.exp(-2 * x)) - 1
    off = np.abs(lossy - found.values[0])
    assert (off > found.tight[0]).any()
    assert (off <= bound(lambda x: torch.tanh(x), np.append(x, f32(3))).loose[0][:-1]).all()
    assert (found.loose[0] >= found.tight[0]).all()


@pytest.mark.parametrize("weight", [0.98, 0.9893115, 0.3, 1.0])
def test_what_is_left_of_a_weight_is_as_far_off_as_the_weight_is(weight):
    """Torch works out 1 - weight from a weight of float32."""
    start, end = 100 * drawn(200), f32(1e-3) * drawn(200)
    found = bound(lambda a, b: torch.lerp(a, b, weight), start, end)
    true = weight * end.astype(float) + (1 - weight) * start.astype(float)
    assert (np.abs(found.values[0] - true) <= found.tight[0] / 2).all()
    assert (found.tight[0] <= 8e-7 * np.abs(start)).all()


@pytest.mark.parametrize("keywords", [{"foreach": True}, {"foreach": False}, {"maximize": True}], ids=str)
def test_an_optimizer_over_lists_is_the_same_optimizer(keywords):
    def step(weight, gradient):
        parameter = nn.Parameter(weight)
        parameter.grad = gradient
        torch.optim.SGD([parameter], lr=0.1, momentum=0.9, **keywords).step()
        return parameter

    found = bound(step, drawn(6), drawn(6))
    assert (np.abs(found.values[0] - found.truth[0]) <= found.tight[0] / 2).all()


def test_a_module_in_training_updates_its_statistics_on_a_copy():
    module = nn.BatchNorm1d(4)
    before = module.running_mean.clone()
    found = gradient_bound(module, drawn(6, 4), upstream=drawn(6, 4))
    assert found.names == ("gradient of input", "gradient of weight", "gradient of bias")
    assert torch.equal(module.running_mean, before)


def test_a_recurrent_layer_runs_by_its_plain_form():
    found = gradient_bound(nn.LSTM(3, 4), drawn(5, 2, 3), upstream=[drawn(5, 2, 4), drawn(1, 2, 4), drawn(1, 2, 4)])
    for value, true, tight in zip(found.values, found.truth, found.tight, strict=True):
        assert (np.abs(value - true) <= tight / 2).all()


@pytest.mark.parametrize(
    ("twin", "inputs", "error", "message"),
    [
        (torch.exp, (np.arange(3),), errors.NoNumbers, "no input is an array of floating-point numbers"),
        (torch.exp, (np.array([1j]),), errors.Complex, "complex"),
        (torch.fft.fft, (drawn(4),), errors.Complex, "complex"),
        (torch.argmax, (drawn(4),), errors.NoNumbers, "returned Tensor without a floating-point tensor"),
        (lambda x: "text", (drawn(4),), errors.NoNumbers, "returned str without"),
        (lambda x: x + torch.randn(4), (drawn(4),), errors.Random, "aten::randn draws random numbers"),
    ],
    ids=["whole", "complex in", "complex out", "index", "text", "random"],
)
def test_what_cannot_be_bounded_is_told_in_a_sentence(twin, inputs, error, message):
    with pytest.raises(error, match=message):
        bound(twin, *inputs)


def test_a_gradient_needs_an_upstream_of_the_results_shape():
    with pytest.raises(errors.NoNumbers, match=r"upstream is missing, and the result has shape \(3,\)"):
        gradient_bound(torch.exp, drawn(3))
    with pytest.raises(errors.NoNumbers, match=r"upstream has shapes \[\(2,\)\], and should have"):
        gradient_bound(torch.exp, drawn(3), upstream=drawn(2))
    with pytest.raises(errors.NoNumbers, match="no result depends on an input"):
        gradient_bound(lambda x: x.detach().sum(), drawn(3))


def test_the_gelu_of_float32_vectors_is_off_and_a_right_one_agrees_with_it():
    """The finding of rules/composites.py, by the third witness; and what it costs: both are within the bound."""
    at = f32(-0.07978399842977524)
    x = np.full(16, at)
    true = float(arb(float(at)) * (-arb(float(at)) / arb(2).sqrt()).erfc() / 2)
    by_erf = (0.5 * torch.tensor(x) * (1 + torch.erf(torch.tensor(x) * 0.5**0.5))).numpy()
    found = bound(functional.gelu, x)
    assert abs(by_erf[0] - true) < 2e-9
    assert abs(found.values[0][0] - true) < found.tight[0][0] / 2
    assert (np.abs(by_erf - found.values[0]) < found.tight[0]).all()
    for twin in (functional.gelu, lambda x: functional.gelu(x, approximate="tanh")):
        every = np.linspace(-12, 12, 20_000, dtype=f32)
        for found in (bound(twin, every), gradient_bound(twin, every, upstream=np.ones_like(every))):
            assert (np.abs(found.values[0] - found.truth[0]) <= found.tight[0] / 2).all()


def test_an_infinity_that_rounding_made_decides_nothing_beside_another():
    """inf - inf, where the first may be a large number as well, in which case the result is -inf."""
    x = f32([3e38, 1.0])
    assert np.isinf(bound(lambda x: x * 10 - torch.inf, x).tight[0]).tolist() == [True, False]
    assert (bound(lambda x: x - torch.inf, f32([np.inf, 1.0])).tight[0] == 0).all()
    x = f32([[3e38, -3e38]])  # a product of rows that is inf - inf
    assert np.isinf(bound(lambda x: (x * 10) @ torch.ones(2, 1) - torch.inf, x).tight[0]).all()
