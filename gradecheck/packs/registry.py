"""Finds packs by the name of an installed one, by a module or by a path, and loads them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from gradecheck.packs import modules
from gradecheck.packs.contract import Contract, Form
from gradecheck.packs.pack import Pack, PackError

GROUP: Final = "gradecheck.packs"
"""The group of entry points by which an installed distribution offers a pack: `name = "module:PACK"`."""

ATTRIBUTE: Final = "PACK"


# -- finding


@cache
def installed() -> Mapping[str, tuple[EntryPoint, ...]]:
    """The packs that installed distributions offer, by name, gradecheck's own first. Each name should have one."""
    found: dict[str, tuple[EntryPoint, ...]] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: _distribution(entry) != "gradecheck"):
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return MappingProxyType(found)


def _distribution(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else "a distribution without a name"


def find(said: str | None = None, beside: Path | None = None) -> Pack:
    """The pack of that name, of that module, or at the path of a file or folder; None stands for the default pack.

    beside: the folder that a path is relative to. Raises PackError.
    """
    names = installed()
    if said is None:
        return _usual()
    if said in names:
        return _offered(said, names[said])
    path = (beside or Path()) / said
    if path.suffix == ".py" or path.is_dir():
        return _of_path(path, said)
    if "." in said or ":" in said:
        return load(said.removesuffix(f":{ATTRIBUTE}"))
    near = get_close_matches(said, names) or list(names)
    msg = f"pack: {said} is not installed, but should be {', '.join(near)}, a module, or a path"
    raise PackError(msg)


def _offered(name: str, entries: tuple[EntryPoint, ...]) -> Pack:
    """The pack that a distribution offers under that name."""
    if len(entries) > 1:
        of = " and ".join(map(_distribution, entries))
        raise PackError(f"pack {name}: {of} offer one of that name each, but only one should; uninstall the others")
    pack = load(entries[0].module, name=name)
    if pack.name != name:
        of = _distribution(entries[0])
        raise PackError(f"pack {pack.name}: {of} offers it as {name}, but should as {pack.name}; rename one")
    return pack


def _usual() -> Pack:
    """The default pack: the first that builds on no other. One that says so is loaded last, as that takes time."""
    for name, entries in sorted(installed().items(), key=lambda item: "builds_on" in modules.text(item[1][0].module)):
        pack = _offered(name, entries)
        if not pack.builds_on:
            return pack
    raise PackError("pack: none is installed that builds on no other, but one should be; name a file or a module")


def _of_path(path: Path, said: str) -> Pack:
    """The pack of a Python file, or of a folder that is a package. Modules beside it can be imported from then on."""
    path = path.resolve()
    if not path.stem.isidentifier():
        msg = f"pack: {said} is not a name that can be imported, but should be letters, digits and _; rename it"
        raise PackError(msg)
    if not (path.is_file() or (path / "__init__.py").is_file()):
        msg = f"pack: {said} is no file and no package, but should be a .py, or a folder with an __init__.py"
        raise PackError(msg)
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # last: a json.py there takes no other's place
    return load(path.stem, path.parent)


loaded: Final[dict[str, Pack]] = {}
"""Every pack that was loaded, by its module."""


@cache
def load(module: str, root: Path | None = None, name: str = "") -> Pack:
    """The pack in a module.

    root: the folder that the module has to be in.    name: by which it was asked for, if not by its module.
    Raises PackError where there is none, or where a part of it is faulty.
    """
    found = _record(module, name)
    if root is not None and found.root != root:
        msg = f"pack {found.name}: another module {module} was loaded, from {found.root}; rename the one in {root}"
        raise PackError(msg)
    _check(found)
    rows(found)
    loaded[module] = found
    return found


def _record(module: str, name: str = "") -> Pack:
    called = f"pack {name or module}"
    found = getattr(modules.imported(module, f"{called}: its module"), ATTRIBUTE, None)
    if not isinstance(found, Pack):
        was = f"no {ATTRIBUTE}" if found is None else f"a {ATTRIBUTE} that is a {type(found).__name__}"
        msg = f"{called}: its module {module} has {was}, but should have {ATTRIBUTE} = Pack(...); write it"
        raise PackError(msg)
    if found.module != module:
        msg = f"pack {found.name}: its module is {found.module!r}, but should be {module!r}; write module=__name__"
        raise PackError(msg)
    return found


def _check(pack: Pack) -> None:
    """Raises PackError where a row lacks its function in NumPy or its twin in torch, or where a file is missing."""
    twins = modules.bound(pack.by_torch)
    for name in pack.contracts:
        modules.function(pack.by_hand, name, f"pack {pack.name}: by_hand")
        if name not in twins:
            _twin(pack, name)
    for file in (*pack.models, *pack.assignments):
        if not (pack.folder / file).is_file():
            msg = f"pack {pack.name}: {file} is not in {pack.folder}, but should be; write it, or leave it out"
            raise PackError(msg)


def _twin(pack: Pack, name: str) -> Any:
    return modules.function(pack.by_torch, name, f"pack {pack.name}: by_torch")


# -- its contracts


def contract(pack: Pack, name: str) -> Contract:
    """The contract of that function. Raises PackError where the pack has none."""
    if name not in pack.contracts:
        raise _unknown(pack, name)
    return pack.contracts[name]


def chosen(pack: Pack, names: Sequence[str]) -> list[Contract]:
    """The contracts of these functions or formulas; without names all of them. Raises PackError for an unknown one."""
    found: dict[str, Contract] = {}
    for name in names or pack.contracts:
        meant = {c.name: c for c in pack.contracts.values() if name in (c.name, c.subject)}
        if not meant:
            raise _unknown(pack, name)
        found |= meant
    return list(found.values())


def _unknown(pack: Pack, name: str) -> PackError:
    near = get_close_matches(name, pack.contracts) or list(pack.contracts)
    return PackError(f"formula: {name} is not one of {pack.name}; did you mean {', '.join(near)}?")


# -- packs that build on others


@cache
def lineage(pack: Pack) -> tuple[Pack, ...]:
    """The pack, then the packs that it builds on, directly or through others, each once.

    Raises PackError where one builds on itself, directly or through others.
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
    return _twin(of(contract), contract.name)


def right(contract: Contract) -> Form:
    """The formula on arrays of NumPy: by its stable form, or else by the pack's own side by hand. No torch."""
    pack = of(contract)
    return contract.stable or modules.function(pack.by_hand, contract.name, f"pack {pack.name}: by_hand")


def exhibits(pack: Pack) -> Callable[..., Any] | None:
    """The function that gives the pack's own parts of a report, if it has one."""
    if not pack.exhibits:
        return None
    return modules.function(pack.exhibits, "exhibits", f"pack {pack.name}: exhibits")
