"""agrees_with: a function held against torch on drawn inputs."""

import numpy as np
import pytest
import torch
from torch.nn import functional

import gradecheck
from gradecheck.arguments.kinds import labels, positive, probabilities, whole_number
from gradecheck.arguments.regimes import REGIMES
from gradecheck.cases.narrowing import NarrowingError
from gradecheck.traced import errors
from tests.repros import repros, run_as_test

FEW = 30


def torch_softmax(x):
    return torch.softmax(x, -1)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def softmax_backward(upstream, x):
    y = softmax(x)
    return y * (upstream - (upstream * y).sum(-1, keepdims=True))


def naive_softmax(x):
    e = np.exp(x)
    return e / e.sum(-1, keepdims=True)


def forgets_columns(upstream, x):
    y = softmax(x)
    return y * (upstream - (upstream * y).sum(0))


def linear(x, w, b):
    return x @ w.T + b


LINEAR = {"x": "n k", "w": "m k", "b": "m"}


def fails(decorated, *dtypes):
    with pytest.raises(AssertionError) as failed:
        decorated.check(*dtypes)
    return str(failed.value)


def seen_by(twin=torch.abs, inputs=None, **said):
    """All that a function is called with."""
    seen = []

    def spy(x, y=None):
        seen.append(x)
        return abs(x)

    gradecheck.agrees_with(twin, inputs, **{"examples": FEW, "dtypes": ["float64"], **said})(spy).check()
    return seen


# -- a decorated function


def test_a_decorated_function_is_called_as_before():
    @gradecheck.agrees_with(torch_softmax, {"x": "n k"})
    def mine(x, *, scale=1):
        """What it does."""
        return x * scale

    assert mine(3, scale=2) == 6
    assert (mine.__name__, mine.__doc__, mine.__module__) == ("mine", "What it does.", __name__)


def test_agreement_is_told_for_each_precision_and_the_gradient():
    decorate = gradecheck.agrees_with(torch_softmax, {"x": "n k"}, grad=softmax_backward, examples=FEW)
    agreed = decorate(softmax).check()
    assert [(heard.function, heard.dtype) for heard in agreed.found] == [
        *(("softmax", "float64"), ("softmax_backward", "float64")),
        *(("softmax", "float32"), ("softmax_backward", "float32")),
    ]
    assert all(heard.verdict in ("exact", "agrees") and heard.examples == FEW for heard in agreed.found)
    assert all(heard.judged > FEW for heard in agreed.found)
    assert [heard.dtype for heard in decorate(softmax).check("float32").found] == ["float32"] * 2


@pytest.mark.parametrize("function", [np.tanh, np.vectorize(np.tanh)], ids=["ufunc", "vectorize"])
def test_whatever_can_be_called_can_be_held(function):
    gradecheck.agrees_with(torch.tanh, {"x": "..."}, examples=FEW, dtypes=["float64"])(function).check()


# -- a failure


def test_the_smallest_input_is_found_and_is_a_test():
    said = fails(gradecheck.agrees_with(torch_softmax, {"x": "n k"})(naive_softmax), "float32")
    lines = said.splitlines()
    assert lines[0].startswith("naive_softmax disagrees with test_library_drawn.torch_softmax (wrong, float32)")
    assert lines[1].endswith("is nan, but should be 1")
    (input_line,) = [line for line in lines if line.startswith("  input")]
    assert input_line == "  input    x = [[1.0, 100.0]]"
    assert run_as_test(*repros(said)) == lines[0]


def test_a_wrong_gradient_is_found_beside_a_right_function():
    said = fails(gradecheck.agrees_with(torch_softmax, {"x": "n k"}, grad=forgets_columns)(softmax), "float64")
    assert said.startswith("forgets_columns disagrees with the gradient of test_library_drawn.torch_softmax")
    assert "\n  gradient of x[" in said
    assert "\n  input    upstream = [[" in said
    assert run_as_test(*repros(said)) == said.splitlines()[0]


def test_a_failure_in_each_precision_has_a_test_of_its_own():
    said = fails(gradecheck.agrees_with(functional.linear, LINEAR, examples=5)(lambda x, w, b: x @ w.T))
    assert said.count("should be") == 2
    assert len(repros(said)) == 2


def test_what_all_failures_have_in_common_is_told():
    said = fails(gradecheck.agrees_with(functional.mse_loss)(lambda x, y: ((x - y) ** 2).sum()), "float64")
    assert "maybe    every value is what it should be times the number of elements" in said


def test_what_is_raised_is_told_and_is_the_cause():
    def half(x):
        if x.ndim > 1:
            raise ValueError("only rows")
        return abs(x)

    with pytest.raises(AssertionError) as failed:
        gradecheck.agrees_with(torch.abs, examples=FEW)(half).check("float64")
    said = str(failed.value)
    assert "\n  half raised ValueError: only rows, but should return a result\n  input    x = [[1.0]]\n" in said
    assert str(failed.value.__cause__) == "only rows"


def test_a_lost_dtype_is_told():
    said = fails(gradecheck.agrees_with(torch.abs, examples=FEW)(lambda x: abs(x.astype(float))))
    assert said.count("disagrees") == 0
    assert "result is float64, but should be float32 as the arguments are" in said


def test_warnings_of_a_function_are_no_errors():
    @gradecheck.agrees_with(torch.exp, examples=FEW, dtypes=["float32"])
    def warns(x):
        return np.exp(x)

    warns.check()


def test_strict_fails_where_digits_are_lost():
    said = {"inputs": {"x": (positive, "...")}, "regimes": ["moderate"], "examples": FEW, "dtypes": ["float64"]}
    by_logarithms = lambda x: np.exp(2 * np.log(x))  # noqa: E731
    assert gradecheck.agrees_with(torch.square, **said)(by_logarithms).check().found[0].verdict == "less accurate"
    said = fails(gradecheck.agrees_with(torch.square, strict=True, **said)(by_logarithms))
    assert "with fewer right digits than could be had (less accurate, float64)" in said
    assert ", x, strict=True)" in said


def test_zeros_alone_are_no_agreement():
    said = fails(gradecheck.agrees_with(lambda x: x * 0, examples=FEW)(lambda x: x * 0), "float64")
    assert said.splitlines()[0].endswith("(vacuous, float64)")
    assert "numbers, but each of them should be 0; choose other inputs" in said


def test_a_twin_that_has_no_bound_is_told_with_its_input():
    with pytest.raises(errors.Random) as refused:
        gradecheck.agrees_with(functional.dropout, {"x": "n"})(abs).check()
    assert refused.value.__notes__[0].startswith("on the drawn input\nx = ")


# -- what is drawn


def test_inputs_are_of_all_regimes_and_from_the_seed():
    first, again, other = (seen_by(seed=seed, examples=100) for seed in (0, 0, 1))
    assert [x.tobytes() for x in first] == [x.tobytes() for x in again] != [x.tobytes() for x in other]
    largest = [float(np.abs(x).max()) for x in first]
    assert min(largest) < REGIMES["tiny"].sizes[1]
    assert max(largest) > REGIMES["huge"].sizes[0]
    assert {x.ndim for x in first} == {1, 2, 3}


def test_regimes_are_chosen_by_name():
    assert all((np.abs(x) < 1e-5).all() for x in seen_by(regimes=["tiny"]))
    assert not any(np.isnan(x).any() or not x.ndim for x in seen_by(examples=200))
    everything = seen_by(examples=200, everything=True)
    assert any(np.isnan(x).any() for x in everything)
    assert any(not x.ndim for x in everything)


def test_axes_with_one_name_have_one_length():
    shapes = set()

    @gradecheck.agrees_with(functional.linear, LINEAR, examples=FEW, dtypes=["float64"])
    def mine(x, w, b):
        shapes.add((x.shape, w.shape, b.shape))
        return linear(x, w, b)

    mine.check()
    assert len(shapes) > FEW / 2
    assert all(x[1] == w[1] and w[0] == b[0] for x, w, b in shapes)


def test_arguments_without_a_default_have_one_shape():
    @gradecheck.agrees_with(functional.mse_loss, examples=FEW, dtypes=["float64"])
    def mine(prediction, target, reduction="mean"):
        assert prediction.shape == target.shape
        return ((prediction - target) ** 2).mean()

    mine.check()


def test_kinds_and_rules_of_sizes_are_those_of_contracts():
    def mine(x, kernel):
        seen.append((x.shape, kernel))
        return np.stack([x[:, i : i + kernel].mean(-1) for i in range(x.shape[1] - kernel + 1)], -1)

    def twin(x, kernel):
        return functional.avg_pool1d(x[:, None], kernel, 1)[:, 0]

    seen = []
    inputs = {"x": "n k", "kernel": whole_number("kernel", range(1, 5))}
    gradecheck.agrees_with(twin, inputs, sizes=["kernel <= k"], examples=FEW)(mine).check("float64")
    assert {kernel for _, kernel in seen} == {1, 2, 3, 4}
    assert all(kernel <= shape[1] for shape, kernel in seen)


def test_class_labels_and_probabilities():
    def mine(p, label):
        return -np.log(p[np.arange(len(p)), label]).mean()

    def twin(p, label):
        return functional.nll_loss(torch.log(p), label)

    inputs = {"p": (probabilities, "n k"), "label": (labels("k"), "n")}
    decorate = gradecheck.agrees_with(twin, inputs, regimes=["moderate", "ties"], examples=FEW)
    assert decorate(mine).check("float64").found[0].judged == FEW
    said = fails(decorate(lambda p, label: -mine(p, label)), "float64")
    assert "label = np.array([0], np.int64)" in said


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_tensors_are_given_where_they_are_asked_for(dtype):
    seen = set()

    @gradecheck.agrees_with(torch_softmax, {"x": "n k"}, convert=torch.clone, dtypes=[dtype], examples=FEW)
    def mine(x):
        seen.add(x.dtype)
        return torch.softmax(x.float(), -1).to(x.dtype)

    assert mine.check().found[0].judged
    assert seen == {getattr(torch, dtype)}
    said = fails(gradecheck.agrees_with(torch.exp, convert=torch.clone, dtypes=[dtype])(lambda x: x))
    assert f"x = torch.tensor([1.0], dtype=torch.{dtype})" in said


def test_half_precision_of_numpy():
    @gradecheck.agrees_with(torch.abs, dtypes=["float16"], examples=FEW)
    def mine(x):
        assert x.dtype == np.float16
        return abs(x)

    assert mine.check().found[0].judged > FEW


def test_bfloat16_of_ml_dtypes():
    ml_dtypes = pytest.importorskip("ml_dtypes")

    @gradecheck.agrees_with(torch.abs, dtypes=["bfloat16"], examples=FEW)
    def mine(x):
        assert x.dtype == ml_dtypes.bfloat16
        return abs(x)

    assert mine.check().found[0].judged > FEW


def test_arrays_of_jax():
    jax = pytest.importorskip("jax")
    decorate = gradecheck.agrees_with(
        torch_softmax,
        {"x": "n k"},
        grad=lambda upstream, x: jax.vjp(jax.nn.softmax, x)[1](upstream),
        convert=jax.numpy.from_dlpack,
        dtypes=["bfloat16"],
        examples=2,  # it compiles for each shape
    )
    assert len(decorate(jax.nn.softmax).check().found) == 2


# -- what cannot be meant


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"dtypes": ["half"]}, NarrowingError, "dtypes is 'half', but should be one of float64, float32, float16, bf"),
        ({"regimes": ["tny"]}, NarrowingError, "regimes is 'tny', but should be \"tiny\""),
        ({"inputs": {"x": "... k"}}, ValueError, r'x has the axes "\.\.\. k", but "\.\.\." should stand alone'),
        ({"inputs": {"x": "n k"}, "sizes": ["n < "]}, ValueError, "tanh: sizes: 'n < ' cannot be read"),
        ({"inputs": {"x": 3}}, TypeError, "argument x: its kind is 3, but should be a Kind"),
        ({}, ValueError, "inputs: tanh does not say what it takes; say it, such as"),
    ],
    ids=["dtype", "regime", "axes", "sizes", "kind", "no names"],
)
def test_what_cannot_be_meant_is_said_where_it_stands(said, error, message):
    function = np.vectorize(np.tanh) if not said else np.tanh
    with pytest.raises(error, match=message):
        gradecheck.agrees_with(torch.tanh, **said)(function)


def test_bfloat16_needs_a_package_or_tensors(monkeypatch):
    monkeypatch.setattr("gradecheck.agreement.decorator.find_spec", lambda name: None)
    with pytest.raises(ValueError, match="dtypes: NumPy has bfloat16 by the package ml_dtypes alone"):
        gradecheck.agrees_with(torch.abs, dtypes=["bfloat16"])
    gradecheck.agrees_with(torch.abs, dtypes=["bfloat16"], convert=torch.clone)
