"""Networks of the course: their training in lock-step with torch, by every optimiser, and what they learn of digits."""

from functools import cache

import numpy as np
import pytest
import torch
from drawn import DTYPES

from gradecheck.numbers.compare import Verdict
from gradecheck.verifying.implementation import Implementation, load
from gradecheck.verifying.verify import Options
from lectures import beyond as lecture
from lectures.beyond import PACK, exhibits
from lectures.beyond.exhibits import RUNS, steps, train
from lectures.beyond.exhibits.start import start
from lectures.training import digits, on_digits
from lectures.training.drawn import sentence
from lectures.training.trajectory import follow
from manual import beyond
from manual.beyond.training import NETWORKS, OPTIMISERS
from reference.beyond import networks as by_torch

OURS = load(PACK)
LR = {"sgd": 0.1, "momentum": 0.05, "nesterov": 0.05, "rmsprop": 0.003, "adam": 0.003, "adamw": 0.003}


@cache
def rows(dtype, seed=0, count=8):
    """Random images of one class each."""
    rng = np.random.default_rng(seed)
    return rng.random((count, 64)).astype(dtype), np.eye(10, dtype=dtype)[rng.integers(0, 10, count)]


def followed(network, optimiser, dtype, implementation=OURS, count=4):
    parameters = start(network, dtype, 1)
    both = steps.sides(implementation, network, optimiser, LR[optimiser], len(parameters), "cpu")
    batches = [(*rows(dtype, seed), seed + 1) for seed in range(count)]
    state = steps.at_rest(parameters, optimiser)
    return follow(both, state, len(parameters), batches, {"lr": LR[optimiser]}, perturbed_runs=0)


def test_both_sides_have_the_same_networks_and_optimisers():
    assert list(NETWORKS) == list(by_torch.NETWORKS)
    assert list(OPTIMISERS) == list(by_torch.OPTIMISERS)
    for name, (_, kept) in by_torch.OPTIMISERS.items():
        assert OPTIMISERS[name].kept == len(kept)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("network", NETWORKS)
def test_every_step_of_a_network_agrees_with_torch(network, optimiser):
    for dtype in DTYPES:
        found = followed(network, optimiser, dtype)
        assert found.verdict in (Verdict.EXACT, Verdict.AGREES), sentence(found)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.network} by {run.optimiser}")
def test_a_run_is_judged_where_the_bounds_of_its_steps_are_smaller_than_the_steps(run):
    for dtype in DTYPES:
        parameters = start(run.network, dtype, 0)
        both = steps.sides(OURS, run.network, run.optimiser, run.lr, len(parameters), "cpu")
        batch, state = (*rows(dtype), 1), steps.at_rest(parameters, run.optimiser)
        moved, _ = both.reference(batch, state)
        bounds = both.bounds(batch, state).tight
        tells = [most < np.abs(x - y) for most, x, y in zip(bounds, moved, parameters, strict=False)]
        assert (np.mean(np.concatenate([x.ravel() for x in tells])) > 0.5) == (dtype in run.dtypes)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_gradient_that_is_a_millionth_off_is_caught_at_its_step(network):
    def step(A, T, t, groups, *settings):
        moved, value = beyond.step(A, T, t, groups, *settings)
        if t == 3:
            moved[0][-1] = moved[0][-1] + 1e-6 * (moved[0][-1] - groups[0][-1])
        return moved, value

    found = followed(network, "sgd", "float64", Implementation("planted", {"step": step}, PACK))
    assert (found.verdict, found.wrong_at) == (Verdict.WRONG, 2)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("network", NETWORKS)
def test_fit_is_one_step_a_batch_to_the_last_bit(network, optimiser):
    parameters = [*start(network, "float32", 0)]
    groups = [parameters, *([np.zeros_like(x) for x in parameters] for _ in range(OPTIMISERS[optimiser].kept))]
    batches, losses = [rows("float32", seed) for seed in range(3)], []
    for t, (A, T) in enumerate(batches, start=1):
        groups, value = beyond.step(A, T, t, groups, network, optimiser, LR[optimiser])
        losses.append(value)
    fitted, values = beyond.fit(batches, parameters, network, optimiser, LR[optimiser])
    np.testing.assert_array_equal(values, np.array(losses))
    for x, y in zip(fitted, groups[0], strict=True):
        np.testing.assert_array_equal(x, y, strict=True)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_the_references_loop_is_its_steps(optimiser):
    tensors = lambda arrays: [torch.tensor(x) for x in arrays]  # noqa: E731
    parameters = tensors(start("cnn", "float64", 0))
    groups = [parameters, *([torch.zeros_like(x) for x in parameters] for _ in by_torch.OPTIMISERS[optimiser][1])]
    batches, losses = [tuple(tensors(rows("float64", seed))) for seed in range(3)], []
    for t, (A, T) in enumerate(batches, start=1):
        groups, value = by_torch.step(A, T, t, groups, "cnn", optimiser, 0.01)
        losses.append(value)
    fitted, values = by_torch.fit(batches, parameters, "cnn", optimiser, 0.01)
    assert torch.equal(values, torch.stack(losses))
    for x, y in zip(fitted, groups[0], strict=True):
        assert torch.equal(x, y)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.network} by {run.optimiser}")
def test_the_digits_are_learnt_in_step_with_torch(run):
    pytest.importorskip("sklearn", reason="scikit-learn brings the digits; pip install 'gradecheck[data]'")
    found = train(OURS, digits.load(run.dtypes[-1]), run, 1, 0)
    assert found.trajectory.verdict.passes, sentence(found.trajectory)
    assert found.reading.accuracy > 0.5
    assert found.steps_an_epoch == len(found.trajectory.losses) == 45
    section = on_digits.section([found], "manual.beyond")
    assert section.parts[1].headers[:4] == ("run", "dtype", "optimiser", "lr")
    assert section.verdict.passes


def test_what_is_left_out_is_said():
    less = Implementation("mine.py", {name: f for name, f in OURS.functions.items() if name != "cnn"}, PACK)
    assert [e.unchecked for e in exhibits.exhibits(less, Options(), True)] == [
        ("networks on the digits: mine.py has no cnn",)
    ]
    (part,) = exhibits.exhibits(OURS, Options(), False)
    assert part.unchecked == ("networks on the digits: they need every function",)
    assert part.section([]) is None
    assert lecture.PACK.exhibits == "lectures.beyond.exhibits"


# -- what they ask of their arguments


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"network": "rnn"}, "step: network is 'rnn', but should be one of cnn, transformer"),
        ({"optimiser": "lion"}, "step: optimiser is 'lion', but should be one of sgd, momentum, nesterov"),
        ({"A": np.ones((2, 63))}, "(n, 64), a row of pixels an image"),
        ({"A": [[1.0]]}, "A is a list, but should be a float32 or float64 array"),
        ({"t": 0}, "step: t is 0, but should be at least 1"),
        ({"groups": [[]]}, ": parameters has length 0, but should be "),
        ({"optimiser": "adam"}, "step: groups has length 1, but should be 3, the parameters and what adam keeps"),
    ],
)
def test_a_step_refuses_what_it_does_not_know(change, said):
    for network in NETWORKS:
        A, T = rows("float64")
        told = {"A": A, "T": T, "t": 1, "groups": [[*start(network, "float64", 0)]], "network": network}
        with pytest.raises((TypeError, ValueError)) as refused:
            beyond.step(**{**told, "optimiser": "sgd", "lr": 0.1, **change})
        assert said in str(refused.value)


def test_a_network_refuses_parameters_that_do_not_fit():
    A, _ = rows("float64")
    E, *others = start("transformer", "float64", 0)
    with pytest.raises(
        ValueError, match=r"^transformer: E has shape \(8, 16\), but should be \(d, 8\), as a token has 8"
    ):
        beyond.transformer(A, [E.T, *others])
    with pytest.raises(
        ValueError, match=r"^transformer: P has shape \(16, 8\), but should be \(8, 16\), a row for each"
    ):
        beyond.transformer(A, [E, others[0].T, *others[1:]])
    with pytest.raises(ValueError, match=r"^fit: parameters is empty, but should have those of cnn"):
        beyond.fit([], [], "cnn", "adam", 0.1)
