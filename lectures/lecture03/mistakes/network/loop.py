"""Mistakes in train: how often, and on what, the loop steps, and what comes back."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.state import resuming
from lectures.lecture03.mistakes.linear import linear
from lectures.lecture03.mistakes.network.perceptron import Perceptron, State, backward, loss_backward, train
from lectures.lecture03.mistakes.sgd import momentum_step


def stops_when_loss_settles(*arguments: Any) -> Any:
    *given, steps = arguments
    losses = train(*arguments)[2]
    settled = np.flatnonzero(np.abs(np.diff(losses)) <= 0.01 * losses[:-1])
    return train(*given, int(settled[0]) + 1 if settled.size else steps)


def gradients_of_first_step(A: Any, T: Any, W: Any, b: Any, *arguments: Any) -> Any:
    """The forward pass is run anew for the loss, but the gradients are computed once, before the loop."""
    first = loss_backward(linear(A, W, b), T)
    return Perceptron(loss_backward=lambda Z, T: first).train(A, T, W, b, *arguments)


def gradients_pile_up(A: Any, T: Any, W: Any, b: Any, *arguments: Any) -> Any:
    sums = [np.zeros_like(W), np.zeros_like(b)]

    def added(dZ: Any, A: Any) -> Any:
        sums[:] = (s + g for s, g in zip(sums, backward(dZ, A), strict=True))
        return sums

    return Perceptron(backward=added).train(A, T, W, b, *arguments)


class SampleBySample(Perceptron):
    def step(self, A: Any, T: Any, state: State, lr: Any, mu: Any, i: int) -> State:
        for a, t in zip(A[:, None], T[:, None], strict=True):
            state = super().step(a, t, state, lr, mu, i)
        return state


class OneSampleAStep(Perceptron):
    def step(self, A: Any, T: Any, state: State, lr: Any, mu: Any, i: int) -> State:
        row = slice(i % len(A), i % len(A) + 1)
        return super().step(A[row], T[row], state, lr, mu, i)


class BAfterW(Perceptron):
    def step(self, A: Any, T: Any, state: State, lr: Any, mu: Any, i: int) -> State:
        W, _, v_W, _ = super().step(A, T, state, lr, mu, i)
        _, b, _, v_b = super().step(A, T, (W, *state[1:]), lr, mu, i)
        return W, b, v_W, v_b


class WrittenIntoArguments(Perceptron):
    def step(self, A: Any, T: Any, state: State, lr: Any, mu: Any, i: int) -> State:
        W, b, *_ = state
        _, _, v_W, v_b = super().step(A, T, state, lr, mu, i)
        W -= lr * v_W
        b -= lr * v_b
        return W, b, v_W, v_b


def written_into_b(A: Any, T: Any, W: Any, b: Any, *arguments: Any) -> Any:
    moved, b[...], losses = train(A, T, W, b, *arguments)
    return moved, b, losses


def losses_as(change: Any) -> Any:
    """The right W and b, and what is made of the losses."""

    def wrong(*arguments: Any) -> Any:
        W, b, losses = train(*arguments)
        return W, b, change(losses)

    return wrong


def single_precision(*arguments: Any) -> Any:
    arrays, rates = arguments[:4], arguments[4:]
    return tuple(x.astype(arrays[0].dtype) for x in train(*(x.astype(np.float32) for x in arrays), *rates))


def velocity_kept() -> Any:
    """The second call goes on with the velocities of the first."""
    resumed = resuming()

    def wrong(*arguments: Any) -> Any:
        _, _, W, b, *_ = arguments
        v = resumed(arguments, (np.zeros_like(W), np.zeros_like(b)))

        def descend(at: int) -> Any:
            def from_kept(w: Any, _: Any, grad: Any, lr: Any, mu: Any) -> Any:
                w, v[at] = momentum_step(w, v[at], grad, lr, mu)
                return w, v[at]

            return from_kept

        return Perceptron(descend=descend(0), descend_b=descend(1)).train(*arguments)

    return wrong


MISTAKES: Final = (
    train.wrong("one-step-short", lambda *given: train(*given[:-1], max(given[-1] - 1, 1)),
        "The loop ends one step too early.",
        "Print the number of losses for steps = 3."),
    train.wrong("one-step-too-many", lambda *given: train(*given, more=1),
        "The loop runs one step too many.",
        "Print the number of losses for steps = 1."),
    train.wrong("one-step-only", lambda *given: train(*given[:-1], 1),
        "Training ends after the first step, as with a return inside the loop.",
        "Print the number of losses for steps = 3, and look at the indentation of the return."),
    train.wrong("stops-when-loss-settles", stops_when_loss_settles,
        "Training stops as soon as the loss changes by 1 % or less; all of the steps are taken.",
        "Try a small lr and print the number of losses."),
    train.wrong("gradients-of-first-step", gradients_of_first_step,
        "Every step takes the gradients of the first: the forward pass or the backpropagation is outside of the loop.",
        "Print dW in each step: it should change."),
    train.wrong("gradients-pile-up", gradients_pile_up,
        "dW and db are added to those of the steps before, and never set to 0.",
        "Try mu = 0 and compare dW of the second step with one that is computed alone."),
    train.wrong("sample-by-sample", SampleBySample().train,
        "There is an update after each sample; a step takes the whole batch.",
        "Try two samples and count the updates in one step."),
    train.wrong("one-sample-a-step", OneSampleAStep().train,
        "Each step takes the gradient of one sample, in turn; a step takes the whole batch.",
        "Try two samples and one step: do both of them move W?"),
    train.wrong("b-after-W", BAfterW().train,
        "The gradient of b is computed when W has moved already; both come from the same forward pass.",
        "Compute dW and db first, then update."),
    train.wrong("before-last-update", lambda *given: (*train(*given, more=-1)[:2], train(*given)[2]),
        "W and b are those from before the last update.",
        "Try one step: W should have moved."),
    train.wrong("losses-after-step", lambda *given: (*train(*given)[:2], train(*given, more=1)[2][1:]),
        "Each loss is from after its step; losses[i] is from before step i.",
        "Try lr so small that nothing moves, then a larger one: the first loss should not depend on lr."),
    train.wrong("loss-after-last-step-too", lambda *given: (*train(*given)[:2], train(*given, more=1)[2]),
        "There is one loss too many, from after the last step; losses has one for each step, from before it.",
        "Print the length of losses for steps = 1."),
    train.wrong("last-loss-only", losses_as(lambda losses: losses[-1]),
        "Only the last loss comes back; losses has one for each step.",
        "Print the shape of losses for steps = 3."),
    train.wrong("losses-added-up", losses_as(np.cumsum),
        "The losses are added up from step to step; losses[i] is the loss before step i alone.",
        "Print the losses of a few steps with a small lr: they should fall."),
    train.wrong("losses-as-column", losses_as(lambda losses: losses[:, None]),
        "losses is a column of shape (steps, 1); it should have shape (steps,).",
        "Print the shape of losses."),
    train.wrong("losses-left-out", lambda *given: train(*given)[:2],
        "Only W and b come back; the losses belong to the result too.",
        "Count the results: W, b, losses."),
    train.wrong("losses-first", lambda *given: (train(*given)[2], *train(*given)[:2]),
        "The losses come first; the order is W, b, losses.",
        "Compare the shape of each result with those of W and b."),
    train.wrong("single-precision", single_precision,
        "The training runs in float32, which loses half of the digits of float64 inputs.",
        "Look for astype(np.float32) or dtype=np.float32."),
    train.float32_lost(losses_as(lambda losses: losses.astype(np.float64)), "losses"),
    train.float32_lost(Perceptron(rates=lambda lr, mu, i: (np.float64(lr), np.float64(mu))).train, "W and b"),
    train.wrong("list-of-losses", losses_as(np.ndarray.tolist),
        "losses is a list; it should be an array of shape (steps,).",
        "Print type(losses).", costs="hygiene"),
    train.state_kept(velocity_kept()),
    train.written_to("written-into-arguments", WrittenIntoArguments().train, "W", "b"),
    train.written_to("written-into-b", written_into_b, "b"),
)  # fmt: skip
