"""An argument as Python source has the same type, shape and numbers, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gradecheck.numbers.literals import literal, numbers

SHAPES = array_shapes(min_dims=0, min_side=0, max_side=4)


@given(x=st.one_of(*(arrays(dtype, SHAPES) for dtype in (np.float64, np.float32, np.int64, np.bool_))))
def test_an_array_reads_back_to_the_last_bit(x):
    again = eval(literal(x), {"np": np})
    assert (again.dtype, again.shape) == (x.dtype, x.shape)
    nan = np.isnan(x)  # which nan it is is lost
    assert np.array_equal(np.isnan(again), nan)
    assert np.where(nan, 0, again).tobytes() == np.where(nan, 0, x).tobytes()


@pytest.mark.parametrize("x", [3, 0.1, True, float("inf"), -float("inf"), np.float32(0.1)])
def test_a_number_reads_back(x):
    assert eval(literal(x), {"np": np}) == x


def test_a_literal_stands_on_one_line_and_as_a_person_would_write_it():
    assert literal(np.array([[1.0], [-2.0]])) == "np.array([[1.0], [-2.0]])"
    assert literal(np.array([0.5, np.inf], np.float32)) == "np.array([0.5, np.inf], np.float32)"
    assert "\n" not in literal(np.full((40, 40), 1 / 3))
    assert numbers(np.array([1 / 3, 2 / 3]), 3) == "[0.333, 0.667]"
    assert numbers(np.array(2.0)) == "2.0"
