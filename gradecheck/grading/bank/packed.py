"""Modules of ours as a submission's source: what we trust is asked by the same worker as what we do not."""

from __future__ import annotations

import hashlib
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

IMPORT: Final = re.compile(r"^[ \t]*(?:from ([\w.]+) import (\([^)]*\)|.*)|import (.*))", re.MULTILINE)
RELATIVE: Final = re.compile(r"^([ \t]*from )(\.+[\w.]*)(?= import )", re.MULTILINE)
NAME: Final = re.compile(r"[\w.]+")
ATTRIBUTE: Final = re.compile(r"\.(\w+)")

LOADER: Final = '''
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
'''


@cache
def _place(pack: Pack, top: str) -> Path | None:
    """Where a package or module at the top stands: of the engine, or of the pack and those that it builds on."""
    places = (own.location(top) for own in registry.lineage(pack))
    return ENGINE if top == "gradecheck" else next((place for place in places if place is not None), None)


def _file(pack: Pack, module: str) -> Path | None:
    """Where a module of the engine, or of the pack and those that it builds on, stands; None where it is of none."""
    top, *inner = module.split(".")
    place = _place(pack, top)
    if place is None:
        return None
    path = place.joinpath(*inner)
    return next((p for p in (path / "__init__.py", path.with_suffix(".py")) if p.is_file()), None)


def absolute(source: str, package: str) -> str:
    """The source with the modules that it imports from named in full, as only a module of the package may leave it."""
    return RELATIVE.sub(lambda m: m[1] + resolve_name(m[2], package), source) if package else source


def _imported(source: str) -> set[str]:
    """The modules that it imports, by name; names imported from a module may be modules themselves.

    A public name of gradecheck stands for its home. The text is searched, not parsed, which takes a tenth of the time;
    a module too many does no harm.
    """
    found: set[str] = set()
    for module, names, plain in IMPORT.findall(source):
        found |= {module, *(f"{module}.{name}" for name in NAME.findall(names)), *NAME.findall(plain)}
    public = {name.removeprefix("gradecheck.") for name in found}
    if "gradecheck" in found:
        public |= set(ATTRIBUTE.findall(source))
    return (found | {HOMES[name] for name in public & HOMES.keys()}) - {""}


@cache
def sources(pack: Pack, *modules: str) -> Mapping[str, tuple[bool, str]]:
    """These modules, and all that they import of the engine and the pack: whether each is a package, and its source."""
    found: dict[str, tuple[bool, str]] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        above, _ = found.get(name.rpartition(".")[0], (True, ""))  # a module that is no package holds no modules
        file = _file(pack, name) if above and name not in found else None
        if file is None:
            continue
        is_package = file.name == "__init__.py"
        text = absolute(file.read_text(encoding="utf-8"), name if is_package else name.rpartition(".")[0])
        found[name] = is_package, text
        waiting += sorted(_imported(text), reverse=True)  # the modules before their names
        waiting += [name.rpartition(".")[0]] if "." in name else []
    return dict(sorted(found.items()))


@cache
def digest(pack: Pack, *modules: str) -> str:
    """Of these modules, and all that they import of the engine and the pack."""
    return hashlib.sha256(repr(sources(pack, *modules)).encode()).hexdigest()


def cell(found: Mapping[str, tuple[bool, str]]) -> str:
    """A cell that makes these modules, as `sources` has them, importable where nothing of ours is."""
    return f"_SOURCES = {dict(found)!r}\n{LOADER}"
