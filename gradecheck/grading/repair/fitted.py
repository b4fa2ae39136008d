"""A constant of the code that would make it right: found by the secant method on one wrong number of the answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Final

import numpy as np

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.repair.edit import Edit, Place, put
from gradecheck.grading.repair.trials import Budget, Trials

MOST: Final = 16  # constants of a function
STEPS: Final = 8
NEAR: Final = 1e-5  # relative: a float32 holds no more
LARGEST: Final = 12  # denominator of a fraction that somebody would write
KNOWN: Final = {
    "np.e": np.e,
    "np.pi": np.pi,
    "np.log(2)": np.log(2),
    "np.log(10)": np.log(10),
    "np.sqrt(2)": np.sqrt(2),
}


@dataclass(frozen=True, eq=False)
class _Fit:
    """A constant, and the last two values that were tried for it. errors: of the number that it is fitted to."""

    place: Place
    statement: ast.stmt
    node: ast.Constant
    values: tuple[float, float]
    errors: tuple[float, float]
    number: int

    def after(self) -> float:
        """The next value: where a straight line through the last two would be right. nan for a level one."""
        (a, b), (at_a, at_b) = self.values, self.errors
        return b - at_b * (b - a) / (at_b - at_a) if at_a != at_b else np.nan


def fitted(trials: Trials, few: BankedQuestion, statements: Mapping[Place, ast.stmt], budget: Budget) -> list[Edit]:
    """Edits that give a constant of the code another value, which makes one wrong number right."""
    now = trials.judged(few, [()])[0]
    constants = [(p, s, node) for p, s in statements.items() for node in _constants(s)][:MOST]
    constants = constants[: budget.take(len(constants))]
    moved = [_value(node) + 0.01 * max(abs(_value(node)), 0.1) for _, _, node in constants]
    answers = trials.judged(few, [(_edit(*c, repr(x)),) for c, x in zip(constants, moved, strict=True)])
    fits = [_begun(*c, x, now, own) for c, x, own in zip(constants, moved, answers, strict=True)]
    running = [fit for fit in fits if fit is not None]
    for _ in range(STEPS):
        running = [fit for fit in running if isfinite(fit.after())]
        running = running[: budget.take(len(running))]
        tried = [(_edit(fit.place, fit.statement, fit.node, repr(fit.after())),) for fit in running]
        found = trials.judged(few, tried) if tried else []
        running = [_moved(fit, own) for fit, own in zip(running, found, strict=True)]
    return [edit for fit in running for edit in _written(fit)]


def _constants(statement: ast.stmt) -> Iterator[ast.Constant]:
    """The numbers of the code that count nothing: no index, no axis."""
    for node in ast.walk(statement):
        for child in ast.iter_child_nodes(node):
            counts = isinstance(node, ast.keyword | ast.Subscript | ast.Slice)
            if isinstance(child, ast.Constant) and type(child.value) in (int, float) and not counts:
                yield child


def _value(node: ast.Constant) -> float:
    assert isinstance(node.value, int | float)
    return float(node.value)


def _begun(
    place: Place, statement: ast.stmt, node: ast.Constant, value: float, now: Judged, moved: Judged
) -> _Fit | None:
    """The fit to the wrong number that changes most; None where none changes."""
    right = now.banked.values
    with np.errstate(all="ignore"):
        change = np.abs(moved.actual - now.actual) / np.maximum(np.abs(right), 1)
        wrong = np.abs(now.actual - right) > np.maximum(now.banked.loose, now.banked.tight)
    change = np.where(wrong & np.isfinite(change), change, 0)
    if not change.any():
        return None
    number = int(change.argmax())
    errors = (float(now.actual[number] - right[number]), float(moved.actual[number] - right[number]))
    return _Fit(place, statement, node, (_value(node), value), errors, number)


def _moved(fit: _Fit, judged: Judged) -> _Fit:
    error = float(judged.actual[fit.number] - judged.banked.values[fit.number])
    if not abs(error) < abs(fit.errors[1]):  # as near as it comes: the best value stays the last one
        return fit
    return _Fit(fit.place, fit.statement, fit.node, (fit.values[1], fit.after()), (fit.errors[1], error), fit.number)


def _written(fit: _Fit) -> Iterator[Edit]:
    """The constant as somebody would write it: a known one, a fraction, or a few digits."""
    value = fit.values[1]
    fraction = Fraction(value).limit_denominator(LARGEST)
    known = dict(KNOWN)
    known |= {f"{value:.{digits}g}": float(f"{value:.{digits}g}") for digits in (1, 2, 3)}
    known |= {f"{fraction.numerator} / {fraction.denominator}": float(fraction)}
    known |= {f"{value:.{digits}g}": float(f"{value:.{digits}g}") for digits in (4, 5)}
    near = [text for text, own in known.items() if abs(own - value) <= NEAR * abs(value)]
    yield from (_edit(fit.place, fit.statement, fit.node, text) for text in near[:2])


def _edit(place: Place, statement: ast.stmt, node: ast.Constant, text: str) -> Edit:
    new = ast.copy_location(ast.parse(text, mode="eval").body, node)
    for child in ast.walk(new):
        ast.copy_location(child, node)
    tree = put(statement, node, new)
    remedy = f"`{ast.unparse(node)}` should be `{text}`."
    return Edit(
        "fitted", 4, place, tree, node, new, node.lineno, ast.unparse(node), text, "A constant is wrong.", remedy
    )
