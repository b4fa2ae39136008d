"""Chapter "Putting it all together": random networks against torch step by step, and the laws of training."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import manual
import reference
from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import LAYOUTS, cases
from gradecheck.numbers.rounding import Ball
from gradecheck.verifying.implementation import load
from gradecheck.verifying.tensors import to_array
from lectures.lecture03.exhibits.records import Network
from lectures.lecture03.exhibits.runs import start
from lectures.lecture03.exhibits.sides import follow, in_pairs, network_sides, zeros
from lectures.training import digits
from lectures.training.drawn import sentence
from manual.network import ACTIVATIONS, LOSSES
from tests.agreement import (
    DTYPES,
    any_recipe,
    assert_agrees,
    assert_leaves_no_trace,
    assert_meet,
    carried,
    example,
    whole,
)
from tests.lecture import CONTRACTS, PACK

SIDES = network_sides(load(PACK))
STEPS = 3

# Cross entropy asks for probabilities; the others take any output.
OUTPUTS = {loss: tuple(ACTIVATIONS) for loss in LOSSES} | {"cross_entropy": ("softmax", "sigmoid")}


@dataclass(frozen=True)
class Run:
    """A network, its start and a batch for each step."""

    network: Network
    parameters: Any
    batches: Any

    @property
    def settings(self):
        return self.network.activations, self.network.loss, self.network.lr, self.network.mu


@st.composite
def runs(draw, steps=STEPS):
    """Networks of depth 1 to 4 and widths 1 to 64, with every activation and loss."""
    widths = draw(st.lists(st.integers(1, 64), min_size=2, max_size=5))
    loss = draw(st.sampled_from(list(LOSSES)))
    hidden = [draw(st.sampled_from(list(ACTIVATIONS))) for _ in widths[2:]]
    activations = (*hidden, draw(st.sampled_from(OUTPUTS[loss])))
    lr = draw(st.sampled_from([0.001, 0.01, 0.1]) | st.floats(1e-4, 1))
    mu = draw(st.sampled_from([0, 0.9]) | st.floats(0, 1))
    rows, seed = draw(st.integers(1, 33)), draw(st.integers(0, 2**32 - 1))
    dtype = draw(st.sampled_from(DTYPES))
    rng = np.random.default_rng(seed)
    parameters = [
        (rng.standard_normal((out, k)) / np.sqrt(k), rng.standard_normal(out) / 2)
        for k, out in pairwise(widths)
    ]
    batches = [(rng.standard_normal((rows, widths[0])), _targets(rng, loss, rows, widths[-1])) for _ in range(steps)]
    return Run(Network(activations, loss, lr, mu), _typed(parameters, dtype), _typed(batches, dtype))


def _targets(rng, loss, rows, k):
    if loss == "mse":
        return rng.standard_normal((rows, k))
    return np.eye(k)[rng.integers(0, k, rows)] if rng.random() < 0.5 else rng.dirichlet(np.ones(k), rows)


def _typed(pairs, dtype):
    return [(x.astype(dtype), y.astype(dtype)) for x, y in pairs]


def flat(pairs):
    return [x for pair in pairs for x in pair]


# -- against torch


@given(run=runs())
def test_every_step_of_a_random_network_agrees_with_torch(run):
    trajectory = follow(SIDES, run.network, run.parameters, run.batches, perturbed_runs=0)
    assert trajectory.verdict.passes, sentence(trajectory)


@whole
@given(recipe=any_recipe("train"))
def test_train_agrees_with_torch(recipe):
    assert_agrees("train", recipe)


@given(run=runs(steps=1))
def test_each_stage_of_a_step_agrees_with_torch(run):
    [(A, T)] = run.batches
    activations, loss, *_ = run.settings
    outputs, Zs, gradients, value = stages(manual, A, T, run.parameters, activations, loss)
    theirs = stages(reference, *map(torch.tensor, (A, T)), tensors(run.parameters), activations, loss)
    balls = ball_outputs(run.parameters, A, activations)
    for mine, other, (output, Z) in zip(
        zip(outputs[1:], Zs, strict=True), zip(theirs[0][1:], theirs[1], strict=True), balls, strict=True
    ):
        assert_both(mine[0], other[0], output)
        assert_both(mine[1], other[1], Z)
    _, speeds, lost = on_balls(SIDES.stable, run, lr=1, mu=0)  # from rest and without momentum v is the gradient
    for mine, other, ball in zip(*map(flat, (gradients, theirs[2], speeds)), strict=True):
        assert_both(mine, other, ball)
    assert_both(value, theirs[3], lost)


@given(run=runs())
def test_fit_agrees_with_torch(run):
    """Three free steps: few enough for the balls to stay small."""
    parameters, losses = manual.fit(run.batches, run.parameters, *run.settings)
    theirs, their_losses = reference.fit(tensors(run.batches), tensors(run.parameters), *run.settings)
    state, lost = (balls(run.parameters), balls(zeros(run.parameters))), []
    for A, T in run.batches:
        *state, value = SIDES.stable(Ball(A), Ball(T), *state, *run.settings)
        lost.append(value)
    for mine, other, ball in zip(flat(parameters), flat(theirs), flat(state[0]), strict=True):
        assert_both(mine, other, ball)
    for mine, other, ball in zip(losses, their_losses, lost, strict=True):
        assert_both(mine, other, ball)


def stages(side, A, T, parameters, activations, loss):
    outputs, Zs = side.forward(A, parameters, activations)
    gradients = side.backward(outputs, Zs, T, parameters, activations, loss)
    return outputs, Zs, gradients, side.loss(outputs[-1], T, loss)


def tensors(pairs):
    return [(torch.tensor(x), torch.tensor(y)) for x, y in pairs]


def balls(pairs):
    return [(Ball(x), Ball(y)) for x, y in pairs]


def on_balls(step, run, lr, mu):
    [(A, T)] = run.batches
    activations, loss, *_ = run.settings
    start = balls(run.parameters), balls(zeros(run.parameters))
    return step(Ball(A), Ball(T), *start, activations, loss, lr, mu)


def ball_outputs(parameters, A, activations):
    """Each layer's output and Z on balls."""
    A, pairs = Ball(A), []
    for (W, b), name in zip(balls(parameters), activations, strict=True):
        Z = CONTRACTS["linear"].stable(A, W, b)
        alpha = (0.01,) if name == "leaky_relu" else ()
        A = Z if name == "identity" else CONTRACTS[name].stable(Z, *alpha)
        pairs.append((A, Z))
    return pairs


def assert_both(mine, other, ball):
    """Both sides lie within the radius."""
    assert np.asarray(mine).dtype == ball.dtype
    assert_meet(Ball(mine, ball.rad), Ball(to_array(other), ball.rad))


# -- laws


@given(run=runs(steps=1))
def test_a_step_is_its_stages(run):
    [(A, T)] = run.batches
    activations, loss, lr, mu = run.settings
    velocities = [(np.ones_like(W), np.ones_like(b)) for W, b in run.parameters]
    _, _, gradients, value = stages(manual, A, T, run.parameters, activations, loss)
    parameters, moving = manual.update(run.parameters, velocities, gradients, lr, mu)
    moved, speeds, before = manual.step(A, T, run.parameters, velocities, *run.settings)
    assert before == value
    assert_same([*flat(moved), *flat(speeds)], [*flat(parameters), *flat(moving)])


@given(run=runs(steps=5))
def test_fit_is_one_step_a_batch_to_the_last_bit(run):
    parameters, velocities, losses = run.parameters, zeros(run.parameters), []
    try:
        for A, T in run.batches:
            parameters, velocities, value = manual.step(A, T, parameters, velocities, *run.settings)
            losses.append(value)
    except ValueError as diverged:  # linear layers and a large lr: the numbers overflow, and nan is no probability
        with pytest.raises(ValueError, match=f"^{re.escape(str(diverged))}$"):
            manual.fit(iter(run.batches), run.parameters, *run.settings)
        return
    fitted, values = manual.fit(iter(run.batches), run.parameters, *run.settings)
    assert_same([*flat(fitted), values], [*flat(parameters), np.array(losses)])


def test_a_network_larger_than_a_block_is_fitted_the_same():
    rng = np.random.default_rng(0)
    parameters = [(rng.standard_normal((150, 200)), rng.standard_normal(150))]
    assert sum(x.size for x in flat(parameters)) > manual.network.BLOCK
    batches = [(rng.standard_normal((4, 200)), rng.standard_normal((4, 150)))] * 3
    settings = ["tanh"], "mse", 0.1, 0.9
    moved, velocities = parameters, zeros(parameters)
    for batch in batches:
        moved, velocities, _ = manual.step(*batch, moved, velocities, *settings)
    assert_same(flat(manual.fit(batches, parameters, *settings)[0]), flat(moved))


@given(run=runs(steps=2))
def test_learning_leaves_its_arguments_as_they_are(run):
    state = run.parameters, zeros(run.parameters)
    arrays = [*flat(run.batches), *flat(state[0]), *flat(state[1])]
    before = [x.copy() for x in arrays]
    for x in arrays:
        x.flags.writeable = False
    moved, velocities, _ = manual.step(*run.batches[0], *state, *run.settings)
    fitted, _ = manual.fit(run.batches, run.parameters, *run.settings)
    assert_same(arrays, before)
    for result in (*flat(moved), *flat(velocities), *flat(fitted)):
        assert not any(np.shares_memory(result, x) for x in arrays)


@given(run=runs(steps=1), seed=st.integers(0, 99))
def test_the_order_of_hidden_units_is_nothing_to_the_output(run, seed):
    [(A, _)] = run.batches
    order = np.random.default_rng(seed).permutation
    parameters, units = [], slice(None)
    for i, (W, b) in enumerate(run.parameters):
        last = i == len(run.parameters) - 1
        rows = slice(None) if last else order(len(W))
        parameters.append((W[:, units][rows], b[rows]))
        units = rows
    activations, *_ = run.settings
    one, other = (
        Ball(manual.forward(A, p, activations)[0][-1], ball_outputs(p, A, activations)[-1][0].rad)
        for p in (run.parameters, parameters)
    )
    assert_meet(one, other)


# -- train


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_train_leaves_no_trace(dtype, layout):
    assert_leaves_no_trace("train", dtype, layout)


@pytest.mark.parametrize("dtype", DTYPES)
def test_train_is_the_lecture_written_out(dtype):
    A, T, W, b, *_ = example("train", dtype, n=8, out=4)
    lr, mu, steps = 0.5, 0.9, 5
    trained = manual.train(A, T, W, b, lr, mu, steps)
    v_w, v_b, losses = np.zeros_like(W), np.zeros_like(b), []
    for _ in range(steps):
        Z = manual.linear(A, W, b)
        losses.append(manual.softmax_cross_entropy(Z, T))
        _, dW, db = manual.linear_backward(manual.softmax_cross_entropy_backward(Z, T), A, W)
        W, v_w = manual.momentum_step(W, v_w, dW, lr, mu)
        b, v_b = manual.momentum_step(b, v_b, db, lr, mu)
    assert_same(trained, (W, b, np.array(losses)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_steps_train_nothing(dtype):
    A, T, W, b, *_ = example("train", dtype)
    *trained, losses = manual.train(A, T, W, b, 0.1, 0.9, 0)
    assert_same(trained, (W, b))
    assert losses.shape == (0,)
    assert losses.dtype == dtype


@given(data=st.data(), seed=st.integers(0, 99))
def test_the_order_of_samples_is_nothing_to_train(data, seed):
    dtype = data.draw(st.sampled_from(DTYPES))
    A, T, *rest = data.draw(cases(CONTRACTS["train"], dtype, scope=SUBMISSION)).arguments
    rows = np.random.default_rng(seed).permutation(len(A))
    train = carried(manual.train, CONTRACTS["train"].stable)
    for one, other in zip(train(A[rows], T[rows], *rest), train(A, T, *rest), strict=True):
        assert_meet(one, other)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", LOSSES)
def test_an_empty_batch_has_no_loss_and_moves_nothing(loss, dtype):
    parameters = [(np.ones((2, 3), dtype), np.ones(2, dtype))]
    A, T = np.zeros((0, 3), dtype), np.zeros((0, 2), dtype)
    moved, _, value = manual.step(A, T, parameters, zeros(parameters), ["softmax"], loss, 0.1, 0.9)
    assert np.isnan(value)
    assert_same(flat(moved), flat(parameters))
    theirs, _, value = reference.step(
        *map(torch.tensor, (A, T)), tensors(parameters), tensors(zeros(parameters)), ["softmax"], loss, 0.1, 0.9
    )
    assert value.isnan()
    assert_same(map(to_array, flat(theirs)), flat(parameters))


def test_real_digits_are_learnt_in_step_with_torch():
    pytest.importorskip("sklearn", reason="scikit-learn brings the digits; pip install 'gradecheck[data]'")
    data = digits.load("float32")
    batches = digits.epochs(data, count=1)
    network = Network(("relu", "identity"), "softmax_cross_entropy", 0.1, 0.9)
    trajectory = follow(SIDES, network, start((64, 64, 10), "float32"), batches, perturbed_runs=0)
    assert trajectory.verdict.passes, sentence(trajectory)
    outputs, _ = manual.forward(data.held_out_rows, in_pairs(trajectory.final), network.activations)
    guessing = 1 / digits.CLASSES
    assert digits.accuracy(outputs[-1], data.held_out_labels) > 5 * guessing


def assert_same(actual, expected):
    for x, y in zip(actual, expected, strict=True):
        np.testing.assert_array_equal(x, y, strict=True)
