"""The answers about which there is nothing to say but their numbers: known by their bytes, and taken all at once.

Most functions of most submissions answer so. A submission that forges such bytes has sent wrong numbers, nothing more.
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
    """Answers that are known to be well-formed, read once somebody looks at one."""

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
    """An answer file with every result an array of its dtype and shape, no argument changed, and repeats the same.

    words: the bytes that are no numbers.   spoken: where in the file they are.
    doubles, singles: how many bytes of numbers the first answers in float64 have, and in float32, which follow.
    repeated: where among those the numbers are that the repeats have to give again.
    """

    words: Bytes
    spoken: NDArray[np.bool_]
    doubles: int
    singles: int
    repeated: NDArray[np.int64]

    @classmethod
    def of(cls, dtypes: Sequence[str], shapes: Sequence[Shapes], order: Sequence[int]) -> Usual:
        """dtypes, shapes: a case each, all of float64 first.   order: the cases, and after them those repeated."""
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
        """The first answers' numbers end to end; None where there is more to say about some answer."""
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
