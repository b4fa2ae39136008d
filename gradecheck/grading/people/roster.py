"""A roster: who is in the class, from the CSV file of any platform, whatever the order and language of its columns."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gradecheck.grading.people.headers import FIELDS, STUDENTS

ENCODINGS: Final = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))
"""Each with the mark by which it is known."""
DELIMITERS: Final = ",;\t"
SEPARATOR: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
PARTICIPANT: Final = re.compile(r".*\D \d+")
"""What Moodle's worksheets have, in any language: "Participant 123"."""
UNIQUE: Final = ("id", "login", "email", "user", "participant")
"""The fields that no two people share."""


@dataclass(frozen=True)
class Person:
    """One line of a roster. A text is "" where it is not there.

    user, participant: the ids that Canvas and Moodle give.   line: of the file.
    """

    line: int
    id: str = ""
    name: str = ""
    first: str = ""
    last: str = ""
    email: str = ""
    login: str = ""
    section: str = ""
    group: str = ""
    user: str = ""
    participant: str = ""

    @property
    def key(self) -> str:
        """What identifies the person in the results."""
        return self.id or self.login or self.email or self.user or self.participant or self.full

    @property
    def full(self) -> str:
        return self.name or f"{self.first} {self.last}".strip()


def decoded(data: bytes) -> str:
    """The text of a file in one of the encodings in which tables are exported."""
    for encoding, mark in ENCODINGS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read(text: str, file: str) -> tuple[Person, ...]:
    """The people on a roster. Raises ValueError where no column is known, or where two people cannot be told apart."""
    text = text.replace("\0", "").lstrip("\r\n")
    if told := SEPARATOR.match(text):  # as Excel writes it for itself
        text = text[told.end() :]
    delimiter = told[1] if told else max(DELIMITERS, key=text.partition("\n")[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header, *rows = [(lines.line_num, line) for line in lines if any(cell.strip() for cell in line)] or [(0, [])]
    return people(header[1], rows, file)


def people(header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], file: str) -> tuple[Person, ...]:
    """The people in the rows of a table, each with the number of its line. Raises ValueError as `read` does."""
    columns = _columns(header, [line for _, line in rows])
    if not {"id", "login", "email", "name", "last", "user", "participant"} & columns.keys():
        was = ", ".join(cell.strip() for cell in header) or "nothing"
        should = "such as id, name, email, login, section, group, or the export of a platform"
        raise ValueError(f"roster: {file} has the columns {was}, but should have one that says who it is, {should}")
    everybody = [_person(number, line, columns) for number, line in rows if _is_student(line, columns)]
    found = tuple(person for person in everybody if person.key)
    _check(found, file)
    return found


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The place of each field. Where several columns are called so, the first one."""
    known: dict[str, int] = {}
    for place, cell in enumerate(header):
        field = FIELDS.get(simple(cell))
        if field is not None:
            known.setdefault(field, place)
    if "participant" in known and not all(PARTICIPANT.fullmatch(_cell(line, known["participant"])) for line in rows):
        place = known.pop("participant")
        known.setdefault("id", place)
    if "id" not in known and "user" in known:  # a plain "ID" may be the school's, but not in Canvas's gradebook
        known["id"] = known["user"]
        if simple(header[known["user"]]) == "id" and not any(_is_possible(line, known) for line in rows):
            del known["user"]
    return known


def simple(cell: str) -> str:
    """A header's words alone, in lower case."""
    plain = unicodedata.normalize("NFKC", cell).casefold()
    return " ".join(re.findall(r"\w+", plain.replace("_", " ")))


def _is_student(line: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Whether a line is no teacher's, and not Canvas's line of possible points."""
    role = _cell(line, columns.get("role"))
    return (not role or any(word in role.casefold() for word in STUDENTS)) and not _is_possible(line, columns)


def _is_possible(line: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Whether it is the line of possible points, which Canvas's gradebook has."""
    return "points possible" in _cell(line, columns.get("name")).casefold()


def _cell(line: Sequence[str], place: int | None) -> str:
    return line[place].strip() if place is not None and place < len(line) else ""


def _person(number: int, line: Sequence[str], columns: Mapping[str, int]) -> Person:
    said = {field: _cell(line, place) for field, place in columns.items() if field != "role"}
    for field in ("id", "login"):  # Brightspace guards zeros at the beginning so
        said[field] = said.get(field, "").removeprefix("#")
    if "participant" in said:
        said["participant"] = said["participant"].rpartition(" ")[2]
    return Person(number, **said)


def _check(people: Iterable[Person], file: str) -> None:
    """Raises ValueError where two people share what no two people share."""
    for field in UNIQUE:
        seen: dict[str, Person] = {}
        for person in people:
            text = getattr(person, field).casefold()
            if text and text in seen:
                lines = f"the lines {seen[text].line} and {person.line}"
                was = f"{field} {getattr(person, field)!r} in {lines}"
                raise ValueError(f"roster: {file} has {was}, but should have it once; mend the file")
            seen[text] = person
    seen = {}
    for person in people:
        other = seen.setdefault(person.key, person)
        if other is not person:
            lines = f"the lines {other.line} and {person.line}"
            raise ValueError(f"roster: {file} has {person.key!r} in {lines}, but should have ids that tell them apart")
