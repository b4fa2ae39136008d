"""Calls a function on all cases of a question, and again on cases that were lost because of another one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.bank.chosen import chosen, parts
from gradecheck.grading.bank.store import CHECK_CODES, BankedQuestion
from gradecheck.grading.jail.answers import Answer, Died, Limit, Raised, Unanswered
from gradecheck.grading.jail.inside.packing import build
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.reply import Answering, Reply
from gradecheck.grading.jail.right_values import NOTHING, Replaced

PATIENCE: Final = 1.5
"""A function that took more than this many time limits is not called any more."""

ORDINARY: Final = CHECK_CODES.index("correctness")
UNASKED: Final = Limit("time", ran=False)
HUNG: Final = Limit("time")
AT_ONCE: Final = 0.1
"""Part of the time limit: a case that takes less is not slow."""

GROWTH: Final = 4
"""The time for a case may grow with this power of its size: three nested loops, with a sum in the innermost."""


@dataclass(frozen=True)
class Answered:
    """One answer for each call, in the banked order. output: what was printed at first.

    numbers: of the first answer to every case, if all answers are usual ones (usual.py).
    """

    answers: Sequence[Answer]
    output: str
    seconds: float
    numbers: NDArray[np.float64] | None = None


def arguments(banked: BankedQuestion, case: int) -> tuple[Any, ...]:
    """The arguments of that case in fresh memory, completed with defaults."""
    header, payload = parts(banked.frame)
    return banked.contract.complete(build(header["cases"][case], payload))


def left_out(banked: BankedQuestion) -> NDArray[np.bool_]:
    """For every case, whether its call leaves out an argument with a default."""
    header, _ = parts(banked.frame)
    return np.array([len(case) < len(banked.contract.arguments) for case in header["cases"]])


def call_all(session: Answering, name: str, banked: BankedQuestion, replaced: Replaced = NOTHING) -> Answered:
    """Call the function on every case.

    Some cases are called again: those after a hang, so that only the case that hangs is lost; those that raised because
    their arguments were read-only; and those that a slow function left, small ones first, while it keeps answering.
    """
    reply = session.call(name, banked.calls, replaced, banked.usual)
    if reply.numbers is not None:
        return Answered(reply.answers, reply.output.text, reply.seconds, reply.numbers)
    answers, seconds = list(reply.answers), reply.seconds
    while (rest := _cut_off(banked, answers)) and seconds < PATIENCE * session.limits.question:
        again = session.call(name, chosen(banked.frame, banked.order[rest:]), replaced)
        answers[rest:] = again.answers
        seconds += again.seconds
    if _may_be_slow(answers):
        seconds = _go_on(session, name, banked, replaced, answers, seconds)
    protected = [i for i, case in enumerate(banked.order) if _protected(banked, case, answers[i])]
    if protected:
        again = session.call(name, chosen(banked.frame, [banked.order[i] for i in protected], writeable=True), replaced)
        for i, answer in zip(protected, again.answers, strict=True):
            answers[i] = answer
        seconds += again.seconds
    return Answered(tuple(answers), reply.output.text, seconds)


def _may_be_slow(answers: Sequence[Answer]) -> bool:
    """Whether it kept answering until its time was up, or answered something and then hung at an ordinary case."""
    if any(isinstance(answer, Unanswered) for answer in answers):
        return True
    ended = any(isinstance(answer, Died) for answer in answers)
    return answers[-1] == UNASKED and not isinstance(answers[0], Limit) and not ended


def _go_on(
    session: Answering, name: str, banked: BankedQuestion, replaced: Replaced, answers: list[Answer], seconds: float
) -> float:
    """Call the cases that are not answered, the smallest first; returns the seconds that the function took in all.

    An unanswered case counts as hung if a larger one was answered, if most cases were not, or if it does not return
    within the time of all; else it counts as too slow.
    """
    count, limits = len(banked.recipes), session.limits
    sizes = [_size(case) for case in parts(banked.frame)[0]["cases"]]
    size = [sizes[case] for case in banked.order]

    def ask(positions: Sequence[int], longer: float) -> Reply:
        return session.call(name, chosen(banked.frame, [banked.order[i] for i in positions]), replaced, longer=longer)

    slow = HUNG not in answers
    waiting = [i for i, answer in enumerate(answers) if answer == UNASKED or isinstance(answer, Unanswered)]
    waiting.sort(key=lambda i: (i >= count, size[i]))  # repeated calls come last
    while waiting and seconds < limits.most:
        reply = ask(waiting, limits.most - seconds)
        seconds += reply.seconds
        told = dict(zip(waiting, reply.answers, strict=True))
        for i, answer in told.items():
            answers[i] = answer
        waiting = [i for i, answer in told.items() if answer == UNASKED or isinstance(answer, Unanswered)]
        if waiting and not slow:
            slow, taken = _comes_back(ask, answers, size, limits)
            seconds += taken
        if not slow or waiting == list(told):  # it has hung, or has taken too long in all
            break
    hung = [i for i, answer in enumerate(answers) if answer == HUNG]
    answered = [i for i in range(count) if i not in {*waiting, *hung}]
    largest = max((size[i] for i in answered), default=0)
    if hung and waiting and (2 * len(answered) < count or not slow):
        answers[:] = [UNASKED if i in waiting else answer for i, answer in enumerate(answers)]
    else:
        for i in (*waiting, *(i for i in hung if size[i] >= largest)):
            answers[i] = Unanswered(len(answered), count, seconds)
    return seconds


def _comes_back(
    ask: Callable[[Sequence[int], float], Reply], answers: list[Answer], size: Sequence[int], limits: Limits
) -> tuple[bool, float]:
    """Whether the smallest hung case is answered within the time of all cases; and the seconds that this took.

    It is not called if the time of the largest answered case already explains that it is slow, on a busy machine, too.
    """
    first = min((i for i, answer in enumerate(answers) if answer == HUNG), key=lambda i: size[i])
    answered = [i for i, answer in enumerate(answers) if not isinstance(answer, Limit | Unanswered)]
    largest = max(answered, key=lambda i: size[i])
    taken = ask([largest], 0.0).seconds
    if taken > AT_ONCE * limits.question or taken * (size[first] / max(size[largest], 1)) ** GROWTH > limits.question:
        return True, 0.0
    reply = ask([first], limits.most - limits.question)
    if back := not isinstance(reply.answers[0], Limit | Unanswered):
        answers[first] = reply.answers[0]
    return back, reply.seconds


def _size(case: Sequence[Any]) -> int:
    """How much there is to compute: numbers in arrays, times counts of steps."""
    numbers = sum(prod(argument[1]) for argument in case if isinstance(argument, list))
    return numbers * prod(argument for argument in case if type(argument) is int and argument > 1)


def _cut_off(banked: BankedQuestion, answers: Sequence[Answer]) -> int:
    """The call after one that ended the worker on an odd case; 0 where there is none."""
    for position, answer in enumerate(answers):
        if isinstance(answer, Limit | Died) and answer.ran:
            checks = banked.checks[list(banked.order[: position + 1])]
            unasked = answers[position + 1 :]
            hopeful = not answer.loading and checks[-1] != ORDINARY and (checks[:-1] == ORDINARY).any()
            if hopeful and unasked and all(isinstance(a, Limit | Died) and not a.ran for a in unasked):
                return position + 1
    return 0


def _protected(banked: BankedQuestion, case: int, answer: Answer) -> bool:
    """Whether the function raised where its arguments were read-only, and so may have tried to write to them."""
    return isinstance(answer, Raised) and banked.recipes[case].layout == "read-only"
