"""Marks that go back into the gradebook of Canvas, held to what its importer would read there."""

import csv
import io

import pytest
from exported import (
    ANNA,
    COLUMNS,
    DOTTED,
    EXCUSED,
    FAULT,
    GIVEN,
    NAMES,
    NOTHING,
    ONE_FAULT,
    QUOTING,
    SCORES,
    STATES,
    TITLE,
    UNREADABLE,
    canvas_file,
    exported,
    refused,
    results,
    row,
    table,
)
from hypothesis import given
from hypothesis import strategies as st
from importers import canvas

from gradecheck.grading.exporting.reading import figure, why_none

FORMULAS = tuple("=+-@\uff1d")
NONE_GIVEN = (NOTHING, UNREADABLE, FAULT, ONE_FAULT)


@st.composite
def canvas_classes(draw):
    """A course, and rows of its students in any order, each known by another thing."""
    names = draw(NAMES)
    ids = draw(st.lists(DOTTED, min_size=len(names), max_size=len(names), unique=True))
    students = {20_001 + i: (name, ids[i], f"login{i}") for i, name in enumerate(names)}
    rows = []
    for number, (name, sis, login) in students.items():
        known = draw(
            st.sampled_from(
                [
                    {"platform": {"user": str(number)}, "id": str(number), "name": f"squeezed {number}"},
                    {"id": sis, "name": f"other {number}", "roster": "on"},
                    {"login": login, "name": f"login {number}", "id": f"someone{number}"},
                    {"name": name, "id": name},
                ]
            )
        )
        rows.append((number, row(number=number, **{"score": draw(SCORES), **known, **draw(STATES)})))
    return students, draw(st.permutations(rows))


@given(
    canvas_classes(),
    st.sampled_from(",;"),
    QUOTING,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "EX", "7,5"]),
)
def test_canvas_reads_back_what_was_given(drawn, delimiter, quoting, end, before):
    students, rows = drawn
    text = canvas_file(
        students, COLUMNS, dict.fromkeys(students, before), delimiter=delimiter, quoting=quoting, end=end
    )
    export = exported("canvas", results(*(r for _, r in rows)), text)
    assert export.missed == ()
    found = canvas.upload(export.content, canvas.Course(students, COLUMNS))
    assert (found.new_assignments, found.new_students) == ([], [])
    assert found.possible == {4711: "6.00"}
    expected = {}
    for number, r in rows:
        given = canvas.converted(before) if why_none(r) else figure(r.score)
        expected[number, 4711] = "EX" if r.excused else given
    assert found.grades == expected
    for cells in csv.reader(io.StringIO(export.content.decode(), newline="")):
        assert len(cells) == 6
        assert not any(cell.lstrip().startswith(FORMULAS) for cell in cells)


def test_canvas_would_lose_a_student_whose_id_has_dots_without_its_own_id():
    """What the oracle is for: it reads the school's id as a number, as Canvas does."""
    text = table(
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "x (1)"], ["?", "", "12.345.678", "", "", "1"]
    )
    found = canvas.upload(text.encode(), canvas.Course({7: ("A", "12.345.678", "a")}, {1: "x"}))
    assert found.new_students == ["?"]


def test_canvas_is_told_only_what_it_should_be():
    students = {**ANNA, 20_002: ("Student, Test", "", "")}
    export = exported("canvas", results(row(), row("Zoe Zander", id="s9")), canvas_file(students, COLUMNS))
    assert export.missed == ("Zoe Zander (s9) is not in theirs.csv",)
    assert any("Student, Test" in line for line in export.said)
    assert b"Another" not in export.content
    assert b"Test" not in export.content
    assert b"Current Score" not in export.content


@pytest.mark.parametrize("state", NONE_GIVEN)
@pytest.mark.parametrize("before", ["", "4.5"])
def test_what_was_not_judged_is_never_a_zero(state, before):
    export = exported("canvas", results(row(**state)), canvas_file(ANNA, COLUMNS, {20_001: before}))
    assert canvas.upload(export.content, canvas.Course(ANNA, COLUMNS)).grades == {(20_001, 4711): before}
    assert any("Anna Adler" in line for line in export.said), "by name"


@pytest.mark.parametrize("state", NONE_GIVEN)
def test_a_teachers_score_of_the_whole_is_given_whatever_was_judged(state):
    export = exported("canvas", results(row(**{**state, **GIVEN})), canvas_file(ANNA, COLUMNS))
    assert canvas.upload(export.content, canvas.Course(ANNA, COLUMNS)).grades == {(20_001, 4711): "5"}
    assert export.said == ("column: Three functions (4711)",), "and nobody is named as left out"


def test_a_column_of_canvas_is_chosen_and_never_guessed():
    found, text = results(row()), canvas_file(ANNA, {1: "Quiz", 2: TITLE, 3: TITLE.upper()})
    assert "--column" in refused("canvas", found, text)
    assert "'Quiz (1)'" in refused("canvas", found, canvas_file(ANNA, {1: "Quiz"}))
    assert "'999'" in refused("canvas", found, text, "999")
    for column in ("3", f"{TITLE.upper()} (3)"):
        export = exported("canvas", found, text, column)
        course = canvas.Course(ANNA, {1: "Quiz", 2: TITLE, 3: TITLE.upper()})
        assert canvas.upload(export.content, course).grades == {(20_001, 3): "3.5"}


def test_canvas_files_that_will_not_do():
    found, text = results(row()), canvas_file(ANNA, COLUMNS)
    assert "10 points" in refused("canvas", found, text.replace("6.00", "10.00"))
    assert "read only" in refused("canvas", found, text.replace("6.00", "6.00 (read only)"))
    assert "ID" in refused("canvas", found, text.replace("20001", ""))
    assert "Section" in refused("canvas", found, table(["name", "score"], ["Anna Adler", "3"]))


def test_two_students_of_one_name_are_refused_and_told_apart_by_an_id():
    students = {**ANNA, 20_002: ("Anna Adler", "s2", "aa2")}
    said = refused("canvas", results(row()), canvas_file(students, COLUMNS))
    assert "Anna Adler" in said
    assert "line 4 or 5" in said
    one = row(number=1, platform={"user": "20002"}, id="20002")
    export = exported("canvas", results(one), canvas_file(students, COLUMNS))
    assert canvas.upload(export.content, canvas.Course(students, COLUMNS)).grades == {(20_002, 4711): "3.5"}


def test_two_rows_are_never_one_line():
    twice = results(row(), row(number=1, id="s1", name="Bela Berg"))
    assert "may be" in refused("canvas", twice, canvas_file(ANNA, COLUMNS))


def test_every_member_of_a_group_gets_the_mark():
    students = {**ANNA, 20_002: ("Bela Berg", "s2", "bberg")}
    both = [
        row(name, id=sis, group="A", submission="A", platform={"user": "20001"}) for name, sis, _ in students.values()
    ]
    export = exported("canvas", results(*both), canvas_file(students, COLUMNS))
    grades = canvas.upload(export.content, canvas.Course(students, COLUMNS)).grades
    assert grades == {(20_001, 4711): "3.5", (20_002, 4711): "3.5"}


def test_who_is_excused_is_ex():
    sheet = canvas_file({20_001: ("Anna Adler", "1", "aadler")}, COLUMNS)
    assert b'"EX"' in exported("canvas", results(row(id="1", **EXCUSED)), sheet).content


def test_who_is_not_in_the_file_is_missed_where_there_is_a_mark():
    students = [row(), row("Bela", 1), row("Cora", 2, **NOTHING), row("Dora", 3, **FAULT), row("Emil", 4, **EXCUSED)]
    export = exported("canvas", results(*students), canvas_file(ANNA, COLUMNS))
    assert export.missed == ("Bela is not in theirs.csv", "Emil is not in theirs.csv")
    assert all(any(name in line for line in export.said) for name in ("Cora", "Dora"))


def test_a_line_is_named_as_the_file_counts():
    twice = canvas_file({20_001: ("Anna", "s1", "a"), 20_002: ("Bela", "s1", "b")}, COLUMNS)
    assert "the lines 4 and 5" in refused("canvas", results(row()), twice)
    apart = twice.replace("Anna", "\r\n\r\nAnna")
    assert "the lines 6 and 7" in refused("canvas", results(row()), apart), "empty lines count, too"
    same = canvas_file({20_001: ("Anna Adler", "s1", "a"), 20_002: ("Anna Adler", "s2", "b")}, COLUMNS)
    assert "line 5 or 6" in refused("canvas", results(row()), same.replace("Anna", "\r\nAnna", 1))
    export = exported("canvas", results(row(id="s2")), same.replace("Anna", "\r\nAnna", 1))
    grades = canvas.upload(export.content, canvas.Course({20_002: ("Anna Adler", "s2", "b")}, COLUMNS)).grades
    assert grades == {(20_002, 4711): "3.5"}
