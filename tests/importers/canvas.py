"""Canvas's import of a gradebook: lib/gradebook_importer.rb; and of feedback: models/assignment.rb."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field

NOT_ASSIGNMENTS = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")


@dataclass
class Course:
    """students: by Canvas's id, (name, SIS id, login).    assignments: titles by id."""

    students: dict
    assignments: dict


@dataclass
class Upload:
    """What Canvas would show before it saves.    new_*: what it would make, or did not find."""

    grades: dict = field(default_factory=dict)
    possible: dict = field(default_factory=dict)
    new_assignments: list = field(default_factory=list)
    new_students: list = field(default_factory=list)


def converted(cell):
    """CSV::Converters[:decimal_comma_to_period]"""
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *before, last = re.split("[,.]", cell)
    return f"{''.join(before)}.{last}" if before else last


def delimiter(text):
    counts = {}
    for sep in ";,":
        try:
            sizes = [
                len(next(csv.reader([line], delimiter=sep, strict=True), [])) for line in text.splitlines(True)[:3]
            ]
        except csv.Error:
            sizes = [0, 1]
        counts[sep] = sizes[0] if len(set(sizes)) == 1 else 0
    return ";" if counts[";"] > counts[","] else ","


def upload(data, course):
    text = data.decode()
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    header, *rows = [[converted(cell) for cell in line] for line in lines]
    assert len(header) > 3
    assert "Student" in header[0]
    assert "ID" in header[1]
    width, sis, login = 3, None, None
    if re.search(r"SIS\s+Login\s+ID", header[2]):
        login, width = 2, 4
    elif re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        sis, login = 2, 3
        width = 5 + ("Integration ID" in header[4])
        width += "Root Account" in header[width - 1]
    assert "Section" in header[width - 1], "an invalid header row"
    found = Upload()
    places = {}
    for place, title in enumerate(header[width:], width):
        if NOT_ASSIGNMENTS.search(title):
            continue
        named = re.fullmatch(r"(.*)\s\((\d+)\)", title, re.DOTALL)
        known = int(named[2]) if named and int(named[2]) in course.assignments else None
        known = known or next((i for i, called in course.assignments.items() if called == title), None)
        if known is None:
            found.new_assignments.append(title)
        else:
            places[known] = place
    for row in rows:
        if "Points Possible" in row[0]:
            found.possible = {known: row[place] for known, place in places.items()}
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in row):
            student = _student(row, sis, login, course)
            if student is None:
                found.new_students.append(row[0])
            for known, place in places.items():
                assert (student, known) not in found.grades, "one student twice"
                found.grades[student, known] = row[place].strip()
    return found


def _student(row, sis, login, course):
    digits = re.match(r"\s*\d+", row[1])  # Ruby's to_i
    if digits and int(digits[0]) in course.students:
        return int(digits[0])
    for place, key in ((sis, 1), (login, 2), (0, 0)):
        for student, known in course.students.items():
            if place is not None and row[place] and known[key] == row[place]:
                return student
    return None


def feedback(data, handed_in):
    """The page of each student.    handed_in: the ids of each student's files.    Raises where one would be ignored."""
    pages = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            parts = name.rpartition("/")[2].split("_")
            user, attachment = [part for part in parts if re.fullmatch(r"\d+", part)][:2]
            assert not parts[-1].startswith("link")
            assert attachment in handed_in[user]
            assert user not in pages
            pages[user] = archive.read(name)
    return pages
