"""The bank: an assignment's cases, their expected values and bounds, and what every catalogued mistake answers.

All of it depends only on code, seed and versions, so it is computed once and kept on disk under a key of these.
Marking then needs no torch and no Hypothesis.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import gradecheck
from gradecheck.compare import Expectation, as_results
from gradecheck.contract import Contract
from gradecheck.contracts import CONTRACTS
from gradecheck.files import write_bytes
from gradecheck.grading.assignment import Assignment
from gradecheck.grading.protocol import Cases
from gradecheck.records import Case, Recipe

Array = NDArray[Any]
Flat = NDArray[np.float64]

DTYPES: Final = ("float64", "float32")
REPEATED: Final = 8
"""Every eighth case is called a second time, after all the others, to see whether state was kept."""

CHECK_CODES: Final = ("correctness", "edges", "stability")


@dataclass(frozen=True)
class BankedQuestion:
    """The cases of one function with everything known about them, results laid end to end in flat arrays.

    order: the cases as they are called, the repeated ones at the end.   checks: index into CHECK_CODES, a case each.
    shapes: of every result of every case.   starts: where each result of each case begins in the flat arrays.
    mistakes: what each catalogued mistake answers, NaN-filled where it gives no such array; gave: whether it did.
    """

    function: str
    recipes: tuple[Recipe, ...]
    order: tuple[int, ...]
    frame: bytes
    checks: NDArray[np.int8]
    shapes: tuple[tuple[tuple[int, ...], ...], ...]
    starts: NDArray[np.int64]
    values: Flat
    tight: Flat
    loose: Flat
    unstable: NDArray[np.bool_]
    mistakes: tuple[str, ...]
    mistaken: NDArray[np.float64]
    gave: NDArray[np.bool_]

    @property
    def contract(self) -> Contract:
        return CONTRACTS[self.function]

    @property
    def calls(self) -> Cases:
        return Cases(self.frame, len(self.order))

    @cached_property
    def case_of(self) -> NDArray[np.int64]:
        """The case that each flat element belongs to."""
        results = len(self.contract.results)
        lengths = np.diff(np.append(self.starts, len(self.values)))
        return np.repeat(np.arange(len(self.starts)) // results, lengths)

    def case(self, i: int) -> Case:
        """Case number i with its arguments, filled again from its recipe."""
        from gradecheck.inputs import fill

        return fill(self.contract, self.recipes[i], asked=True)


@dataclass(frozen=True)
class Bank:
    questions: Mapping[str, BankedQuestion]


# -- building


def draw(contract: Contract, dtype: str, count: int, seed: int) -> list[Case]:
    """That many cases, drawn by the contract's own strategy."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    from gradecheck.inputs import cases

    drawn: list[Case] = []

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(contract, dtype, asked=True))
    def collect(case: Case) -> None:
        drawn.append(case)

    collect()
    return drawn


def build_question(contract: Contract, count: int, seed: int) -> BankedQuestion:
    from gradecheck.check import expect
    from gradecheck.tensors import run_reference

    cases = [case for dtype in DTYPES for case in draw(contract, dtype, -(-count // len(DTYPES)), seed)]
    expectations = [expect(contract, case, run_reference) for case in cases]
    lengths = [value.size for e in expectations for value in e.values]
    order = (*range(len(cases)), *range(0, len(cases), REPEATED))
    mistakes, mistaken, gave = _mistaken(contract, expectations)
    return BankedQuestion(
        function=contract.name,
        recipes=tuple(case.recipe for case in cases if case.recipe is not None),
        order=order,
        frame=Cases.pack([case.arguments for case in cases], order).frame,
        checks=np.array([CHECK_CODES.index(case.check) for case in cases], np.int8),
        shapes=tuple(tuple(value.shape for value in e.values) for e in expectations),
        starts=np.cumsum([0, *lengths[:-1]]),
        values=_flat([e.values for e in expectations]),
        tight=_flat([e.tight for e in expectations]),
        loose=_flat([e.loose for e in expectations]),
        unstable=_flat([e.unstable for e in expectations]) > 0,
        mistakes=mistakes,
        mistaken=mistaken,
        gave=gave,
    )


def _flat(results: list[tuple[Array, ...]]) -> Flat:
    return np.concatenate([np.ravel(x).astype(np.float64) for arrays in results for x in arrays])


def _mistaken(contract: Contract, expectations: list[Expectation]) -> tuple[tuple[str, ...], Flat, NDArray[np.bool_]]:
    """The outputs of every catalogued mistake on every case."""
    from gradecheck.check import pristine
    from gradecheck.mistakes import BY_FUNCTION

    catalogue = BY_FUNCTION.get(contract.name, ())
    total = sum(value.size for e in expectations for value in e.values)
    mistaken = np.full((len(catalogue), total), np.nan)
    gave = np.zeros((len(catalogue), len(expectations)), bool)
    for row, mistake in enumerate(catalogue):
        start = 0
        for column, e in enumerate(expectations):
            size = sum(value.size for value in e.values)
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                try:
                    arrays, _ = as_results(mistake.wrong(*pristine(e.arguments)), contract, e.values[0].dtype)
                except Exception:  # a mistake may raise anything; that is its answer
                    arrays = ()
            if arrays and all(a.shape == v.shape for a, v in zip(arrays, e.values, strict=True)):
                mistaken[row, start : start + size] = _flat([arrays])
                gave[row, column] = True
            start += size
    return tuple(m.id for m in catalogue), mistaken, gave


# -- keeping


def folder() -> Path:
    """Where banks are kept: $GRADECHECK_CACHE, else the user's cache folder."""
    named = os.environ.get("GRADECHECK_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gradecheck"


def key(contract: Contract, count: int, seed: int) -> str:
    """A digest of everything that a banked question depends on: the code, the versions, what is asked."""
    digest = hashlib.sha256()
    root = Path(gradecheck.__file__).parent
    reference = root.parent / "reference"
    for file in sorted([*root.rglob("*.py"), *reference.rglob("*.py")]):
        digest.update(file.read_bytes())
    versions = [version(name) for name in ("numpy", "torch", "hypothesis")]
    digest.update(json.dumps([contract.name, count, seed, versions]).encode())
    return digest.hexdigest()[:32]


_ARRAYS: Final = ("checks", "starts", "values", "tight", "loose", "unstable", "mistaken", "gave")


def question(contract: Contract, count: int, seed: int) -> BankedQuestion:
    """The banked question: from disk where it is there, else built and kept."""
    path = folder() / f"{contract.name}-{key(contract, count, seed)}.npz"
    if path.is_file():
        return _read(path)
    built = build_question(contract, count, seed)
    words = {
        "function": built.function,
        "recipes": [asdict(recipe) for recipe in built.recipes],
        "order": built.order,
        "shapes": built.shapes,
        "mistakes": built.mistakes,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(
        path,
        lambda file: np.savez(
            file,
            words=np.frombuffer(json.dumps(words).encode(), np.uint8),
            frame=np.frombuffer(built.frame, np.uint8),
            **{name: getattr(built, name) for name in _ARRAYS},
        ),
    )
    return _read(path)


def _read(path: Path) -> BankedQuestion:
    with np.load(path, allow_pickle=False) as kept:
        words = json.loads(kept["words"].tobytes())
        return BankedQuestion(
            function=words["function"],
            recipes=tuple(_recipe(r) for r in words["recipes"]),
            order=tuple(words["order"]),
            frame=kept["frame"].tobytes(),
            shapes=tuple(tuple(tuple(shape) for shape in shapes) for shapes in words["shapes"]),
            mistakes=tuple(words["mistakes"]),
            **{name: kept[name] for name in _ARRAYS},
        )


def _recipe(r: dict[str, Any]) -> Recipe:
    sizes = tuple((axis, tuple(shape)) for axis, shape in r["sizes"])
    return Recipe(**{**r, "sizes": sizes, "hostile": tuple(r["hostile"])})


def bank(assignment: Assignment) -> Bank:
    """The bank of an assignment."""
    count, seed = assignment.cases, assignment.seed
    return Bank({q.contract.name: question(q.contract, count, seed) for q in assignment.questions})
