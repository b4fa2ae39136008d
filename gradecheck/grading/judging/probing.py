"""What a function would be right for: it is called with its arguments in another order or form, and what comes back
is judged as if it had been asked so.

Only a wrong function is called again: on one case first, and on all of them where that is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, permutations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.jail.answers import Answer, Returned, unwritten
from gradecheck.grading.jail.protocol import Cases
from gradecheck.grading.jail.session import NOTHING, Replaced, Session
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.diagnosis import Diagnosis, diagnose
from gradecheck.grading.judging.judged import UNSTABLE, WRONG, Judged, judge
from gradecheck.grading.judging.roles import order_told, parameters
from gradecheck.grading.judging.slips import FACTOR_TOO_MANY, factor_named
from gradecheck.grading.judging.stages import stages
from gradecheck.numbers.compare import as_results, errors
from gradecheck.numbers.signs import FACTORS, Factor
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.packs.mistakes.mistake import Mistake

FEWEST: Final = 3  # ordinary cases that have to be right
PATIENCE: Final = 0.5  # seconds
MOST_ARGUMENTS: Final = 4
"""Of so many every order is tried; of more, those in which two change places or one is moved."""

Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Probe:
    """given: what the function is called with in place of these arguments; None where that cannot be said.
    back: what it then returned, and the arguments, to what that is as an answer to these.
    likely: worth a look at all cases even where no value is right: the student's own names tell it, or the shapes fit.
    """

    mistakes: tuple[Mistake, ...]
    given: Callable[[Arguments], Arguments | None]
    back: Callable[[Any, Arguments], Any]
    likely: Callable[[Judged, int, Answer], bool] = lambda judged, case, answer: False


def probe(
    session: Session,
    name: str,
    judged: Judged,
    diagnoses: tuple[Diagnosis, ...],
    seconds: float,
    replaced: Replaced = NOTHING,
) -> tuple[Diagnosis, ...]:
    """The diagnoses, or better ones where the function is right when called in another way.

    seconds: that all cases took. What is slow is only asked what the student's own names tell.
    """
    banked, failing = judged.banked, np.asarray((judged.levels >= WRONG).any(axis=1))
    stage = stages(banked)
    if (failing & (stage == 0)).sum() < FEWEST or judged.failing("limit"):
        return diagnoses
    if any(map(unwritten, judged.reasons.values())):
        return diagnoses
    everyday = [int(case) for case in np.lexsort((stage,)) if failing[case] and stage[case] < 2]
    told = order_told(banked.contract, parameters(session.cells, name))
    if told is not None and _symmetric(banked, told, everyday[:FEWEST]):
        told = None
    known = _explained(judged, diagnoses, stage == 0) or seconds > PATIENCE
    if known and told is None:
        return diagnoses
    tried = list(_probes(name, banked, told, known))
    for one in _hopeful(session, name, judged, everyday, tried, replaced):
        again = _judged(session, name, banked, one, replaced)
        others = () if again.right else diagnose(again)
        sound = (again.levels[stage == 0] < UNSTABLE).all()
        if sound or _explained(again, others):
            results = frozenset(range(judged.levels.shape[1]))
            beside = [d.mistake for d in others if d.results and _explained(again, others)]
            return tuple(Diagnosis(mistake, results) for mistake in (*one.mistakes, *beside))
    return diagnoses


def _symmetric(banked: BankedQuestion, order: tuple[int, ...], cases: Sequence[int]) -> bool:
    """Whether the formula gives the same in that order, so that nobody can be told that it is wrong."""
    own, right = [calls.arguments(banked, case) for case in cases], registry.right(banked.contract)
    try:
        with np.errstate(all="ignore"):
            values = [right(*(arguments[i] for i in order)) for arguments in own]
    except Exception:  # arguments of shapes that do not fit in that order, or that a side by hand refuses
        return False
    return all(_right(banked, case, Returned(value, "ndarray")) for case, value in zip(cases, values, strict=True))


def _explained(judged: Judged, diagnoses: Sequence[Diagnosis], within: NDArray[np.bool_] | None = None) -> bool:
    """Whether every failure, in these cases, has a name."""
    bad = judged.levels >= UNSTABLE
    bad = bad if within is None else bad & within[:, None]
    return bool(diagnoses) and not (bad & ~np.logical_or.reduce([d.explained(judged) for d in diagnoses])).any()


# -- calling


def _hopeful(
    session: Session,
    name: str,
    judged: Judged,
    everyday: Sequence[int],
    tried: Sequence[Probe],
    replaced: Replaced,
) -> Iterator[Probe]:
    """The probes that give right values in a few everyday cases, or are likely for another reason."""
    banked = judged.banked
    wanted = [(one, case) for one in tried for case in _applying(one, banked, everyday)]
    answers = _answers(session, name, banked, wanted, replaced)
    for one in tried:
        came = [(case, a) for (own, case), a in zip(wanted, answers, strict=True) if own is one and a is not None]
        right = [_right(banked, case, a) or one.likely(judged, case, a) for case, a in came]
        if len(right) == FEWEST and all(right):
            yield one


def _applying(one: Probe, banked: BankedQuestion, cases: Sequence[int]) -> list[int]:
    return list(islice((c for c in cases if one.given(calls.arguments(banked, c)) is not None), FEWEST))


def _answers(
    session: Session, name: str, banked: BankedQuestion, wanted: Sequence[tuple[Probe, int]], replaced: Replaced
) -> list[Answer | None]:
    """What came, as an answer to the case; None where the probe does not apply to it."""
    given = [one.given(calls.arguments(banked, case)) for one, case in wanted]
    packed = Cases.pack([arguments for arguments in given if arguments is not None])
    came = iter(session.call(name, packed, replaced).answers if packed.count else ())
    found: list[Answer | None] = []
    for (one, case), arguments in zip(wanted, given, strict=True):
        answer = None if arguments is None else next(came)
        if isinstance(answer, Returned):
            answer = replace(answer, value=one.back(answer.value, calls.arguments(banked, case)))
        found.append(answer)
    return found


def _arrays(banked: BankedQuestion, case: int, answer: Answer) -> tuple[NDArray[Any], ...]:
    """The results, where they have the shapes that they should have."""
    if not isinstance(answer, Returned):
        return ()
    shapes = banked.shapes[case]
    arrays, _ = as_results(answer.value, banked.contract, np.dtype(banked.recipes[case].dtype), shapes)
    return arrays if tuple(x.shape for x in arrays) == banked.shapes[case] else ()


def _right(banked: BankedQuestion, case: int, answer: Answer) -> bool:
    arrays = _arrays(banked, case, answer)
    if not arrays:
        return False
    start = banked.starts[case * len(arrays)]
    actual = np.concatenate([np.ravel(x) for x in arrays]).astype(np.float64)
    part = slice(start, start + len(actual))
    return bool((errors(actual, banked.values[part]) <= banked.loose[part]).all())


def _now_fits(judged: Judged, case: int, answer: Answer) -> bool:
    """Whether shapes are right that were not."""
    return judged.levels[case].max() > WRONG and bool(_arrays(judged.banked, case, answer))


def _judged(session: Session, name: str, banked: BankedQuestion, one: Probe, replaced: Replaced) -> Judged:
    """All cases; those to which the probe does not apply count as right."""
    count, results = len(banked.recipes), len(banked.contract.results)
    answers = _answers(session, name, banked, [(one, case) for case in range(count)], replaced)
    return judge(banked, [_as_asked(banked, case, answer, results) for case, answer in enumerate(answers)])


def _as_asked(banked: BankedQuestion, case: int, answer: Answer | None, results: int) -> Answer:
    if answer is not None:
        return answer
    dtype = banked.recipes[case].dtype
    right = [
        banked.values[banked.starts[case * results + i] :][: int(np.prod(shape))].astype(dtype).reshape(shape)
        for i, shape in enumerate(banked.shapes[case])
    ]
    return Returned(right[0] if results == 1 else tuple(right), "ndarray" if results == 1 else "tuple")


# -- what is tried


def _probes(name: str, banked: BankedQuestion, told: tuple[int, ...] | None, known: bool) -> Iterator[Probe]:
    """What may be meant.

    told: the order of the arguments by the student's names.   known: all has a name already, so only that is tried.
    """
    contract = banked.contract
    arrays = [argument.axes for argument in contract.arguments if argument.is_array]
    rows = [axes for axes in arrays if _by_rows(axes)]
    columns = [_as_columns(banked, vectors) for vectors in (False, True)] if 0 < len(rows) < len(arrays) else []
    if told is not None:
        order = _in_order(name, contract, told)
        yield replace(order, likely=lambda judged, case, answer: True)
        yield from (_both(order, one) for one in columns)
    if known:
        return
    yield from (_in_order(name, contract, order) for order in _orders(len(contract.arguments)) if order != told)
    yield from columns
    for position, argument in enumerate(contract.arguments):
        if argument.kind.key == "targets":
            yield from _class_numbers(contract, position)


def _both(order: Probe, form: Probe) -> Probe:
    """Arguments of another form in another order."""

    def given(asked: Arguments) -> Arguments | None:
        changed = form.given(asked)
        return None if changed is None else order.given(changed)

    return Probe((*order.mistakes, *form.mistakes), given, form.back, form.likely)


def _taken_out(factor: Factor) -> Callable[[Any, Arguments], Any]:
    def back(value: Any, asked: Arguments) -> Any:
        return np.divide(value, factor(asked)) if isinstance(value, np.ndarray | np.floating | float) else value

    return back


def _orders(count: int) -> list[tuple[int, ...]]:
    plain = tuple(range(count))
    if count <= MOST_ARGUMENTS:
        return [order for order in permutations(plain) if order != plain]
    found = []
    for i in plain:
        for j in plain:
            moved = [k for k in plain if k != i]
            moved.insert(j, i)
            swapped = list(plain)
            swapped[i], swapped[j] = j, i
            found += [tuple(swapped), tuple(moved)]
    return [order for order in dict.fromkeys(found) if order != plain]


def _in_order(name: str, contract: Contract, order: tuple[int, ...]) -> Probe:
    names = [argument.name for argument in contract.arguments]
    own = [names[i] for i in order]
    first = next(i for i, argument in enumerate(order) if argument != i)
    what = (
        f"{name} takes {own[first]} before {names[first]}: its arguments come in the order {', '.join(own)}, "
        f"but should come in the order {', '.join(names)}."
    )
    look = f"Write def {name}({', '.join(names)}), and give the arguments in this order where it is called."
    return Probe(
        (_mistake(contract, "arguments-in-another-order", what, look),),
        lambda arguments: tuple(arguments[i] for i in order),
        lambda value, asked: value,
    )


def _by_rows(axes: tuple[str, ...]) -> bool:
    return len(axes) == 2 and axes[0] in ("n", "n?")


def _as_columns(banked: BankedQuestion, vectors: bool) -> Probe:
    """Samples as columns. vectors: a vector such as b is a column, too."""
    arguments, by_rows = banked.contract.arguments, _results_by_rows(banked)
    rows = [_by_rows(argument.axes) for argument in arguments]

    def given(asked: Arguments) -> Arguments | None:
        if any(np.ndim(x) != 2 for x, turned in zip(asked, rows, strict=True) if turned):
            return None
        return tuple(
            np.ascontiguousarray(x.T) if turned else x.reshape(-1, 1) if vectors and np.ndim(x) == 1 else x
            for x, turned in zip(asked, rows, strict=True)
        )

    def back(value: Any, asked: Arguments) -> Any:
        several = len(by_rows) > 1
        if several and not (isinstance(value, tuple | list) and len(value) == len(by_rows)):
            return value
        found = [
            np.transpose(x) if turned and np.ndim(x) == 2 else np.reshape(x, -1) if len(axes) == 1 else x
            for x, turned, axes in zip(value if several else [value], by_rows, banked.shapes[0], strict=True)
        ]
        return tuple(found) if several else found[0]

    names = [argument.name for argument, turned in zip(arguments, rows, strict=True) if turned]
    what = (
        f"Samples are taken to be columns; here they are rows: {' and '.join(names)} "
        f"{'has' if len(names) == 1 else 'have'} one row for each sample."
    )
    look = f"Compare the shapes in {banked.contract.formula} with yours: the first axis counts the samples."
    return Probe((_mistake(banked.contract, "columns-for-rows", what, look),), given, back, _now_fits)


def _results_by_rows(banked: BankedQuestion) -> list[bool]:
    """For each result, whether its first axis counts the samples."""
    counts = [next((size for axis, size in r.sizes if axis in ("n", "n?")), ()) for r in banked.recipes]
    return [
        all(shapes[i][:1] == n and len(shapes[i]) == 2 for shapes, n in zip(banked.shapes, counts, strict=True) if n)
        for i in range(len(banked.contract.results))
    ]


def _class_numbers(contract: Contract, position: int) -> Iterator[Probe]:
    """Numbers of classes in place of rows of targets, where these are one-hot; alone, and with a factor too many.

    Of soft targets nothing can be asked so, which is why the factor is taken out here.
    """
    own_axes = contract.arguments[position].axes
    t, shape = contract.arguments[position].name, f"shape ({', '.join(axis.removesuffix('?') for axis in own_axes)})"
    alike = (a.name for a in contract.arguments if a.name != t and a.axes == own_axes)
    form = next((f"the shape of {name}" for name in alike), shape)

    def given(arguments: Arguments) -> Arguments | None:
        targets = arguments[position]
        if np.ndim(targets) != 2 or not ((targets == 1).sum(axis=-1) == 1).all() or not np.isin(targets, (0, 1)).all():
            return None
        changed = list(arguments)
        changed[position] = targets.argmax(axis=-1)
        return tuple(changed)

    what = (
        f"{t} is taken for class numbers, one for each row; here it has {form}, with a share for each "
        f"class: one-hot, or soft."
    )
    look = f"Multiply by {t} and sum over the classes: that is right for one-hot and for soft targets, with no index."
    own = _mistake(contract, "class-numbers", what, look)
    yield Probe((own,), given, lambda value, asked: value)
    for sign, factor in FACTORS.items():
        if sign in FACTOR_TOO_MANY:
            yield Probe((own, factor_named(contract, sign)), given, _taken_out(factor))


def _mistake(contract: Contract, what_it_is: str, what: str, look: str) -> Mistake:
    return Mistake(f"{contract.name}/{what_it_is}", contract.name, lambda *arguments: None, what, look)
