"""Layer norm and RMS norm by one rule: right answers are within the bound, which is no wider than that of the steps."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from gradecheck.traced.ball import TracedBall
from gradecheck.traced.bounds import bound, gradient_bound
from gradecheck.traced.rounding import ball
from gradecheck.traced.rules import normalised

EPS = 1e-5
WAYS = {
    "normal": lambda g: torch.randn(12, 24, generator=g),
    "far from 0": lambda g: torch.randn(12, 24, generator=g) + 300,
    "positive": lambda g: torch.rand(12, 24, generator=g),
    "one large": lambda g: torch.randn(12, 24, generator=g) * 1e-2 + torch.eye(24)[:12] * 5,
    "tiny": lambda g: torch.randn(12, 24, generator=g) * 1e-8,
    "of many scales": lambda g: torch.randn(12, 24, generator=g) * torch.exp(4 * torch.randn(12, 24, generator=g)),
    "large": lambda g: torch.randn(12, 24, generator=g) * 1e15,
}


def rows(way, dtype=torch.float32):
    generator = torch.Generator().manual_seed(2)
    return [
        x.to(dtype)
        for x in (WAYS[way](generator), torch.randn(24, generator=generator), torch.randn(24, generator=generator))
    ]


def layer_norm(x, w, b):
    return functional.layer_norm(x, (24,), w, b, EPS)


def rms_norm(x, w):
    return functional.rms_norm(x, (24,), w, EPS)


TWINS = {"layer_norm": layer_norm, "rms_norm": rms_norm}


@pytest.fixture
def by_steps(monkeypatch):
    """Runs a function by the rules of the steps alone."""

    def run(function):
        with monkeypatch.context() as patched:
            patched.setattr(normalised, "_by_one_rule", lambda *anything: False)
            return function()

    return run


def arguments(twin, way, dtype=torch.float32):
    return rows(way, dtype)[: 3 if twin == "layer_norm" else 2]


def in_another_way(twin, x, w, b=None):
    """In float32, from one end to the other; s x - s mean in place of s (x - mean)."""
    x, w = x.numpy(), w.numpy()
    n = np.float32(x.shape[1])
    middle = np.cumsum(x, 1)[:, -1:] / n if twin == "layer_norm" else np.zeros((len(x), 1), np.float32)
    scale = 1 / np.sqrt(np.cumsum((x - middle) ** 2, 1)[:, -1:] / n + np.float32(EPS))
    y = (x * scale - middle * scale) * w
    return y if b is None else y + b.numpy()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("twin", TWINS)
def test_every_right_way_is_within_the_bound(twin, way):
    given = arguments(twin, way)
    found = bound(TWINS[twin], *given)
    for answer in (found.values[0], in_another_way(twin, *given)):
        off = np.abs(answer.astype(np.float64) - found.truth[0])
        assert (off <= found.tight[0] / 2).all()
    assert (off / (found.tight[0] / 2)).max() > 0.01
    assert np.isfinite(found.tight[0]).all()
    gradient = gradient_bound(TWINS[twin], *given, upstream=rows("normal")[0])
    for value, true, tight in zip(gradient.values, gradient.truth, gradient.tight, strict=True):
        assert (np.abs(value - true) <= tight / 2).all()


@pytest.mark.parametrize("radius", [0.0, 1e-7, 1e-5])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("twin", TWINS)
def test_the_bound_is_no_wider_than_that_of_the_steps(twin, way, radius, by_steps):
    given = arguments(twin, way)

    def traced():
        balls = [ball(x.clone(), x.abs() * radius if radius else None) for x in given]
        found = normalised.rms_norm(balls[0], (24,), balls[1], EPS) if twin == "rms_norm" else None
        return TWINS[twin](*balls) if found is None else found

    one, steps = traced(), by_steps(traced)
    assert isinstance(one, TracedBall)
    finite = torch.isfinite(steps.rad)
    ratio = (one.rad / steps.rad)[finite]
    assert (ratio <= 1.05).all()
    assert radius or not torch.equal(one.rad, steps.rad)
    if twin == "rms_norm":  # where the steps count each rounding once
        assert (ratio >= 0.95).all()


def test_by_one_rule_and_left_to_the_steps():
    x, w = ball(rows("normal")[0], None), ball(rows("normal")[1], None)
    assert isinstance(normalised.rms_norm(x, (24,), w, EPS), TracedBall)
    assert isinstance(normalised.rms_norm(ball(torch.ones(2, 3, 24), None), (3, 24), None, None), TracedBall)
    squares_overflow = ball(torch.full((2, 24), 3e18), None)
    for left, eps in (
        (squares_overflow, EPS),
        (ball(torch.zeros(2, 24), None), 0.0),
        (ball(torch.full((2, 24), torch.inf), None), EPS),
        (ball(torch.ones(2, 24), torch.full((2, 24), 0.5)), EPS),
        (ball(torch.ones(2, 24, dtype=torch.bfloat16), None), EPS),
    ):
        assert normalised.rms_norm(left, (24,), None, eps) is None
    assert normalised.rms_norm(ball(torch.ones(2, 4), None), (4,), None, EPS) is None


def test_a_row_without_a_size_and_one_that_overflows_have_no_bound():
    for twin in (lambda x: functional.rms_norm(x, (24,), eps=0.0), lambda x: functional.layer_norm(x, (24,), eps=0.0)):
        assert np.isinf(bound(twin, torch.zeros(2, 24)).tight[0]).all()
        large = torch.tensor([3e20, -3e20]).repeat(2, 12)
        assert np.isinf(bound(twin, large).tight[0]).all()


@pytest.mark.parametrize("twin", TWINS)
def test_a_product_with_a_weight_that_overflows_has_no_bound(twin):
    x, *others = arguments(twin, "normal")
    others[0] = torch.full((24,), 3e38)
    found = bound(TWINS[twin], x, *others)
    assert (np.isinf(found.tight[0]) == (np.abs(found.values[0]) > 3.4e38)).all()
    assert np.isinf(found.values[0]).any()


@pytest.mark.parametrize("training", [True, False])
def test_a_batch_close_to_its_mean_loses_digits_in_torchs_kernel(training):
    rng = np.random.default_rng(3)
    x = (1000 + 1e-3 * rng.standard_normal((6, 5))).astype(np.float32)
    w, b = rng.standard_normal((2, 5)).astype(np.float32)
    mean, var = x[0], np.full(5, 1e-6, np.float32)

    def twin(x, w, b, mean, var):
        return torch.batch_norm(x, w, b, mean.clone(), var.clone(), training, 0.1, 1e-5, False)

    found = bound(twin, x, w, b, mean, var)
    wide = [a.astype(np.float64) for a in (x, w, b, mean, var)]
    middle, spread = (wide[0].mean(0), wide[0].var(0)) if training else wide[3:]
    true = (wide[0] - middle) / np.sqrt(spread + 1e-5) * wide[1] + wide[2]
    assert (np.abs(found.values[0] - true) <= found.tight[0] / 2).all()
    assert (found.tight[0] < 1).all()


def test_running_statistics_may_be_kept_by_a_momentum_that_was_rounded():
    """Where 1 - momentum is small, its float32 has few digits of it: 0.9999 leaves 1 - 0.9999 with three or four."""
    old = torch.full((3,), 5.0)
    x = torch.zeros(2, 3)

    def running(x, mean, variance):
        kept = mean.clone(), variance.clone()
        torch.nn.functional.batch_norm(x, *kept, training=True, momentum=0.9999)
        return kept

    found = bound(running, x, old, old)
    in_numpy = old.numpy() * np.float32(1 - 0.9999)
    for value, tight in zip(found.values, found.tight, strict=True):
        assert (abs(value.astype(float) - in_numpy) <= tight).all()
        assert (tight < 1e-6).all()
