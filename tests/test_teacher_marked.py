"""The teacher's word on the command line: shown everywhere, and alive however a class is marked again."""

import csv
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from classroom import ASSIGNMENT, DOUBLED, GOOD, HALVED, bank_folder, gradecheck, hand_in

from gradecheck.commands import grading
from gradecheck.commands.grading import mark_class
from gradecheck.grading.classrun.journal import Journal

__all__ = ["bank_folder"]
pytestmark = pytest.mark.usefixtures("bank_folder")
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def marked(tmp_path_factory, bank_folder):
    """A class and its results, which each test copies."""
    top = tmp_path_factory.mktemp("teacher")
    hand_in(top / "class", anna=HALVED, berta=DOUBLED, carl=GOOD)
    (top / "three.toml").write_text(ASSIGNMENT)
    gradecheck("grade", top / "class", "--assignment", top / "three.toml", "--out", top / "out", "--jobs", 1)
    return top


@pytest.fixture
def course(tmp_path, marked):
    """The class, its assignment and its results in a folder of this test alone, marked there."""
    shutil.copytree(marked / "class", tmp_path / "class")
    shutil.copy(marked / "three.toml", tmp_path)
    shutil.copytree(marked / "out", tmp_path / "out")  # with the journal: nothing is marked again
    assert "3 reused" in grade(tmp_path)
    return tmp_path


def grade(course, *words, out="out", assignment="three.toml", status=0):
    place = ("--assignment", course / assignment, "--out", course / out, "--jobs", 1)
    return gradecheck("grade", course / "class", *place, *words, status=status)


def mark(course, *words, status=0):
    return gradecheck("mark", *words, "--results", course / "out", status=status)


def exported(course, target):
    gradecheck("export", target, course / "out", "--out", course / target)
    return course / target


def students(out):
    return {s["id"]: s for s in json.loads((out / "results.json").read_text())["students"]}


def files(folder):
    """Every file of a folder but the record of the run, which has a clock."""
    clocked = ("run.json", "summary.json", "class.html")
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name not in clocked
    }


# -- it lives


def test_an_override_lives_through_a_rerun_a_regrade_and_a_regrade_of_one_question(course):
    said = mark(course, "anna", "mse_backward", 2.5, "--because", "the sheet said so")
    assert "anna.py: 5.5 of 6 (teacher)" in said
    assert "mse_backward: 2.5 instead of 0, because the sheet said so" in said
    mark(course, "berta", "--excused", "--because", "ill", "--comment", "Get well soon.")
    results, changes = files(course / "out"), (course / "out" / "marks.toml").read_bytes()
    found = students(course / "out")
    assert (found["anna.py"]["score"], found["anna.py"]["machine_score"]) == (5.5, 3.0)
    assert (found["berta.py"]["score"], found["berta.py"]["excused"]) == (None, True)
    assert found["carl.py"]["changed"] == []

    assert "3 reused from the journal" in grade(course)
    assert files(course / "out") == results, "a rerun keeps it"
    (course / "out" / ".journal").unlink()
    assert "3 submissions marked" in grade(course)
    assert {k: v for k, v in files(course / "out").items() if k != ".journal"} == {
        k: v for k, v in results.items() if k != ".journal"
    }, "a rerun that marks everything again keeps it"

    said = gradecheck("regrade", course / "out", "--out", course / "again", "--jobs", 1)
    assert "the same to the last byte" in said
    assert (course / "again" / "marks.toml").read_bytes() == changes
    assert "the same to the last byte" in gradecheck("regrade", course / "again", "--jobs", 1)

    words = ("--question", "tanh", "--out", course / "one", "--jobs", 1)
    assert "tanh of 3 submissions marked again: the results are the same" in gradecheck(
        "regrade", course / "out", *words
    )
    assert students(course / "one") == found
    assert (course / "one" / "marks.toml").read_bytes() == changes
    assert (course / "out" / "marks.toml").read_bytes() == changes
    assert "0 of 3 grades changed" in gradecheck("diff", course / "out", course / "one")


def test_an_override_lives_through_a_killed_run(course):
    mark(course, "anna", "mse_backward", 2.5, "--because", "the sheet said so")
    whole, changes = files(course / "out"), (course / "out" / "marks.toml").read_bytes()
    for path in (course / "out").rglob("*"):
        if path.is_file() and path.name != "marks.toml":
            path.unlink()
    command = [sys.executable, "-m", "gradecheck", "grade", str(course / "class"), "--jobs", "1"]
    run = subprocess.Popen(
        [*command, "--assignment", str(course / "three.toml"), "--out", str(course / "out")],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    journal, deadline = course / "out" / ".journal", time.monotonic() + 60
    while not journal.is_file() or b"\n" not in journal.read_bytes():
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not (course / "out" / "results.json").exists()
    assert (course / "out" / "marks.toml").read_bytes() == changes
    grade(course)
    for name in ("results.json", "gradebook.csv", "marks.toml", "feedback/anna.py.md", "feedback/anna.py.html"):
        assert files(course / "out")[name] == whole[name], name


def test_what_is_handed_in_later_is_marked_and_the_change_stands_and_says_so(course):
    mark(course, "anna", "mse_backward", 2.5, "--because", "the sheet said so")
    (course / "class" / "anna.py").write_text(DOUBLED)
    said = grade(course)
    found = students(course / "out")["anna.py"]
    assert found["points"] == {"relu": 1.0, "tanh": found["points"]["tanh"], "mse_backward": 2.5}
    assert found["points"]["tanh"] < 2.0, "the machine's mark of what is new"
    newer = "mse_backward: what was handed in is newer than this change"
    assert found["changed"][1] == newer
    assert newer in " ".join(said.split())
    mark(course, "anna", "mse_backward", 3, "--because", "I read the new one")
    assert students(course / "out")["anna.py"]["changed"] == [
        "mse_backward: 3 instead of 3, because I read the new one"
    ]


def test_a_change_by_hand_is_the_same_as_one_by_command_and_undo_takes_it_back(course):
    before = {name: data for name, data in files(course / "out").items() if name != "marks.toml"}
    (course / "out" / "marks.toml").write_text(
        '# mine\n[[change]]\nstudent = "anna"\nquestion = "mse_backward"\npoints = 2.5\nbecause = "so"\n'
    )
    assert "(teacher)" in grade(course)
    assert students(course / "out")["anna.py"]["score"] == 5.5
    mark(course, "anna", "mse_backward", 1, "--because", "no")
    said = " ".join(grade(course).split())
    assert "marks: anna.py: mse_backward: line" in said
    assert "takes the place of line 2" in said
    assert "anna.py: 3 of 6\n" in mark(course, "anna", "mse_backward", "--undo")
    after = files(course / "out")
    assert after.pop("marks.toml").startswith(b"# mine\n")
    assert after == before


def test_an_extension_and_undo_reach_the_results_of_a_platforms_class(tmp_path):
    for name, clock in (("Anna Adler", "Nov 2, 2026 1230 PM"), ("Bela Berg", "Nov 2, 2026 1231 PM")):
        hand_in(tmp_path / "class" / f"1-9 - {name} - {clock}", hw3=GOOD)
    rules = "deadline = 2026-11-01T12:00:00\nlate = {percent_a_day = 10}\n"
    (tmp_path / "late.toml").write_text(rules + ASSIGNMENT)
    grade(tmp_path, assignment="late.toml")

    def lateness():
        return {id: (s["late"], s["deduction"], s["score"]) for id, s in students(tmp_path / "out").items()}

    before = lateness()
    assert set(before.values()) == {(True, 1.2, 4.8)}
    said = mark(tmp_path, "Adler, Anna", "--extension", 2, "--because", "ill")
    assert "Anna Adler: 6 of 6 (teacher)\n  deadline: 2026-11-03 12:00:00 instead of 2026-11-01 12:00:00" in said
    (anna,) = (id for id in before if lateness()[id] != before[id])
    assert lateness()[anna] == (False, 0.0, 6.0)
    assert students(tmp_path / "out")[anna]["machine_score"] == 4.8
    page = next((tmp_path / "out" / "feedback").glob("Anna*.md")).read_text()
    assert "handed in late" not in page
    mark(tmp_path, "anna adler", "--extension", "2026-11-02T12:30:00", "--because", "no longer ill")
    assert lateness()[anna] == (False, 0.0, 6.0), "up to the very minute"
    mark(tmp_path, "Anna Adler", "--undo")
    assert lateness() == before


# -- it is shown


def test_it_is_shown_as_the_teachers_everywhere(course):
    grade(course)
    mark(course, "anna", "mse_backward", 2.5, "--because", "sheet <3>", "--comment", "Well done,\n<b>Anna</b>.")
    out = course / "out"
    said = " ".join(grade(course).split())
    assert "anna.py 5.5 of 6 (teacher) mse_backward" in said
    assert "mse_backward: 2.5 instead of 0, because sheet <3>; comment: Well done,\\n<b>Anna</b>." in said
    text = (out / "feedback" / "anna.py.md").read_text().replace("\\", "")
    assert "**anna.py**: 5.5 of 6 points" in text
    assert "## From your teacher\n\n- mse_backward: 2.5 instead of 0, because sheet &lt;3>\n\nWell done," in text
    assert "## mse_backward: 2.5 of 3 (by your teacher)" in text
    page = (out / "feedback" / "anna.py.html").read_text()
    assert "From your teacher" in page
    assert "because sheet &lt;3&gt;" in page
    assert "<p>&lt;b&gt;Anna&lt;/b&gt;.</p>" in page
    assert "From your teacher" not in (out / "feedback" / "berta.py.html").read_text()
    assert "changed by the teacher" in (out / "class.html").read_text()
    row = next(csv.DictReader((out / "gradebook.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert (row["score"], row["machine_score"], row["mse_backward"]) == ("5.5", "3", "2.5")
    assert (row["changed"], row["excused"]) == ("mse_backward: 2.5 instead of 0, because sheet <3>", "")
    document = json.loads((exported(course, "gradescope") / "anna.py" / "results.json").read_text())
    assert document["score"] == 5.5
    assert [test["score"] for test in document["tests"]] == [1, 2, 2.5]


def test_who_is_excused_reads_so_and_no_platform_gets_a_score(course):
    grade(course)
    said = mark(course, "carl", "--excused", "--because", "ill")
    assert "carl.py: excused by the teacher" in said
    assert "You are excused: this submission has no score." in (course / "out" / "feedback" / "carl.py.md").read_text()
    assert not (exported(course, "gradescope") / "carl.py").exists()
    summary = json.loads((course / "out" / "summary.json").read_text())
    assert sum(b["count"] for b in summary["histogram"]) == 2, "nobody who is excused is in the mean"


# -- what is refused


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("ana", 1, "--because", "x"),
            "mark: student is 'ana', but should be somebody of the class; did you mean anna.py?",
        ),
        (("anna", "tan", 1, "--because", "x"), "mark: question is 'tan', but should be one of the assignment"),
        (("anna", "tanh", 3, "--because", "x"), "mark: points is 3, but should be at most 2, which tanh has"),
        (
            ("anna", "tanh", "1,5", "--because", "x"),
            "mark: points is '1,5', but should be a number, 0 or more, such as 1.5",
        ),
        (("anna", "tanh", "nan", "--because", "x"), "mark: points is 'nan', but should be a number"),
        (("anna", "tanh", "--because", "x"), "mark: points is 'tanh', but should be a number"),
        (("anna", "tanh", 1), "mark: because is left out, but should give the reason"),
        (("anna",), "mark: nothing is changed, but points, excused"),
        (("anna", "tanh", 1, 2, "--because", "x"), "should be a question and points, or points alone"),
        (("anna", "--undo"), "mark: undo is True, but nothing is changed of anna.py before it"),
        (
            ("anna", "--extension", "soon", "--because", "x"),
            "mark: extension is 'soon', but should be a number of days",
        ),
        (("anna", "--extension", 2, "--because", "x"), "mark: extension is given, but the assignment has no deadline"),
    ],
)
def test_a_wrong_change_is_told_and_nothing_is_written(marked, words, told):
    before = files(marked / "out")
    assert told in " ".join(gradecheck("mark", *words, "--results", marked / "out", status=2).split())
    assert files(marked / "out") == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[change", "marks.toml is no TOML"),
        (
            '\n[[change]]\nstudent = "dora"\npoints = 1\nbecause = "x"',
            "marks.toml, line 2: student is 'dora', but should be",
        ),
        (
            '[[change]]\nstudent = "anna"\npoints = -1',
            "marks.toml, line 1: points is -1, but should be a number, 0 or more",
        ),
    ],
)
def test_a_wrong_file_ends_every_command_before_any_work(course, text, told):
    (course / "out" / "marks.toml").write_text(text)
    (course / "class" / "anna.py").write_text(GOOD)  # which a run would mark
    before = files(course / "out")
    for said in (
        grade(course, status=2),
        gradecheck("regrade", course / "out", "--out", course / "new", status=2),
        mark(course, "anna", 1, "--because", "x", status=2),
    ):
        assert told in " ".join(said.split())
    assert files(course / "out") == before
    assert not (course / "new").exists()


def test_where_the_results_cannot_be_written_anew_nothing_is_written(course):
    with Journal(course / "out" / ".journal"):
        assert "another run writes to" in mark(course, "anna", 1, "--because", "x", status=2)
    (course / "class").rename(course / "moved")
    assert "is not there any more" in " ".join(mark(course, "anna", 1, "--because", "x", status=2).split())
    assert not (course / "out" / "marks.toml").exists()


def test_another_marks_file_in_the_way_is_left_alone(course):
    mark(course, "anna", 1, "--because", "x")
    (course / "new").mkdir()
    (course / "new" / "marks.toml").write_text("# another")
    said = gradecheck("regrade", course / "out", "--out", course / "new", status=2)
    assert "holds another marks.toml than" in " ".join(said.split())
    assert (course / "new" / "marks.toml").read_text() == "# another"


def test_a_regrade_says_that_the_teachers_file_was_changed(course):
    mark(course, "anna", 1, "--because", "x")
    with (course / "out" / "marks.toml").open("a") as file:
        file.write('[[change]]\nstudent = "carl.py"\npoints = 2\nbecause = "y"\n')
    said = gradecheck("regrade", course / "out", "--jobs", 1, status=1)
    assert "marks.toml was changed since" in said
    assert "carl.py: 6 -> 2\n  the teacher: score: 2 instead of 6, because y" in said


CARL = '[[change]]\nstudent = "carl.py"\npoints = 2\nbecause = "y"\n'


def test_results_that_are_older_than_the_teachers_file_are_not_given_back(course):
    (course / "out" / "marks.toml").write_text(CARL)
    said = gradecheck("export", "csv", course / "out", "--out", course / "csv", status=2)
    told = "results: marks.toml was changed after they were written; run gradecheck grade again"
    assert told in " ".join(said.split())
    assert not (course / "csv").exists()
    grade(course)
    exported(course, "csv")
    gradecheck("regrade", course / "out", "--out", course / "new", "--jobs", 1)
    gradecheck("export", "csv", course / "new", "--out", course / "again")
    assert (course / "again").read_bytes() == (course / "csv").read_bytes()


def test_a_change_made_while_a_run_marks_is_not_taken_for_one_of_its_own(course, monkeypatch):
    def changed(run, journal):
        (course / "out" / "marks.toml").write_text(CARL)
        return mark_class(run, journal)

    monkeypatch.setattr(grading, "mark_class", changed)
    grade(course)
    assert students(course / "out")["carl.py"]["score"] == 6.0
    gradecheck("export", "csv", course / "out", "--out", course / "csv", status=2)
    assert "marks.toml was changed since" in gradecheck("regrade", course / "out", "--jobs", 1, status=1)


def test_a_file_of_an_editor_that_marks_its_encoding_is_read_and_kept(course):
    (course / "out" / "marks.toml").write_text(CARL, encoding="utf-8-sig")
    grade(course)
    assert students(course / "out")["carl.py"]["score"] == 2.0
    gradecheck("regrade", course / "out", "--out", course / "new", "--jobs", 1)
    assert (course / "new" / "marks.toml").read_bytes() == (course / "out" / "marks.toml").read_bytes()
    exported(course, "csv")


def test_the_folders_of_results_are_never_taken_for_what_was_handed_in(course):
    out, new = course / "class" / "out", course / "class" / "new"
    grade(course, out="class/out")
    gradecheck("mark", "carl", 2, "--because", "y", "--results", out)
    gradecheck("regrade", out, "--out", new, "--jobs", 1)
    leave = [json.loads((folder / "run.json").read_text())["leave"] for folder in (out, new)]
    assert leave == [[str(out)], [str(out), str(new)]]
    gradecheck("mark", "carl", 3, "--because", "y", "--results", new)
    assert set(students(new)) == {"anna.py", "berta.py", "carl.py"}


def test_results_that_were_moved_are_left_out_by_their_new_place(course):
    grade(course, out="class/out")
    (course / "class" / "out").rename(course / "class" / "kept")
    gradecheck("mark", "carl", 2, "--because", "y", "--results", course / "class" / "kept")
    leave = json.loads((course / "class" / "kept" / "run.json").read_text())["leave"]
    assert leave == [str(course / "class" / "out"), str(course / "class" / "kept")]


def test_without_a_name_the_only_results_are_meant(course, monkeypatch):
    monkeypatch.chdir(course)
    assert "build/grades holds none" in gradecheck("mark", "anna", 1, "--because", "x", status=2)
    for name in ("first", "second"):
        shutil.copytree(course / "out", course / "build" / "grades" / name)
        if name == "first":
            assert "anna.py: 1 of 6 (teacher)" in gradecheck("mark", "anna", 1, "--because", "x")
    assert "holds those of first, second" in gradecheck("mark", "anna", 2, "--because", "x", status=2)


# -- one question


@pytest.fixture
def stricter(course):
    """The assignment with other weights, by which every function that is wrong gets other points."""
    weights = "[weights]\ncorrectness = 0.1\nedges = 0.1\nstability = 0.4\nhygiene = 0.4\n"
    (course / "stricter.toml").write_text(ASSIGNMENT.replace("[limits]", f"{weights}[limits]"))
    return course


def test_one_question_is_marked_anew_and_every_other_mark_is_kept(stricter):
    both = GOOD.replace("np.tanh(x)", "np.float64(np.tanh(x))").replace(
        "/ prediction.size", "/ np.float64(target.size)"
    )
    hand_in(stricter / "class", both=both)
    grade(stricter)
    mark(stricter, "berta", "tanh", 1.25, "--because", "so")
    new = stricter / "new"
    grade(stricter, out="whole", assignment="stricter.toml")
    before, whole = students(stricter / "out"), students(stricter / "whole")
    words = ("--question", "mse_backward", "--assignment", stricter / "stricter.toml", "--jobs", 1)
    said = gradecheck("regrade", stricter / "out", *words, "--out", new, status=1)
    assert "mse_backward of 4 submissions marked again: the results are not the same" in said
    found = students(new)
    for name in found:
        kept, anew = before[name]["points"], whole[name]["points"]
        assert found[name]["points"] == {**kept, "mse_backward": anew["mse_backward"]}
    assert before["both.py"]["points"]["tanh"] != whole["both.py"]["points"]["tanh"], "the weights count"
    assert before["both.py"]["points"]["mse_backward"] != whole["both.py"]["points"]["mse_backward"]

    results = (new / "results.json").read_bytes()
    assert "4 reused from the journal" in grade(stricter, out="new", assignment="stricter.toml")
    assert (new / "results.json").read_bytes() == results, "a rerun keeps the other marks"
    said = gradecheck("regrade", new, "--jobs", 1, status=1)
    assert "only mse_backward was marked anew then; every other mark was kept from an earlier run" in " ".join(
        said.split()
    )


def test_a_question_that_cannot_be_marked_alone_is_refused_and_nothing_is_written(course):
    (course / "more.toml").write_text(ASSIGNMENT.replace("points = 2", "points = 4"))
    old, new = course / "out", course / "new"
    for words, told in {
        ("--question", "tan"): "question: 'tan' is not asked, but should be one of relu, tanh, mse_backward",
        (
            "--question",
            "relu",
            "--assignment",
            course / "more.toml",
        ): "question: tanh has 2 points in the results, and 4",
        ("--assignment", course / "more.toml"): "assignment: another one is for --question",
    }.items():
        assert told in " ".join(gradecheck("regrade", old, *words, "--out", new, status=2).split())
        assert not new.exists()
    grade(course, out="new")
    said = gradecheck("regrade", old, "--question", "relu", "--out", new, status=2)
    assert "holds a run already, but should be a new folder" in " ".join(said.split())
    (old / ".journal").unlink()
    said = gradecheck("regrade", old, "--question", "relu", "--jobs", 1, status=2)
    assert "the mark of anna.py is not in the journal beside them; grade again" in " ".join(said.split())
