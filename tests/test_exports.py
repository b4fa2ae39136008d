"""What others read: a spreadsheet, Gradescope, a lecturer. Whatever a stranger is called, it is data to all of them."""

import csv
import io
import json
import re
import sys
from dataclasses import replace

import click
import numpy as np
import pytest
from classroom import ASSIGNMENT
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.grading.assignments import assignment
from gradecheck.grading.assignments.assignment import Assignment, Question
from gradecheck.grading.classrun import rows as joined
from gradecheck.grading.classrun.bins import histogram
from gradecheck.grading.classrun.run import Graded
from gradecheck.grading.classrun.summary import summarise
from gradecheck.grading.exporting import table
from gradecheck.grading.marks import CheckMark, ClassMark, Counterexample, QuestionMark, SubmissionMark
from gradecheck.grading.people.person import alone
from reports import class_summary, gradebook
from reports.gradescope import gradescope
from tests.lecture import CONTRACTS

HOSTILE = [
    *("=cmd()", "+1", "-1+cmd()", "@SUM(A1)", " =1", "\t=1", "\r=1", "\uff1d1", "a;=1", 'a","=1', "a\n=1", "<script>"),
    *("\x1b[2J", "\u202egnp", "\ud800", "a,b", "'", '"', "", "名.py"),
]


def question(function="relu", points=1.0, outcome="passed", **more):
    checks = tuple(CheckMark(c, outcome, 1.0, "told") for c in ("correctness", "edges", "stability", "hygiene"))
    return QuestionMark(function, points, 2.0, outcome, checks, **more)


WRONG = question(
    "tanh",
    0.5,
    "wrong",
    rationale="found for x = [9]",
    gist="found",
    help="look there",
    diagnoses=("tanh/doubled",),
    counterexample=Counterexample({"x": np.array([9.0, np.nan])}, "1", "2", "import numpy as np\nprint(1)"),
)


def a_class(*names):
    return ClassMark("a", "A", 1, "none", [SubmissionMark(n, "graded", (question(), WRONG), 4.0) for n in names])


def an_assignment(max_score=4.0):
    """As much of an assignment as people are joined to."""
    return Assignment("a", "A", (Question(CONTRACTS["relu"], "relu", max_score),))


def students(found):
    """A row for every submission, as where each is a student."""
    return joined.rows(alone(s.submission for s in found.submissions), found.submissions, an_assignment())


def results(found):
    people = alone(s.submission for s in found.submissions)
    return gradebook.results(found, people.attempts, students(found))


# -- gradebook.csv


def rows(found, functions=("relu", "tanh")):
    """The cells as a spreadsheet reads them: the mark of UTF-8 is none of them."""
    data = "".join(table.lines(students(found), functions)).encode()
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_gradebook_says_first_that_it_is_utf_8():
    text = "".join(table.lines(students(a_class("Jörg Müller.py", "名.py")), ()))
    assert text.encode().startswith(b"\xef\xbb\xbf")
    assert text.count("\ufeff") == 1


def test_no_cell_is_a_formula_to_a_spreadsheet():
    text = "".join(table.lines(students(a_class(*HOSTILE)), ("relu", "tanh")))
    text.encode()
    lines = text.removeprefix("\ufeff").splitlines()
    assert len(lines) == 1 + len(HOSTILE), "a line a submission, whoever breaks lines"
    for line in lines:
        assert line.startswith('"')
        assert line.endswith('"')
        assert ';"' not in line.replace('";', "")
    for name, *_ in csv.reader(lines):
        assert not name.strip().startswith(("=", "+", "-", "@", "\uff1d"))
        assert name == "" or name.isprintable()


@given(st.text(st.characters(codec=None)))
def test_a_row_is_read_back_with_its_marks(name):
    header, row = rows(a_class(name))
    assert header == [
        *("id", "name", "email", "login", "section", "group", "submission", "attempt", "late"),
        *("status", "score", "max_score", "deduction", "machine_score", "excused", "changed", "comment"),
        *("relu", "tanh"),
    ]
    assert row[0] == row[1] == row[6]
    assert row[2:6] == [""] * 4
    assert row[7:] == ["1", "", "graded", "1.5", "4", "0", "1.5", "", "", "", "1", "0.5"]
    assert row[0].isprintable()


def test_what_was_not_judged_is_empty_and_no_0():
    marks = [
        SubmissionMark("u", "unreadable", (), 4.0, ("why",)),
        SubmissionMark("f", "fault", (question(points=0.0, outcome="fault"),), 4.0),
        SubmissionMark("p", "graded", (question(points=0.0, outcome="fault"), WRONG), 4.0),
    ]
    found = ClassMark("a", "A", 1, "none", marks)
    assert [row[10:] for row in rows(found)[1:]] == [
        ["", "4", "0", "", "", "", "", "", ""],
        ["0.5", "4", "0", "0.5", "", "", "", "", "0.5"],
        ["", "4", "0", "", "", "", "", "", ""],
    ], "sorted by name"
    document = json.loads("".join(results(found)))
    assert [s["score"] for s in document["submissions"]] == [None, None, 0.5]
    assert document["submissions"][2]["questions"][0]["points"] is None


# -- results.json


def test_results_are_one_json_document_in_pieces():
    pieces = list(results(a_class(*HOSTILE)))
    assert max(piece.count('"submission":') for piece in pieces) == 1, "a class need not fit into memory"
    text = "".join(pieces)
    text.encode("ascii")
    document = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert text == json.dumps(document, indent=1) + "\n"
    assert [s["submission"] for s in document["submissions"]] == HOSTILE
    wrong = document["submissions"][0]["questions"][1]
    assert wrong["counterexample"]["arguments"] == {"x": [9.0, "nan"]}
    assert wrong["diagnosis"] == "tanh/doubled"


STUDENT = {
    *("id", "name", "email", "login", "section", "group", "submission", "attempt", "attempts", "late", "handed_in"),
    *("roster", "status", "score", "machine_score", "deduction", "max_score", "points"),
    *("excused", "comment", "changed", "platform", "whole"),
}
PROMISED = {"function", "points", "max_points", "outcome", "checks", "rationale", "help", "diagnosis", "counterexample"}


def test_results_hold_what_is_promised_and_nothing_that_is_not_stated():
    document = json.loads("".join(results(a_class("a"))))
    (submission,) = document["submissions"]
    wrong = submission["questions"][1]
    assert set(document) == {"schema", "assignment", "seed", "isolation", "students", "submissions"}
    assert set(document["students"][0]) == STUDENT
    assert set(submission) >= {"submission", "student", "attempt", "counts", "status", "score", "max_score"}
    assert set(wrong) >= PROMISED
    assert set(wrong["checks"][0]) == {"check", "outcome", "rationale"}
    for part in (document, document["students"][0], submission, wrong, wrong["checks"][0], wrong["counterexample"]):
        for field in part:
            assert re.search(rf"\b{field}\b", gradebook.__doc__), field


def test_a_table_has_no_controls():
    said = gradebook.table(a_class(*HOSTILE), students(a_class(*HOSTILE))).text()
    said.encode()
    assert len(said.split("\n")) == 2 + len(HOSTILE)
    assert all(c.isprintable() or c == "\n" for c in said)


# -- Gradescope (autograder_samples, docs/specs.md)

TOP = {
    *("score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility"),
    *("stdout_visibility", "extra_data", "tests", "leaderboard"),
}
TEST = {
    *("score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags", "visibility"),
    "extra_data",
}
VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")


@pytest.mark.parametrize("feedback", ["public", "hidden"])
def test_gradescope_knows_every_field(feedback):
    (mark,) = a_class("=1").submissions
    document = json.loads(gradescope(mark, feedback, "kind"))
    assert set(document) <= TOP
    assert document["score"] == 1.5 == sum(test["score"] for test in document["tests"])
    assert document["visibility"] in VISIBILITIES
    assert document["stdout_visibility"] in VISIBILITIES
    for test in document["tests"]:
        assert set(test) <= TEST
        assert test["status"] in ("passed", "failed")
        assert test["visibility"] in VISIBILITIES
        assert test["output_format"] == test["name_format"] == "text", "a stranger's text is no markup"
        assert isinstance(test["number"], str)
        assert "tags" not in test, "the mistakes' ids are nothing for people"
    assert [(t["name"], t["status"], t["max_score"]) for t in document["tests"]] == [
        ("relu", "passed", 2.0),
        ("tanh", "failed", 2.0),
    ]


def test_hidden_feedback_has_no_input():
    (mark,) = a_class("a").submissions
    public, hidden = (json.loads(gradescope(mark, f, "kind"))["tests"][1]["output"] for f in ("public", "hidden"))
    assert public == "found for x = [9]\n\nlook there\n\nexpected 1\nactual   2\n\nimport numpy as np\nprint(1)"
    assert hidden == "found\n\nlook there"


def test_gradescope_gets_no_score_for_what_was_not_judged():
    assert gradescope(SubmissionMark("f", "fault", (), 4.0), "public", "kind") is None
    assert gradescope(SubmissionMark("f", "graded", (question(outcome="fault"),), 4.0), "public", "kind") is None
    document = json.loads(gradescope(SubmissionMark("u", "unreadable", (), 4.0, ("u: no zip",)), "public", "kind"))
    assert (document["score"], document["tests"], document["output"]) == (0, [], "u: no zip")


# -- the class at a glance


@pytest.fixture
def summary(tmp_path):
    (tmp_path / "three.toml").write_text(ASSIGNMENT)
    asked = assignment.load(str(tmp_path / "three.toml"))
    halved = {"diagnoses": ("mse_backward/factor-2-forgotten",)}

    def marked(name, *points, **more):
        functions = ("relu", "tanh", "mse_backward")
        most = (1.0, 2.0, 3.0)
        questions = tuple(
            QuestionMark(f, p, m, "passed" if p == m else "wrong", (), seconds=0.5, **(more if p < m else {}))
            for f, p, m in zip(functions, points, most, strict=True)
        )
        return SubmissionMark(name, "graded", questions, 6.0)

    marks = [
        marked("a", 1.0, 2.0, 3.0),
        marked("b", 1.0, 2.0, 0.0, **halved),
        marked("c", 1.0, 0.0, 0.0, diagnoses=("mse_backward/factor-2-forgotten", "tanh/x")),
        SubmissionMark("\x1b[2J", "unreadable", (), 6.0, ("why",)),
        SubmissionMark("f", "fault", (), 6.0, ("ours",)),
    ]
    found = ClassMark("three", "Three", 7, "none at all", marks)
    return summarise(asked, Graded(found, 4, 1, 1, 2.0, {}), 2, students(found))


def test_a_summary_adds_up(summary):
    assert (summary.submissions, summary.graded, summary.unreadable, summary.faults) == (5, 3, 1, 1)
    assert (summary.mean, summary.median, summary.lowest, summary.highest) == (10 / 3, 3.0, 1.0, 6.0)
    assert [b.count for b in summary.histogram] == [0, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert [(q.function, q.share) for q in summary.questions] == [("mse_backward", 1 / 3), ("tanh", 2 / 3), ("relu", 1)]
    assert summary.questions[0].outcomes == {"passed": 1, "wrong": 2}
    assert summary.questions[0].seconds == 0.5
    assert [(m.mistake, m.count) for m in summary.mistakes] == [("mse_backward/factor-2-forgotten", 2), ("tanh/x", 1)]
    assert "2" in summary.mistakes[0].what
    assert summary.limits == {"seconds": 2.0, "memory_mib": 1024, "output_mib": 32}
    assert [n.submission for n in summary.not_graded] == ["\x1b[2J", "f"]


def test_a_summary_is_printed_and_written(summary, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    said = class_summary.terminal(summary)
    for part in ("5 submissions", "mean 3.333, median 3 of 6 points", "2 s, 1024 MiB", "1 not judged"):
        assert part in said
    assert "4 submissions marked, 2 at a time (2.0 a second); 1 reused" in said
    assert "mse_backward/" not in said
    assert "The 2 of the" in said
    assert all(c.isprintable() or c == "\n" for c in click.unstyle(said))
    assert max(map(len, click.unstyle(said).split("\n"))) <= 80
    document = json.loads(class_summary.document(summary), parse_constant=lambda name: pytest.fail(name))
    assert document["isolation"] == "none at all"
    assert document["histogram"][1] == {"low": 0.6, "high": 1.2, "count": 1}


def summarised(tmp_path, *marks):
    (tmp_path / "three.toml").write_text(ASSIGNMENT)
    asked = assignment.load(str(tmp_path / "three.toml"))
    found = ClassMark("three", "Three", 7, "none", marks)
    return summarise(asked, Graded(found, len(marks), 0, 0, 0.0, {}), 1, students(found))


def test_what_a_person_should_look_at_is_listed(tmp_path):
    """What reading found, and functions that were not judged, those of one reason together."""
    fault = {"outcome": "fault", "rationale": "not judged: needs Python 3.12"}
    found = summarised(
        tmp_path,
        SubmissionMark("fine.py", "graded", (question(),), 6.0),
        SubmissionMark("a\x1b.py", "graded", (question(),), 6.0, look=("line 8 cannot be read",)),
        SubmissionMark("new.py", "graded", (question(**fault), question("tanh", **fault)), 6.0, look=("line 2",)),
        SubmissionMark("lost.py", "unreadable", (), 6.0, ("why",), look=("said among those not graded",)),
    )
    assert [(n.submission, n.why) for n in found.to_look_at] == [
        ("a\x1b.py", ("line 8 cannot be read",)),
        ("new.py", ("line 2", "relu, tanh: not judged: needs Python 3.12")),
    ]
    said = click.unstyle(class_summary.terminal(found))
    assert "to look at  why" in said
    assert r"a\x1b.py    line 8 cannot be read" in said
    assert json.loads(class_summary.document(found))["to_look_at"][0]["why"] == ["line 8 cannot be read"]


def test_a_summary_names_who_handed_in_nothing_and_has_no_word_of_the_teacher():
    (one,) = students(a_class("a"))
    nobody = replace(one, name="nobody", submission=None, status="nothing", score=None, points={})
    given, ill = replace(nobody, name="given", score=4.0), replace(nobody, name="ill", excused=True)
    found = summarise(an_assignment(), Graded(a_class("a"), 1, 0, 0, 0.0, {}), 1, (nobody, given, ill))
    assert found.nothing == ("nobody",)


def test_packages_that_are_not_there_are_counted(tmp_path):
    imports = (("scipy",), ("scipy", "torch"), ("scipy", "numba", "scipy"))
    marks = [SubmissionMark(str(i), "graded", (), 6.0, missing_packages=names) for i, names in enumerate(imports)]
    found = summarised(tmp_path, *marks)
    assert [(p.package, p.count) for p in found.packages] == [("scipy", 3), ("numba", 1), ("torch", 1)]
    assert "package that is not there  submissions" in class_summary.terminal(found)
    assert "package that is not there" not in class_summary.terminal(summarised(tmp_path))


@pytest.mark.parametrize("count", [1, 3, 70])
def test_the_closing_lines_fit_the_class(tmp_path, count):
    marks = [SubmissionMark(str(i), "graded", (question(points=i % 3),), 6.0) for i in range(count)]
    said = class_summary.terminal(summarised(tmp_path, *marks))
    assert said.startswith(f"Three functions: {count} submission{'s' * (count != 1)}, {count} graded\n")
    assert ("mean" in said.split("hardest first")[0]) == (count > 1), "one score has no mean"
    assert ("####" in said) == (count == 70)
    assert not re.search(r"\b1 (submissions|points|grades)\b", said)


def test_a_class_without_marks_has_a_summary(tmp_path):
    (tmp_path / "three.toml").write_text(ASSIGNMENT)
    marks = ClassMark("three", "Three", 7, "none", [SubmissionMark("a", "fault", (), 6.0)])
    asked = assignment.load(str(tmp_path / "three.toml"))
    found = summarise(asked, Graded(marks, 1, 0, 1, 0.0, {}), 1, students(marks))
    assert found.mean is None
    assert "1 not judged" in class_summary.terminal(found)


@given(st.lists(st.floats(0, 7), max_size=20))
def test_every_score_is_in_one_bin(scores):
    bins = histogram(scores, 7.0)
    assert sum(b.count for b in bins) == len(scores)
    assert (bins[0].low, bins[-1].high) == (0, 7)
    for b in bins[:-1]:
        assert b.count == sum(b.low <= s < b.high for s in scores)
