"""Finds each student of the results in the teacher's file. Who may be two people is refused, and nobody is doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting.reading import called, due
from gradecheck.grading.exporting.sheet import Sheet
from gradecheck.grading.exporting.target import listed
from gradecheck.grading.people import roster
from gradecheck.grading.people.matching import Roster
from gradecheck.grading.submissions.names import printable


@dataclass(frozen=True)
class Matched:
    """rows: by the line of the sheet.    missed: whose mark has no line, for people.

    others: by the line of the sheet, who has one and is not in the results.
    """

    rows: Mapping[int, Row]
    missed: tuple[str, ...]
    others: Mapping[int, str]

    @property
    def said(self) -> tuple[str, ...]:
        names = list(self.others.values())
        return (f"in your file alone, left as they were: {listed(names)}",) if names else ()


def matched(sheet: Sheet, rows: Sequence[Row], headers: Sequence[str] | None = None) -> Matched:
    """Every student's line.    headers: to read the sheet by; its own by default.

    Raises ValueError where somebody may be two people, where two are one line, and where nobody is found at all.
    """
    try:
        numbers = sheet.numbers()
        lines = [(numbers[i], sheet.row(i)) for i in range(1, len(sheet.lines))]
        people = Roster(roster.people(headers or sheet.headers, lines, sheet.name))
    except ValueError as error:
        raise ValueError(str(error).removeprefix("roster: ")) from error
    found: dict[int, Row] = {}
    missed, doubts = [], []
    handed_in = Counter(row.submission for row in rows if row.submission)
    for row in rows:
        who = _who(row, handed_in[row.submission or ""] > 1)
        lines_of = sorted(person.line for person in people.find(row.name, who))
        if not lines_of:
            missed += [f"{called(row)} is not in {sheet.name}"] * due(row)
        elif len(lines_of) > 1:
            doubts.append(f"{called(row)} may be in line {' or '.join(map(str, lines_of))}")
        elif (line := numbers.index(lines_of[0])) in found:
            doubts.append(f"line {lines_of[0]} may be {called(found[line])} or {called(row)}")
        else:
            found[line] = row
    if doubts:
        raise ValueError(f"it cannot be told who is meant: {'; '.join(doubts)}; grade with --roster {sheet.name}")
    if not found:
        raise ValueError(f"{sheet.name} has none of the {len(rows)} students of the results; name this class's file")
    everybody = {numbers.index(person.line): printable(person.full or person.key) for person in people.people}
    others = {line: name for line, name in everybody.items() if line not in found}
    return Matched(found, tuple(missed), others)


def _who(row: Row, in_group: bool) -> dict[str, str]:
    """What is known of a student. An id that is only a name, or a platform's number, is looked up as that alone.

    The platform's number of what a group handed in is that of one member, or of the group.
    """
    own = row.platform
    id_alone = row.id not in (row.name, row.login, row.email, *own.values())
    who = {"login": row.login, "email": row.email, "id": row.id if id_alone else ""}
    return who if in_group else {**who, "user": own.get("user", ""), "participant": own.get("participant", "")}
