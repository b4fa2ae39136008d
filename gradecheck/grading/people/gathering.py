"""Puts together what each student handed in: the attempts in their order, a name for each, the members of groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gradecheck.grading.people.claim import Claim
from gradecheck.grading.people.clocks import has_zone
from gradecheck.grading.people.naming import Named, few
from gradecheck.grading.submissions.finding import Entry
from gradecheck.grading.submissions.items import Item


@dataclass(frozen=True)
class Hand:
    """One hand-in. entry: of the run.   when, clock, number, late, platform: as of a Claim."""

    entry: Entry
    when: str = ""
    clock: str = ""
    number: int = 0
    late: bool | None = None
    platform: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Owner:
    """Whose hand-ins they are, as far as names say: a student or a group. is_file: its name is that of a file."""

    key: str
    name: str
    hands: tuple[Hand, ...]
    who: Mapping[str, str]
    members: tuple[Mapping[str, str], ...] = ()
    signs: int = 1
    is_file: bool = False


def owners(named: Named) -> list[Owner]:
    """Everybody who handed in, with one name for each hand-in. Raises ValueError where the newest cannot be told."""
    by_key: dict[str, list[Claim]] = {}
    for claim in named.claims:
        by_key.setdefault(claim.key, []).append(claim)
    counts = Counter(own[0].name for own in by_key.values())
    taken = {entry.name for entry in named.others}
    found = []
    for key, own in by_key.items():
        label = own[0].name if counts[own[0].name] == 1 else f"{own[0].name} ({key})"
        while label in taken:
            label += "'"
        found.append(_owner(key, label, own))
        taken.update(hand.entry.name for hand in found[-1].hands)
    others = (Owner(e.name, e.name, (Hand(e),), {}, is_file=True) for e in named.others)
    return [*found, *others]


def _owner(key: str, label: str, claims: Sequence[Claim]) -> Owner:
    files = [claim for claim in claims if not claim.text] or claims
    attempts: dict[tuple[str, int], list[Claim]] = {}
    for claim in files:
        attempts.setdefault((claim.when or claim.clock, claim.number), []).append(claim)
    hands = [_hand(label, own) for own in attempts.values()]
    hands = in_order(label, hands)
    if len(hands) > 1:
        hands = [replace(h, entry=replace(h.entry, name=f"{label}, attempt {i}")) for i, h in enumerate(hands, 1)]
    last = max(claims, key=lambda claim: (not claim.text, claim.when, claim.number))
    return Owner(
        key=key,
        name=last.name,
        hands=tuple(hands),
        who=last.who,
        members=last.members,
        signs=len({claim.sign for claim in claims}),
    )


def _hand(label: str, claims: Sequence[Claim]) -> Hand:
    first = claims[0]
    late = any(claim.late for claim in claims) if first.late is not None else None
    entry = Entry(label, _apart([claim.item for claim in claims]))
    return Hand(entry, first.when, first.clock, first.number, late, first.platform)


def _apart(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items of a hand-in; a file that is called like another one gets a folder of its own."""
    taken: set[str] = set()
    found = []
    for item in items:
        name, i = item.name, 1
        while not item.is_folder and name in taken:
            i += 1
            name = f"{i}/{item.name}"
        taken.add(name)
        found.append(replace(item, name=name))
    return tuple(found)


def in_order(whose: str, hands: Sequence[Hand]) -> list[Hand]:
    """The hand-ins of one student, the oldest first. Raises ValueError where that cannot be told."""
    if len(hands) < 2:
        return list(hands)
    unread = [hand.clock for hand in hands if hand.clock]
    if unread:
        was = f"{whose} handed in {len(hands)} times, one of them at {unread[0]!r}"
        raise ValueError(f"people: {was}, which is no time that can be read, so the newest cannot be told; leave one")
    if all(hand.when for hand in hands) and len({has_zone(hand.when) for hand in hands}) == 1:
        by_time = {(datetime.fromisoformat(hand.when), hand.number): hand for hand in hands}
        if len(by_time) == len(hands):
            return [by_time[key] for key in sorted(by_time)]
    if len({hand.number for hand in hands}) == len(hands):
        return sorted(hands, key=lambda hand: hand.number)
    names = few([hand.entry.name for hand in hands])
    raise ValueError(f"people: {names} are all of {whose}, and which is the newest cannot be told; leave one of them")
