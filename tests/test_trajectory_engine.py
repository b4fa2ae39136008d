"""Two sides of a training run: a wrong step is caught at that step, a right one never, and drift is no verdict."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from drawn import DTYPES

import manual
from gradecheck.numbers.compare import Verdict
from gradecheck.verifying.implementation import Implementation, load
from lectures.lecture03.exhibits.records import Network
from lectures.lecture03.exhibits.sides import composed, follow, in_a_row, network_sides, perceptron_sides, zeros
from lectures.training.trajectory import lock_step
from tests.lecture import CONTRACTS, PACK

NETWORK = Network(("tanh", "identity"), "softmax_cross_entropy", 0.1, 0.9)
SIDES = network_sides(load(PACK))


def start(seed=0, dtype="float64", widths=(4, 5, 3)):
    """Parameters of a small network."""
    rng = np.random.default_rng(seed)
    return [
        (rng.standard_normal((out, k)).astype(dtype), rng.standard_normal(out).astype(dtype))
        for k, out in itertools.pairwise(widths)
    ]


def batches(steps=8, seed=1, dtype="float64", widths=(4, 5, 3)):
    """Random rows of one class each."""
    rng = np.random.default_rng(seed)
    return [
        (
            rng.standard_normal((6, widths[0])).astype(dtype),
            np.eye(widths[-1], dtype=dtype)[rng.integers(0, widths[-1], 6)],
        )
        for _ in range(steps)
    ]


def run(step, network=NETWORK, **options):
    """The trajectory of an implementation's step beside torch, without perturbed runs: one call is one step."""
    return follow(replace(SIDES, implementation=step), network, start(), batches(), perturbed_runs=0, **options)


# -- wrong steps


def mu_ignored_from_the_third_step():
    calls = itertools.count()

    def step(A, T, parameters, velocities, activations, loss, lr, mu):
        return manual.step(A, T, parameters, velocities, activations, loss, lr, mu if next(calls) < 3 else 0.0)

    return step


def velocity_reset_every_step(A, T, parameters, velocities, *settings):
    return manual.step(A, T, parameters, zeros(parameters), *settings)


def velocity_reset_at_the_fourth_step():
    calls = itertools.count()

    def step(*arguments):
        parameters, velocities, value = manual.step(*arguments)
        return parameters, velocities if next(calls) != 4 else zeros(parameters), value

    return step


def lr_inside_the_velocity(A, T, parameters, velocities, activations, loss, lr, mu):
    functions = vars(manual) | {"momentum_step": lambda w, v, g, lr, mu: (w - (mu * v + lr * g), mu * v + lr * g)}
    return composed(functions)(A, T, parameters, velocities, activations, loss, lr, mu)


def nesterov(A, T, parameters, velocities, activations, loss, lr, mu):
    functions = vars(manual) | {"momentum_step": lambda w, v, g, lr, mu: (w - lr * (g + mu * (mu * v + g)), mu * v + g)}
    return composed(functions)(A, T, parameters, velocities, activations, loss, lr, mu)


def loss_after_the_step(*arguments):
    A, T, _, _, activations, loss, _, _ = arguments
    parameters, velocities, _ = manual.step(*arguments)
    outputs, _ = manual.forward(A, parameters, activations)
    return parameters, velocities, manual.loss(outputs[-1], T, loss)


def sum_for_mean(A, T, parameters, velocities, activations, loss, lr, mu):
    return manual.step(A, T, parameters, velocities, activations, loss, lr * len(A), mu)


def lr_off_by_a_billionth(A, T, parameters, velocities, activations, loss, lr, mu):
    return manual.step(A, T, parameters, velocities, activations, loss, lr * (1 + 1e-9), mu)


def bias_left_alone(A, T, parameters, velocities, *settings):
    moved, speeds, value = manual.step(A, T, parameters, velocities, *settings)
    return [(W, b) for (W, _), (_, b) in zip(moved, parameters, strict=True)], speeds, value


def weights_transposed(A, T, parameters, velocities, *settings):
    moved, speeds, value = manual.step(A, T, parameters, velocities, *settings)
    return [(W.T, b) for W, b in moved], speeds, value


WRONG = {
    "mu ignored from the third step": (mu_ignored_from_the_third_step, 3),
    "velocity reset every step": (lambda: velocity_reset_every_step, 1),
    "velocity reset at the fourth step": (velocity_reset_at_the_fourth_step, 4),
    "lr inside the velocity": (lambda: lr_inside_the_velocity, 0),
    "nesterov": (lambda: nesterov, 0),
    "loss after the step": (lambda: loss_after_the_step, 0),
    "sum for mean": (lambda: sum_for_mean, 0),
    "lr off by a billionth": (lambda: lr_off_by_a_billionth, 0),
    "bias left alone": (lambda: bias_left_alone, 0),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_step_is_caught_at_that_step(mistake):
    make, at = WRONG[mistake]
    found = run(make())
    assert (found.verdict, found.wrong_at) == (Verdict.WRONG, at)
    assert all(ratio <= 1 for ratio in found.ratios[:at])


def test_a_step_that_returns_other_shapes_is_infinitely_wrong():
    state = (*in_a_row(start()), *in_a_row(zeros(start())))
    batch = batches(1)[0]
    sides = replace(SIDES, implementation=weights_transposed).of(NETWORK)
    assert lock_step(sides, state, batch, sides.implementation(batch, state)) == (np.inf, Verdict.WRONG)


def test_after_a_wrong_step_the_right_ones_are_right_again():
    step = velocity_reset_at_the_fourth_step()
    found = run(step)
    assert [i for i, ratio in enumerate(found.ratios) if ratio > 1] == [4]


def test_without_momentum_lr_inside_the_velocity_is_wrong_all_the_same():
    assert run(lr_inside_the_velocity, replace(NETWORK, mu=0.0)).wrong_at == 0


def test_at_lr_1_lr_inside_the_velocity_makes_no_difference():
    assert run(lr_inside_the_velocity, replace(NETWORK, lr=1.0)).verdict.passes


# -- right steps


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "sigmoid", "softmax"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mu", [0.0, 0.9])
def test_a_right_step_is_within_its_bound(activation, dtype, mu):
    for last, loss in (("identity", "softmax_cross_entropy"), ("softmax", "cross_entropy"), (activation, "mse")):
        network = Network((activation, last), loss, 0.1, mu)
        found = follow(SIDES, network, start(dtype=dtype), batches(5, dtype=dtype), perturbed_runs=0)
        assert found.verdict.passes
        assert max(found.ratios) <= 1
        assert found.wrong_at is None


def test_some_rounding_shows():
    found = follow(SIDES, NETWORK, start(), batches(20), perturbed_runs=0)
    assert (found.verdict, max(found.ratios) > 0.01) == (Verdict.AGREES, True)


def test_the_reference_against_itself_is_exact():
    sides = replace(SIDES, implementation=SIDES.reference)
    found = follow(sides, NETWORK, start(), batches(3))
    assert (found.verdict, found.ratios, found.drift) == (Verdict.EXACT, (0, 0, 0), (0, 0, 0))


def test_functions_without_a_step_are_composed():
    functions = {name: getattr(manual, name) for name in CONTRACTS}
    sides = network_sides(Implementation("functions", functions, PACK))
    found = follow(sides, NETWORK, start(), batches(5), perturbed_runs=0)
    assert found.verdict.passes
    assert found.losses == run(manual.step).losses[:5]


def test_the_losses_are_those_before_each_step():
    found = run(manual.step)
    (A, T), parameters = batches()[0], start()
    outputs, _ = manual.forward(A, parameters, NETWORK.activations)
    assert found.losses[0] == float(manual.loss(outputs[-1], T, NETWORK.loss))


def test_a_step_by_the_slides_own_form_is_less_accurate_at_worst():
    literal = {name: contract.literal for name, contract in CONTRACTS.items()}
    found = run(composed(literal))
    assert found.verdict.passes


def test_no_batches_are_refused():
    with pytest.raises(
        ValueError, match=r"^follow: batches is empty, but should hold one \(A, T\) a step; a run of no"
    ):
        follow(SIDES, NETWORK, start(), [])


# -- the free run


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_drift_of_a_benign_run_stays_inside_its_envelope(activation, dtype):
    network = replace(NETWORK, activations=(activation, "identity"), mu=0.5)
    found = follow(SIDES, network, start(dtype=dtype), batches(40, dtype=dtype), seed=3)
    assert found.verdict.passes
    assert found.drift[-1] <= found.envelope[-1] < 1e-4
    assert found.drift[-1] > 0


def test_the_envelope_never_shrinks():
    envelope = follow(SIDES, NETWORK, start(), batches(20)).envelope
    assert list(envelope) == sorted(envelope)
    assert envelope[0] > 0


def test_a_wrong_run_leaves_its_envelope():
    found = follow(replace(SIDES, implementation=lr_off_by_a_billionth), NETWORK, start(), batches(20))
    assert found.leaves_envelope_at == 0


def test_where_a_run_is_chaotic_the_sides_part_and_every_step_is_right():
    network = Network(("tanh", "identity"), "softmax_cross_entropy", 30.0, 0.9)
    found = follow(SIDES, network, start(), batches(100), perturbed_runs=0)
    assert found.verdict.passes
    assert max(found.drift) > 1e6 * found.drift[0] > 0


def test_the_same_run_twice_is_the_same():
    first, second = (follow(SIDES, NETWORK, start(), batches(6), seed=5) for _ in range(2))
    assert (first.losses, first.ratios, first.envelope) == (second.losses, second.ratios, second.envelope)


def test_another_seed_perturbs_otherwise():
    first, second = (follow(SIDES, NETWORK, start(), batches(6), seed=seed) for seed in (5, 6))
    assert first.envelope != second.envelope
    assert first.losses == second.losses


def test_a_run_changes_nothing_that_it_is_given():
    parameters, rows = start(), batches(4)
    follow(SIDES, NETWORK, parameters, rows)
    for (W, b), (W_0, b_0) in zip(parameters, start(), strict=True):
        assert (W.tobytes(), b.tobytes()) == (W_0.tobytes(), b_0.tobytes())
    for (A, T), (A_0, T_0) in zip(rows, batches(4), strict=True):
        assert (A.tobytes(), T.tobytes()) == (A_0.tobytes(), T_0.tobytes())


# -- the single layer perceptron, in stretches


def perceptron(train, steps=3):
    sides = perceptron_sides(Implementation("planted", {"train": train}, PACK), steps)
    network = Network(("identity",), "softmax_cross_entropy", 0.1, 0.9)
    return follow(sides, network, start(widths=(4, 3)), batches(5, widths=(4, 3)), perturbed_runs=0)


def test_stretches_of_a_right_train_are_within_their_bounds():
    found = perceptron(manual.train)
    assert (found.verdict.passes, len(found.ratios)) == (True, 5)


def test_a_wrong_train_is_caught_at_its_first_stretch():
    found = perceptron(lambda A, T, W, b, lr, mu, steps: manual.train(A, T, W, b, lr, 0.0, steps))
    assert (found.verdict, found.wrong_at) == (Verdict.WRONG, 0)


def test_a_train_that_goes_wrong_is_caught_at_that_stretch():
    calls = itertools.count()

    def train(A, T, W, b, lr, mu, steps):
        return manual.train(A, T, W, b, lr if next(calls) < 2 else 2 * lr, mu, steps)

    assert perceptron(train).wrong_at == 2


def test_with_stretches_of_one_step_a_missing_momentum_cannot_show():
    assert perceptron(lambda A, T, W, b, lr, mu, steps: manual.train(A, T, W, b, lr, 0.0, steps), 1).verdict.passes


def test_a_step_in_which_nothing_can_be_judged_is_vacuous():
    """Weights near the end of the range: every bound of the step is infinite."""
    batch = batches(1)[0]
    huge = [(np.full_like(W, 1e308), np.full_like(b, 1e308)) for W, b in start()]
    wild, sides = (*in_a_row(huge), *in_a_row(zeros(huge))), SIDES.of(NETWORK)
    with np.errstate(all="ignore"):
        ours = sides.implementation(batch, wild)
        assert lock_step(sides, wild, batch, ours)[1] is Verdict.VACUOUS
