"""assert_agrees and assert_within: anybody's code held against torch, on inputs that the caller gives."""

import re
from dataclasses import dataclass
from math import erf
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch.nn import functional

import gradecheck
from gradecheck.traced import errors
from tests.repros import head, repros, run_as_test

X = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32)


def softmax(x):
    """For NumPy and torch alike."""
    e = np.exp(x - x.max(-1, keepdims=True)) if isinstance(x, np.ndarray) else (x - x.amax(-1, keepdim=True)).exp()
    return e / e.sum(-1)[..., None]


def softmax_backward(upstream, x):
    y = softmax(x)
    return y * (upstream - (upstream * y).sum(-1)[..., None])


def torch_softmax(x):
    return torch.softmax(x, -1)


def gelu(x):
    return x / 2 * (1 + np.vectorize(erf, [x.dtype])(x / np.sqrt(x.dtype.type(2))))


def gelu_by_tanh(x):
    return x / 2 * (1 + np.tanh(x.dtype.type(0.7978845608028654) * (x + x.dtype.type(0.044715) * x**3)))


def statistics(x):
    return x.mean(-1), x.std(-1) if isinstance(x, np.ndarray) else x.std(-1, correction=0)


def fails(*arguments, **keywords):
    """The message with which it does not agree."""
    with pytest.raises(AssertionError) as failed:
        gradecheck.assert_agrees(*arguments, **keywords)
    return str(failed.value)


# -- verdicts


def test_agreement_is_told():
    agreed = gradecheck.assert_agrees(gelu, functional.gelu, X)
    (heard,) = agreed.found
    assert (heard.verdict, heard.dtype, heard.examples, heard.judged) == ("agrees", "float32", 1, 12)
    assert 0 < heard.worst_ratio < 1
    said = r"gelu agrees with torch\.nn\.functional\.gelu \(agrees, float32\): 12 numbers of 1 example, worst error / b"
    assert re.match(said, repr(agreed))


def test_equal_numbers_are_exact():
    assert gradecheck.assert_agrees(np.abs, torch.abs, X).found[0].verdict == "exact"


def test_a_wrong_number_is_told_with_its_input_and_the_true_value():
    lines = fails(gelu_by_tanh, functional.gelu, np.float32([[0.0, 2.0]])).splitlines()
    assert lines[0] == "gelu_by_tanh disagrees with torch.nn.functional.gelu (wrong, float32)"
    assert re.fullmatch(r"  result\[0, 1\] is 1\.9546, but should be 1\.9545", lines[1])
    assert re.fullmatch(r"  off by 9\.\d+e-05; rounding explains \d(\.\d)?e-0[67]", lines[2])
    assert lines[3] == "  input    x = [[0.0, 2.0]]"
    assert re.fullmatch(r"  witness  torch \S+ ulp, gelu_by_tanh \S+ ulp from the true value 1\.954499736", lines[4])


def less_accurate(x):
    """log(1 + x), which loses the digits of a small x."""
    return np.log(1 + x)


def test_less_accurate_is_told_and_fails_where_it_is_strict():
    x = np.array([1e-3, 0.5, 2.0])
    agreed = gradecheck.assert_agrees(less_accurate, torch.log1p, x)
    assert agreed.found[0].verdict == "less accurate"
    assert "with fewer right digits than could be had (less accurate, float64)" in repr(agreed)
    said = fails(less_accurate, torch.log1p, x, strict=True)
    assert "result[0] is 0.00099950033308" in said
    assert "strict=True)" in said
    assert run_as_test(*repros(said)).startswith("less_accurate agrees with torch.log1p, with fewer right digits")


def test_what_all_numbers_have_in_common_is_told():
    assert "maybe    every value is 2 times what it should be" in fails(lambda x: 2 * softmax(x), torch_softmax, X)


def test_agreement_about_nothing_fails():
    unsure = lambda x: x / (x - 1e-3)  # noqa: E731
    said = fails(unsure, unsure, torch.tensor([1e-3]))
    assert said.splitlines()[1].startswith("  there is no number with a finite bound, so that none is judged")
    assert "(vacuous, float32)" in fails(gelu, functional.gelu, X[:0])


def test_zeros_that_the_caller_asks_for_are_something():
    assert gradecheck.assert_agrees(gelu, functional.gelu, np.zeros(2)).found[0].verdict == "exact"


# -- arrays of every library


class Foreign:
    """An array of a library of its own, as JAX's are: np.asarray takes it."""

    def __init__(self, x):
        self.x = x

    dtype = property(lambda self: self.x.dtype)
    shape = property(lambda self: self.x.shape)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.x, dtype)

    def __array_namespace__(self):
        return Namespace


class Namespace:
    asarray = staticmethod(lambda x, dtype: Foreign(np.asarray(x, dtype)))


MADE = {
    "numpy": lambda dtype: X.astype(dtype),
    "torch": lambda dtype: torch.from_numpy(X).to(getattr(torch, dtype)),
    "parameter": lambda dtype: torch.nn.Parameter(torch.from_numpy(X).to(getattr(torch, dtype))),
    "foreign": lambda dtype: Foreign(X.astype(dtype)),
    "lists": lambda dtype: X.astype(dtype),
}
TAKEN = {
    "foreign": lambda x: Foreign(softmax(x.x)),
    "lists": lambda x: softmax(x).tolist(),
}
BACK = {
    "foreign": lambda upstream, x: Foreign(softmax_backward(upstream.x, x.x)),
}


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("library", MADE)
def test_arrays_of_each_library_and_precision_agree(library, dtype):
    mine, back = TAKEN.get(library, softmax), BACK.get(library, softmax_backward)
    agreed = gradecheck.assert_agrees(mine, torch_softmax, MADE[library](dtype), grad=back)
    assert [heard.dtype for heard in agreed.found] == [dtype] * 2


def test_bfloat16_of_torch():
    agreed = gradecheck.assert_agrees(softmax, torch_softmax, MADE["torch"]("bfloat16"), grad=softmax_backward)
    assert [heard.dtype for heard in agreed.found] == ["bfloat16"] * 2
    said = fails(lambda x: -softmax(x), torch_softmax, torch.ones(2, dtype=torch.bfloat16))
    assert "torch.tensor([1.0, 1.0], dtype=torch.bfloat16)" in said


def test_bfloat16_of_ml_dtypes():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = X.astype(ml_dtypes.bfloat16)
    agreed = gradecheck.assert_agrees(softmax, torch_softmax, x, grad=softmax_backward)
    assert [heard.dtype for heard in agreed.found] == ["bfloat16"] * 2
    assert "np.array([1.0, 1.0], ml_dtypes.bfloat16)" in fails(lambda x: -softmax(x), torch_softmax, x[0, :2] * 0 + 1)


def test_arrays_of_jax():
    jax = pytest.importorskip("jax")
    x = jax.numpy.asarray(X)
    gradecheck.assert_agrees(jax.nn.softmax, torch_softmax, x, grad=lambda u, x: jax.vjp(jax.nn.softmax, x)[1](u))
    said = fails(jax.nn.log_softmax, torch_softmax, x[:1, :2])
    assert "x = jnp.array([[" in said
    assert "import jax.numpy as jnp" in said
    assert run_as_test(*repros(said)) == head(said)


# -- results of every form


class Pair(NamedTuple):
    mean: np.ndarray
    deviation: np.ndarray


@dataclass
class Record:
    mean: np.ndarray
    deviation: np.ndarray


FORMS = {
    "tuple": lambda a, b: (a, b),
    "list": lambda a, b: [a, b],
    "dict": lambda a, b: {"mean": a, "deviation": b},
    "named tuple": Pair,
    "dataclass": Record,
    "nested": lambda a, b: ({"deep": [a]}, b, None),
    "with more": lambda a, b: (a, b, np.arange(3), "cache"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_several_results_are_compared_whatever_holds_them(form):
    twin = lambda x: {"mean": x.mean(-1), "deviation": x.std(-1, correction=0)}  # noqa: E731
    gradecheck.assert_agrees(lambda x: form(*statistics(x)), twin, X)
    said = fails(lambda x: form(statistics(x)[0], X.std(-1) + 1), twin, X)
    assert "(wrong, float32)\n  result[1][0] is" in said


def test_one_number_is_a_result():
    assert gradecheck.assert_agrees(lambda x: float((x**2).mean()), lambda x: (x**2).mean(), X)
    assert "result is -" in fails(lambda x: -float((x**2).mean()), lambda x: (x**2).mean(), X)


# -- what else may be wrong: a sentence each


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        (lambda x: softmax(x)[None], "result has shape (1, 3, 4), but should have shape (3, 4)"),
        (lambda x: softmax(x.astype(float)), "result is float64, but should be float32 as the arguments are"),
        (lambda x: (softmax(x), x), "<lambda> returned 2 results, but should return 1: result"),
        (lambda x: None, "<lambda> returned 0 results, but should return 1: result"),
        (lambda x: "text", "result is a str, but should be an array of real numbers"),
        (lambda x: softmax(x) + 0j, "result is an array of complex64, but should be an array of real numbers"),
        (lambda x: np.exp(x, out=x) / x.sum(-1)[..., None], "x was written to by <lambda>, but should be left as it"),
    ],
    ids=["shape", "dtype", "two", "none", "text", "complex", "written to"],
)
def test_what_is_wrong_beside_the_numbers_is_said(mine, said):
    assert fails(mine, torch_softmax, X.copy()).splitlines()[1].startswith(f"  {said}")


def test_an_input_that_was_written_to_is_as_before():
    for x in (X.copy(), torch.from_numpy(X.copy()), torch.nn.Parameter(torch.from_numpy(X.copy()))):

        def doubles(x):
            with torch.no_grad():
                x *= 2
            return x + 0

        assert "x was written to by doubles" in fails(doubles, lambda x: 2 * x, x)
        assert np.array_equal(x.detach() if isinstance(x, torch.Tensor) else x, X)


def test_an_input_that_is_returned_is_taken_as_it_came_back():
    x = X.copy()
    said = fails(lambda x: np.square(x, out=x), torch.square, x)
    assert said.splitlines()[0].endswith("has torch.square's values, but should be tidier (hygiene, float32)")
    assert np.array_equal(x, X)


def test_what_the_function_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        gradecheck.assert_agrees(lambda x: 1 / 0, torch.abs, X)


@pytest.mark.parametrize(
    ("twin", "inputs", "error"),
    [
        (functional.dropout, (X,), errors.Random),
        (torch.fft.fft, (X,), errors.Complex),
        (torch.abs, (np.arange(3),), errors.NoNumbers),
        (lambda x: 1.0, (X,), errors.NoNumbers),
        (lambda x: x if x.sum() - x.sum() > 0 else -x, (X,), errors.Unsure),
    ],
    ids=["random", "complex", "whole numbers", "no tensor", "control flow"],
)
def test_a_twin_that_cannot_be_bounded_is_refused(twin, inputs, error):
    with pytest.raises(error):
        gradecheck.assert_agrees(lambda x: x, twin, *inputs)


# -- gradients


def linear(x, w, b=None):
    return x @ w.T + (0 if b is None else b)


def linear_backward(upstream, x, w, b=None):
    return upstream @ w, upstream.T @ x, upstream.sum(0)


W, B = X[:2, ::-1] * 2, X[0, :2]


def test_gradients_come_in_the_order_of_the_real_inputs():
    agreed = gradecheck.assert_agrees(linear, functional.linear, X, W, B, grad=linear_backward)
    assert [heard.function for heard in agreed.found] == ["linear", "linear_backward"]
    assert agreed.found[1].judged == X.size + W.size + B.size


def test_a_wrong_gradient_is_told_by_the_name_of_its_input():
    def wrong(upstream, x, w, b):
        return upstream @ w, upstream.T @ x, upstream.mean(0)

    said = fails(linear, functional.linear, X, W, B, grad=wrong)
    assert said.startswith("wrong disagrees with the gradient of torch.nn.functional.linear (wrong, float32)\n")
    assert "\n  gradient of b[0] is " in said
    assert "\n  input    upstream = [[" in said
    assert said.count("disagrees") == 1


def test_none_leaves_a_gradient_out():
    agreed = gradecheck.assert_agrees(
        linear, functional.linear, X, W, B, grad=lambda *given: (*linear_backward(*given)[:2], None)
    )
    assert agreed.found[1].judged == X.size + W.size
    assert "(vacuous, float32)" in fails(linear, functional.linear, X, W, B, grad=lambda *given: (None, None, None))


def test_too_few_gradients_are_said():
    said = fails(linear, functional.linear, X, W, B, grad=lambda *given: linear_backward(*given)[:2])
    assert "returned 2 results, but should return 3: gradient of x, gradient of w, gradient of b" in said


def test_keywords_go_to_all_of_them():
    seen = []

    def mine(x, *, alpha):
        seen.append(alpha)
        return np.where(x > 0, x, alpha * x).astype(x.dtype)

    def back(upstream, x, *, alpha):
        seen.append(alpha)
        return np.where(x > 0, upstream, alpha * upstream).astype(x.dtype)

    def twin(x, alpha):
        return functional.leaky_relu(x, alpha)

    gradecheck.assert_agrees(mine, twin, X, grad=back, alpha=0.5)
    assert seen == [0.5, 0.5]


def test_upstream_is_one_for_a_number_else_made_up_or_given():
    seen = []

    def back(upstream, x):
        seen.append(upstream)
        return upstream * 2 * x

    gradecheck.assert_agrees(lambda x: (x**2).sum(), lambda x: (x**2).sum(), X, grad=back)
    gradecheck.assert_agrees(np.square, torch.square, X, grad=back)
    gradecheck.assert_agrees(np.square, torch.square, X, grad=back)
    gradecheck.assert_agrees(np.square, torch.square, X + 1, grad=back)
    gradecheck.assert_agrees(np.square, torch.square, X, grad=back, upstream=X)
    one, first, again, other, given = seen
    assert one == 1
    assert first.shape == X.shape
    assert np.unique(first).size > 4
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(given, X)


def test_several_results_have_several_upstreams():
    def back(upstream, x):
        return upstream[0] * 2 * x + upstream[1] * 3 * x**2

    gradecheck.assert_agrees(lambda x: (x**2, x**3), lambda x: (x**2, x * x * x), X, grad=back)
    assert "upstream[0] = [[" in fails(lambda x: (x**2, x**3), lambda x: (x**2, x * x * x), X, grad=lambda u, x: u[0])


def test_the_parameters_of_a_module_have_gradients():
    module = torch.nn.Linear(4, 2)
    weight, bias = (p.detach().numpy() for p in (module.weight, module.bias))
    gradecheck.assert_agrees(
        lambda x: linear(x, weight, bias), module, X, grad=lambda u, x: linear_backward(u, x, weight, bias)
    )


def test_upstream_without_grad_is_refused():
    with pytest.raises(TypeError, match="assert_agrees: upstream is given, but grad is None"):
        gradecheck.assert_agrees(softmax, torch_softmax, X, upstream=X)


# -- as a test


def negated(x, w, b):
    return -linear(x, w, b)


def wrong_backward(upstream, x, w, b):
    return upstream @ w, upstream.T @ x, upstream


@pytest.mark.parametrize(
    ("mine", "twin", "inputs", "keywords"),
    [
        (negated, functional.linear, (X, W, B), {}),
        (negated, functional.linear, (X[:1, :1].astype(float), W[:1, :1].astype(float), B[:1].astype(float)), {}),
        (linear, functional.linear, (X, W, B), {"grad": wrong_backward}),
        (linear, functional.linear, (X, W, B), {"grad": wrong_backward, "upstream": X[:, :2]}),
        (negated, functional.linear, tuple(map(torch.from_numpy, (X.copy(), W.copy(), B.copy()))), {}),
        (negated, functional.linear, tuple(x.astype(np.float16) for x in (X, W, B)), {}),
        (np.exp, functional.relu, (np.array([np.nan, np.inf, 1.0]),), {}),
    ],
    ids=["float32", "float64", "gradient", "upstream", "torch", "float16", "not finite"],
)
def test_a_failure_ends_in_a_test_that_fails_alike(mine, twin, inputs, keywords):
    said = fails(mine, twin, *inputs, **keywords)
    assert run_as_test(*repros(said)) == head(said)


def stacked(parts, dim):
    return -np.concatenate(parts, dim)


def test_lists_and_plain_values_are_written_as_they_are():
    said = fails(stacked, torch.cat, [X[:1], X[1:2]], 0)
    assert "    parts = [np.array([[" in said
    assert "gradecheck.assert_agrees(test_library.stacked, torch.cat, parts, 0)" in said
    assert "  input    parts[1] = [[" in said
    assert "  input    dim = 0" in said
    assert run_as_test(*repros(said)) == head(said)


def test_what_cannot_be_imported_is_named_by_its_line():
    mine = lambda x: -x  # noqa: E731
    line = mine.__code__.co_firstlineno
    assert f"as a test with mine (line {line} of test_library.py):" in fails(mine, torch.abs, X)


def test_large_inputs_are_told_by_their_shapes():
    said = fails(softmax, functional.gelu, np.ones((10, 7)))
    assert "  input    x = an array of shape (10, 7)" in said
    assert "def test" not in said


# -- assert_within


def test_a_bound_of_the_twin_is_a_tolerance():
    bound = gradecheck.bound(torch.softmax, X, -1)
    expected = torch.softmax(torch.from_numpy(X), -1)
    agreed = gradecheck.assert_within(softmax(X), expected, bound)
    assert agreed.found[0].judged == X.size
    assert gradecheck.assert_within(softmax(X), expected, bound.tight[0]) == agreed
    with pytest.raises(AssertionError, match=r"actual disagrees with expected \(wrong, float32\)\n  result\[\d, \d\]"):
        gradecheck.assert_within(softmax(X) * np.float32(1.001), expected, bound)


def test_several_arrays_have_a_bound_each():
    actual, expected = {"a": np.ones(2), "b": 1.5}, {"a": np.ones(2), "b": 1.0}
    gradecheck.assert_within(actual, expected, {"a": 0.0, "b": 0.5})
    gradecheck.assert_within({"b": 1.5, "a": np.ones(2)}, expected, {"a": 0.0, "b": 0.5})
    with pytest.raises(AssertionError, match=r"result\['b'\] is 1.5, but should be 1\n  off by 0.5; rounding explains"):
        gradecheck.assert_within(actual, expected, (0.0, np.array(0.25)))


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        (np.ones(3), r"result has shape \(3,\), but should have shape \(2,\)"),
        ((np.ones(2), np.ones(2)), "actual returned 2 results, but should return 1"),
    ],
    ids=["shape", "count"],
)
def test_what_does_not_fit_what_is_expected_fails(actual, said):
    with pytest.raises(AssertionError, match=said):
        gradecheck.assert_within(actual, np.ones(2), np.ones(2))


def test_infinite_bounds_judge_nothing():
    with pytest.raises(AssertionError, match="no number with a finite bound"):
        gradecheck.assert_within(np.ones(2), np.ones(2), np.inf)


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (np.ones(3), r"bound has shape \(3,\), but should have that of what is expected, \(2,\)"),
        (-np.ones(2), "bound holds -1.0, but should hold how far a number may be off"),
        (np.array([0.0, np.nan]), "bound holds nan"),
        ((np.ones(2), np.ones(2)), "bound has 2 arrays, but should have 1, as expected has"),
    ],
    ids=["shape", "negative", "NaN", "count"],
)
def test_what_is_no_bound_is_refused(bound, said):
    with pytest.raises(ValueError, match=said):
        gradecheck.assert_within(np.ones(2), np.ones(2), bound)
