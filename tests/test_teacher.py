"""What a teacher changes: read from marks.toml and written to it, held against the class, joined to its rows."""

import tomllib
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from classroom import ASSIGNMENT
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.grading.assignments.assignment import Written, parse
from gradecheck.grading.classrun.rows import rows
from gradecheck.grading.marks import QuestionMark, SubmissionMark
from gradecheck.grading.people.person import Attempt, People, Student
from gradecheck.grading.teacher.change import Change
from gradecheck.grading.teacher.joining import joined
from gradecheck.grading.teacher.reading import read
from gradecheck.grading.teacher.standing import deadlines, standing
from gradecheck.grading.teacher.writing import added
from reports.attempts import DIFFER as LATENESS_DIFFERS
from reports.attempts import about
from reports.feedback import feedback, headline
from reports.teachers import DIFFER
from reports.teachers import given as given_to

LATE = "deadline = 2026-11-01T12:00:00\nlate = {percent_a_day = 10}\n"
PEOPLE = People(
    (
        Student("a1", "Anna Adler", "anna@x.org", "anna", attempts=(Attempt("Anna Adler", "a1"),)),
        Student("a2", "Anna Albers", attempts=(Attempt("Anna Albers", "a2"),)),
        Student("b1", "Berta Berg", group="Team 1", attempts=(Attempt("Team 1", "Team 1"),)),
        Student("b2", "Bruno Berg", group="Team 1", attempts=(Attempt("Team 1", "Team 1"),)),
        Student("c1", "Same Name"),
        Student("c2", "Same Name"),
    )
)
POINTS = {"relu": (1.0, 1.0), "tanh": (0.5, 2.0), "mse_backward": (3.0, 3.0)}
MARKS = [
    SubmissionMark(
        "Anna Adler", "graded", tuple(QuestionMark(f, x, m, "wrong", ()) for f, (x, m) in POINTS.items()), 6.0
    ),
    SubmissionMark("Anna Albers", "unreadable", (), 6.0, ("no code",)),
    SubmissionMark("Team 1", "graded", tuple(QuestionMark(f, m, m, "passed", ()) for f, (_, m) in POINTS.items()), 6.0),
]
CONTENTS = {"Anna Adler": "0123456789abcdef", "Team 1": "fedcba9876543210"}


def asked(first=""):
    return parse(Written(first + ASSIGNMENT, "three.toml"))


def after(*changes, first="", people=PEOPLE, contents=CONTENTS, marks=MARKS):
    """The rows after the teacher, by id."""
    assignment = asked(first)
    found = standing(changes, people, assignment)
    own = rows(people, marks, assignment, deadlines(found, assignment))
    return {row.id: row for row in joined(own, found, assignment, contents)}


def change(student="a1", question="", points=None, because="so", **more):
    return Change("marks: m.toml, line 1", student, question, points, because=because, **more)


# -- joining


def test_points_of_a_question_are_the_teachers_and_the_machines_are_kept():
    row = after(change("a1", "tanh", 2.0))["a1"]
    assert row.points == {"relu": 1.0, "tanh": 2.0, "mse_backward": 3.0}
    assert (row.score, row.machine_score) == (6.0, 4.5)
    assert row.changed == ("tanh: 2 instead of 0.5, because so",)
    assert after()["a1"].changed == ()


def test_a_score_of_the_whole_is_final_and_lateness_takes_nothing_off_it():
    late = replace(PEOPLE.students[0], attempts=(Attempt("Anna Adler", "a1", 1, "2026-11-02T13:00:00"),))
    people = People((late,))
    assert after(first=LATE, people=people)["a1"].deduction == 1.2
    row = after(change(points=5.0), first=LATE, people=people)["a1"]
    assert (row.score, row.machine_score, row.deduction) == (5.0, 3.3, 0.0)
    assert row.changed == ("score: 5 instead of 3.3, because so",)


def test_lateness_is_taken_off_what_the_teacher_gave():
    late = replace(PEOPLE.students[0], attempts=(Attempt("Anna Adler", "a1", 1, "2026-11-02T13:00:00"),))
    row = after(change("a1", "tanh", 2.0), first=LATE, people=People((late,)))["a1"]
    assert (row.score, row.deduction) == (4.8, 1.2)
    nothing = [change("a1", name, 0.0) for name in POINTS]
    row = after(*nothing, first=LATE, people=People((late,)))["a1"]
    assert (row.score, row.deduction) == (0.0, 0.0)


@pytest.mark.parametrize("extension", [0.5, 2.0, datetime(2026, 11, 2, 13)])
def test_an_extension_makes_lateness_anew(extension):
    late = replace(PEOPLE.students[0], attempts=(Attempt("Anna Adler", "a1", 1, "2026-11-02T13:00:00"),))
    row = after(change(extension=extension), first=LATE, people=People((late,)))["a1"]
    days = 1 if extension == 0.5 else 0
    assert (row.late, row.deduction, row.score, row.machine_score) == (days > 0, 0.6 * days, 4.5 - 0.6 * days, 3.3)
    assert row.changed[0].startswith("deadline: 2026-11-0")
    assert row.changed[0].endswith(" instead of 2026-11-01 12:00:00, because so")


@pytest.mark.parametrize(
    ("when", "told"),
    [("", "; when it was handed in is not known, so that nothing changes"), ("2026-11-02T13:00:00", "")],
)
def test_an_extension_says_that_it_changes_nothing_where_no_time_is_known(when, told):
    late = replace(PEOPLE.students[0], attempts=(Attempt("Anna Adler", "a1", 1, when, late=True),))
    row = after(change(extension=2.0), first="deadline = 2026-11-01T12:00:00\n", people=People((late,)))["a1"]
    assert row.late == bool(told)
    assert row.changed[0].endswith(f", because so{told}")


def test_after_an_extension_lateness_is_of_the_students_own_deadline():
    late = replace(PEOPLE.students[0], attempts=(Attempt("Anna Adler", "a1", 1, "2026-11-02T13:00:00"),))
    row = after(change("a1", "tanh", 2.0), change(extension=1.0), first=LATE, people=People((late,)))["a1"]
    assert (row.score, row.deduction, row.late) == (5.4, 0.6, True)


def test_an_extension_may_change_which_attempt_is_the_best():
    early = Attempt("Anna Adler", "a1", 1, "2026-11-01T11:00:00")
    full = Attempt("Team 1", "a1", 2, "2026-11-04T13:00:00")
    people = People((replace(PEOPLE.students[0], attempts=(early, full)),))
    first = f'attempts = "best"\n{LATE}'
    assert (after(first=first, people=people)["a1"].attempt, after(first=first, people=people)["a1"].score) == (1, 4.5)
    row = after(change(extension=4.0), first=first, people=people)["a1"]
    assert (row.attempt, row.score, row.machine_score) == (2, 6.0, 4.5)


@pytest.mark.parametrize(("which", "number"), [("newest", 2), ("best", 1)])
def test_what_the_platform_said_is_of_the_attempt_that_counts(which, number):
    alone = Attempt("Anna Adler", "a1", 1, platform={"submission": "submission_1"})
    unread = Attempt("Anna Albers", "a1", 2, platform={"submission": "submission_2"})
    people = People((replace(PEOPLE.students[0], attempts=(alone, unread)),))
    row = after(first=f'attempts = "{which}"\n', people=people)["a1"]
    assert (row.attempt, row.platform) == (number, {"submission": f"submission_{number}"})


def test_who_is_excused_has_no_score_and_no_0():
    row = after(change(excused=True), change(points=3.0))["a1"]
    assert (row.excused, row.score, row.machine_score, row.changed[-1]) == (True, None, 4.5, "excused, because so")


def test_without_marks_there_is_no_score_until_every_question_has_points():
    some = [change("a2", "relu", 1.0), change("a2", "tanh", 1.5)]
    assert (after(*some)["a2"].score, after(*some)["a2"].points) == (None, {"relu": 1.0, "tanh": 1.5})
    row = after(*some, change("a2", "mse_backward", 2.0))["a2"]
    assert (row.score, row.machine_score, row.status) == (4.5, None, "unreadable")
    assert row.changed[0] == "relu: 1 instead of no points, because so"
    assert after(change("c1", points=4.0))["c1"].score == 4.0, "who handed in nothing may have a score"


def test_a_row_knows_whether_the_score_is_the_teachers_of_the_whole():
    assert [row.id for row in after(change(points=4.0), change("b1", "relu", 0.5)).values() if row.whole] == ["a1"]
    assert not after(change(points=4.0), change(excused=True))["a1"].whole, "who is excused has no score"


def test_a_question_that_was_not_judged_leaves_the_score_to_the_others_as_before():
    faulty = replace(MARKS[0].questions[0], points=0.0, outcome="fault")
    marks = [replace(MARKS[0], questions=(faulty, *MARKS[0].questions[1:])), *MARKS[1:]]
    row = after(marks=marks)["a1"]
    assert (row.score, row.points["relu"]) == (3.5, None)
    assert after(change("a1", "tanh", 2.0), marks=marks)["a1"].score == 5.0
    told = after(change("a1", "relu", 1.0), marks=marks)["a1"].changed
    assert told == ("relu: 1 instead of no points, because so",)


def test_an_attempt_that_is_newer_than_a_change_is_told_and_the_change_stands():
    made = change("a1", "tanh", 2.0, seen="0123456789ab")
    assert after(made)["a1"].changed == ("tanh: 2 instead of 0.5, because so",)
    row = after(made, contents={"Anna Adler": "another"})["a1"]
    assert (row.score, row.changed[1]) == (6.0, "tanh: what was handed in is newer than this change")
    assert len(after(replace(made, seen=None), contents={})["a1"].changed) == 1, "it was written by hand"
    due = change(points=3.0, extension=1.0, seen="0123456789ab")
    told = after(due, first=LATE, contents={})["a1"].changed[2:]
    assert told == ("score: what was handed in is newer than this change",), "an extension waits for what is newer"


def test_a_change_is_of_one_student_and_of_nobody_else():
    before, now = after(), after(change("a1", points=1.0))
    assert {id for id, row in now.items() if row != before[id]} == {"a1"}


def test_a_score_of_what_could_not_be_marked_is_told_as_the_teachers():
    given = given_to(after(change("a2", points=4.0)).values())["Anna Albers"]
    assert headline(feedback(MARKS[1], "T", "public", "kind", given=given)) == "4 of 6 points, by your teacher."
    assert headline(feedback(MARKS[1], "T", "public", "kind")) == "This submission cannot be read, and was not marked."


def test_members_of_a_group_who_differ_do_not_read_of_each_other():
    assert given_to(after(change("Team 1", points=2.0)).values())["Team 1"].score == 2.0
    apart = given_to(after(change("b1", points=2.0, because="a secret")).values())
    assert apart["Team 1"].changed == (DIFFER,)
    assert (apart["Team 1"].score, apart["Team 1"].points) == (None, None)


SHARED = Attempt("Team 1", "Team 1", 1, "2026-11-02T11:00:00")
TEAM = People(tuple(replace(student, attempts=(SHARED,)) for student in PEOPLE.students[2:4]))
LATE_AT = "It was handed in late, at 2026-11-02T11:00:00."


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([], [f"{LATE_AT} That takes 0.6 points off: 5.4 of 6 are left."]),
        ([change("b2", points=2.0, because="a secret")], [LATE_AT]),
        ([change("b2", "tanh", 1.0, because="a secret")], [LATE_AT]),
        ([change("b2", excused=True)], [LATE_AT]),
        ([change("b1", comment="Well done.")], [LATE_AT]),
        ([change("b2", extension=2.0)], [LATENESS_DIFFERS]),
        ([change("b1", extension=2.0)], [LATENESS_DIFFERS]),
        ([change("Team 1", extension=2.0)], []),
    ],
)
def test_the_page_of_a_group_says_of_lateness_what_holds_for_all(changes, told):
    found = after(*changes, first=LATE, people=TEAM).values()
    assert about(TEAM.students, found) == {"Team 1": tuple(told)}


def test_the_page_of_a_group_numbers_attempts_where_all_have_the_same_ones():
    own, again = Attempt("Anna Adler", "b1"), replace(SHARED, number=2)
    berta, bruno = TEAM.students
    for attempts, told in (((SHARED,), ()), ((own, again), ("Attempt 2 of 2. This is the one that counts.",))):
        people = People((replace(berta, attempts=(own, again)), replace(bruno, attempts=attempts)))
        assert about(people.students, after(people=people).values())["Team 1"] == told
        assert about(people.students[::-1], after(people=people).values())["Team 1"] == told
        assert about(people.students[:1], after(people=people).values())["Anna Adler"] == (
            "Attempt 1 of 2. Another one counts.",
        )


# -- of several changes


def test_the_later_change_of_the_same_thing_counts_and_it_is_told():
    first, last = change("a1", "tanh", 2.0), replace(change("a1", "tanh", 1.0), place="marks: m.toml, line 9")
    assert after(first, last)["a1"].points["tanh"] == 1.0
    told = standing([first, last], PEOPLE, asked()).replaced
    assert told == ("a1: tanh: line 9 takes the place of line 1",)
    assert standing([first, change("a1", "relu", 0.0)], PEOPLE, asked()).replaced == ()


def test_undo_takes_back_one_question_or_everything_before_it():
    made = [change("a1", "tanh", 2.0), change("a1", "relu", 0.0), change(comment="Well done.")]
    one = after(*made, change("a1", "tanh", undo=True))["a1"]
    assert (one.points["tanh"], one.points["relu"], one.comment) == (0.5, 0.0, "Well done.")
    assert after(*made, change("a1", undo=True)) == after()
    again = after(*made, change("a1", undo=True), change("a1", "relu", 0.5))["a1"]
    assert again.points == {"relu": 0.5, "tanh": 0.5, "mse_backward": 3.0}


# -- whom


@pytest.mark.parametrize("said", ["a1", "A1", "anna", "anna@x.org", "Anna Adler", "Adler, Anna", "anna  adler"])
def test_a_student_is_found_by_whatever_names_one(said):
    assert set(standing([change(said, points=1.0)], PEOPLE, asked()).by) == {"a1"}


def test_an_id_as_it_stands_comes_before_one_that_only_reads_alike():
    people = People(tuple(Student(id, id) for id in ("anna", "anna.py", "Anna.py", "anna.ipynb")))
    for id in ("anna", "anna.py", "Anna.py", "anna.ipynb"):
        assert set(standing([change(id, points=1.0)], people, asked()).by) == {id}
    with pytest.raises(ValueError, match=r"should be one of them by id: anna\.py, Anna\.py"):
        standing([change("ANNA.py", points=1.0)], people, asked())


def test_a_group_is_all_its_members():
    assert set(standing([change("team 1", points=1.0)], PEOPLE, asked()).by) == {"b1", "b2"}


# -- what does not fit


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            change("Anna Adlr", points=1.0),
            "student is 'Anna Adlr', but should be somebody of the class; did you mean Anna",
        ),
        (change("", points=1.0), "student is '', but should be somebody of the class"),
        (change("Same Name", points=1.0), "student is 'Same Name', but should be one of them by id: c1, c2"),
        (change("a1", "tan", 1.0), "question is 'tan', but should be one of the assignment; did you mean tanh?"),
        (change("a1", "tanh", 2.5), "points is 2.5, but should be at most 2, which tanh has; for more say extra, too"),
        (change("a1", "", 7.0), "points is 7, but should be at most 6, which the assignment has; for more say extra"),
        (change("a1", "tanh"), "question is 'tanh', but has no points; name both, or none"),
        (change("a1"), "nothing is changed, but points, excused, comment, extension or undo should be"),
        (change("a1", points=1.0, because=""), "because is left out, but should give the reason"),
        (change("a1", excused=True, because=""), "because is left out"),
        (change("a1", undo=True), "undo is True, but nothing is changed of a1 before it; leave it out"),
        (change("a1", points=1.0, undo=True), "undo stands beside score, but should stand alone"),
        (change("a1", extension=1.0), "extension is given, but the assignment has no deadline"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_with_its_place(wrong, told):
    with pytest.raises(ValueError, match=r"^marks: m\.toml, line 1: ") as caught:
        standing([wrong], PEOPLE, asked())
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("extension", "told"),
    [
        (0.0, "extension is 0, but should be a number of days above 0"),
        (datetime(2026, 10, 1), "but should be after 2026-11-01 12:00:00"),
        (datetime.fromisoformat("2026-11-03T12:00:00Z"), "but should have no time zone, as the deadline"),
    ],
)
def test_an_extension_that_does_not_fit_the_deadline_is_refused(extension, told):
    with pytest.raises(ValueError, match=told):
        standing([change(extension=extension)], PEOPLE, asked(LATE))


def test_more_than_all_points_are_extra_credit_where_that_is_said():
    row = after(change("a1", "tanh", 2.5, extra=True))["a1"]
    assert (row.points["tanh"], row.score) == (2.5, 6.5)


# -- the file

BY_HAND = """
# my own words
[[change]]
student = "a1"   # Anna
question = "tanh"
points = 2
because = "axis"

[[ change ]]
student = "Team 1"
extension = 2026-11-03T12:00:00
because = "ill"
"""


def test_what_a_person_writes_is_read():
    first, second = read(BY_HAND, "m.toml")
    assert first == Change("marks: m.toml, line 3", "a1", "tanh", 2.0, because="axis")
    assert (second.place, second.extension) == ("marks: m.toml, line 9", datetime(2026, 11, 3, 12))
    assert read("", "m.toml") == ()
    inline = read('change = [{student = "a1", comment = "[[change]]"}]', "m.toml")
    assert (inline[0].place, inline[0].comment) == ("marks: m.toml, change 1", "[[change]]")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[[change]\n",
            "marks: m.toml is no TOML (Expected ']]' at the end of an array declaration (at line 1, column 9))",
        ),
        ("change = 1", "marks: m.toml: change is 1, but should be tables that begin with [[change]]"),
        (
            "[[changes]]",
            "marks: m.toml: changes is [{}], but should be left out: there is no such key; did you mean change?",
        ),
        (
            '\n\n[[change]]\nstudent = "a"\npoint = 1',
            "line 3: point is 1, but should be left out: there is no such key; did",
        ),
        ("[[change]]\nstudent = 7", "line 1: student is 7, but should be a text in quotes"),
        ('[[change]]\nstudent = "a"\npoints = "2"', "line 1: points is '2', but should be a number, 0 or more"),
        ('[[change]]\nstudent = "a"\npoints = nan', "line 1: points is nan, but should be a number, 0 or more"),
        ('[[change]]\nstudent = "a"\nexcused = false', "line 1: excused is False, but should be true, or left out"),
        (
            '[[change]]\nstudent = "a"\nextension = "2 days"',
            "line 1: extension is '2 days', but should be a number of days",
        ),
    ],
)
def test_what_is_no_change_is_refused_with_its_line(text, told):
    with pytest.raises(ValueError, match=r"^marks: m\.toml") as caught:
        read(text, "m.toml")
    assert told in str(caught.value)


TEXTS = st.text().map(str.strip).filter(bool)
CHANGES = st.builds(
    Change,
    st.just(""),
    TEXTS,
    TEXTS,
    st.none() | st.floats(0, 1e6),
    st.booleans(),
    st.booleans(),
    st.none() | TEXTS,
    st.none()
    | st.floats(0.001, 300)
    | st.datetimes(datetime(2000, 1, 1)).map(lambda when: when.replace(microsecond=0)),
    st.booleans(),
    TEXTS,
    st.none() | TEXTS,
)


@given(st.lists(CHANGES, min_size=1, max_size=3), st.sampled_from(["", BY_HAND, BY_HAND.strip(), "# only a word\r\n"]))
def test_what_is_written_is_read_back_behind_what_stood_there(changes, text):
    before = read(text, "m.toml")
    texts = [text]
    for one in changes:
        texts.append(added(texts[-1], one))
    for old, new in pairwise(texts):
        assert new.startswith(old), "not a byte of the teacher's is changed"
    found = read(texts[-1], "m.toml")
    assert found[: len(before)] == before
    assert [replace(one, place="") for one in found[len(before) :]] == changes
    assert len(tomllib.loads(texts[-1])["change"]) == len(found)
