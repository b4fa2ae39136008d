"""A record comes back from JSON as it was, and nothing else is taken for one."""

import json
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.grading.classrun import codec
from gradecheck.grading.marks import CheckMark, Counterexample, QuestionMark, SubmissionMark

ARRAYS = st.sampled_from(
    [np.arange(6.0).reshape(2, 3), np.zeros((0, 3)), np.float32([0.1, np.nan, -np.inf, -0.0]), np.array(1.5), 0.01, 3]
)
TEXTS = st.text(st.characters(codec=None))
CHECKS = st.builds(CheckMark, st.just("edges"), st.just("wrong"), st.floats(0, 1), TEXTS)
EXAMPLES = st.builds(Counterexample, st.dictionaries(TEXTS, ARRAYS), TEXTS, TEXTS, TEXTS)
QUESTIONS = st.builds(
    QuestionMark,
    TEXTS,
    st.floats(0, 9),
    st.floats(1, 9),
    st.just("wrong"),
    st.lists(CHECKS).map(tuple),
    diagnoses=st.lists(TEXTS).map(tuple),
    counterexample=st.none() | EXAMPLES,
    seconds=st.floats(0, 9),
)
MARKS = st.builds(
    SubmissionMark,
    TEXTS,
    st.sampled_from(["graded", "fault"]),
    st.lists(QUESTIONS, max_size=2).map(tuple),
    st.floats(0, 9),
    st.lists(TEXTS).map(tuple),
)


@given(MARKS)
def test_a_mark_comes_back_as_it_was(mark):
    written = json.dumps(codec.encode(mark))
    assert "\n" not in written
    back = codec.decode(SubmissionMark, json.loads(written))
    assert json.dumps(codec.encode(back)) == written
    for question, again in zip(mark.questions, back.questions, strict=True):
        assert replace(question, counterexample=None) == replace(again, counterexample=None)
        if question.counterexample is not None:
            for name, x in question.counterexample.arguments.items():
                assert again.counterexample is not None
                y = again.counterexample.arguments[name]
                assert (np.shape(x), np.asarray(x).dtype) == (np.shape(y), np.asarray(y).dtype)
                assert np.asarray(x).tobytes() == np.asarray(y).tobytes()


@dataclass(frozen=True)
class Sample:
    count: int
    kind: Literal["a", "b"]
    inner: tuple[int, str] = (0, "")
    parts: tuple["Sample", ...] = field(default=())


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"count": "1", "kind": "a", "inner": [1, ""], "parts": []},
        {"count": 1, "kind": "c", "inner": [1, ""], "parts": []},
        {"count": 1, "kind": "a", "inner": [1], "parts": []},
        {"count": 1, "kind": "a", "inner": [1, ""], "parts": [{}]},
        {"count": 1, "inner": [1, ""], "parts": []},
    ],
)
def test_what_is_no_record_is_refused(data):
    with pytest.raises(ValueError, match="should be what encode wrote"):
        codec.decode(Sample, data)
    right = Sample(1, "b", (2, "x"), (Sample(3, "a"),))
    assert codec.decode(Sample, codec.encode(right)) == right


def test_a_field_that_an_earlier_version_did_not_write_has_its_default():
    assert codec.decode(Sample, {"count": 1, "kind": "a", "inner": [1, ""]}) == Sample(1, "a", (1, ""))


def test_what_is_no_data_is_not_written():
    with pytest.raises(TypeError, match="object"):
        codec.encode(object())
