"""Answers taken all at once: the same judgement as one by one, and only where there is nothing to say but numbers."""

from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

import manual
from gradecheck.grading.bank.chosen import parts
from gradecheck.grading.bank.questions import build_question
from gradecheck.grading.jail.answers import Returned
from gradecheck.grading.jail.inside.protocol import FRAME
from gradecheck.grading.jail.inside.running import Submission
from gradecheck.grading.jail.unpacking import unpack
from gradecheck.grading.jail.usual import Unread
from gradecheck.grading.judging.judged import judge
from tests.lecture import CONTRACTS


@pytest.fixture(scope="module", params=["softmax_backward", "mse", "linear_backward", "train"])
def banked(request):
    return build_question(CONTRACTS[request.param], 16, 0)


class Written:
    """A worker's answer file, in memory."""

    def __init__(self):
        self.data = b""

    def answer(self, record):
        self.data += record


def answered(banked, function):
    """What the worker writes for the function, called on every case."""
    wire = Written()
    layout = SimpleNamespace(main=ModuleType("submission"), place=lambda name: None)
    chance = SimpleNamespace(begin=lambda seed: None)
    submission = Submission(wire, 1 << 30, layout, chance)
    submission.namespace["asked"] = function
    header, payload = parts(banked.frame)
    submission.call({"call": "asked", "seed": 0, "anew": False}, header["cases"], header["order"], payload)
    return wire.data


def right(banked):
    return getattr(manual, banked.contract.name)


def test_the_usual_answers_are_judged_as_they_are_one_by_one(banked):
    data = answered(banked, right(banked))
    numbers = banked.usual.numbers(data)
    assert numbers is not None
    answers = tuple(unpack(data, len(banked.order)))
    at_once, each = judge(banked, answers, numbers), judge(banked, answers)
    assert at_once.flawless
    assert each.flawless
    assert np.array_equal(at_once.actual, each.actual, equal_nan=True)
    assert np.array_equal(at_once.levels, each.levels)


def test_wrong_numbers_are_judged_as_they_are_one_by_one(banked):
    def off(*arguments):
        result = right(banked)(*arguments)
        return tuple(x * x.dtype.type(1.5) for x in result) if isinstance(result, tuple) else result * 3 / 2

    data = answered(banked, off)
    numbers = banked.usual.numbers(data)
    assert numbers is not None
    answers = tuple(unpack(data, len(banked.order)))
    assert not judge(banked, answers, numbers).right
    assert np.array_equal(judge(banked, answers, numbers).levels, judge(banked, answers).levels)


def habits(banked):
    """What leaves every number right, and is to be told all the same."""
    called = 0

    def of_the_first(change):
        def function(*arguments):
            result = right(banked)(*arguments)
            items = list(result) if isinstance(result, tuple) else [result]
            items[0] = change(items[0], arguments)
            return tuple(items) if isinstance(result, tuple) else items[0]

        return function

    def write(x, arguments):
        array = next(a for a in arguments if isinstance(a, np.ndarray))
        if array.flags.writeable:
            array += 1
        return x

    def another_each_time(x, arguments):
        nonlocal called
        called += 1
        return x + x.dtype.type(called)

    return {
        "the other dtype": of_the_first(lambda x, _: x.astype(np.float32 if x.dtype == np.float64 else np.float64)),
        "another shape": of_the_first(lambda x, _: np.asarray(x)[None]),
        "a list": of_the_first(lambda x, _: x.tolist()),
        "a matrix": of_the_first(lambda x, _: np.atleast_2d(x).view(np.matrix)),
        "an argument written to": of_the_first(write),
        "another answer each time": of_the_first(another_each_time),
        "none": lambda *arguments: None,
    }


@pytest.mark.parametrize(
    "habit",
    ["the other dtype", "another shape", "a list", "a matrix", "an argument written to", "another answer each time",
     "none"],
)  # fmt: skip
def test_where_there_is_more_to_say_each_answer_is_read(habit, banked):
    if habit == "a matrix" and len(banked.contract.results) > 1:
        pytest.skip("not told one by one either: of a tuple's items the worker sends only what they hold")
    data = answered(banked, habits(banked)[habit])
    assert banked.usual.numbers(data) is None
    assert len(list(unpack(data, len(banked.order)))) == len(banked.order)


def test_an_answer_file_that_is_cut_off_or_longer_is_not_usual(banked):
    data = answered(banked, right(banked))
    for other in (b"", data[:-1], data + b"\0", data[FRAME.size :]):
        assert banked.usual.numbers(other) is None


def test_no_word_but_the_usual_one_passes(banked):
    data = bytearray(answered(banked, right(banked)))
    spoken = [place for part in banked.usual.spoken for place in range(part.start, part.stop)]
    for place in spoken[:: 1 + banked.usual.size // 500]:
        data[place] ^= 1
        assert banked.usual.numbers(bytes(data)) is None
        data[place] ^= 1
    assert banked.usual.numbers(bytes(data)) is not None


def test_an_answer_is_read_once_somebody_looks_at_it(banked):
    unread = Unread(answered(banked, right(banked)), len(banked.order))
    assert len(unread) == len(banked.order)
    assert all(type(answer) is Returned for answer in unread)
    assert len(unread[:2]) == 2
