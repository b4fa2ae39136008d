"""Chapter "dropout": against torch's own dropout, laws that need no torch, and bad input."""

import re

import numpy as np
import pytest
import torch
from drawn import DTYPES
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from gradecheck.numbers.rounding import Ball
from manual import beyond
from tests.agreement import assert_meet, traced

seeds = st.integers(0, 2**32 - 1)
NAMES = ("dropout", "dropout_backward")
HALVES = [0, 0.5, 0.75, 0.875]
"""Shares whose 1 - p is a power of two: nothing is rounded in whole numbers."""


def drawn(seed, p, shape=(4, 5)):
    """Whole numbers and a mask."""
    rng = np.random.default_rng(seed)
    return rng.integers(-99, 100, shape).astype(float), rng.random(shape) >= p


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9])
def test_it_is_torchs_dropout_with_the_mask_that_torch_drew(p, dtype):
    x = torch.rand(50, dtype=getattr(torch, dtype), generator=torch.Generator().manual_seed(1)) + 1
    x.requires_grad_()
    with torch.random.fork_rng():
        torch.manual_seed(2)
        dropped = functional.dropout(x, p)
    dropped.sum().backward()
    theirs = dropped.detach().numpy()
    assert_meet(traced("dropout")(x.detach().numpy(), theirs != 0, p), theirs)
    assert_meet(traced("dropout_backward")(np.ones(50, dtype), theirs != 0, p), x.grad.numpy())


@pytest.mark.parametrize("name", NAMES)
@given(seed=seeds, p=st.floats(0, 0.875))
def test_kept_numbers_grow_alike_and_dropped_ones_are_0(name, seed, p):
    x, mask = drawn(seed, p)
    result = traced(name)(x, mask, p)
    assert not result.mid[~mask].any()
    assert_meet(result[mask], Ball(x[mask]) / (1 - p))


@pytest.mark.parametrize("name", NAMES)
@given(seed=seeds, p=st.sampled_from(HALVES))
def test_kept_numbers_grow_by_a_power_of_two_exactly(name, seed, p):
    """As they are where no share is dropped."""
    x, mask = drawn(seed, p)
    np.testing.assert_array_equal(getattr(beyond, name)(x, mask, p), np.where(mask, x / (1 - p), 0))


@given(seed=seeds, p=st.sampled_from(HALVES))
def test_the_gradient_is_the_transposed_map(seed, p):
    """<g, f(x)> = <f'(g), x>, for f is linear."""
    (x, mask), (grad, _) = drawn(seed, p), drawn(seed + 1, p)
    assert (grad * beyond.dropout(x, mask, p)).sum() == (beyond.dropout_backward(grad, mask, p) * x).sum()


@pytest.mark.parametrize("p", HALVES)
def test_over_all_masks_the_mean_is_what_came_in(p):
    """The masks of three numbers, each as often as it is drawn."""
    x = np.array([1.0, -2.0, 3.0])
    masks = np.array(np.meshgrid(*[[False, True]] * 3)).reshape(3, -1).T
    often = [(1 - p) ** mask.sum() * p ** (~mask).sum() for mask in masks]
    mean = sum(share * beyond.dropout(x, mask, p) for share, mask in zip(often, masks, strict=True))
    np.testing.assert_array_equal(mean, x)


# -- bad input

X, MASK = np.ones((2, 3)), np.ones((2, 3), bool)


@pytest.mark.parametrize(
    ("error", "arguments", "message"),
    [
        (TypeError, ([1.0], MASK, 0.5), "{x} is a list, but should be a float32 or float64 array"),
        (TypeError, (MASK, MASK, 0.5), "{x} is a bool array, but should be float32 or float64"),
        (TypeError, (X, X, 0.5), "mask is an array of float64, but should be an array of truth values"),
        (TypeError, (X, None, 0.5), "mask is of type NoneType, but should be an array of truth values"),
        (ValueError, (X, MASK[0], 0.5), "mask has shape (3,), but should be (2, 3), the shape of {x}"),
        (TypeError, (X, MASK, None), "p is a NoneType, but should be a number"),
        (ValueError, (X, MASK, 1.0), "p is 1.0, but should be at least 0 and less than 1"),
        (ValueError, (X, MASK, -0.1), "p is -0.1, but should be at least 0 and less than 1"),
    ],
)
@pytest.mark.parametrize(("name", "x"), [("dropout", "x"), ("dropout_backward", "grad")])
def test_bad_input(name, x, error, arguments, message):
    with pytest.raises(error, match="^" + re.escape(f"{name}: {message.format(x=x)}")):
        getattr(beyond, name)(*arguments)
