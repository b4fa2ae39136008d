"""Pack: one lecture, as the engine sees it."""

from __future__ import annotations

import copyreg
import keyword
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from gradecheck.packs.contract import Contract

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
"""What a pack can be called."""


class PackError(ValueError):
    """A pack that cannot be used: the message names the pack, what it was, what it should be, and what to do."""


@dataclass(frozen=True, eq=False)
class Pack:
    """One lecture: a frozen record that stands as PACK in a module of its own.

    name: what people call it, on the command line and in an assignment.    title: for people.
    module: of the record, `__name__`: it is found by that in another process.
    rows: its contracts, in the lecture's order.
    by_hand: the module of the functions in NumPy, under the contracts' names.    by_torch: that of their twins.
    mistakes, variants: modules with MISTAKES, wrong implementations, and VARIANTS, right ones in another way.
    exhibits: the module whose function `exhibits` gives what a report shows beside the formulas.
    models: the files of a model answer, beside the module, such as one a chapter: none needs another.
    assignments: TOML files there; the first is the default.
    unshown: modules of the NumPy side that compute nothing, such as those that check arguments.
    builds_on: modules of other packs, whose rows its assignments can ask, too.
    "" and () for none. A part that is a module is imported when it is first needed.

    Raises PackError for a name that cannot be one, and where two rows have one name.
    """

    name: str
    title: str
    module: str
    rows: Sequence[Contract]
    by_hand: str
    by_torch: str
    mistakes: str = ""
    variants: str = ""
    exhibits: str = ""
    models: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()
    unshown: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by its module: the other process loads it there."""
        return _arrived, (str(self.root), self.module)

    def __post_init__(self) -> None:
        if not NAME.fullmatch(str(self.name)):
            msg = f"pack {self.name!r}: its name should be a letter, then letters, digits, _ and -; rename it"
            raise PackError(msg)
        for row in self.rows:
            if not isinstance(row, Contract):
                raise PackError(f"pack {self.name}: the row {row!r} is no Contract, but should be; write Contract(...)")
        names = [row.name for row in self.rows]
        for name in names:
            if not name.isidentifier() or keyword.iskeyword(name):
                msg = f"pack {self.name}: the row {name!r} should be called what its function can be called; rename it"
                raise PackError(msg)
            if names.count(name) > 1:
                msg = f"pack {self.name}: {names.count(name)} rows are called {name}, but one should be; rename one"
                raise PackError(msg)

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        """Its own contracts by their functions' names, in the lecture's order."""
        found: dict[str, Contract] = {}
        for row in self.rows:
            forward = row.gradient_of
            own = found.get(forward.name, forward) if forward is not None else None
            found[row.name] = replace(row, pack=self.module, gradient_of=own)
        return MappingProxyType(found)

    @cached_property
    def folder(self) -> Path:
        """Where the module's own file stands."""
        return Path(str(sys.modules[self.module].__file__)).resolve().parent

    @cached_property
    def root(self) -> Path:
        """The folder from which the module is imported."""
        depth = self.module.count(".") + (Path(str(sys.modules[self.module].__file__)).name == "__init__.py")
        return self.folder.parents[depth - 1] if depth else self.folder

    @property
    def address(self) -> str:
        """By what it is found from anywhere: its module, or its path where it is not installed."""
        path = self.root / self.module
        file = path if path.is_dir() else path.with_suffix(".py")
        return str(file) if "." not in self.module and not is_installed(file) else self.module

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """Its own module and those of its parts."""
        parts = (self.module, self.by_hand, self.by_torch, self.mistakes, self.variants, self.exhibits)
        return tuple(dict.fromkeys(part for part in parts if part))

    def location(self, top: str) -> Path | None:
        """Where a package or module at the top stands, without a suffix; None where it is none of the pack's.

        The tops of its parts are its own, and what stands beside its module: but not under the name of a module of
        Python's, which is found first, and not among installed distributions, where that is other people's.
        """
        if top in {module.partition(".")[0] for module in self.modules}:
            spec = find_spec(top)
            if spec is None or spec.origin is None:
                return None
            file = Path(spec.origin)
            return file.parent if file.name == "__init__.py" else file.with_suffix("")
        path = self.root / top
        if top in sys.stdlib_module_names or is_installed(path):
            return None
        return path if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file() else None


def is_installed(path: Path) -> bool:
    """Whether the path is among installed distributions."""
    return bool({"site-packages", "dist-packages"} & set(path.parts))


# -- to another process


def _arrived(root: str, module: str) -> Pack:
    from gradecheck.packs import registry

    if root not in sys.path:
        sys.path.append(root)
    return registry.load(module)


def _arrived_contract(pack: Pack, name: str) -> Contract:
    return pack.contracts[name]


def _sent(contract: Contract) -> tuple[Any, ...]:
    """Pickled by its pack and its name, as its forms are lambdas."""
    from gradecheck.packs import registry

    return _arrived_contract, (registry.of(contract), contract.name)


copyreg.pickle(Contract, _sent)
