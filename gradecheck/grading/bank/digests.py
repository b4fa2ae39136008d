"""Digests of all that a run depends on: only the same things give the same digest."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any, Final

from gradecheck.grading.bank import packed
from gradecheck.grading.submissions.submission import Content
from gradecheck.packs.contract import Contract
from gradecheck.packs.pack import Pack

PACKAGES: Final = ("numpy", "torch", "hypothesis", "nbformat")


def of(*parts: Any) -> str:
    """A digest of anything that JSON can hold, in order."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


@cache
def code(*packs: Pack) -> str:
    """Of every file of the engine and of the packs that marking could run or read."""
    digest = hashlib.sha256("".join(packed.digest(pack, *pack.modules, engine=False) for pack in packs).encode())
    for file in sorted(packed.ENGINE.rglob("*.py")):
        data = file.read_bytes()
        digest.update(f"{file.relative_to(packed.ENGINE).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:32]


@cache
def versions() -> Mapping[str, str]:
    """The versions of Python and of the packages that marking uses; "" for one that is not installed."""
    return MappingProxyType({"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}})


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def content(found: Content) -> str:
    """A digest of all that was handed in."""
    return of(found.name, [[f.path, hashlib.sha256(f.data).hexdigest()] for f in found.files], found.left)


def settings(x: Any) -> Any:
    """An assignment, or anything in it, as JSON can hold it."""
    if isinstance(x, Contract):
        return [x.pack, x.name]
    if is_dataclass(x) and not isinstance(x, type):
        return {field.name: settings(getattr(x, field.name)) for field in fields(x)}
    if isinstance(x, Mapping):
        return {str(key): settings(value) for key, value in x.items()}
    if isinstance(x, tuple | list | set | frozenset):
        items = [settings(value) for value in x]
        return sorted(items) if isinstance(x, set | frozenset) else items
    return x if x is None or isinstance(x, str | bool | int | float) else str(x)
