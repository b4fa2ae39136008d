"""Mistakes in train: which losses and weights come back."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from lectures.lecture03.mistakes.network.perceptron import RIGHT


def losses_after_step(*arguments: Any) -> Any:
    Ws, bs, losses = RIGHT.run(*arguments)
    return Ws[-1], bs[-1], np.array(losses[1:])


def loss_after_last_step_too(*arguments: Any) -> Any:
    Ws, bs, losses = RIGHT.run(*arguments)
    return Ws[-1], bs[-1], np.array(losses)


def last_loss_only(*arguments: Any) -> Any:
    Ws, bs, losses = RIGHT.run(*arguments)
    return Ws[-1], bs[-1], losses[-2]


def losses_added_up(*arguments: Any) -> Any:
    W, b, losses = RIGHT.train(*arguments)
    return W, b, losses.cumsum()


def losses_as_column(*arguments: Any) -> Any:
    W, b, losses = RIGHT.train(*arguments)
    return W, b, losses[:, None]


def losses_left_out(*arguments: Any) -> Any:
    return RIGHT.train(*arguments)[:2]


def losses_first(*arguments: Any) -> Any:
    W, b, losses = RIGHT.train(*arguments)
    return losses, W, b


def before_last_update(*arguments: Any) -> Any:
    Ws, bs, losses = RIGHT.run(*arguments)
    return Ws[-2], bs[-2], np.array(losses[:-1])


MISTAKES: Final = (
    Mistake(
        "train/before-last-update",
        "train",
        before_last_update,
        "W and b are those from before the last update.",
        "Try one step: W should have moved.",
    ),
    Mistake(
        "train/losses-after-step",
        "train",
        losses_after_step,
        "Each loss is from after its step; losses[i] is from before step i.",
        "Try lr so small that nothing moves, then a larger one: the first loss should not depend on lr.",
    ),
    Mistake(
        "train/loss-after-last-step-too",
        "train",
        loss_after_last_step_too,
        "There is one loss too many, from after the last step; losses has one for each step, from before it.",
        "Print the length of losses for steps = 1.",
    ),
    Mistake(
        "train/last-loss-only",
        "train",
        last_loss_only,
        "Only the last loss comes back; losses has one for each step.",
        "Print the shape of losses for steps = 3.",
    ),
    Mistake(
        "train/losses-added-up",
        "train",
        losses_added_up,
        "The losses are added up from step to step; losses[i] is the loss before step i alone.",
        "Print the losses of a few steps with a small lr: they should fall.",
    ),
    Mistake(
        "train/losses-as-column",
        "train",
        losses_as_column,
        "losses is a column of shape (steps, 1); it should have shape (steps,).",
        "Print the shape of losses.",
    ),
    Mistake(
        "train/losses-left-out",
        "train",
        losses_left_out,
        "Only W and b come back; the losses belong to the result too.",
        "Count the results: W, b, losses.",
    ),
    Mistake(
        "train/losses-first",
        "train",
        losses_first,
        "The losses come first; the order is W, b, losses.",
        "Compare the shape of each result with those of W and b.",
    ),
)
