"""Chooses the file to mark among several files of code: the one that defines what is asked."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from gradecheck.grading.defined import STAR
from gradecheck.grading.source import Source
from gradecheck.grading.submissions.code import Code, read
from gradecheck.grading.submissions.litter import is_aside
from gradecheck.grading.submissions.names import printable
from gradecheck.grading.submissions.near import core

COPY: Final = re.compile(
    r"^(?:copy of|kopie von)[ _]|(?:[ _]?\(\d+\)|[-_ ]\d+|[-_ ]+(?:copy|kopie)(?:[ _]?\(?\d+\)?)?)$", re.IGNORECASE
)
"""What systems add to the name of a copy."""


@dataclass(frozen=True)
class Candidate:
    """A file that may be the one.   written: by a cell of a notebook, and not handed in."""

    path: str
    code: Code
    written: bool = False


@dataclass(frozen=True)
class Choice:
    """look: the notes that a person should look at."""

    chosen: Candidate
    notes: tuple[str, ...] = ()
    look: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choosing:
    """asked: names of functions.    wanted: the name that the assignment gives to the file."""

    candidates: tuple[Candidate, ...]
    asked: frozenset[str]
    wanted: str | None

    @cached_property
    def codes(self) -> Mapping[str, Code]:
        return {candidate.path: candidate.code for candidate in self.candidates}

    def choice(self) -> Choice:
        ranked = sorted(self.candidates, key=lambda c: (*(-n for n in self._rank(c)), c.path))
        chosen = ranked[0]
        best = self.defined(chosen)
        equal = [c for c in ranked[1:] if best and not c.written and self._is_equal(c, chosen)]
        if equal:
            names = ", ".join(printable(c.path) for c in (chosen, *equal[:3]))
            told = f"{names} define equally many of the functions; {printable(chosen.path)} was marked"
            exports = all(_stem(c.path) == _stem(chosen.path) for c in equal)
            return Choice(chosen, (told,), () if exports else (told,))
        named = [c for c in ranked[1:] if self._kin(c) > self._kin(chosen) and self.defined(c)]
        if named:
            other = printable(named[0].path)
            told = f"{printable(chosen.path)} was marked, it defines more of the functions than {other}"
            return Choice(chosen, (told,), (told,))
        told = f"{printable(chosen.path)} was marked"
        if not best and len([c for c in ranked if not c.code.is_empty]) > 1:
            told += f"; none of {len(ranked)} files defines a function that is asked"
            return Choice(chosen, (told,), (told,))
        return Choice(chosen, (told,))

    def _is_equal(self, other: Candidate, chosen: Candidate) -> bool:
        same = len(self.defined(other)) == len(self.defined(chosen)) and self._kin(other) == self._kin(chosen)
        return same and is_aside(other.path) == is_aside(chosen.path) and bool(other.code.bound & self.asked)

    def _rank(self, candidate: Candidate) -> tuple[int, ...]:
        """What speaks for the file, the strongest reason first."""
        count = len(self.defined(candidate))
        own = candidate.code.bound
        cores = {core(name) for name in self.bound(candidate)}
        return (
            bool(count) and not is_aside(candidate.path),
            count,
            not is_aside(candidate.path),
            sum(core(name) in cores for name in self.asked),
            self._kin(candidate),
            not candidate.written,
            len(own & self.asked),
            not candidate.code.is_empty,
            candidate.path.lower().endswith((".ipynb", ".ipynb.json", ".ipynb.txt")),
            -candidate.path.count("/"),
        )

    def _kin(self, candidate: Candidate) -> int:
        """How close the file's name is to the wanted one."""
        name, wanted = PurePosixPath(candidate.path).name, self.wanted
        if wanted is None:
            return 0
        if name == wanted:
            return 4
        if name.lower() == wanted.lower():
            return 3
        if _plain(name) == _plain(wanted):
            return 2 if PurePosixPath(name).suffix.lower() == PurePosixPath(wanted).suffix.lower() else 1
        return 0

    def defined(self, candidate: Candidate) -> frozenset[str]:
        """The asked names that it binds."""
        return self.bound(candidate) & self.asked

    def bound(self, candidate: Candidate) -> frozenset[str]:
        """All names that it binds, also by importing another file."""
        return self._bound(candidate.path, frozenset())

    def _bound(self, path: str, on_the_way: frozenset[str]) -> frozenset[str]:
        code = self.codes[path]
        names = set(code.bound)
        for statement in code.imports():
            if isinstance(statement, ast.ImportFrom) and len(on_the_way) < 5:
                for origin in resolved(path, statement, self.codes):
                    if origin not in on_the_way and STAR in (alias.name for alias in statement.names):
                        names |= self._bound(origin, on_the_way | {path})
        return frozenset(names)


def reached(path: str, files: Mapping[str, Code]) -> frozenset[str]:
    """The files of code that it imports, directly or not."""
    found, waiting = {path}, [path]
    while waiting:
        at = waiting.pop()
        for statement in files[at].imports():
            new = [origin for origin in resolved(at, statement, files) if origin not in found]
            found.update(new)
            waiting += new
    return frozenset(found - {path})


def resolved(path: str, statement: ast.Import | ast.ImportFrom, files: Collection[str]) -> Iterator[str]:
    """The files that an import in that file finds, beside it or from the top."""
    if isinstance(statement, ast.Import):
        modules = [alias.name for alias in statement.names]
    else:
        base = statement.module or ""
        modules = [base, *(f"{base}.{alias.name}".strip(".") for alias in statement.names)]
    here = PurePosixPath(path).parent
    for _ in range(getattr(statement, "level", 0) - 1):
        here = here.parent
    for module in filter(None, modules):
        inside = module.replace(".", "/")
        for folder in dict.fromkeys((here, PurePosixPath())):
            for name in (f"{inside}.py", f"{inside}/__init__.py"):
                if (found := (folder / name).as_posix()) in files:
                    yield found


def _stem(path: str) -> str:
    return PurePosixPath(path).with_suffix("").as_posix()


def _plain(name: str) -> str:
    """A file's name without its suffixes and without the signs of a copy."""
    stem = re.sub(r"(\.(py|ipynb|txt|json))+$", "", name.lower())
    while (shorter := COPY.sub("", stem).strip()) not in ("", stem):
        stem = shorter
    return re.sub(r"[ _-]+", "_", stem)


def names(source: Source) -> frozenset[str]:
    """The names that a submission binds at its top level, also by importing the files beside it."""
    main = Candidate(source.file, Code(source.cells))
    others = []
    for file in source.beside:
        if file.path.endswith(".py"):
            with suppress(ValueError):
                others.append(Candidate(file.path, read(file.data)))
    return Choosing((main, *others), frozenset(), None).bound(main)
