"""Usual answers: arrays of the right form, which need no look at anything but their numbers.

They are recognised by their bytes, and their numbers are taken all at once. Most answers are usual. A submission that
forges such bytes has only sent wrong numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.jail.answers import Answer
from gradecheck.grading.jail.inside.results import returned
from gradecheck.grading.jail.unpacking import unpack

Shapes = tuple[tuple[int, ...], ...]


class Unread(Sequence[Answer]):
    """Well-formed answers, which are read when one of them is used."""

    def __init__(self, data: bytes, count: int) -> None:
        self._data, self._count = data, count

    @cached_property
    def _answers(self) -> tuple[Answer, ...]:
        return tuple(unpack(self._data, self._count))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Answer, ...]: ...
    def __getitem__(self, index: int | slice) -> Answer | tuple[Answer, ...]:
        return self._answers[index]


@dataclass(frozen=True)
class Usual:
    """The answer file in which every result has its dtype and shape, no argument is changed, and repeats are the same.

    size: bytes of the file.    words: those that are not numbers.    spoken, told: where these and the numbers are.
    doubles: bytes of numbers in float64 in the first answers; those in float32 follow.
    first: how many of `told` are first answers.    repeated: of these, those that the others have to give again.
    """

    size: int
    words: bytes
    spoken: tuple[slice, ...]
    told: tuple[slice, ...]
    doubles: int
    first: int
    repeated: tuple[slice, ...]

    @classmethod
    def of(cls, dtypes: Sequence[str], shapes: Sequence[Shapes], order: Sequence[int]) -> Usual:
        """dtypes, shapes: of each case, those in float64 first.   order: of the calls, the repeated ones at the end."""
        sizes = [_bytes(*pair) for pair in zip(dtypes, shapes, strict=True)]
        words = [_words(dtypes[case], shapes[case], sizes[case]) for case in order]
        spoken: list[slice] = []
        told: list[slice] = []
        end = 0
        for word, case in zip(words, order, strict=True):
            start, middle, end = end, end + len(word), end + len(word) + sizes[case]
            spoken.append(slice(start, middle))
            told.append(slice(middle, end))
        return cls(
            end,
            b"".join(words),
            tuple(spoken),
            tuple(told),
            sum(size for size, dtype in zip(sizes, dtypes, strict=True) if dtype == "float64"),
            len(sizes),
            tuple(told[case] for case in order[len(sizes) :]),
        )

    def numbers(self, data: bytes) -> NDArray[np.float64] | None:
        """The numbers of the first answers end to end; None where some answer is not usual."""
        if len(data) != self.size or _parts(data, self.spoken) != self.words:
            return None
        if _parts(data, self.told[self.first :]) != _parts(data, self.repeated):
            return None
        numbers = _parts(data, self.told[: self.first])
        parts = np.frombuffer(numbers[: self.doubles]), np.frombuffer(numbers[self.doubles :], np.float32)
        return np.concatenate(parts, dtype=np.float64)


def _parts(data: bytes, places: Sequence[slice]) -> bytes:
    return b"".join([data[place] for place in places])


def _bytes(dtype: str, shapes: Shapes) -> int:
    return sum(map(math.prod, shapes)) * np.dtype(dtype).itemsize


def _words(dtype: str, shapes: Shapes, size: int) -> bytes:
    """Of a record, all but its numbers, which have so many bytes."""
    leaves = tuple(("array" if shape else "scalar", dtype, dtype, shape) for shape in shapes)
    if len(leaves) > 1:
        return returned(("tuple", leaves), "tuple", (), size)
    return returned(leaves[0], "ndarray" if shapes[0] else dtype, (), size)
