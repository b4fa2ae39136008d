"""Classes to export: students with hostile names, what each platform knows of them, and the files that it gives out."""

import csv
import io
import json
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting.reading import Results
from gradecheck.grading.exporting.target import Request
from gradecheck.grading.exporting.targets import TARGETS
from gradecheck.grading.people.matching import squeezed

FUNCTIONS = {"relu": 1.0, "tanh": 2.0, "mse_backward": 3.0}
MOST = 6.0
TITLE = "Three functions"


def row(name="Anna Adler", number=0, score=3.5, **more):
    """A student who has a score, unless `more` says otherwise. The points are lost in the last function."""
    points = {"relu": 1.0, "tanh": 2.0, "mse_backward": None if score is None else round(max(score - 3.0, 0.0), 6)}
    given = Row(
        id=name,
        name=name,
        email="",
        login="",
        section="",
        group="",
        submission=f"{name}, {number}",
        attempt=1,
        attempts=1,
        late=False,
        handed_in="",
        roster="",
        status="graded",
        score=score,
        machine_score=score,
        deduction=0.0,
        max_score=MOST,
        points=points,
    )
    return replace(given, **more)


NOTHING = {"status": "nothing", "score": None, "points": {}, "submission": None, "attempt": None}
UNREADABLE = {"status": "unreadable", "score": None, "points": {}}
FAULT = {"status": "fault", "score": None}
ONE_FAULT = {"score": 3.0, "points": {"relu": 1.0, "tanh": 2.0, "mse_backward": None}}
EXCUSED = {"excused": True}
GIVEN = {"whole": True, "score": 5.0}
"""A teacher's score of the whole."""


def results(*rows, folder=Path()):
    return Results(folder, "three", TITLE, FUNCTIONS, rows, "2026-11-28T09:30:00+00:00")


def folder_of(folder, *rows):
    """The folder of a run with these students, without pages."""
    folder.mkdir()
    questions = [{"function": f, "points": 0.0, "max_points": worth} for f, worth in FUNCTIONS.items()]
    one = {"submission": "a", "status": "graded", "score": 0.0, "max_score": MOST, "questions": questions}
    document = {"schema": 2, "assignment": "three", "students": [asdict(r) for r in rows], "submissions": [one]}
    (folder / "results.json").write_text(json.dumps(document))
    (folder / "summary.json").write_text(json.dumps({"assignment": "three", "title": TITLE}))
    return folder


def table(*lines, delimiter=",", quoting=csv.QUOTE_MINIMAL, end="\r\n"):
    """A CSV file's text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(lines)
    return text.getvalue()


def canvas_file(students, assignments, cells=None, **how):
    """A gradebook of Canvas.    students: (name, SIS id, login) by Canvas's id.    cells: what a column has already."""
    identity = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    titles = [f"{title} ({number})" for number, title in assignments.items()]
    possible = ["    Points Possible", *[""] * 4, *["6.00"] * len(titles), "(read only)"]
    lines = [[*identity, *titles, "Current Score"], ["", *[""] * 4, *["Manual Posting"] * len(titles), ""], possible]
    for number, (name, sis, login) in students.items():
        before = (cells or {}).get(number, "")
        lines.append([name, number, sis, login, "Section 1", *[before] * len(titles), "12.5"])
    return table(*lines, **how)


ANNA = {20_001: ("Anna Adler", "s1", "aadler")}
COLUMNS = {4711: TITLE, 4712: "Another"}


def by_column(text, delimiter=","):
    return [list(cells) for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


# -- the export into a teacher's file


@contextmanager
def file(text, name="theirs.csv", encoding="utf-8"):
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(text.encode(encoding))
        yield path


def exported(target, found, text, column="", encoding="utf-8"):
    with file(text, encoding=encoding) as path:
        return TARGETS[target].make(Request(found, path, column))


def refused(target, found, text, column=""):
    with pytest.raises(ValueError) as error:  # noqa: PT011  # the sentence is looked at by whoever asked
        exported(target, found, text, column)
    return str(error.value)


# -- hostile students

BEGINNINGS = ("", "=", "+", "-", "@", "=cmd()", "\t", '"', "'", "\uff1d", "#")
MIDDLES = (" ", ",", ";", '"', "\n", "\r\n", "<b>", "名", "é", "_1_2_", "\u202e", "'")
TEXTS = st.builds(
    lambda begins, first, between, second: f"{begins}{first}{between}{second}",
    st.sampled_from(BEGINNINGS),
    st.text("abcXYZäß", min_size=1, max_size=5),
    st.sampled_from(MIDDLES),
    st.text("defUVWøñ", min_size=1, max_size=5),
)
NAMES = st.lists(TEXTS, min_size=1, max_size=6, unique_by=squeezed)
"""No two of them could be meant by the same name."""
DOTTED = st.from_regex(r"0?[1-9]{1,2}(\.[0-9]{3}){0,2}", fullmatch=True)
"""Ids with dots and leading zeros, as 12.345.678."""
SCORES = st.integers(0, 600).map(lambda x: x / 100) | st.sampled_from([1 / 3, 5.333333, 0.0, 6.0])
STATES = st.sampled_from([{}, {}, {}, NOTHING, UNREADABLE, FAULT, ONE_FAULT, EXCUSED])
QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
