"""The parts of a trajectory: who takes a step, the worst error of one, what a last bit moves, what is written down."""

from functools import partial

import numpy as np
import pytest
from drawn import DTYPES

import manual
from gradecheck.numbers.compare import Verdict
from gradecheck.numbers.rounding import Ball
from gradecheck.verifying.implementation import Implementation, load
from lectures.lecture03.exhibits.records import Network
from lectures.lecture03.exhibits.sides import (
    Sides,
    composed,
    follow,
    in_a_row,
    in_pairs,
    network_sides,
    perceptron_sides,
    zeros,
)
from lectures.training import trajectory
from lectures.training.trajectory import lock_step
from tests.lecture import CONTRACTS, PACK

PERCEPTRON = Network(("identity",), "softmax_cross_entropy", 0.5, 0.5)
A, T = np.array([[1.0, -2.0], [0.5, 3.0]]), np.eye(2)
LAYER = [(np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([0.25, -0.75]))]


def in_state(parameters, velocities=None):
    """The arrays in a row, from rest where no velocities are given."""
    return (*in_a_row(parameters), *in_a_row(zeros(parameters) if velocities is None else velocities))


# -- who takes a step


def test_an_implementation_takes_its_own_step_where_it_has_one():
    def own(*arguments):
        raise AssertionError("not called here")

    assert network_sides(Implementation("planted", {"step": own}, PACK)).implementation is own


def test_functions_composed_are_the_step_that_they_make():
    """With the slope that a network of the lecture has where it is leaky."""
    network = Network(("leaky_relu", "identity"), "mse", 0.5, 0.5)
    arguments = (A, T, LAYER * 2, zeros(LAYER * 2), *vars(network).values())
    for ours, theirs in zip(composed(vars(manual))(*arguments), manual.step(*arguments), strict=True):
        assert repr(ours) == repr(theirs)


def test_the_reference_is_on_the_device_asked_for():
    assert network_sides(load(PACK), "quantum").reference.device == "quantum"
    assert network_sides(load(PACK)).reference.device == "cpu"
    settings = ((), "", 0.1, 0.9)
    with pytest.raises(RuntimeError, match="quantum"):
        perceptron_sides(load(PACK), 1, "quantum").reference(A, T, LAYER, zeros(LAYER), *settings)


@pytest.mark.parametrize("name", ["stable", "literal"])
def test_a_form_of_a_network_is_that_of_its_functions(name):
    """At x = 1e-9 the slide's own tanh has lost most digits, and so their bound is wider."""
    network = Network(("tanh",), "mse", 0.1, 0.9)
    tiny = [(1e-9 * W, b * 0) for W, b in LAYER]
    step = composed({function: getattr(contract, name) for function, contract in CONTRACTS.items()})
    ours = step(A, 0 * T, tiny, zeros(tiny), *vars(network).values())
    state, ours = in_state(tiny), (in_state(*ours[:2]), ours[2])
    ratio, verdict = lock_step(network_sides(load(PACK)).of(network), state, (A, 0 * T), ours)
    assert verdict is (Verdict.LESS_ACCURATE if name == "literal" else Verdict.AGREES)
    assert (ratio > 1) == (name == "literal")


def test_a_perceptron_of_the_slides_own_form_is_held_against_its_bounds():
    sides = perceptron_sides(Implementation("planted", {"train": CONTRACTS["train"].literal}, PACK), 2)
    settings = vars(PERCEPTRON).values()
    for form, contract in ((sides.stable, CONTRACTS["train"].stable), (sides.literal, CONTRACTS["train"].literal)):
        (layer,), velocities, losses = form(A, T, LAYER, "velocities", *settings)
        W, b, expected = contract(A, T, *LAYER[0], 0.5, 0.5, 2)
        np.testing.assert_array_equal(layer[0], W)
        np.testing.assert_array_equal(layer[1], b)
        np.testing.assert_array_equal(losses, expected)
        assert velocities == "velocities"


# -- the worst error


@pytest.mark.parametrize(
    ("ours", "theirs", "apart", "worst"),
    [
        ([1.5], [1.0], [0.5], 1.0),
        ([1.0, 2.0], [1.0, 1.0], [0.0, 0.5], 2.0),  # the same number without a bound says nothing
        ([np.nan, 9.0], [0.0, 8.0], [np.inf, 1.0], 1.0),  # nor does what is not judged
        ([5.0], [1.0], [np.inf], 0.0),
        ([1.0], [1.0], [0.0], 0.0),
        ([], [], [], 0.0),
    ],
)
def test_an_error_is_held_against_what_two_right_answers_may_be_apart(ours, theirs, apart, worst):
    one = [np.array(x) for x in (ours, theirs, apart)]
    assert trajectory._worst_ratio(*([x] for x in one)) == worst
    exact, unjudged = np.ones(1), np.full(1, np.inf)
    for more in (exact, unjudged):  # of several arrays the worst counts, wherever it stands
        for k in (0, 1):
            lists = [[x] for x in one]
            for entries in lists:
                entries.insert(k, exact)
            lists[2][k] = more
            assert trajectory._worst_ratio(*lists) == worst


def test_an_array_of_another_shape_is_infinitely_off():
    assert trajectory._worst_ratio([np.ones(2)], [np.ones(3)], [np.ones(3)]) == np.inf


@pytest.mark.parametrize(
    ("moved", "apart", "told"),
    [
        ([1.5, 1.0], [0.25, 9.0], True),
        ([1.5, 1.0], [0.5, 0.0], False),  # a bound as long as the step; what does not move tells nothing beside it
        ([1.5, 1.0], [np.inf, np.inf], False),
        ([1.0, 1.0], [np.inf, 9.0], True),  # nothing moves, and nothing may move far
        ([1.0, 1.0], [np.inf, np.inf], False),
    ],
)
def test_a_step_tells_something_where_a_bound_is_smaller_than_it(moved, apart, told):
    state, moved, apart = (np.ones(2),), (np.array(moved),), [np.array(apart), np.zeros(())]
    assert trajectory._tells(state, moved, apart[:1]) is told
    assert trajectory._tells((*state, state[0]), (*moved, moved[0]), [apart[0], apart[0]]) is told
    first = (state[0], np.zeros(1)), (moved[0], np.ones(1)), [apart[0], np.zeros(1)]
    assert trajectory._tells(*first)  # one array that tells is enough


def test_a_ratio_of_just_1_agrees(monkeypatch):
    sides, state = network_sides(load(PACK)).of(PERCEPTRON), in_state(LAYER)
    ours = sides.implementation((A, T), state)
    for ratio, verdict in ((0.0, Verdict.EXACT), (1.0, Verdict.AGREES), (1.01, Verdict.WRONG)):
        monkeypatch.setattr(trajectory, "_worst_ratio", lambda *_, ratio=ratio: ratio)
        assert lock_step(sides, state, (A, T), ours) == (ratio, verdict)


@pytest.mark.parametrize(
    ("tight", "literal", "verdict"),
    [
        (0.1, 0.5, Verdict.LESS_ACCURATE),
        (0.1, 0.4, Verdict.WRONG),
        (0.1, np.inf, Verdict.WRONG),  # the slide's own form overflows there: no excuse
        (0.1, 0.0, Verdict.WRONG),
        (0.5, 0.1, Verdict.AGREES),
    ],
)
def test_the_slides_own_bound_counts_where_it_is_finite_and_wider(tight, literal, verdict):
    def moved(radius):
        """A step to 1 whatever the state, on balls with that radius."""
        number = Ball(np.array([1.0]), np.array([radius]))
        return lambda *arguments: ([(number, number)], [(number, number)], number)

    one = lambda x: lambda *arguments: ([(x, x)], [(x, x)], x)  # noqa: E731
    sides = Sides(one(np.array([0.0])), one(np.array([1.0])), moved(tight), moved(literal)).of(PERCEPTRON)
    state = in_state(LAYER)
    assert lock_step(sides, state, (A, T), sides.implementation((A, T), state))[1] is verdict


# -- the free run


def test_a_distance_is_the_largest_difference_over_the_largest_parameter():
    vector, others = np.array([1.0, -4.0]), np.array([[1.0, -4.0], [3.0, -4.0], [0.0, -5.0]])
    assert trajectory._distances(vector, others).tolist() == [0, 0.5, 0.25]
    assert trajectory._distances(np.array([0.5]), np.array([[0.25]])).tolist() == [0.5]
    assert trajectory._distances(np.zeros(2), others).tolist() == [0, 0, 0]
    one = np.ones(1, "float32")
    assert trajectory._distances(one, np.nextafter(one, np.float32(2))[None]).tolist() == [2.0**-23]
    assert trajectory._distances(3e38 * one, -3e38 * one[None]).tolist() == [2.0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_nudge_is_one_last_bit_up_or_down_or_none_and_never_from_0_or_infinity(dtype):
    W = np.array([[1.0, -2.0], [0.0, np.inf], [np.nan, 1e-30]], dtype)
    layers = [(W, np.array([0.5, 3.0, 0.0], dtype)), (np.ones((1, 3), dtype), np.ones(1, dtype))]
    arrays = in_a_row(layers)
    nudged = trajectory._Nudged(arrays, in_a_row(zeros(layers)), 64, np.random.default_rng(0))
    seen = []

    def stay(state):
        parameters, velocities = state[:4], state[4:]
        seen.append(([x.copy() for x in parameters], velocities))
        return (*parameters, *(v + 1 for v in velocities)), None

    nudged.step(stay)
    flat = trajectory._vector(arrays)
    np.testing.assert_array_equal(trajectory._vector(seen[0][0]), flat)
    for i, x in enumerate(flat):
        around = {x} if not np.isfinite(x) or x == 0 else {np.nextafter(x, -np.inf), x, np.nextafter(x, np.inf)}
        np.testing.assert_array_equal(np.unique(nudged.rows[:, i]), np.array(sorted(around), dtype))
    assert nudged.rows.dtype == dtype
    assert len({row.tobytes() for row in nudged.rows}) > 32  # each run its own way
    nudged.step(stay)
    assert all(v.min() == v.max() == 1 for v in seen[64][1])  # and its own velocities
    assert [x.shape for x in seen[64][0]] == [(3, 2), (3,), (1, 3), (1,)]


def test_a_layer_without_features_is_followed_by_its_bias():
    layers = [(np.ones((2, 0)), np.array([1.0, -1.0]))]
    found = follow(network_sides(load(PACK)), PERCEPTRON, layers, [(np.ones((2, 0)), T)] * 2)
    assert (found.verdict.passes, found.seed) == (True, 0)
    assert found.differences[0] == (0, 0)


def test_a_trajectory_says_what_was_run_and_where_it_ended():
    sides = network_sides(load(PACK))
    states = []
    wrong = partial(_with_another_bias, states=states)
    layers = [(W.astype("float32"), b.astype("float32")) for W, b in LAYER]
    rows = [(A.astype("float32"), T.astype("float32"))] * 2
    found = follow(Sides(wrong, sides.reference, sides.stable, sides.literal), PERCEPTRON, layers, rows, 7)
    assert (found.settings, found.dtype) == ({"lr": 0.5, "mu": 0.5}, "float32")
    assert (found.seed, found.verdict) == (7, Verdict.WRONG)
    assert [len(x) for x in (found.ratios, found.drift, found.envelope)] == [2, 2, 2]
    assert len(states) == 2 * (1 + 8)  # the run itself, and those in its envelope
    free = layers, zeros(layers)
    for i in range(2):
        *free, value = sides.reference(*rows[i], *free, *vars(PERCEPTRON).values())
        assert found.reference_losses[i] == float(value)
    for (W, b), (W_0, b_0) in zip(in_pairs(found.reference_final), free[0], strict=True):
        assert (W.tobytes(), b.tobytes()) == (W_0.tobytes(), b_0.tobytes())
    (W, b), (W_0, b_0) = found.final, found.reference_final
    assert [run[-1] for run in found.differences] == [np.abs(W - W_0).max(), np.abs(b - b_0).max()]
    assert [len(run) for run in found.differences] == [2, 2]
    ours, theirs = (np.concatenate([np.ravel(x).astype(float) for x in pair]) for pair in ((W, b), (W_0, b_0)))
    assert found.drift[-1] == np.abs(ours - theirs).max() / np.abs(ours).max()


def _with_another_bias(A, T, parameters, velocities, *settings, states):
    states.append(parameters)
    moved, speeds, value = manual.step(A, T, parameters, velocities, *settings)
    return [(W, b + np.float32(1)) for W, b in moved], speeds, value
