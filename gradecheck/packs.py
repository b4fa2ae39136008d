"""Where packs are found: by the name of an installed one, by a module, or by a path; and their parts, once needed."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final

from gradecheck.contract import Contract
from gradecheck.mistakes.grouping import by_function
from gradecheck.mistakes.mistake import Mistake
from gradecheck.pack import Pack, PackError
from gradecheck.variant import Variant

GROUP: Final = "gradecheck.packs"
"""The group of entry points by which an installed distribution offers a pack: `name = "module:PACK"`."""

ATTRIBUTE: Final = "PACK"


# -- finding


@cache
def installed() -> Mapping[str, EntryPoint]:
    """The packs of all installed distributions by their names, gradecheck's own first.

    Raises PackError where two distributions offer packs of one name.
    """
    found = sorted(entry_points(group=GROUP), key=lambda entry: _distribution(entry) != "gradecheck")
    for name, times in Counter(entry.name for entry in found).items():
        if times > 1:
            of = ", ".join(_distribution(entry) for entry in found if entry.name == name)
            msg = f"pack {name}: it is offered {times} times (by {of}), but should be once; uninstall the others"
            raise PackError(msg)
    return {entry.name: entry for entry in found}


def _distribution(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else "a distribution without a name"


def find(said: str | None = None, beside: Path | None = None) -> Pack:
    """The pack that is called so: by its name, a module, or the path of a file or folder; without a word the usual one.

    beside: the folder that a path is taken from. Raises PackError.
    """
    names = installed()
    if said is None:
        return _usual()
    if said in names:
        return load(_module(names[said]))
    path = (beside or Path()) / said
    if path.suffix == ".py" or path.is_dir():
        return _of_path(path, said)
    if "." in said or ":" in said:
        return load(said.removesuffix(f":{ATTRIBUTE}"))
    near = get_close_matches(said, names) or list(names)
    msg = f"pack: {said} is none that is installed, but should be {', '.join(near)}, a module, or a path"
    raise PackError(msg)


def _usual() -> Pack:
    """The first that builds on no other."""
    for entry in installed().values():
        pack = load(_module(entry))
        if not pack.builds_on:
            return pack
    raise PackError("pack: none is installed that builds on no other, but one should be; name a file or a module")


def _module(entry: EntryPoint) -> str:
    return entry.value.partition(":")[0]


def _of_path(path: Path, said: str) -> Pack:
    """Of a file of Python, or a folder that is a package, whose folder modules are then imported from."""
    path = path.resolve()
    if not (path.is_file() or (path / "__init__.py").is_file()):
        msg = f"pack: {said} is no file and no package, but should be a .py, or a folder with an __init__.py"
        raise PackError(msg)
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    return load(path.stem, path.parent)


_loaded: dict[str, Pack] = {}


@cache
def load(module: str, root: Path | None = None) -> Pack:
    """The pack that stands in a module.    root: the folder that the module has to be in.

    Raises PackError where there is none, or where a part of it is not as it should be.
    """
    found = _record(module)
    if root is not None and found.root != root:
        msg = f"pack {found.name}: another module {module} was loaded, from {found.root}; rename the one in {root}"
        raise PackError(msg)
    _check(found)
    rows(found)
    _loaded[module] = found
    return found


def _record(module: str) -> Pack:
    held = _imported(module, f"pack {module}")
    found = getattr(held, ATTRIBUTE, None)
    if not isinstance(found, Pack):
        was = f"no {ATTRIBUTE}" if found is None else f"a {ATTRIBUTE} that is a {type(found).__name__}"
        msg = f"pack {module}: its module has {was}, but should have {ATTRIBUTE} = gradecheck.Pack(...)"
        raise PackError(msg)
    if found.module != module:
        msg = f"pack {found.name}: its module is {found.module!r}, but should be {module!r}; write module=__name__"
        raise PackError(msg)
    return found


def _check(pack: Pack) -> None:
    """Every row has its function in NumPy; that of torch is looked at where torch is imported anyway."""
    held = _imported(pack.by_hand, f"pack {pack.name}: by_hand")
    for name in pack.contracts:
        if not callable(getattr(held, name, None)):
            msg = f"pack {pack.name}: {name} is not in {pack.by_hand}, but should be a function there; write it"
            raise PackError(msg)


def _imported(module: str, what: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except PackError:
        raise
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}"
        msg = f"{what} is {module}, which cannot be imported ({said}), but should be; import it with python first"
        raise PackError(msg) from error


# -- packs that build on others


@cache
def lineage(pack: Pack) -> tuple[Pack, ...]:
    """The pack, then those that it builds on, and that these build on, each once.

    Raises PackError where one builds on itself, by whatever detour.
    """
    return tuple(dict.fromkeys(_lineage(pack, (pack.name,))))


def _lineage(pack: Pack, path: tuple[str, ...]) -> Iterator[Pack]:
    yield pack
    for module in pack.builds_on:
        below = _record(module)
        if below.name in path:
            round = " builds on ".join((*path, below.name))
            msg = f"pack {pack.name}: {round}, but none should build on itself; take {module} out of its builds_on"
            raise PackError(msg)
        yield from _lineage(below, (*path, below.name))


@cache
def rows(pack: Pack) -> Mapping[str, Contract]:
    """Every contract that its assignments can ask: its own, then those of the packs that it builds on.

    Raises PackError where two packs have a row of one name.
    """
    found: dict[str, Contract] = {}
    for own in lineage(pack):
        for name, contract in own.contracts.items():
            if name in found:
                other = next(p.name for p in lineage(pack) if name in p.contracts)
                msg = f"pack {pack.name}: {other} and {own.name} both have a row {name}, but one should; rename one"
                raise PackError(msg)
            found[name] = contract
    return MappingProxyType(found)


# -- of a contract


def of(contract: Contract) -> Pack:
    """The pack that the contract is a row of."""
    return load(contract.pack)


def twin(contract: Contract) -> Any:
    """The function of torch for the same formula; torch is imported. Raises PackError where there is none."""
    pack = of(contract)
    function = getattr(_imported(pack.by_torch, f"pack {pack.name}: by_torch"), contract.name, None)
    if not callable(function):
        msg = f"pack {pack.name}: {contract.name} is not in {pack.by_torch}, but should be a function there; write it"
        raise PackError(msg)
    return function


def exhibits(pack: Pack) -> Callable[..., Any] | None:
    """What gives the parts of a report that the pack yields: `exhibits` of its module."""
    if not pack.exhibits:
        return None
    what = f"pack {pack.name}: exhibits"
    show: Callable[..., Any] | None = getattr(_imported(pack.exhibits, what), "exhibits", None)
    if not callable(show):
        raise PackError(f"{what} is {pack.exhibits}, which has no function exhibits, but should; write it")
    return show


def mistakes(contract: Contract) -> tuple[Mistake, ...]:
    """The catalogued mistakes in the function."""
    pack = of(contract)
    return _catalogued(pack.mistakes, "MISTAKES", f"pack {pack.name}: mistakes").get(contract.name, ())


def mistake(id: str) -> Mistake | None:
    """The catalogued mistake with that id, in any pack that is installed or was loaded."""
    for name in installed():
        find(name)
    for pack in _loaded.values():
        contract = pack.contracts.get(id.partition("/")[0])
        for found in mistakes(contract) if contract is not None else ():
            if found.id == id:
                return found
    return None


def variants(contract: Contract) -> tuple[Variant, ...]:
    """The right implementations of the function that are written otherwise."""
    pack = of(contract)
    return _catalogued(pack.variants, "VARIANTS", f"pack {pack.name}: variants").get(contract.name, ())


@cache
def _catalogued(module: str, name: str, what: str) -> Mapping[str, tuple[Any, ...]]:
    """What stands under that name in a module of a pack, by function; nothing where the pack has no such module."""
    if not module:
        return {}
    entries = getattr(_imported(module, what), name, None)
    if not isinstance(entries, tuple):
        raise PackError(f"{what} is {module}, which has no tuple {name}, but should; name the module that has it")
    return by_function(entries)
