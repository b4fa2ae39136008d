"""Mistakes in dropout with a given mask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.right import Right


@Right
def dropout(x: Any, mask: Any, p: Any) -> Any:
    return x * mask / (1 - p)


@Right
def dropout_backward(grad: Any, mask: Any, p: Any) -> Any:
    return grad * mask / (1 - p)


def in_place(x: Any, mask: Any, p: Any) -> Any:
    x *= mask
    x /= 1 - p
    return x


def of_both(right: Right, x: str) -> Iterator[Mistake]:
    """Mistakes that the formula and its gradient share.  x: the array that is masked."""
    yield right.wrong("not-scaled", lambda x, mask, p: x * mask,
        "What is kept is not divided by 1 - p: that is dropout which is not inverted.",
        f"Try a mask that keeps all and p = 0.5: {x} should be doubled.")  # fmt: skip
    yield right.given("share-kept", lambda x, mask, p: (x, mask, 1 - p),
        "p is taken for the share that is kept: what is kept is divided by p in place of 1 - p.",
        f"Try p = 0: {x} should stay what it is.")  # fmt: skip
    yield right.given("mask-inverted", lambda x, mask, p: (x, ~mask, p),
        "The mask is taken for what is dropped; it is True for what is kept.",
        "Try a mask that keeps all.")  # fmt: skip
    yield right.wrong("scaled-down", lambda x, mask, p: x * mask * (1 - p),
        "What is kept is multiplied by 1 - p; it should be divided by it.",
        f"Try a mask that keeps all and p = 0.5: {x} should be doubled.")  # fmt: skip
    yield right.given("mask-left-out", lambda x, mask, p: (x, mask | True, p),
        "The mask is not looked at: everything is divided by 1 - p.",
        "Try a mask that drops all: the result should be 0.")  # fmt: skip
    yield right.wrong("dropped-kept-as-it-is", lambda x, mask, p: np.where(mask, x / x.dtype.type(1 - p), x),
        "What is dropped stays what it is; it should become 0.",
        "Try a mask that drops all: the result should be 0.")  # fmt: skip
    yield right.wrong("scaled-by-the-mask", lambda x, mask, p: x * mask / x.dtype.type(max(mask.mean(), 1e-12)),
        "What is kept is divided by the share that this mask keeps; 1 - p should divide it.",
        f"Try a mask that keeps all and p = 0.5: {x} should be doubled.")  # fmt: skip
    yield right.written_to(f"written-into-{x}", in_place, x)


MISTAKES: Final = (*of_both(dropout, "x"), *of_both(dropout_backward, "grad"))
