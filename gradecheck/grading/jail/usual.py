"""Usual answers: arrays of the right form, which need no look at anything but their numbers.

They are recognised by their bytes, and their numbers are taken all at once. Most answers are usual. A submission that
forges such bytes has only sent wrong numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.jail.answers import Answer
from gradecheck.grading.jail.inside.protocol import framed
from gradecheck.grading.jail.inside.results import returned
from gradecheck.grading.jail.unpacking import unpack

Bytes = NDArray[np.uint8]
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

    words: the bytes that are not numbers.   spoken: their places in the file.
    doubles, singles: bytes of numbers in the first answers, in float64, and in float32, which follow.
    repeated: places among these of the numbers that the repeated calls have to give again.
    """

    words: Bytes
    spoken: NDArray[np.bool_]
    doubles: int
    singles: int
    repeated: NDArray[np.int64]

    @classmethod
    def of(cls, dtypes: Sequence[str], shapes: Sequence[Shapes], order: Sequence[int]) -> Usual:
        """dtypes, shapes: of each case, those in float64 first.   order: of the calls, the repeated ones at the end."""
        sizes = [_bytes(*pair) for pair in zip(dtypes, shapes, strict=True)]
        ends = np.cumsum(sizes)
        frames = [framed(_header(dtypes[case], shapes[case]), bytes(sizes[case])) for case in order]
        spoken = [np.arange(len(f)) < len(f) - sizes[case] for f, case in zip(frames, order, strict=True)]
        said = np.concatenate(spoken)
        again = [np.arange(ends[case] - sizes[case], ends[case]) for case in order[len(sizes) :]]
        doubles = sum(size for size, dtype in zip(sizes, dtypes, strict=True) if dtype == "float64")
        return cls(
            np.frombuffer(b"".join(frames), np.uint8)[said],
            said,
            doubles,
            sum(sizes) - doubles,
            np.concatenate(again) if again else np.zeros(0, np.int64),
        )

    def numbers(self, data: bytes) -> NDArray[np.float64] | None:
        """The numbers of the first answers end to end; None where some answer is not usual."""
        if len(data) != self.spoken.size:
            return None
        found = np.frombuffer(data, np.uint8)
        if not np.array_equal(found[self.spoken], self.words):
            return None
        numbers = found[~self.spoken]
        first, again = np.split(numbers, [self.doubles + self.singles])
        if not np.array_equal(first[self.repeated], again):
            return None
        parts: list[NDArray[Any]] = [first[: self.doubles].view(np.float64), first[self.doubles :].view(np.float32)]
        return np.concatenate(parts, dtype=np.float64)


def _bytes(dtype: str, shapes: Shapes) -> int:
    return sum(map(math.prod, shapes)) * np.dtype(dtype).itemsize


def _header(dtype: str, shapes: Shapes) -> bytes:
    leaves = tuple(("array" if shape else "scalar", dtype, dtype, shape) for shape in shapes)
    if len(leaves) > 1:
        return returned(("tuple", leaves), "tuple", ())
    return returned(leaves[0], "ndarray" if shapes[0] else dtype, ())
