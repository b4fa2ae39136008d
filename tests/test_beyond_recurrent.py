"""Recurrent cells: laws that need no torch, bad input, and the regimes that a recurrent network has to meet."""

import re

import numpy as np
import pytest
from drawn import several

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from lectures.beyond import PACK
from manual import beyond

N, TIME, IN, OUT = 2, 3, 4, 5
CELLS = ("rnn", "lstm", "gru")
GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def arguments(name, time=TIME):
    """An ordinary call of that cell's sequence, or of its step where time is None."""
    rows = GATES[name] * OUT
    x = numbers(N, IN) if time is None else numbers(N, time, IN)
    states = [numbers(N, OUT, seed=1)] * (2 if name == "lstm" else 1)
    biases = [numbers(rows, seed=2 + i) for i in range(2 if name == "gru" else 1)]
    return [x, *states, numbers(rows, IN, seed=4), numbers(rows, OUT, seed=5), *biases]


def upstream(name, time=TIME):
    h = numbers(N, OUT, seed=6) if time is None else numbers(N, time, OUT, seed=6)
    return [h, numbers(N, OUT, seed=7)] if name == "lstm" else [h]


def called(name, direction="", time=TIME):
    function = getattr(beyond, (name if time is not None else f"{name}_step") + direction)
    grads = upstream(name, time) if direction else []
    return several(function(*grads, *arguments(name, time)))


def slopes(function, x, cotangents, direction):
    """Central differences of sum(cotangents * function) along a direction, for a step and for twice as long a one.

    Their error grows with the square of the step: the first is three times closer to the truth than to the second.
    """

    def value(step):
        found = several(function(x + step * direction))
        return sum((g * y).sum() for g, y in zip(cotangents, found, strict=True))

    return [(value(step) - value(-step)) / (2 * step) for step in (1e-3, 2e-3)]


# -- laws


@pytest.mark.parametrize("time", [None, 1, TIME])
@pytest.mark.parametrize("name", CELLS)
def test_a_gradient_is_the_slope_along_every_argument(name, time):
    given, grads = arguments(name, time), upstream(name, time)
    forward = getattr(beyond, name if time else f"{name}_step")
    for i, gradient in enumerate(called(name, "_backward", time)):
        assert gradient.shape == given[i].shape
        direction = numbers(*given[i].shape, seed=8 + i)
        near, far = slopes(lambda x, i=i: forward(*given[:i], x, *given[i + 1 :]), given[i], grads, direction)
        assert abs((gradient * direction).sum() - near) < abs(far - near)


@pytest.mark.parametrize("direction", ["", "_backward"])
@pytest.mark.parametrize("name", CELLS)
def test_a_sequence_of_length_1_is_a_step(name, direction):
    given, grads = arguments(name, 1), upstream(name, 1) if direction else []
    step = getattr(beyond, f"{name}_step{direction}")
    sequence = several(getattr(beyond, f"{name}{direction}")(*grads, *given))
    single = several(step(*(g.reshape(N, OUT) for g in grads), given[0][:, 0], *given[1:]))
    for one, other in zip(sequence, single, strict=True):
        np.testing.assert_array_equal(one.reshape(other.shape), other)


@pytest.mark.parametrize("name", CELLS)
def test_a_sequence_can_be_cut_in_two(name):
    """The second part goes on from the last states of the first; backward, the first from the gradients of these."""
    x, *rest = arguments(name)
    k = 2 if name == "lstm" else 1
    states, weights = rest[:k], rest[k:]
    forward, backward = getattr(beyond, name), getattr(beyond, f"{name}_backward")
    early, *after = several(forward(x[:, :1], *states, *weights))
    between = [early[:, 0].copy(), *after]
    late, *last = several(forward(x[:, 1:], *between, *weights))
    for one, other in zip((np.concatenate([early, late], axis=1), *last), called(name), strict=True):
        np.testing.assert_array_equal(one, other)

    grad, *others = upstream(name)
    second = backward(grad[:, 1:], *others, x[:, 1:], *between, *weights)
    grad[:, 0] += second[1]
    first = backward(grad[:, :1], *second[2 : 1 + k], x[:, :1], *states, *weights)
    dx, *expected = called(name, "_backward")
    np.testing.assert_array_equal(np.concatenate([first[0], second[0]], axis=1), dx)
    for i, total in enumerate(expected, 1):
        np.testing.assert_array_equal(first[i] if i <= k else second[i] + first[i], total)


@pytest.mark.parametrize("name", CELLS)
def test_no_state_sees_a_later_input(name):
    x, *rest = arguments(name)
    before = several(getattr(beyond, name)(x, *rest))[0]
    x[:, 2] += 1
    after = several(getattr(beyond, name)(x, *rest))[0]
    np.testing.assert_array_equal(before[:, :2], after[:, :2])
    assert (before[:, 2] != after[:, 2]).any()


@pytest.mark.parametrize("shape", [(0, TIME), (N, 0)], ids=["no sequence", "no step"])
@pytest.mark.parametrize("name", CELLS)
def test_nothing_has_no_states_and_gradients_of_0(name, shape):
    n, time = shape
    x, *rest = [a[:n] if a.shape[0] == N else a for a in arguments(name)]
    x = x[:, :time]
    h, *_ = several(getattr(beyond, name)(x, *rest))
    assert h.shape == (n, time, OUT)
    grad, *others = (g[:n] for g in upstream(name))
    found = getattr(beyond, f"{name}_backward")(grad[:, :time], *others, x, *rest)
    assert [g.shape for g in found] == [a.shape for a in (x, *rest)]
    assert not any(g.any() for g in found[-2:])


def test_a_saturated_state_lets_no_gradient_through():
    x, h, W_x, W_h, _ = arguments("rnn")
    b = np.full(OUT, 500.0)
    assert (beyond.rnn(x, h, W_x, W_h, b) == 1).all()
    assert not any(g.any() for g in beyond.rnn_backward(*upstream("rnn"), x, h, W_x, W_h, b))


def test_an_lstm_that_forgets_nothing_and_takes_nothing_in_keeps_its_cell():
    x, h, c, W_x, W_h, _ = arguments("lstm")
    weights = W_x, W_h, np.repeat([-1000.0, 1000.0, 0.0, 0.0], OUT)
    _, last = beyond.lstm(x, h, c, *weights)
    np.testing.assert_array_equal(last, c)
    _, grad_c = upstream("lstm")
    no_grad_h = np.zeros((N, TIME, OUT))
    dx, dh, dc, *sums = beyond.lstm_backward(no_grad_h, grad_c, x, h, c, *weights)
    np.testing.assert_array_equal(dc, grad_c)
    assert not any(g.any() for g in (dx, dh, *sums))


def test_a_gru_that_updates_nothing_keeps_its_state():
    x, h, W_x, W_h, _, b_h = arguments("gru")
    weights = W_x, W_h, np.repeat([0.0, 500.0, 0.0], OUT), b_h
    assert (beyond.gru(x, h, *weights) == h[:, None]).all()
    grad = np.rint(10 * upstream("gru")[0])  # whole numbers, whose sum is exact
    dx, dh, *sums = beyond.gru_backward(grad, x, h, *weights)
    np.testing.assert_array_equal(dh, grad.sum(axis=1))
    assert not any(g.any() for g in (dx, *sums))


# -- bad input


def says(message):
    return "^" + re.escape(message) + "$"


@pytest.mark.parametrize("direction", ["", "_backward"])
@pytest.mark.parametrize("time", [None, TIME])
@pytest.mark.parametrize("name", CELLS)
def test_an_array_of_another_shape(name, time, direction):
    function = name + ("" if time else "_step") + direction
    row = PACK.contracts[function]
    given = [*(upstream(name, time) if direction else []), *arguments(name, time)]
    rows = f"{GATES[name]} out" if GATES[name] > 1 else "out"
    lengths = {"n": N, "time": TIME, "in": IN, "out": OUT, rows: GATES[name] * OUT}
    for i, argument in enumerate(row.arguments):
        axes = [rows if argument.name[0] in "Wb" and not a else axis for a, axis in enumerate(argument.axes)]
        said = f"({', '.join(axes)}{',' * (len(axes) == 1)})"
        flat = [*given[:i], np.zeros((3, 1, 1, 1)), *given[i + 1 :]]
        with pytest.raises(
            ValueError, match=says(f"{function}: {argument.name} has shape (3, 1, 1, 1), but should be {said}")
        ):
            getattr(beyond, function)(*flat)
        if argument.name == "x":
            continue  # it says how long the axes are
        longer = np.concatenate([given[i], given[i][:1]])
        needed = tuple(lengths[axis] for axis in axes)
        message = (
            f"{function}: {argument.name} has shape {longer.shape}, but should be {said} = {needed}, as x and h have it"
        )
        with pytest.raises(ValueError, match=says(message)):
            getattr(beyond, function)(*given[:i], longer, *given[i + 1 :])


@pytest.mark.parametrize("direction", ["", "_backward"])
@pytest.mark.parametrize("time", [None, TIME])
@pytest.mark.parametrize("name", CELLS)
def test_an_array_of_another_type(name, time, direction):
    function = name + ("" if time else "_step") + direction
    given = [*(upstream(name, time) if direction else []), *arguments(name, time)]
    for i, argument in enumerate(PACK.contracts[function].arguments):
        for change, was in (
            (lambda x: x.tolist(), f"{function}: {argument.name} is a list, but should be a float32 or float64 array"),
            (
                lambda x: x.astype(int),
                f"{function}: {argument.name} is an int64 array, but should be float32 or float64",
            ),
            (
                lambda x: x.astype(np.float32),
                "is a float64 array, but should be float32"
                if argument.name == "x"
                else f"{function}: {argument.name} is a float32 array, but should be float64 as x is",
            ),
        ):
            with pytest.raises(TypeError, match=re.escape(was)):
                getattr(beyond, function)(*given[:i], change(given[i]), *given[i + 1 :])


# -- the regimes and the bounds


@pytest.mark.parametrize(
    "name", [row for row in PACK.contracts if PACK.contracts[row].chapter in ("recurrent", "gated")]
)
def test_a_submission_meets_every_branch(name):
    row = PACK.contracts[name]
    met = {
        branch
        for case in sample(row, "float32", 100, 0, SUBMISSION)
        for branch, holds in row.branches.items()
        if np.any(holds(*case.arguments))
    }
    assert met == row.branches.keys()
