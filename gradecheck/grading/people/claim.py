"""What the names of a layout say: whose a file is, which attempt it belongs to, when it was handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gradecheck.grading.submissions.items import Item


@dataclass(frozen=True)
class Claim:
    """A file or folder, and what its name says.

    item: as it is called in the submission.    key: the same for all that one student, or one group, handed in.
    name: of the student or group.    who: what else is known of them, by the fields of a roster.
    when: ISO 8601, "" where unknown.    clock: a time that cannot be read.    number: of the attempt, if it is said.
    late: as the name says; None where such names do not say it.
    text: an online text or a receipt, which is no submission beside a file.
    members: of a group, where they are known, each as `who` is.    platform: as of an Attempt.
    sign: another one of who it is. Where it differs under one name, there may be two people of that name.
    """

    item: Item
    key: str
    name: str = ""
    who: Mapping[str, str] = field(default_factory=dict)
    when: str = ""
    clock: str = ""
    number: int = 0
    late: bool | None = None
    text: bool = False
    members: tuple[Mapping[str, str], ...] = ()
    sign: str = ""
    platform: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """What a layout makes of a class.    left: names that it says nothing about."""

    claims: tuple[Claim, ...]
    left: tuple[Item, ...] = ()

    @property
    def is_likely(self) -> bool:
        """Whether most of what is there is named by it."""
        return len(self.claims) > len(self.left)


@dataclass(frozen=True)
class Layout:
    """A rule for names.    told: the end of "by ...", for people.

    read: what it makes of the items at the top of a class. assignment: its name, for a layout that holds several.
    """

    name: str
    told: str
    read: Callable[[Sequence[Item], str], Read]


def by_names(items: Sequence[Item], claim: Callable[[Item], Claim | None]) -> Read:
    """What a rule for single names makes of them."""
    found = [(item, claim(item)) for item in items]
    return Read(
        tuple(said for _, said in found if said is not None), tuple(item for item, said in found if said is None)
    )


def shared(texts: Collection[str]) -> str:
    """The beginning that all texts have."""
    first, last = min(texts, default=""), max(texts, default="")
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def iso(text: str, *formats: str) -> str:
    """A time as ISO 8601; "" where it is in none of the formats."""
    for format in formats:
        try:
            return datetime.strptime(text, format).isoformat()
        except ValueError:
            continue
    return ""
