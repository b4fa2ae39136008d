"""The bank: an assignment's cases, their expected values and bounds, computed once and kept on disk.

A bank depends only on code, seed and versions, and is kept under a digest of these. Marking then needs no torch and no
Hypothesis. Where a bank cannot be kept, or is damaged, it is computed again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gradecheck.arguments.scope import SUBMISSION, Scope
from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank import digests, packed
from gradecheck.grading.bank.kept import SPOILT, load, save
from gradecheck.grading.bank.questions import CHECK_CODES, BankedQuestion, build_question, draw
from gradecheck.machine.files import write_bytes
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.packs.pack import Pack

__all__ = [
    "CHECK_CODES",
    "SPOILT",
    "Bank",
    "BankedQuestion",
    "bank",
    "draw",
    "folder",
    "is_kept",
    "key",
    "prepare",
    "question",
]

KEPT: Final = 16
"""Files of one function in the cache; older ones are removed."""


@dataclass(frozen=True)
class Bank:
    """questions: by their names in the assignment."""

    questions: Mapping[str, BankedQuestion]


def bank(assignment: Assignment) -> Bank:
    """The bank of an assignment; what is on disk is read from there."""
    count, seed = assignment.cases, assignment.seed
    return Bank({q.name: question(q.contract, count, seed, q.scope) for q in assignment.questions})


def is_kept(assignment: Assignment) -> bool:
    """Whether all of the bank is on disk."""
    count, seed = assignment.cases, assignment.seed
    return all(_path(q.contract, count, seed, q.scope).is_file() for q in assignment.questions)


def prepare(assignment: Assignment) -> Bank | None:
    """Put the bank on disk; returns it where that is not possible."""
    if is_kept(assignment):
        return None
    built = bank(assignment)
    return None if is_kept(assignment) else built


def question(contract: Contract, count: int, seed: int, scope: Scope = SUBMISSION) -> BankedQuestion:
    """The banked question: from disk if it is there and undamaged, else built and, if possible, kept."""
    path = _path(contract, count, seed, scope)
    with contextlib.suppress(*SPOILT), path.open("rb") as file:
        return load(file, contract)
    built = build_question(contract, count, seed, scope)
    with contextlib.suppress(OSError):  # where the folder cannot be written to, it is built again next time
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, lambda file: save(file, built))
        _remove_old(contract)
    return built


# -- where


def folder() -> Path:
    """Where banks are kept: $GRADECHECK_CACHE, else the user's cache folder."""
    named = os.environ.get("GRADECHECK_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "gradecheck"


def _code(pack: Pack) -> str:
    """A digest of all that computes a bank."""
    return packed.digest(pack, "gradecheck.grading.bank.questions", pack.module, pack.by_torch)


def key(contract: Contract, count: int, seed: int, scope: Scope = SUBMISSION) -> str:
    """A digest of everything that a banked question depends on: code, versions, seed, scope."""
    code, versions = _code(registry.of(contract)), dict(digests.versions())
    return digests.of(code, versions, contract.pack, contract.name, count, seed, digests.settings(scope))


def _path(contract: Contract, count: int, seed: int, scope: Scope) -> Path:
    return folder() / f"{contract.name}-{key(contract, count, seed, scope)}.npz"


def _remove_old(contract: Contract) -> None:
    files = sorted(folder().glob(f"{contract.name}-*.npz"), key=lambda file: file.stat().st_mtime)
    for file in files[:-KEPT]:
        file.unlink(missing_ok=True)
