"""Finds the people of a roster behind the names that a platform gives. What may be two people is refused."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gradecheck.grading.people.roster import Person

IDS: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("user",),
    "participant": ("participant",),
    "id": ("id",),
    "login": ("login", "id"),
    "email": ("email", "login"),
}
"""For each field of a hand-in the fields of a roster in which it may stand."""
STEM: Final = re.compile(r"(?:\.(?:py|pyw|ipynb|txt|json|zip|tar|tgz|tbz2?|txz|gz|bz2|xz|7z|rar))+$", re.IGNORECASE)


@dataclass
class Roster:
    """The people of a class, found by what is known of them."""

    people: Sequence[Person]
    _by: dict[tuple[str, str], list[Person]] = field(default_factory=lambda: defaultdict(list))
    _names: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    _orders: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    """Those who are in a group, by its name as `squeezed`."""
    keys: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.keys = frozenset(person.key for person in self.people)
        for person in self.people:
            for key in {key for fields in IDS.values() for key in fields}:
                if text := getattr(person, key):
                    self._by[key, text.casefold()].append(person)
            for name in {spoken(person.full), spoken(f"{person.first} {person.last}")} - {""}:
                self._names[name].append(person)
            for order in _orders(person):
                self._orders[order].append(person)
            if person.group:
                self.groups[squeezed(person.group)].append(person)

    def find(self, name: str, who: Mapping[str, str]) -> list[Person]:
        """Who that may be: nobody, one, or several where it cannot be told.

        An id counts more than a name, and nobody is found by name who has another id. Canvas's number may stand in a
        roster as the id, but the school may have given that number to somebody else: there the name has to fit, too.
        """
        found = [p for key, own in IDS.items() if who.get(key) for p in self._first(own, who[key])]
        if found:
            return _once(found)
        numbered = self._by.get(("id", who.get("user", "").casefold()), [])
        alike = [p for p in self._alike(name) if not any(_differs(p, key, who.get(key, "")) for key in IDS)]
        return [p for p in alike if p in numbered] or _once([*(p for p in numbered if not p.full), *alike])

    def _alike(self, name: str) -> list[Person]:
        """Everybody who is called so."""
        return _once(self._names.get(spoken(name)) or self._orders.get(squeezed(name), []))

    def _first(self, fields: Sequence[str], text: str) -> list[Person]:
        return next((own for key in fields if (own := self._by.get((key, text.casefold())))), [])

    def called(self, name: str) -> list[Person]:
        """Who may be meant by the name of a file or folder that no platform named."""
        stem = STEM.sub("", name)
        found = [p for key in ("id", "login", "email") for p in self._by.get((key, stem.casefold()), [])]
        return _once([*found, *self._alike(stem)])


def _differs(person: Person, key: str, text: str) -> bool:
    own = getattr(person, key)
    return bool(own and text) and own.casefold() != text.casefold()


def _once(people: Iterable[Person]) -> list[Person]:
    return list(dict.fromkeys(people))


def spoken(name: str) -> str:
    """A name by which it is compared: "Adler, Anna" is "anna adler"."""
    last, comma, first = unicodedata.normalize("NFKC", name).partition(",")
    return " ".join(f"{first} {last}".casefold().split()) if comma else " ".join(last.casefold().split())


def squeezed(name: str) -> str:
    """The letters and digits of a name alone."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def _orders(person: Person) -> set[str]:
    """The name squeezed, in every order in which platforms write it: whichever word begins the family name."""
    words = spoken(person.full).split()
    return {squeezed("".join((*words[i:], *words[:i]))) for i in range(len(words))} - {""}
