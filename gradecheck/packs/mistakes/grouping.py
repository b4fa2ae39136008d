"""The entries of a catalogue by their function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, TypeVar


class _Entry(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def function(self) -> str: ...


Entry = TypeVar("Entry", bound=_Entry)


def by_function(entries: Sequence[Entry]) -> Mapping[str, tuple[Entry, ...]]:
    """The entries of each function, in order.

    Raises ValueError for an id that is there twice, or that does not begin with its function.
    """
    for id, times in Counter(entry.id for entry in entries).items():
        if times > 1:
            raise ValueError(f"catalogue: the id {id!r} stands {times} times, but should be unique")
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if not entry.id.startswith(f"{entry.function}/"):
            raise ValueError(f"catalogue: the id {entry.id!r} should begin with {entry.function + '/'!r}")
        groups.setdefault(entry.function, []).append(entry)
    return MappingProxyType({function: tuple(group) for function, group in groups.items()})
