"""A recurrent cell step after step, with parts that can be replaced, and the mistakes that every sequence can have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from operator import add
from typing import Any

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.right import Right

States = tuple[Any, ...]
"""(h,) or (h, c)."""


def backwards(time: int) -> Iterable[int]:
    return reversed(range(time))


@dataclass(frozen=True)
class Cell:
    """step: x, the states and the parameters -> the states after it.    count: how many states.

    step_backward: the gradients of these, and the same -> the gradients of x, of the states and of the parameters.
    carry: the gradients of the states, on their way to the step before.    gather: the sum so far and a step's own.
    order: of the steps backward.    late: how many steps too late the state is that a step goes on from.
    """

    step: Callable[..., Any]
    step_backward: Callable[..., Any]
    count: int = 1
    carry: Callable[..., States] = lambda *gradients: gradients
    gather: Callable[[Any, Any], Any] = add
    order: Callable[[int], Iterable[int]] = backwards
    late: int = 0

    def states(self, x: Any, *rest: Any) -> list[States]:
        """Those before the first step and after every step."""
        found = [rest[: self.count]]
        for t in range(x.shape[1]):
            after = self.step(x[:, t], *found[-1], *rest[self.count :])
            found.append(after if self.count > 1 else (after,))
        return found

    def result(self, found: list[States]) -> Any:
        """All h of these, and the other states of the last."""
        h = np.stack([h for h, *_ in found], axis=1)
        return (h, *found[-1][1:]) if self.count > 1 else h

    def forward(self, x: Any, *rest: Any) -> Any:
        return self.result(self.states(x, *rest)[1:])

    def backward(self, grad: Any, *rest: Any) -> tuple[Any, ...]:
        others, x, before = rest[: self.count - 1], rest[self.count - 1], rest[self.count :]
        states, parameters = self.states(x, *before), before[self.count :]
        dx, carried = np.zeros_like(x), (np.zeros_like(before[0]), *others)
        sums = [np.zeros_like(p) for p in parameters]
        for t in self.order(x.shape[1]):
            now = states[min(t + self.late, x.shape[1])]
            found = self.step_backward(grad[:, t] + carried[0], *carried[1:], x[:, t], *now, *parameters)
            dx[:, t], carried = found[0], self.carry(*found[1 : 1 + self.count])
            sums = [self.gather(total, part) for total, part in zip(sums, found[1 + self.count :], strict=True)]
        return dx, *carried, *sums


def of_sequence(right: Right, cell: Cell) -> tuple[Mistake, ...]:
    """Of the function of a sequence."""

    def last_only(*arguments: Any) -> Any:
        (h, *others) = cell.states(*arguments)[-1]
        return (h, *others) if others else h

    def not_carried(x: Any, *rest: Any) -> Any:
        return cell.result([cell.states(x[:, t : t + 1], *rest)[1] for t in range(x.shape[1])])

    def float32_lost(x: Any, *rest: Any) -> Any:
        found = cell.forward(x, *rest)
        return (found[0].astype(np.float64), *found[1:]) if cell.count > 1 else found.astype(np.float64)

    def swapped(*arguments: Any) -> Any:
        found = cell.forward(*arguments)
        return (found[0].swapaxes(0, 1), *found[1:]) if cell.count > 1 else found.swapaxes(0, 1)

    return (
        right.wrong("last-state-only", last_only,
            "Only the h of the last step comes back; the h of every step is asked.",
            "Compare the shape of the result with (n, time, out)."),
        right.wrong("state-not-carried", not_carried,
            "Every step goes on from the state that was given, not from that of the step before.",
            "Try two steps with the same x_t, and look for what is assigned at the end of the loop."),
        right.given("begins-with-zeros", lambda x, h, *rest: (x, np.zeros_like(h), *rest),
            "The sequence begins with h = 0; it should begin with the h that is given.",
            "Try a single step with x = 0 and h = 1."),
        right.wrong("first-state-kept", lambda *arguments: cell.result(cell.states(*arguments)[:-1]),
            "The state before the first step stands among the results, and that after the last step is missing.",
            "Try a single step: h_1 should come back, not h_0. Look at whether h is stored before or after the step."),
        right.given("from-the-end", lambda x, *rest: (x[:, ::-1], *rest),
            "The steps are taken from the last x_t to the first; a sequence is read from t = 1 on.",
            "Try two steps, the first x_t = 0, and look at which step sees it."),
        right.given("same-input", lambda x, *rest: (np.repeat(x[:, :1], x.shape[1], axis=1), *rest),
            "Every step is given x_1; step t should be given x_t.",
            "Try two steps with different x_t, and look at the index within the loop."),
        right.wrong("time-first", swapped,
            "The result has the axes (time, n, out), as a stack of steps has; (n, time, out) is asked.",
            "Try n = 1 and three steps, and look at the shape; np.stack has an axis."),
        right.float32_lost(float32_lost),
    )  # fmt: skip


def of_gradient(right: Right, cell: Cell) -> tuple[Mistake, ...]:
    """Of the gradient of a sequence."""
    k = cell.count

    def last_grad(grad: Any, *rest: Any) -> tuple[Any, ...]:
        only = np.zeros_like(grad)
        only[:, -1] = grad[:, -1]
        return only, *rest

    def no_gradient_of_beginning(*arguments: Any) -> Any:
        dx, dh, *others = cell.backward(*arguments)
        return dx, np.zeros_like(dh), *others

    def divided(by: Callable[[Any], int]) -> Callable[..., Any]:
        def wrong(grad: Any, *rest: Any) -> Any:
            found = cell.backward(grad, *rest)
            return *found[: 1 + k], *(part / by(grad) for part in found[1 + k :])

        return wrong

    def begins_with_zeros(*arguments: Any) -> tuple[Any, ...]:
        h = k + 1
        return *arguments[:h], np.zeros_like(arguments[h]), *arguments[h + 1 :]

    return (
        right.wrong("not-carried", replace(cell, carry=lambda *g: tuple(map(np.zeros_like, g))).backward,
            "No gradient goes from a step to the one before; h_{t-1} is used by step t, and so is part of its loss.",
            "Try two steps with grad = 0 for the first: is its ∂L/∂x_1 0, too?"),
        right.given("last-grad-only", last_grad,
            "Only the grad of the last step enters; every h_t is a result, and has a grad of its own.",
            "Try two steps with grad = 0 for the last, and look for grad[:, t] within the loop."),
        right.wrong("overwritten", replace(cell, gather=lambda total, part: part).backward,
            "The gradients of the weights are those of one step alone: the loop overwrites them, and they are sums.",
            "Try two steps, and look for = where += belongs."),
        right.wrong("averaged-over-time", divided(lambda grad: grad.shape[1]),
            "The gradients of the weights are divided by the number of steps; they are sums over the steps.",
            "Compare one step with the same loss in two."),
        right.wrong("averaged-over-batch", divided(len),
            "The gradients of the weights are divided by n; the 1/n is the loss's, and grad has it already.",
            "Compare one sequence with the same sequence twice.", sign="divided by n"),
        right.wrong("forwards", replace(cell, order=range).backward,
            "The loop goes from the first step to the last; gradients go from the last to the first.",
            "Try two steps with grad = 0 for the first: is its ∂L/∂x_1 0, too?"),
        right.wrong("state-after", replace(cell, late=1).backward,
            "Step t is undone with the state after it; it went on from the state before it.",
            "Try a single step from h = 0: what should ∂L/∂W_h be?"),
        right.wrong("beginning-left-0", no_gradient_of_beginning,
            "∂L/∂h of the state before the first step is 0; it is what the first step carries back.",
            "Try a single step: rnn_step_backward and the like find the same ∂L/∂h."),
        right.given("begins-with-zeros", begins_with_zeros,
            "The states are found from h = 0; the sequence begins with the h that is given.",
            "Try a single step with x = 0 and h = 1."),
        right.float32_lost(lambda *arguments: tuple(part.astype(np.float64) for part in cell.backward(*arguments))),
    )  # fmt: skip
