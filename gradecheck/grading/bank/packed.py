"""Modules of ours as the source of a submission, so that catalogued mistakes run in the same worker as submissions."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import Final

from gradecheck import HOMES
from gradecheck.packs import registry
from gradecheck.packs.pack import Pack

ENGINE: Final = Path(__file__).parents[2]

IMPORT: Final = re.compile(r"\n[ \t]*(?:from ([\w.]+) import (\([^)]*\)|.*)|import (.*))")
RELATIVE: Final = re.compile(r"^([ \t]*from )(\.+[\w.]*)(?= import )", re.MULTILINE)
NAME: Final = re.compile(r"[\w.]+")
ATTRIBUTE: Final = re.compile(r"\.(\w+)")

PUBLIC: Final = {f"gradecheck.{name}": home for name, home in HOMES.items()}

LOADER: Final = """
import importlib.abc
import importlib.util
import sys


class _Packed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name in _SOURCES:
            return importlib.util.spec_from_loader(name, self, is_package=_SOURCES[name][0])

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(_SOURCES[module.__name__][1], module.__name__, "exec", dont_inherit=True), vars(module))


sys.meta_path.insert(0, _Packed())
"""


@cache
def _place(pack: Pack, top: str) -> Path | None:
    """Where a package or module at the top stands: of the engine, or of the pack and those that it builds on."""
    places = (own.location(top) for own in registry.lineage(pack))
    return ENGINE if top == ENGINE.name else next((place for place in places if place is not None), None)


@cache
def _listed(folder: str) -> frozenset[str]:
    return frozenset(os.listdir(folder)) if os.path.isdir(folder) else frozenset()


def _file(pack: Pack, module: str) -> Path | None:
    """Where a module of the engine, or of the pack and those that it builds on, stands; None where it is of none.

    Most of what is asked for is a name within a module: it is looked up in the folder's list, not on the disk.
    """
    top, *inner = module.split(".")
    place = _place(pack, top)
    if place is None:
        return None
    path = os.path.join(place, *inner)
    folder, name = os.path.split(path)
    if name in _listed(folder) and "__init__.py" in _listed(path):
        return Path(path, "__init__.py")
    return Path(f"{path}.py") if f"{name}.py" in _listed(folder) else None


def absolute(source: str, package: str) -> str:
    """The source with the modules that it imports from named in full, as only a module of the package may leave it."""
    if not package or "from ." not in source:
        return source
    return RELATIVE.sub(lambda m: m[1] + resolve_name(m[2], package), source)


def _imported(source: str) -> set[str]:
    """The modules that it imports, by name; names imported from a module may be modules themselves.

    A public name of gradecheck stands for its home. The text is searched, not parsed, which takes a tenth of the time;
    a module too many does no harm.
    """
    found: set[str] = set()
    for module, names, plain in IMPORT.findall(f"\n{source}"):
        found |= {module, *(f"{module}.{name}" for name in NAME.findall(names)), *NAME.findall(plain)}
    if "gradecheck" in found:
        found |= PUBLIC.keys() & {f"gradecheck.{name}" for name in ATTRIBUTE.findall(source)}
    return (found | {PUBLIC[name] for name in found & PUBLIC.keys()}) - {""}


@cache
def sources(pack: Pack, *modules: str, engine: bool = True) -> Mapping[str, tuple[bool, str]]:
    """These modules, and all that they import of the engine and the pack: whether each is a package, and its source.

    engine: False leaves out what is of the engine.
    """
    found: dict[str, tuple[bool, str]] = {}
    seen: set[str] = set()
    waiting = set(modules)
    while waiting:
        seen |= waiting
        named: set[str] = set()
        for name in waiting:
            file = _file(pack, name) if engine or name.partition(".")[0] != ENGINE.name else None
            if file is None:
                continue
            package, is_package = name.rpartition(".")[0], file.name == "__init__.py"
            text = absolute(file.read_text(encoding="utf-8"), name if is_package else package)
            found[name] = is_package, text
            named |= _imported(text) | {package}
        waiting = named - seen
    return dict(sorted(found.items()))


@cache
def digest(pack: Pack, *modules: str, engine: bool = True) -> str:
    """Of what `sources` finds."""
    digest = hashlib.sha256()
    for name, (is_package, text) in sources(pack, *modules, engine=engine).items():
        data = text.encode()
        digest.update(f"{name} {is_package} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def cell(found: Mapping[str, tuple[bool, str]]) -> str:
    """A cell that makes these modules, as `sources` has them, importable where nothing of ours is."""
    return f"_SOURCES = {dict(found)!r}\n{LOADER}"
