"""Finds the students whom a change names. What may be two people is refused."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from gradecheck.grading.people.matching import STEM, spoken
from gradecheck.grading.people.naming import few
from gradecheck.grading.people.person import People, Student
from gradecheck.grading.submissions.names import printable

NEAR: Final = 3


def whom(said: str, people: People) -> tuple[Student, ...]:
    """Who is meant: by the id, the login, the e-mail, the name; or everybody of the group that is called so.

    Raises ValueError with what was said and who it should be, for nobody and for several who share a name.
    """
    exactly = tuple(student for student in people.students if student.id == said)
    if exactly:
        return exactly
    for key in ("id", "login", "email", "name"):
        found = [student for student in people.students if spoken(said) in _calls(student, key)]
        if len(found) > 1:
            raise ValueError(f"is {said!r}, but should be one of them by id: {few([one.id for one in found])}")
        if found:
            return tuple(found)
    group = tuple(student for student in people.students if student.group and spoken(said) == spoken(student.group))
    if group:
        return group
    known = {text.casefold(): text for student in people.students for text in (student.id, student.name)}
    near = [printable(known[text]) for text in get_close_matches(said.casefold(), known, n=NEAR, cutoff=0.5)]
    meant = f"; did you mean {' or '.join(near)}?" if near else ", by id, login, e-mail or name"
    raise ValueError(f"is {said!r}, but should be somebody of the class{meant}")


def _calls(student: Student, key: str) -> set[str]:
    """What stands for that field of the student; for the name of a file, the same without its suffix."""
    text: str = getattr(student, key)
    return {spoken(form) for form in (text, printable(text), STEM.sub("", text)) if form}
