"""Joins what was handed in with the roster: who everybody is, what each handed in, and who is in a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradecheck.grading.people.gathering import Owner, in_order
from gradecheck.grading.people.matching import IDS, STEM, Roster, squeezed
from gradecheck.grading.people.person import Attempt, Student
from gradecheck.grading.people.roster import Person


class DoubtError(ValueError):
    """It cannot be told who somebody is."""


@dataclass(frozen=True)
class _Whose:
    """Whose a hand-in is.    key: no two have the same.    name: the id of the student, or the name of the group.

    people: on the roster; others: not on it.
    """

    key: tuple[str, str]
    name: str
    people: Sequence[Person] = ()
    others: Sequence[Student] = ()


@dataclass
class _Work:
    """What a student or a group handed in.    owners: those who did."""

    name: str
    owners: list[Owner] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    others: dict[str, Student] = field(default_factory=dict)


def students(owners: Iterable[Owner], people: Sequence[Person] | None, groups: bool) -> tuple[Student, ...]:
    """Everybody who handed in or is on the roster. people: on it, None where there is none.

    groups: what one member of a group handed in is the work of all of them. Raises ValueError for everybody of whom it
    cannot be told who that is, or which attempt is the newest.
    """
    roster = None if people is None else Roster(people)
    works: dict[tuple[str, str], _Work] = {}
    doubts = []
    for owner in owners:
        try:
            whose = _whose(owner, roster, groups)
        except DoubtError as doubt:
            doubts.append(str(doubt))
            continue
        work = works.setdefault(whose.key, _Work(whose.name))
        work.owners.append(owner)
        work.people |= {one.key: one for one in whose.people}
        work.others |= {one.id: one for one in whose.others}
    if doubts:
        raise ValueError(f"people: it cannot be told who is meant: {'; '.join(doubts)}; give --roster or --names")
    found: dict[str, Student] = {one.key: _on(one, {}) for one in people or ()}
    worked: dict[str, list[_Work]] = {}
    for work in works.values():
        who = work.owners[-1].who if len(work.people) == 1 else {}
        for student in (*(_on(one, who) for one in work.people.values()), *work.others.values()):
            found[student.id] = student if who else found.get(student.id, student)
            worked.setdefault(student.id, []).append(work)
    return tuple(replace(one, attempts=_attempts(one, worked.get(one.id, []))) for one in found.values())


def _attempts(student: Student, works: Sequence[_Work]) -> tuple[Attempt, ...]:
    """What the student handed in, alone and in groups. Raises ValueError where the order cannot be told."""
    owners = [(work.name, owner) for work in works for owner in work.owners]
    whose = {hand.entry.name: name for name, owner in owners for hand in owner.hands}
    hands = [hand for _, owner in owners for hand in owner.hands]
    if len(owners) > 1:  # the second attempt of one may be older than the first of another
        hands = [replace(hand, number=0) for hand in hands]
    ordered = enumerate(in_order(works[0].name if len(works) == 1 else student.name, hands), 1)
    return tuple(
        Attempt(hand.entry.name, whose[hand.entry.name], i, hand.when, bool(hand.late), hand.platform)
        for i, hand in ordered
    )


# -- who it is


def _whose(owner: Owner, roster: Roster | None, groups: bool) -> _Whose:
    """Whose the hand-ins of an owner are. Raises DoubtError where that may be several."""
    if owner.members:
        return _of_members(owner, roster)
    one = _found(roster, owner.name, owner.who, owner.is_file)
    called = owner.who.get("group") or STEM.sub("", owner.name)
    group = [] if roster is None else roster.groups.get(squeezed(called), [])
    if one is not None and group and not any(key in owner.who for key in IDS):
        raise DoubtError(f"{owner.name} (the student {one.key} or the group {group[0].group})")
    if one is None and group:
        return _of_group(group)
    if owner.signs > 1 and one is None:
        raise DoubtError(f"{owner.name} (handed in under {owner.signs} numbers, as two people of that name would)")
    if one is None:
        student = _off(owner.key, {**owner.who, "name": owner.name}, roster)
        return _Whose(("off", student.id), student.id, others=(student,))
    if groups and one.group and roster is not None:
        return _of_group(roster.groups[squeezed(one.group)])
    return _Whose(("on", one.key), one.key, (one,))


def _of_group(members: Sequence[Person]) -> _Whose:
    return _Whose(("group", members[0].group), members[0].group, members)


def _of_members(owner: Owner, roster: Roster | None) -> _Whose:
    """The members that the platform names, as far as they are on the roster."""
    people, others = [], []
    for who in owner.members:
        one = _found(roster, who.get("name", ""), who)
        if one is None:
            others.append(_off(who.get("id") or who.get("email") or who.get("name") or owner.key, who, roster))
        else:
            people.append(one)
    return _Whose(("members", owner.key), owner.name, people, others)


def _found(roster: Roster | None, name: str, who: Mapping[str, str], is_file: bool = False) -> Person | None:
    if roster is None:
        return None
    found = roster.called(name) if is_file else roster.find(name, who)
    if len(found) > 1:
        raise DoubtError(f"{name} ({' or '.join(one.key for one in found)})")
    return found[0] if found else None


def _on(one: Person, who: Mapping[str, str]) -> Student:
    return Student(
        id=one.key,
        name=one.full or who.get("name", "") or one.key,
        email=one.email or who.get("email", ""),
        login=one.login or who.get("login", ""),
        section=one.section or who.get("section", ""),
        group=one.group or who.get("group", ""),
        roster="on",
    )


def _off(key: str, who: Mapping[str, str], roster: Roster | None) -> Student:
    """Somebody who is not on the roster, under an id that nobody on it has."""
    return Student(
        id=f"{key}'" if roster is not None and key in roster.keys else key,
        name=who.get("name") or key,
        email=who.get("email", ""),
        login=who.get("login", ""),
        section=who.get("section", ""),
        group=who.get("group", ""),
        roster="" if roster is None else "off",
    )
