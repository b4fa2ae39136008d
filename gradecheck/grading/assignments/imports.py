"""Reads which packages submissions are shown when they are marked, and what they may import."""

from __future__ import annotations

from collections.abc import Sequence

from gradecheck.grading.assignments.table import Table
from gradecheck.grading.jail import packages


def shown(top: Table) -> tuple[str, ...]:
    """The packages that the jail shows. Raises ValueError for one that it cannot show."""
    names = top.texts("packages", 'a list of installed packages, such as ["scipy"]')
    for name in names:
        if why := packages.problem(name):
            remedy = "install it, or leave it out" if why.startswith("not installed") else "leave it out"
            raise top.wrong("packages", name, f"a package that submissions can be shown ({why}); {remedy}")
    return names


def allowed(top: Table, shown: Sequence[str]) -> tuple[str, ...] | None:
    """The imports that are allowed. Raises ValueError for one that is not there when marking."""
    if top.take("allowed_imports") is None:
        return None
    names = top.texts("allowed_imports", 'a list of module names, such as ["numpy"]')
    there = packages.available(shown)
    for name in names:
        module = name.partition(".")[0]
        if module not in there:
            why = packages.problem(module)
            remedy = f"leave it out ({why})" if why else f'add packages = ["{module}"], or leave it out'
            raise top.wrong("allowed_imports", name, f"what submissions can import when they are marked: {remedy}")
    return names
