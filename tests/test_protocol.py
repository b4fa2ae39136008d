"""The wire: what is packed arrives, and nothing that a stranger sends is more than a value or a ProtocolError."""

import contextlib
import json
from collections import namedtuple
from dataclasses import make_dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.grading.jail.answers import Limit, Missing, NoArray, Raised, Returned
from gradecheck.grading.jail.inside.exceptions import describe
from gradecheck.grading.jail.inside.packing import build, changed
from gradecheck.grading.jail.inside.protocol import FRAME, Cases, ProtocolError, frame, split
from gradecheck.grading.jail.inside.results import NoArrayError, convert, kind_of, returned
from gradecheck.grading.jail.unpacking import read, text, unpack


def sent(*arguments):
    """The arguments as a worker builds them."""
    header, payload, _ = split(Cases.pack([arguments]).frame, 0, 1 << 20)
    return build(json.loads(header)["cases"][0], payload)


def back(value):
    """A result as the marker reads it."""
    chunks = []
    tree = convert(value, chunks, 1 << 20)
    values = b"".join(chunks)
    header, payload, _ = split(returned(tree, type(value).__name__, (), len(values)) + values, 0, 1 << 20)
    return read(header, payload).value


A = np.arange(24.0).reshape(4, 6)
LAYOUTS = {
    "C": A,
    "F": A.T,
    "strided": A[::2, ::3],
    "reversed": A[::-1, ::-2],
    "broadcast": np.broadcast_to(np.arange(3.0), (4, 3)),
    "empty": np.zeros((0, 3)),
    "0-d": np.array(2.5),
    "float32": A.astype(np.float32),
    "int": np.arange(5),
    "bool": np.array([True, False]),
}


@pytest.mark.parametrize("array", LAYOUTS.values(), ids=LAYOUTS)
def test_an_argument_arrives_as_it_lay(array):
    (there,) = sent(array)
    assert type(there) is np.ndarray
    assert there.dtype == array.dtype
    assert there.shape == array.shape
    assert there.tobytes() == array.tobytes()
    assert array.size < 2 or there.strides == array.strides
    assert there.flags.writeable == array.flags.writeable
    assert there.flags.aligned


def test_a_read_only_argument_cannot_be_made_writeable():
    frozen = np.arange(3.0)
    frozen.flags.writeable = False
    (there,) = sent(frozen)
    with pytest.raises(ValueError, match="WRITEABLE"):
        there.flags.writeable = True


def test_numbers_arrive_as_python_numbers():
    there = sent(0.1, 3, True, float("inf"), 5e-324)
    assert there == [0.1, 3, True, float("inf"), 5e-324]
    assert [type(x) for x in there] == [float, int, bool, float, float]


@pytest.mark.parametrize("argument", ["x", None, np.array([None]), np.array(["a"]), 1j])
def test_what_is_no_number_is_not_packed(argument):
    with pytest.raises(TypeError, match="should be numbers"):
        Cases.pack([(argument,)])


def test_the_order_may_repeat_a_case():
    assert Cases.pack([(1.0,), (2.0,)], order=[0, 1, 0]).count == 3


class Lying(np.ndarray):
    def tobytes(self, *_):
        return b"never asked"

    shape = property(lambda self: (1, 1))
    dtype = property(lambda self: "float64")
    __array_function__ = None


RESULTS = {
    "float64": A,
    "float32": A.astype(np.float32)[:, ::2],
    "swapped": A.astype(">f8"),
    "scalar": np.float32(0.1),
    "number": 0.1,
    "int": 3,
    "bool": True,
    "list": [1.0, 2.0],
    "rows": [[1.0], [2.0]],
    "tuple": (A, np.arange(2), 1.5),
    "nested": [(A, A), (A, A)],
    "mixed": ([1.0, 2.0], 3.0),
    "half": np.float16(0.1),
    "long": np.ones(2, np.longdouble),
    "empty": np.zeros((0, 2)),
    "large int": 10**30,
}


OTHERWISE = {"swapped": A, "large int": 1e30}  # the byte order is not told, nor a digit that no float has


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_comes_back(name):
    assert repr(back(RESULTS[name])) == repr(OTHERWISE.get(name, RESULTS[name]))


def test_a_subclass_is_stripped_to_its_memory():
    there = back(A.view(Lying))
    assert type(there) is np.ndarray
    assert np.array_equal(there, A)
    assert type(back(np.ma.masked_array([1.0], [True]))) is np.ndarray


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "None"),
        ("0.5", "str"),
        ([[1.0], [1.0, 2.0]], "ragged list"),
        (np.array([None]), "object array"),
        (np.ones(2) * 1j, "complex128 array"),
        ({}, "dict"),
        (back, "function"),
    ],
    ids=["None", "str", "ragged", "object", "complex", "dict", "function"],
)
def test_what_is_no_array_is_named(value, name):
    with pytest.raises(NoArrayError, match=f"^{name}$"):
        convert(value, [], 1 << 20)


def test_what_is_no_array_beside_a_result_is_told_by_its_name():
    assert repr(back((A, None))) == repr((A, NoArray("None")))
    assert repr(back([A, {"x": A}, (back, 1.0)])) == repr([A, NoArray("dict"), (NoArray("function"), 1.0)])


def test_a_named_tuple_and_a_dataclass_are_tuples():
    for kind in (namedtuple("Grads", "dA dW"), make_dataclass("Grads", ["dA", "dW"])):
        result = kind(A, A[0])
        assert kind_of(result) == "tuple"
        assert repr(back(result)) == repr((A, A[0]))


def test_a_result_beyond_the_limit_is_not_copied():
    with pytest.raises(OSError, match="too large") as caught:
        convert(np.broadcast_to(0.0, (1 << 40,)), [], 1 << 20)
    assert describe(caught.value) == {"limit": "output"}


LEAF = ["array", "float64", "float64", [2]]
BAD = {
    "no json": b"{",
    "no object": b"[]",
    "unknown": b'{"verdict": "right"}',
    "deep": b'{"returned": ' + b"[" * 100_000,
    "long int": b'{"returned": ' + b"9" * 10_000 + b"}",
    "object dtype": {"returned": ["array", "object", "object", [2]]},
    "lying dtype": {"returned": ["array", "float32", "float64", [2]]},
    "short": {"returned": ["array", "float64", "float64", [3]]},
    "negative": {"returned": ["array", "float64", "float64", [-2]]},
    "true": {"returned": ["array", "float64", "float64", [2, True]]},
    "huge": {"returned": ["array", "float64", "float64", [0, 1 << 31, 1 << 31, 1 << 31]]},
    "number of two": {"returned": ["number", "float64", "float64", [2]]},
    "0-d list": {"returned": ["list", "float64", "float64", []]},
    "strange kind": {"returned": ["set", [LEAF]]},
    "no result at all": {"returned": ["other", "dict"]},
    "nameless": {"returned": ["tuple", [LEAF, ["other", 5]]]},
    "no type": {"returned": LEAF, "type": None},
    "changed": {"returned": LEAF, "changed": ["x"]},
    "message": {"raised": "E", "message": 5, "lines": []},
    "lines": {"raised": "E", "message": "", "lines": [[1, "2", "f"]]},
    "limit": {"limit": "marks"},
}


@pytest.mark.parametrize("header", BAD.values(), ids=BAD)
def test_a_bad_frame_is_a_protocol_error(header):
    raw = header if isinstance(header, bytes) else json.dumps({"type": "ndarray", **header}).encode()
    with pytest.raises(ProtocolError):
        read(raw, bytes(16))


@given(st.binary(max_size=200))
def test_noise_is_nothing_or_a_protocol_error(noise):
    try:
        answers = list(unpack(noise, 3))
    except ProtocolError:
        return
    assert all(isinstance(x, Returned | Raised | NoArray | Missing | Limit) for x in answers)


tree = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["array", "list", "float64", "float16"]),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


KEYS = st.sampled_from(["returned", "type", "changed", "raised", "message", "lines"])


@given(st.dictionaries(KEYS, tree), st.binary())
def test_noise_in_json_is_an_answer_or_a_protocol_error(header, payload):
    with contextlib.suppress(ProtocolError):
        read(json.dumps(header).encode(), payload)


def test_a_frame_that_claims_too_much_is_refused_before_it_is_read():
    with pytest.raises(ProtocolError):
        split(FRAME.pack(10, 1 << 60), 0, 1 << 20)
    with pytest.raises(ProtocolError):
        split(FRAME.pack(1 << 31, 0), 0, 1 << 20)


def test_a_frame_cut_short_ends_the_answers():
    whole = frame({"limit": "time"})
    assert list(unpack(whole + whole[:-1], 5)) == [Limit("time")]
    assert list(unpack(whole * 5, 2)) == [Limit("time")] * 2


def test_a_forged_bool_is_a_bool():
    value = read(b'{"returned":["array","bool","bool",[3]],"type":"ndarray"}', b"\x00\x02\xff").value
    assert value.tolist() == [False, True, True]


def test_a_strangers_text_is_harmless():
    assert text("a\x1b[2J\ud800\u202eb\r\nc", 100) == "a�[2J��b\nc"
    text("\ud800", 10).encode()


def test_a_changed_argument_is_noticed():
    for spoil in (
        lambda x: x.__setitem__((0, 0), -1.0),
        lambda x: setattr(x, "shape", (24,)) if x.flags.c_contiguous else x.fill(0),
        lambda x: x.sort(axis=0) or x.__imul__(2),
        lambda x: setattr(x, "dtype", np.int64),
    ):
        for array in (A, A.T):
            header, payload, _ = split(Cases.pack([(array, 1.0)]).frame, 0, 1 << 20)
            case = json.loads(header)["cases"][0]
            arguments = build(case, payload)
            assert changed(arguments, case, payload) == ()
            spoil(arguments[0])
            assert changed(arguments, case, payload) == (0,)
