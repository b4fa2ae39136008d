"""Mistakes in sgd_step and momentum_step: arrays of another type, and arguments written to."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.hygiene import float32_lost, written_to
from lectures.lecture03.mistakes.sgd.right import momentum_step, sgd_step


def nothing_returned(w: Any, grad: Any, lr: Any) -> Any:
    w = w - lr * grad


def single_precision(w: Any, grad: Any, lr: Any) -> Any:
    return sgd_step(w.astype(np.float32), grad.astype(np.float32), lr).astype(w.dtype)


def written_into_w(w: Any, grad: Any, lr: Any) -> Any:
    w -= lr * grad
    return w


def written_and_nothing_returned(w: Any, grad: Any, lr: Any) -> Any:
    w -= lr * grad


def lr_of_float64(w: Any, grad: Any, lr: Any) -> Any:
    return sgd_step(w, grad, np.float64(lr))


def list_of_numbers(w: Any, grad: Any, lr: Any) -> Any:
    return sgd_step(w, grad, lr).tolist()


def written_into_v(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v *= mu
    v += grad
    return w - lr * v, v


def written_into_both(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v *= mu
    v += grad
    w -= lr * v
    return w, v


def rates_of_float64(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    lr, mu = np.array([lr, mu])
    return momentum_step(w, v, grad, lr, mu)


MISTAKES: Final = (
    Mistake(
        "sgd_step/nothing-returned",
        "sgd_step",
        nothing_returned,
        "The new W is computed but nothing is returned.",
        "Print what the function returns.",
    ),
    Mistake(
        "sgd_step/single-precision",
        "sgd_step",
        single_precision,
        "The step is computed in float32, which loses half of the digits of float64 weights.",
        "Look for astype(np.float32) or dtype=np.float32.",
    ),
    written_to("sgd_step/written-into-w", written_into_w, "w"),
    Mistake(
        "sgd_step/written-and-nothing-returned",
        "sgd_step",
        written_and_nothing_returned,
        "The step is written into the argument w, and nothing is returned.",
        "Print what the function returns, and w before and after the call.",
    ),
    float32_lost("sgd_step", lr_of_float64),
    Mistake(
        "sgd_step/list-of-numbers",
        "sgd_step",
        list_of_numbers,
        "The new W comes back as a list; it should be an array.",
        "Print the type of the result.",
        costs="hygiene",
    ),
    written_to("momentum_step/written-into-v", written_into_v, "v"),
    written_to("momentum_step/written-into-both", written_into_both, "w", "v"),
    float32_lost("momentum_step", rates_of_float64),
)
