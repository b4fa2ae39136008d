"""The catalogues of packs: wrong implementations of a function, and right ones that are written in another way."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from typing import Any

from gradecheck.packs import modules, registry
from gradecheck.packs.contract import Contract
from gradecheck.packs.mistakes.grouping import by_function
from gradecheck.packs.mistakes.mistake import Mistake
from gradecheck.packs.pack import Pack, PackError
from gradecheck.packs.variant import Variant


def mistakes(contract: Contract) -> tuple[Mistake, ...]:
    """The catalogued mistakes in the function."""
    return _catalogued(registry.of(contract), "mistakes", Mistake).get(contract.name, ())


def mistake(id: str) -> Mistake | None:
    """The catalogued mistake with that id, in any pack that is loaded or installed."""
    for name in registry.installed():
        with suppress(PackError):
            registry.find(name)
    for pack in registry.loaded.values():
        contract = pack.contracts.get(id.partition("/")[0])
        for found in mistakes(contract) if contract is not None else ():
            if found.id == id:
                return found
    return None


def variants(contract: Contract) -> tuple[Variant, ...]:
    """The right implementations of the function that are written in another way."""
    return _catalogued(registry.of(contract), "variants", Variant).get(contract.name, ())


def check(pack: Pack) -> None:
    """Raises PackError for a faulty catalogue of mistakes or variants."""
    _catalogued(pack, "mistakes", Mistake)
    _catalogued(pack, "variants", Variant)


@cache
def _catalogued(pack: Pack, part: str, kind: type) -> Mapping[str, tuple[Any, ...]]:
    """The entries of that part of the pack, by function; none where the pack has no such part."""
    module, name = getattr(pack, part), part.upper()
    if not module:
        return {}
    what = f"pack {pack.name}: {part}"
    entries = modules.entries(module, name, kind, what)
    for entry in entries:
        if entry.function not in pack.contracts:
            near = ", ".join(get_close_matches(entry.function, pack.contracts) or pack.contracts)
            raise PackError(f"{what}: {entry.id} is about {entry.function}, but should be about a row of it: {near}")
    try:
        return by_function(entries)
    except ValueError as error:
        raise PackError(f"{what}: {error}") from error
