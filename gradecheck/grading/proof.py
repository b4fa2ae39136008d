"""Proves an assignment before its release: marks a model answer, an empty file, every catalogued mistake and every
variant.

Each mistake replaces its function in a copy of the model answer, whose other functions call it: it has to cost points
in its own function and in no other. Many copies, each with its own names, share a worker. Where the assignment has an
adapter, the model answer goes through it; mistakes and variants are written for the contract, and do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.grading.adapter import Adapter
from gradecheck.grading.assignments.assignment import Allowed, Assignment, Question
from gradecheck.grading.bank import packed
from gradecheck.grading.bank.store import Bank, bank, prepare
from gradecheck.grading.classrun.marking import limits_of, mark_questions
from gradecheck.grading.classrun.pool import Lost, MarkerError, Pool
from gradecheck.grading.defined import FunctionDef, definitions, statements
from gradecheck.grading.jail.isolation import Wanted, isolation
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging import followthrough
from gradecheck.grading.marks import QuestionMark
from gradecheck.grading.renaming import renamed
from gradecheck.numbers.compare import Verdict
from gradecheck.packs import catalogues, registry
from gradecheck.packs.pack import Pack, PackError
from gradecheck.verifying.check import ensure_bounds
from gradecheck.verifying.wording import counted

TOGETHER: Final = 24
"""Copies that share a worker: so many that the time of its start does not count."""

SECONDS: Final = 600.0
Kind = Literal["model answer", "empty file", "mistake", "variant"]


@dataclass(frozen=True)
class Trial:
    """One thing that was marked.  function: that it replaces; "" for a whole file.    what: its description.

    points: of that function, or of the whole file.    breach: what is wrong with the marks; "" for nothing.
    """

    kind: Kind
    id: str
    function: str
    points: float
    max_points: float
    diagnoses: tuple[str, ...] = ()
    breach: str = ""
    what: str = ""

    @property
    def named(self) -> bool:
        return self.diagnoses == (self.id,)


@dataclass(frozen=True)
class Proof:
    """All trials of an assignment, and the isolation of the run."""

    assignment: Assignment
    isolation: str
    trials: tuple[Trial, ...]

    @property
    def breaches(self) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if trial.breach)

    @property
    def unnamed(self) -> tuple[Trial, ...]:
        """The mistakes that cost something and were not named."""
        return tuple(t for t in self.trials if t.kind == "mistake" and t.points < t.max_points and not t.named)

    @property
    def unseen(self) -> tuple[Trial, ...]:
        """The mistakes that are right on all inputs that are asked, or that are allowed."""
        return tuple(t for t in self.trials if t.kind == "mistake" and t.points == t.max_points and not t.breach)


def prove(assignment: Assignment, wanted: Wanted, jobs: int, progress: Callable[[float], None]) -> Proof:
    """Every trial of the assignment. progress: is called with the share that is done.

    Raises MarkerError where nothing can be marked.
    """
    ensure_bounds(question.contract for question in assignment.questions)
    for pack in assignment.packs:
        _sources(pack)  # raises where there is none
    prepare(assignment)
    groups = list(_groups(assignment))
    found: dict[int, tuple[Trial, ...]] = {}
    for number, trials in Pool(_Proving(assignment, wanted), jobs, SECONDS).run(enumerate(groups)):
        if isinstance(trials, Lost):
            raise MarkerError(trials.how)
        found[number] = trials
        progress(len(found) / len(groups))
    line = isolation(wanted, assignment.packages).line
    return Proof(assignment, line, tuple(t for number in sorted(found) for t in found[number]))


# -- what is tried


@dataclass(frozen=True)
class _Planted:
    """A mistake or variant that replaces a function, and its description.

    may_be_unstable: it may lose stability, but nothing else.
    may_cost_nothing: the assignment asks less, or allows more, than by default.
    """

    kind: Kind
    id: str
    function: str
    what: str
    may_be_unstable: bool = False
    may_cost_nothing: bool = False


_Group = tuple[_Planted, ...] | Literal["files"]


def _groups(assignment: Assignment) -> Iterator[_Group]:
    yield "files"
    contracts = [question.contract for question in assignment.questions]
    lenient = {q.contract.name: (q.scope, q.allowed) != (SUBMISSION, Allowed()) for q in assignment.questions}
    planted = [
        _Planted("mistake", m.id, c.name, m.gist, may_cost_nothing=lenient[c.name])
        for c in contracts
        for m in catalogues.mistakes(c)
    ]
    planted += [
        _Planted("variant", v.id, c.name, v.how, v.at_worst is Verdict.UNSTABLE)
        for c in contracts
        for v in catalogues.variants(c)
    ]
    yield from (tuple(planted[i : i + TOGETHER]) for i in range(0, len(planted), TOGETHER))


@dataclass(frozen=True)
class _Proving:
    """The work of a marker: one group of trials at a time."""

    assignment: Assignment
    wanted: Wanted

    def begin(self) -> Bank:
        return bank(self.assignment)

    def task(self, ready: Bank, given: _Group) -> tuple[Trial, ...]:
        if given == "files":
            return tuple(self._files(ready))
        return tuple(self._planted(ready, given))

    def _session(self, cells: Sequence[str], adapter: Adapter | None = None) -> Session:
        jail = isolation(self.wanted, self.assignment.packages)
        return Session(cells, jail, limits_of(self.assignment), adapter=adapter)

    def _answers(self) -> Iterator[tuple[Kind, str, list[str]]]:
        """The files that have to get all points, and the one that has to get none."""
        yield from self._right_answers()
        yield "empty file", "nothing", [""]

    def _right_answers(self) -> Iterator[tuple[Kind, str, list[str]]]:
        if self.assignment.adapter is not None:
            assert self.assignment.model is not None
            yield "model answer", self.assignment.model.file, [self.assignment.model.text]
            return
        asked, questions = self.assignment.packs, self.assignment.questions
        by_hand = [f"from {registry.of(q.contract).by_hand} import {q.contract.name} as {q.name}" for q in questions]
        yield "model answer", ", ".join(p.by_hand for p in asked), [_ours(asked, _by_hand), "\n".join(by_hand)]
        if any(pack.models for pack in asked):
            names = {question.contract.name: question.name for question in questions}
            cells = [_ours(asked, _beneath), *_models(asked, names)]
            yield "model answer", ", ".join(name for p in asked for name in p.models or (p.by_hand,)), cells

    def _files(self, ready: Bank) -> Iterator[Trial]:
        adapter = self.assignment.adapter
        for kind, id, cells in self._answers():
            with self._session(cells, adapter) as session:
                called = followthrough.helpers(self.assignment.questions, [adapter.text] if adapter else cells)
                marks = mark_questions(session, self.assignment, ready, called)
            points, most = sum(q.points for q in marks), self.assignment.max_score
            share = 0.0 if kind == "empty file" else 1.0
            off = [f"{q.function} ({q.rationale})" for q in marks if q.points != share * q.max_points]
            should = f"it gets {points:g} of {counted(most, 'point')}, but should get {share * most:g}: "
            breach = should + "; ".join(off) if off else ""
            yield Trial(kind, id, "", points, most, (), breach)

    def _planted(self, ready: Bank, group: Sequence[_Planted]) -> Iterator[Trial]:
        asked = self.assignment.packs
        planting = ["_planted = {}"]
        for pack in asked:
            if pack.mistakes:
                planting.append(f"from {pack.mistakes} import MISTAKES")
                planting.append("_planted |= {('mistake', m.id): m.wrong for m in MISTAKES}")
            if pack.variants:
                planting.append(f"from {pack.variants} import VARIANTS")
                planting.append("_planted |= {('variant', v.id): v.right for v in VARIANTS}")
        copies = []
        for i, planted in enumerate(group):
            questions = tuple(
                replace(q, name=f"{q.contract.name}__{i}", adapted=False) for q in self.assignment.questions
            )
            names = {q.contract.name: q.name for q in questions}
            put = f"{names[planted.function]} = _planted[{planted.kind!r}, {planted.id!r}]"
            banked = Bank({f"{q.contract.name}__{i}": ready.questions[q.name] for q in self.assignment.questions})
            copies.append((planted, questions, [*_models(asked, names, f"__{i}"), put], banked))
        ours = [_ours(asked, _plants), "\n".join(planting)]
        with self._session([*ours, *(cell for _, _, cells, _ in copies for cell in cells)]) as session:
            for planted, questions, cells, banked in copies:
                yield self._trial(session, banked, planted, questions, cells)

    def _trial(
        self, session: Session, ready: Bank, planted: _Planted, questions: Sequence[Question], cells: Sequence[str]
    ) -> Trial:
        called = followthrough.helpers(questions, cells)
        own = next(q.name for q in questions if q.contract.name == planted.function)
        concerned = tuple(q for q in questions if q.name == own or own in called[q.name])
        within = {q.name: called[q.name] & {c.name for c in concerned} for q in concerned}
        all_marks = mark_questions(session, replace(self.assignment, questions=concerned), ready, within)
        marks = {mark.function: mark for mark in all_marks}
        mine = marks.pop(own)
        breach = "; ".join(_breaches(planted, mine, marks))
        found = (mine.points, mine.max_points, mine.diagnoses, breach)
        return Trial(planted.kind, planted.id, planted.function, *found, planted.what)


def _ours(asked: Sequence[Pack], modules: Callable[[Pack], Sequence[str]]) -> str:
    """A cell that makes these modules of each pack importable."""
    found: dict[str, tuple[bool, str]] = {}
    for pack in asked:
        found |= packed.sources(pack, *modules(pack))
    return packed.cell(found)


def _by_hand(pack: Pack) -> Sequence[str]:
    return (pack.by_hand,)


def _beneath(pack: Pack) -> Sequence[str]:
    """The modules of ours that its model answer may import: none where it has files of its own."""
    return () if pack.models else (pack.by_hand,)


def _plants(pack: Pack) -> Sequence[str]:
    return (*_beneath(pack), *(room for room in (pack.mistakes, pack.variants) if room))


def _models(asked: Sequence[Pack], names: Mapping[str, str], copy: str = "") -> Iterator[str]:
    """The files of each pack's model answer that hold what is asked, with these functions under these names.

    Their other names are changed, so that no two files or copies share one.
    """
    files = [(pack, source) for pack in asked for source in _sources(pack)]
    for number, (pack, source) in enumerate(files):
        own = [name for name, node in definitions(statements(source)) if isinstance(node, FunctionDef)]
        wanted = {name: names[name] for name in pack.contracts if name in names}
        if wanted.keys() & set(own):
            yield renamed(source, {name: f"{name}__of_{number}{copy}" for name in own} | wanted)


def _sources(pack: Pack) -> tuple[str, ...]:
    """Its model answer: files of its own, or else the module of its NumPy side, as one file.

    Raises PackError where that is several files.
    """
    files = [pack.folder / name for name in pack.models] or [pack.root / f"{pack.by_hand.replace('.', '/')}.py"]
    if not all(file.is_file() for file in files):
        msg = f"pack {pack.name}: it has no model answer, but should, for {pack.by_hand} is no single file; write one"
        raise PackError(msg)
    package = "" if pack.models else pack.by_hand.rpartition(".")[0]
    return tuple(packed.absolute(file.read_text(encoding="utf-8"), package) for file in files)


def _breaches(planted: _Planted, own: QuestionMark, others: Mapping[str, QuestionMark]) -> Iterator[str]:
    lost = [check.check for check in own.checks if check.share < 1]
    if planted.may_cost_nothing and own.points == own.max_points:
        return  # a function that calls it may give it inputs that it is not asked itself
    if planted.kind == "mistake":
        if own.points == own.max_points:
            yield "it costs nothing; draw more cases"
        elif own.diagnoses and own.diagnoses != (planted.id,):
            yield f"it is taken for another: {own.rationale}"
    elif lost and not (planted.may_be_unstable and lost == ["stability"]):
        yield f"it loses {', '.join(lost)}: {own.rationale}"
    for mark in others.values():
        if mark.points < mark.max_points:
            yield f"it costs {mark.function.partition('__')[0]} {counted(mark.max_points - mark.points, 'point')} too"
