"""Chapter "Loss Calculation": manual against torch, then laws that need no torch, then conventions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import manual
from gradecheck.cases.inputs import LAYOUTS
from gradecheck.numbers.rounding import Ball
from gradecheck.verifying.tensors import run_reference
from manual import losses
from tests.agreement import (
    DTYPES,
    any_recipe,
    arguments,
    assert_agrees,
    assert_leaves_no_trace,
    assert_meet,
    chapter,
    direction,
    few,
    mean,
    on_balls,
    slope,
    whole,
)
from tests.lecture import CONTRACTS

NAMES = chapter("losses")
LOSSES = [name for name in NAMES if not name.endswith("_backward")]
CLASSES = ["cross_entropy", "softmax_cross_entropy"]

softmax = on_balls("softmax")


def batches(name):
    """Arguments of two rows or more."""
    return arguments(name).filter(lambda drawn: drawn[0].ndim == 2 and len(drawn[0]) > 1)


@pytest.mark.parametrize("name", NAMES)
@whole
@given(data=st.data())
def test_agrees_with_torch(name, data):
    assert_agrees(name, data.draw(any_recipe(name)))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_leaves_no_trace(name, dtype, layout):
    assert_leaves_no_trace(name, dtype, layout)


# -- every loss


@pytest.mark.parametrize("name", LOSSES)
@given(data=st.data())
def test_the_loss_of_a_batch_is_the_mean_over_its_parts(name, data):
    prediction, target = data.draw(batches(name))
    at = data.draw(st.integers(1, len(prediction) - 1))
    loss, n = on_balls(name), len(prediction)
    parts = (at, loss(prediction[:at], target[:at])), (n - at, loss(prediction[at:], target[at:]))
    assert_meet(loss(prediction, target), mean(parts))


@pytest.mark.parametrize("name", LOSSES)
@given(data=st.data())
def test_the_gradient_of_a_batch_has_those_of_its_parts_by_their_share(name, data):
    prediction, target = data.draw(batches(name))
    at = data.draw(st.integers(1, len(prediction) - 1))
    backward, n = on_balls(f"{name}_backward"), len(prediction)
    whole = backward(prediction, target)
    assert_meet(whole[:at], at * backward(prediction[:at], target[:at]) / n)
    assert_meet(whole[at:], (n - at) * backward(prediction[at:], target[at:]) / n)


@pytest.mark.parametrize("name", LOSSES)
@given(data=st.data(), seed=st.integers(0, 99))
def test_the_order_of_rows_and_of_classes_is_nothing_to_the_loss(name, data, seed):
    prediction, target = data.draw(batches(name))
    order = np.random.default_rng(seed).permutation
    loss, backward = on_balls(name), on_balls(f"{name}_backward")
    for at in (order(len(prediction)), (..., order(prediction.shape[-1]))):
        assert_meet(loss(prediction[at], target[at]), loss(prediction, target))
        assert_meet(backward(prediction[at], target[at]), backward(prediction, target)[at])


@pytest.mark.parametrize("name", LOSSES)
@given(data=st.data())
def test_one_row_is_the_same_with_and_without_its_axis(name, data):
    prediction, target = (x.mid if x.ndim == 1 else x.mid[0] for x in data.draw(arguments(name)))
    loss, backward = getattr(manual, name), getattr(manual, f"{name}_backward")
    assert loss(prediction, target) == loss(prediction[None], target[None])
    np.testing.assert_array_equal(backward(prediction, target), backward(prediction[None], target[None])[0])


@pytest.mark.parametrize("name", LOSSES)
@few
@given(data=st.data())
def test_backward_is_the_derivative(name, data):
    prediction, target = data.draw(arguments(name))
    d = direction(prediction)
    gradient = on_balls(f"{name}_backward")(prediction, target)
    assert_meet((gradient * d).sum(), slope(name, (prediction, target), (d, None)))


# -- mse


@given(drawn=arguments("mse"))
def test_mse_is_the_same_both_ways_round(drawn):
    prediction, target = (x.mid for x in drawn)
    assert manual.mse(prediction, target) == manual.mse(target, prediction)
    there, back = manual.mse_backward(prediction, target), manual.mse_backward(target, prediction)
    np.testing.assert_array_equal(there, -back)


@given(drawn=arguments("mse"), c=st.floats(-100, 100, width=32))
def test_mse_grows_with_the_square_of_a_scale(drawn, c):
    mse, (prediction, target) = on_balls("mse"), drawn
    assert_meet(mse(c * prediction, c * target), c * c * mse(prediction, target))


@given(drawn=arguments("mse"), c=st.floats(-100, 100, width=32))
def test_mse_ignores_a_shift_of_both(drawn, c):
    mse, (prediction, target) = on_balls("mse"), drawn
    assert_meet(mse(prediction + c, target + c), mse(prediction, target))


@given(drawn=arguments("mse"))
def test_mse_of_the_target_itself_is_0(drawn):
    _, target = (x.mid for x in drawn)
    assert manual.mse(target, target) == 0
    assert not manual.mse_backward(target, target).any()


# -- cross entropy


@given(drawn=arguments("softmax_cross_entropy"))
def test_softmax_cross_entropy_is_cross_entropy_of_softmax(drawn):
    x, t = drawn
    assert_meet(on_balls("softmax_cross_entropy")(x, t), on_balls("cross_entropy")(softmax(x), t))


@given(drawn=arguments("softmax_cross_entropy"))
def test_softmax_cross_entropy_backward_is_cross_entropy_backward_through_softmax(drawn):
    x, t = drawn
    through = on_balls("softmax_backward")(on_balls("cross_entropy_backward")(softmax(x), t), x)
    assert_meet(on_balls("softmax_cross_entropy_backward")(x, t), through)


@given(drawn=arguments("softmax_cross_entropy"))
def test_the_gradient_of_the_logits_of_a_row_sums_to_0(drawn):
    x, t = drawn
    assert_meet(on_balls("softmax_cross_entropy_backward")(x, t).sum(axis=-1), 0)


@given(drawn=arguments("softmax_cross_entropy"), c=st.floats(-100, 100, width=32))
def test_the_loss_of_logits_ignores_a_shift(drawn, c):
    x, t = drawn
    for name in ("softmax_cross_entropy", "softmax_cross_entropy_backward"):
        assert_meet(on_balls(name)(x + c, t), on_balls(name)(x, t))


@pytest.mark.parametrize("name", CLASSES)
@given(data=st.data())
def test_the_loss_is_linear_in_the_targets(name, data):
    x, t = data.draw(arguments(name))
    other = t[..., ::-1]
    for f in (on_balls(name), on_balls(f"{name}_backward")):
        assert_meet(f(x, (t + other) / 2), (f(x, t) + f(x, other)) / 2)


@pytest.mark.parametrize("name", CLASSES)
@given(data=st.data())
def test_the_loss_is_at_least_0(name, data):
    x, t = data.draw(arguments(name))
    loss = on_balls(name)(x, t)
    assert loss.mid >= -loss.rad


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("k", [1, 2, 3, 10])
def test_equal_odds_lose_the_log_of_their_number(k, dtype):
    p, t, x = Ball(np.ones((k, k), dtype)) / k, np.eye(k, dtype=dtype), np.zeros((k, k), dtype)
    log_k = np.log(Ball(np.array(k, dtype)))
    assert_meet(on_balls("cross_entropy")(p, t), log_k)
    assert_meet(on_balls("softmax_cross_entropy")(x, t), log_k)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(4, 3), (3,)])
def test_value_and_gradient_at_once_are_those_of_each(shape, dtype):
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal(shape).astype(dtype), rng.random(shape).astype(dtype)
    value, gradient = losses.softmax_cross_entropy_and_gradient(x, t)
    np.testing.assert_array_equal(value, manual.softmax_cross_entropy(x, t), strict=True)
    np.testing.assert_array_equal(gradient, manual.softmax_cross_entropy_backward(x, t), strict=True)


def test_value_and_gradient_at_once_refuse_the_same():
    for x, t in (([1.0], [1.0]), (np.ones((2, 3)), np.ones((3, 2))), (np.ones((2, 2, 2)),) * 2):
        said = []
        for loss in (manual.softmax_cross_entropy, losses.softmax_cross_entropy_and_gradient):
            with pytest.raises((TypeError, ValueError)) as caught:
                loss(x, t)
            said.append(str(caught.value))
        assert said[0] == said[1]


# -- conventions, which are torch's

nan, inf = np.nan, np.inf


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("p", "t", "loss", "gradient"),
    [
        ([0, 1], [0, 1], 0, [0, -1]),  # 0 log 0 is 0, and so is its slope
        ([1, 0], [0, 1], inf, [0, -inf]),
        ([[1, 0], [0, 1]], [[1, 0], [0, 1]], 0, [[-0.5, 0], [0, -0.5]]),
        ([1], [1], 0, [-1]),
        (np.zeros((0, 3)), np.zeros((0, 3)), nan, np.zeros((0, 3))),
        (np.zeros((3, 0)), np.zeros((3, 0)), nan, np.zeros((3, 0))),
        ([], [], nan, []),
    ],
)
def test_cross_entropy_at_the_ends(p, t, loss, gradient, dtype):
    assert_ends("cross_entropy", p, t, loss, gradient, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("x", "t", "loss", "gradient"),
    [
        ([0, 1000], [0, 1], 0, [0, 0]),
        ([0, 1000], [1, 0], 1000, [-1, 1]),  # softmax itself is 0 there, and its log -inf
        ([0, -inf], [1, 0], nan, [0, 0]),
        ([0, inf], [0, 1], nan, [nan, nan]),
        ([[0, nan], [0, 1000]], [[0, 1], [0, 1]], nan, [[nan, nan], [0, 0]]),
        ([5], [1], 0, [0]),
        (np.zeros((0, 3)), np.zeros((0, 3)), nan, np.zeros((0, 3))),
    ],
)
def test_softmax_cross_entropy_at_the_ends(x, t, loss, gradient, dtype):
    assert_ends("softmax_cross_entropy", x, t, loss, gradient, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("prediction", "target", "loss", "gradient"),
    [
        ([1, nan], [1, 1], nan, [0, nan]),
        ([inf, 1], [1, 1], inf, [inf, 0]),
        ([inf], [inf], nan, [nan]),
        ([[2, 0], [0, 2]], [[0, 0], [0, 0]], 2, [[1, 0], [0, 1]]),  # a mean over the elements, not the rows
        (3, 1, 4, 4),
        ([], [], nan, []),
    ],
)
def test_mse_at_the_ends(prediction, target, loss, gradient, dtype):
    assert_ends("mse", prediction, target, loss, gradient, dtype)


def assert_ends(name, prediction, target, loss, gradient, dtype):
    """Both sides say so."""
    expected = [(name, loss), (f"{name}_backward", gradient)]
    prediction, target = np.array(prediction, dtype), np.array(target, dtype)
    for function, value in expected:
        actual = np.asarray(getattr(manual, function)(prediction, target))
        np.testing.assert_array_equal(actual, np.array(value, dtype), strict=True)
        (actual,) = run_reference(CONTRACTS[function], (prediction, target))
        np.testing.assert_array_equal(actual, np.array(value, dtype), strict=True)
