"""A class, from a folder of strangers' files to its results, whatever is wrong with one of them, or with us."""

import atexit
import json
import os
import re
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from classroom import ASSIGNMENT, DOUBLED, GOOD, HALVED, assignment_file, bank_folder, gradecheck, hand_in
from click.testing import CliRunner

from gradecheck.cli import main
from gradecheck.grading.assignments import assignment
from gradecheck.grading.bank import store
from gradecheck.grading.bank.kept import load
from gradecheck.grading.classrun import marking, run
from gradecheck.grading.classrun.diff import compare
from gradecheck.grading.classrun.grade import grade_content
from gradecheck.grading.classrun.journal import Journal
from gradecheck.grading.classrun.markers import Here
from gradecheck.grading.classrun.pool import Lost, MarkerError, Pool
from gradecheck.grading.classrun.written import load_record
from gradecheck.grading.exporting import reading
from gradecheck.grading.jail import isolation as jail
from gradecheck.grading.jail.process import JailError
from gradecheck.grading.submissions import items, names
from gradecheck.grading.submissions.finding import Entry
from gradecheck.grading.submissions.items import at
from gradecheck.grading.submissions.names import safe_name

__all__ = ["assignment_file", "bank_folder"]

NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "code", "metadata": {}, "source": "%matplotlib inline\n" + GOOD},
            {"cell_type": "code", "metadata": {}, "source": "this is broken ("},
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)


@pytest.fixture(scope="module")
def course(tmp_path_factory, bank_folder):
    """A class that was marked by two at a time: (its folder, the results' folder, what was printed)."""
    top = tmp_path_factory.mktemp("course")
    folder = hand_in(top / "class", good=GOOD, halved=HALVED, crash="import os\nos._exit(0)\n")
    hand_in(folder, **{"=cmd()": GOOD, "<script>alert(1)<": DOUBLED, "-rf": HALVED})
    (folder / "book.ipynb").write_text(NOTEBOOK)
    (folder / "bad.py").write_bytes(b"# coding: klingon\n")
    (folder / "a\nb.txt").write_text("no code")
    hand_in(folder / "anna müller", handed_in=GOOD)
    (top / "three.toml").write_text(ASSIGNMENT)
    said = gradecheck("grade", folder, "--assignment", top / "three.toml", "--out", top / "out", "--jobs", 2)
    return folder, top / "out", said


def submissions(folder):
    return {s["submission"]: s for s in json.loads((folder / "results.json").read_text())["submissions"]}


def test_everyone_is_marked_whatever_is_wrong_with_another(course):
    found = submissions(course[1])
    assert {name: (s["status"], s["score"]) for name, s in found.items()} == {
        "-rf.py": ("graded", 3.0),
        "<script>alert(1)<.py": ("graded", 4.0),
        "=cmd().py": ("graded", 6.0),
        "a\nb.txt": ("unreadable", None),
        "anna müller": ("graded", 6.0),
        "bad.py": ("unreadable", None),
        "book.ipynb": ("graded", 6.0),
        "crash.py": ("graded", 0.0),
        "good.py": ("graded", 6.0),
        "halved.py": ("graded", 3.0),
    }
    assert list(found) == sorted(found), "in the order of their names, not in that of their ends"
    assert "klingon" in found["bad.py"]["notes"][0]
    assert any("%matplotlib" in note for note in found["book.ipynb"]["notes"])
    assert any("Python cannot read" in note for note in found["book.ipynb"]["notes"])


def test_results_have_the_fields_that_were_promised(course):
    document = json.loads((course[1] / "results.json").read_text())
    assert set(document) == {"schema", "assignment", "seed", "isolation", "students", "submissions"}
    assert (document["schema"], document["assignment"], document["seed"]) == (2, "three", 7)
    people = [(s["id"], s["name"], s["submission"], s["attempt"]) for s in document["students"]]
    assert people == [(name, name, name, 1) for name in submissions(course[1])], "every submission is its own student"
    for s in document["submissions"]:
        assert set(s) >= {"submission", "status", "score", "max_score", "questions"}
        for q in s["questions"]:
            promised = ("function", "points", "max_points", "outcome", "checks", "rationale", "help", "diagnosis")
            assert set(q) >= {*promised, "counterexample"}
            assert [c["check"] for c in q["checks"]] == ["correctness", "edges", "stability", "hygiene"]
            assert all(set(c) >= {"check", "outcome", "rationale"} for c in q["checks"])
    halved = next(q for q in submissions(course[1])["halved.py"]["questions"] if q["outcome"] != "passed")
    assert (halved["function"], halved["outcome"]) == ("mse_backward", "wrong")
    assert halved["diagnosis"] == "mse_backward/factor-2-forgotten"


def test_what_is_printed_is_a_summary_without_a_strangers_controls(course):
    said = course[2]
    assert "Three functions: 10 submissions, 8 graded, 2 unreadable" in said
    assert "isolation: " in said
    assert "2 s, 1024 MiB of memory" in said
    assert r"a\nb.txt" in said
    assert all(c.isprintable() or c == "\n" for c in said)


def test_nothing_is_written_beside_the_results(course):
    folder, out, _ = course
    files = {"class.html", "results.json", "gradebook.csv", "summary.json", "run.json", ".journal"}
    assert {p.name for p in out.iterdir()} == files | {"feedback"}
    written = {p.name for p in (out / "feedback").iterdir()}
    assert written == {safe_name(s) + suffix for s in submissions(out) for suffix in (".md", ".html")}
    for suffix in (".md", ".html"):
        assert "mse_backward" in (out / "feedback" / f"halved.py{suffix}").read_text()
    assert "Three functions: the class" in (out / "class.html").read_text()
    assert len(list(folder.iterdir())) == 10


def test_the_feedback_of_a_large_class_is_in_folders_and_is_found_there(
    tmp_path, bank_folder, assignment_file, monkeypatch
):
    pytest.importorskip("jinja2", reason="the pages need the report extra")
    folder, out = hand_in(tmp_path / "class", a=GOOD, b=HALVED, c=DOUBLED), tmp_path / "out"
    words = ("grade", folder, "--assignment", assignment_file, "--out", out)

    def found():
        places = {path.relative_to(out).as_posix() for path in (out / "feedback").rglob("*.*")}
        links = set(re.findall(r"feedback/[^\"]+html", (out / "class.html").read_text()))
        assert links == {place for place in places if place.endswith(".html")}
        results = reading.read(out)
        for row in results.rows:
            assert f"{row.score:g} of 6" in results.feedback(row, ".md").decode()
        return places

    gradecheck(*words)
    flat = {f"feedback/{name}.py{suffix}" for name in "abc" for suffix in (".md", ".html")}
    assert found() == flat
    with monkeypatch.context() as patch:
        patch.setattr(names, "ONE_FOLDER", 2)
        gradecheck(*words)
        places = found()
        assert {place.count("/") for place in places} == {2}
        assert {Path(place).name for place in places} == {Path(place).name for place in flat}
    gradecheck(*words)
    assert found() == flat
    assert not any(path.is_dir() for path in (out / "feedback").iterdir())


def test_without_the_extra_marking_has_no_pages_and_says_why(tmp_path, bank_folder, assignment_file, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    folder = hand_in(tmp_path / "class", good=GOOD)
    said = gradecheck("grade", folder, "--assignment", assignment_file, "--out", tmp_path / "out")
    assert "without pages: report: jinja2 is not installed" in said
    assert [p.name for p in (tmp_path / "out" / "feedback").iterdir()] == ["good.py.md"]
    assert not (tmp_path / "out" / "class.html").exists()


# -- again


def test_regrading_gives_the_same_bytes_however_many_are_marked_at_a_time(course, tmp_path):
    said = gradecheck("regrade", course[1] / "results.json", "--out", tmp_path / "one", "--jobs", 1)
    assert "the same to the last byte" in said
    for name in ("results.json", "gradebook.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (course[1] / name).read_bytes()


def test_what_narrowed_a_run_narrows_it_again(tmp_path, bank_folder):
    naive = "import numpy as np\ndef softmax(x):\n    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)\n"
    folder = hand_in(tmp_path / "class", a=naive)
    source = tmp_path / "one.toml"
    source.write_text('cases = 32\n[[question]]\nfunction = "softmax"\n')
    out, mild = tmp_path / "out", ("--regime", "moderate", "--rows", "2-D")
    gradecheck("grade", folder, "--assignment", source, "--out", out, "--jobs", 1, *mild)
    assert submissions(out)["a.py"]["score"] == 1.0
    assert json.loads((out / "run.json").read_text())["said"] == {"rows": "2-D", "regimes": ["moderate"]}
    assert "the same to the last byte" in gradecheck("regrade", out, "--jobs", 1)
    gradecheck("grade", folder, "--assignment", source, "--out", out, "--jobs", 1)  # not taken from the journal
    assert submissions(out)["a.py"]["score"] < 1.0


def test_a_record_of_a_run_before_there_was_narrowing_can_be_read(course, tmp_path):
    record = json.loads((course[1] / "run.json").read_text())
    del record["said"]
    (tmp_path / "run.json").write_text(json.dumps(record))
    assert load_record(tmp_path).said == {}


def test_regrading_says_what_is_not_the_same(tmp_path, bank_folder, assignment_file):
    folder = hand_in(tmp_path / "class", a=GOOD, b=GOOD)
    out, new = tmp_path / "out", tmp_path / "new"
    gradecheck("grade", folder, "--assignment", assignment_file, "--out", out, "--jobs", 1)
    assignment_file.write_text("title = 'another one'")  # the one that was used is in run.json
    hand_in(folder, b=HALVED)
    said = gradecheck("regrade", out, "--out", new, "--jobs", 1, status=1)
    assert "b.py was changed since" in said
    assert "a.py was changed" not in said
    assert "b.py: 6 -> 3" in said
    assert "mse_backward: 3 -> 0; outcome passed -> wrong, correctness passed -> wrong" in said
    assert "diagnosis none -> The 2 of the square's derivative is missing" in said
    assert "factor-2-forgotten" not in said
    assert submissions(out)["b.py"]["score"] == 6.0, "the old results stay"
    assert submissions(new)["b.py"]["score"] == 3.0
    assert gradecheck("diff", out, new, status=1) in said
    assert "0 of 2 grades changed, 2 did not" in gradecheck("diff", out, out / "results.json")
    document = json.loads((out / "results.json").read_text())
    document["submissions"][0]["score"] = 1
    (out / "results.json").write_text(json.dumps(document))
    assert "results.json was changed since it was written" in gradecheck("regrade", out, "--jobs", 1, status=1)
    (folder / "a.py").unlink()
    folder.rename(tmp_path / "gone")
    gradecheck("regrade", out, status=2)


def results(*entries):
    """Results in which each entry is (submission, points, outcome, diagnosis) of one question."""
    submissions = [
        {
            "submission": name,
            "status": "graded",
            "score": points,
            "max_score": 3,
            "questions": [
                {
                    "function": "f",
                    "points": points,
                    "max_points": 3,
                    "outcome": outcome,
                    "diagnosis": diagnosis,
                    "checks": [{"check": "edges", "outcome": outcome, "rationale": ""}],
                }
            ],
        }
        for name, points, outcome, diagnosis in entries
    ]
    return {"schema": 1, "assignment": "a", "seed": 1, "isolation": "i", "submissions": submissions}


def test_a_difference_is_of_grades_and_says_why():
    same, right, wrong = ("same", 3, "passed", None), ("lost", 3, "passed", None), ("told", 0, "wrong", None)
    old = results(same, right, wrong, ("gone", 1, "wrong", None))
    new = results(same, ("lost", 1, "wrong", "f/x"), ("told", 0, "wrong", "f/x"), ("new", 2, "wrong", None))
    found = compare(old, {**new, "seed": 2})
    assert found.header == {"seed": (1, 2)}
    assert {c.submission: c.score for c in found.changes} == {"lost": (3, 1), "gone": (1, None), "new": (None, 2)}
    (question,) = found.changes[0].questions
    assert question.what == {"outcome": ("passed", "wrong"), "diagnosis": (None, "f/x"), "edges": ("passed", "wrong")}
    assert found.other == ("told",)
    assert compare(old, old).changes == ()


def test_results_of_the_first_schema_are_compared_with_those_of_the_second():
    old = results(("anna", 3, "passed", None), ("bela", 3, "passed", None))
    new = results(("anna", 3, "passed", None), ("bela", 1, "wrong", None))
    people = {"student": "a1", "attempt": 1, "counts": True}
    new = {**new, "schema": 2, "students": [], "submissions": [{**s, **people} for s in new["submissions"]]}
    found = compare(old, new)
    assert [change.submission for change in found.changes] == ["bela"]
    assert found.other == ()


def test_results_of_the_first_schema_are_read(tmp_path):
    (tmp_path / "results.json").write_text(json.dumps(results(("anna", 3, "passed", None))))
    assert "0 of 1 grade changed" in gradecheck("diff", tmp_path, tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"schema": 3, "submissions": []}', '{"schema": 1, "submissions": [1]}']
)
def test_what_are_no_results_is_a_usage_error(tmp_path, text):
    (tmp_path / "results.json").write_text(text)
    assert "results: " in gradecheck("diff", tmp_path, tmp_path, status=2)
    gradecheck("regrade", tmp_path, status=2)


# -- the folder of another assignment


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("name", "title"), [("four", "Four"), ("four", "Three functions"), ("three", "Four")], ids=["both", "name", "title"]
)
def test_marks_of_another_assignment_are_left_alone(tmp_path, bank_folder, assignment_file, monkeypatch, name, title):
    folder, out = hand_in(tmp_path / "class", a=GOOD), tmp_path / "out"
    words = ("grade", folder, "--out", out, "--jobs", 1, "--assignment")
    gradecheck(*words, assignment_file)
    before = contents(out)
    (tmp_path / "later").mkdir()
    other = tmp_path / "later" / f"{name}.toml"
    other.write_text(ASSIGNMENT.replace("Three functions", title))
    monkeypatch.setattr(run, "grade", lambda *_: pytest.fail("work was begun"))
    said = gradecheck(*words, other, status=2)
    assert f"out: {out} holds the marks of Three functions (three), but" in said
    assert f"should be for those of {title} ({name}); name another folder" in said
    (out / "summary.json").unlink()
    if name != "three":
        assert "holds the marks of three (three)" in gradecheck(*words, other, status=2)
    monkeypatch.undo()
    if name == "four":
        gradecheck("grade", folder, "--out", tmp_path / "new", "--jobs", 1, "--assignment", other)
        assert "holds the marks of three" in gradecheck("regrade", tmp_path / "new", "--out", out, status=2)
    assert contents(out) == {path: data for path, data in before.items() if path.name != "summary.json"}


def test_the_same_assignment_is_marked_again_where_it_was(tmp_path, bank_folder, assignment_file, monkeypatch):
    """Each in a folder of its own name, also after its points were changed or a run was killed as it wrote."""
    monkeypatch.chdir(tmp_path)
    words = ("grade", hand_in(tmp_path / "class", a=GOOD), "--jobs", 1, "--assignment", assignment_file)
    assert "written to build/grades/three: " in gradecheck(*words)
    assignment_file.write_text(ASSIGNMENT.replace("points = 3", "points = 4"))
    gradecheck(*words)
    (tmp_path / "build" / "grades" / "three" / "summary.json").unlink()
    gradecheck(*words)
    assert submissions(tmp_path / "build" / "grades" / "three")["a.py"]["score"] == 7
    assert "1 submission marked again: the results are the same" in gradecheck("regrade", "build/grades/three")


# -- mistakes in the call are found before any work


def test_a_mistake_in_the_call_is_said_before_any_work(tmp_path, bank_folder, assignment_file, monkeypatch):
    monkeypatch.setattr(run, "grade", lambda *_: pytest.fail("work was begun"))
    folder = hand_in(tmp_path / "class", a=GOOD)
    out = tmp_path / "out"
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.toml").write_text("question = 3")
    for words, why in {
        (folder, "--out", "/proc/out"): "out: /proc/out cannot be written to",
        (folder, "--out", out, "--assignment", "lecture99"): "assignment: lecture99",
        (folder, "--out", out, "--assignment", tmp_path / "bad.toml"): "assignment: bad.toml: question",
        (tmp_path / "nothing", "--out", out): "does not exist",
        (tmp_path / "empty", "--out", out): "holds no submission",
        (folder, "--out", out, "--jobs", 0): "--jobs",
    }.items():
        assert why in gradecheck("grade", *words, status=2)
    monkeypatch.setattr(jail, "_probed", lambda packages: jail._without("for this test", packages))
    said = gradecheck("grade", folder, "--out", out, "--isolation", "required", status=2)
    assert "isolation is required" in said
    assert not out.exists(), "nothing is written before all of that is known"
    out.mkdir()
    with Journal(out / ".journal"):
        assert "another run" in gradecheck("grade", folder, "--out", out, "--isolation", "none", status=2)
    (out / ".journal").write_text("dear diary\n")
    assert "is no journal of a run" in gradecheck("grade", folder, "--out", out, "--isolation", "none", status=2)
    (out / ".journal").unlink()
    (out / ".journal").mkdir()
    said = gradecheck("grade", folder, "--out", out, "--isolation", "none", status=2)
    assert "cannot be opened (Is a directory)" in " ".join(said.split())


# -- faults are ours, and never a 0


@pytest.fixture
def course_run(tmp_path, bank_folder, assignment_file):
    folder = hand_in(tmp_path / "class", a=GOOD, b=HALVED)
    entries = [Entry(p.name, (at(p),)) for p in sorted(folder.iterdir())]
    written = assignment.find(str(assignment_file))
    return run.Run(entries, assignment.parse(written), written, jail.isolation(), Here(1))


def test_a_jail_that_does_not_start_is_a_fault_and_not_kept(tmp_path, course_run, monkeypatch):
    broken = replace(course_run.isolation, mode="bubblewrap", command=("false",))
    monkeypatch.setattr(jail, "isolation", lambda wanted, packages: broken)
    source = Path(course_run.written.folder, course_run.written.file)
    words = ("grade", tmp_path / "class", "--assignment", source, "--out", tmp_path / "out")
    said = gradecheck(*words, "--jobs", 1, status=1)
    assert "2 not judged (a fault of ours)" in said
    for s in submissions(tmp_path / "out").values():
        assert (s["status"], s["score"]) == ("fault", None)
        assert {(q["outcome"], q["points"]) for q in s["questions"]} == {("fault", None)}
    assert (tmp_path / "out" / "gradebook.csv").read_text().splitlines()[1:] == [
        f'"{name}","{name}","","","","","{name}","1","","fault","","6","0","","","","","","",""'
        for name in ("a.py", "b.py")
    ]
    assert (tmp_path / "out" / ".journal").read_bytes() == b""
    monkeypatch.undo()


@pytest.mark.parametrize("error", [JailError("no jail"), RuntimeError("a mistake of ours"), MemoryError()])
def test_whatever_goes_wrong_here_costs_nobody_a_mark(tmp_path, course_run, monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(marking, "mark", fail)
    asked, content = course_run.assignment, items.content(course_run.entries[0].items)
    mark = grade_content("a.py", content, asked, store.bank(asked), course_run.isolation)
    assert mark.status == "fault"
    assert str(error) in mark.notes[0]
    assert {q.outcome for q in mark.questions} == {"fault"}


def test_a_file_that_is_gone_when_its_turn_comes_is_told(tmp_path, course_run):
    gone = replace(course_run, entries=[*course_run.entries, Entry("gone.py", (at(tmp_path / "gone.py"),))])
    told = []
    with Journal(tmp_path / "j") as journal:
        graded = run.grade(gone, journal, told.append)
        assert [s.status for s in graded.mark.submissions] == ["graded", "graded", "unreadable"]
        assert (graded.marked, graded.reused, graded.faults) == (3, 0, 0)
        assert sorted(told) == ["a.py", "b.py", "gone.py"]
        again = run.grade(gone, journal)
        assert (again.marked, again.reused) == (1, 2)
        assert list(again.mark.submissions) == list(graded.mark.submissions)
        assert len(again.mark.submissions) == 3


def test_a_bank_that_cannot_be_kept_is_handed_over(tmp_path, course_run, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GRADECHECK_CACHE", str(tmp_path / "file" / "no folder"))
    right = replace(course_run, entries=course_run.entries[:1])
    with Journal(tmp_path / "j") as journal:
        (mark,) = run.grade(right, journal).mark.submissions
    assert mark.score == 6.0


def test_a_spoilt_bank_is_built_again(tmp_path, course_run, monkeypatch):
    monkeypatch.setenv("GRADECHECK_CACHE", str(tmp_path / "bank"))
    contract = course_run.assignment.questions[0].contract
    whole = store.question(contract, 6, 7)
    (path,) = (tmp_path / "bank").iterdir()
    data = path.read_bytes()
    half = bytearray(data)
    half[len(data) // 2] ^= 1
    for spoilt in (b"", b"PK", data[:-100], bytes(half)):
        path.write_bytes(spoilt)
        again = store.question(contract, 6, 7)
        assert (again.frame, again.recipes) == (whole.frame, whole.recipes)
        assert again.values.tobytes() == whole.values.tobytes()
        with path.open("rb") as file:
            assert load(file, contract).frame == whole.frame, "and kept again"


def test_an_assignment_that_is_edited_meanwhile_changes_nothing(tmp_path, course_run):
    file = Path(course_run.written.folder, course_run.written.file)
    file.write_text(ASSIGNMENT.replace("points = 2", "points = 5"))
    with Journal(tmp_path / "j") as journal:
        marks = list(run.grade(course_run, journal).mark.submissions)
    assert {mark.max_score for mark in marks} == {6.0}


# -- markers


@dataclass(frozen=True)
class Tasks:
    """Tasks by name, for a marker."""

    fails: bool = False

    def begin(self):
        if self.fails:
            raise ValueError("out of order")

    def task(self, ready, given):
        if given == "sleep":
            time.sleep(60)
        if given == "exit":
            os._exit(3)
        if given == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        return given, os.environ.get("OMP_NUM_THREADS"), os.getpid()


def test_a_marker_that_is_lost_costs_one_task_and_is_replaced():
    given = ["a", "exit", "b", "kill", "sleep", "c", "d"]
    found = dict(Pool(Tasks(), 2, 1.0).run(enumerate(given)))
    assert sorted(found) == list(range(7))
    lost = {given[i]: answer.how for i, answer in found.items() if isinstance(answer, Lost)}
    assert lost == {
        "exit": "the marker ended (exit status 3)",
        "kill": "the marker ended (SIGKILL)",
        "sleep": "the marker took too long",
    }
    for i in (0, 2, 5, 6):
        assert found[i][:2] == (given[i], "1")


def test_markers_end_with_the_run_that_started_them():
    pool = Pool(Tasks(), 2, 60.0)
    tasks = pool.run(enumerate(["a", "b", "sleep", "sleep"]))
    _, (_, _, pid) = next(tasks)
    tasks.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


class EndedLate(Tasks):
    """A marker that is told to end while it is ending already."""

    def begin(self):
        atexit.register(os.kill, os.getpid(), signal.SIGTERM)
        super().begin()


def test_a_marker_that_is_told_to_end_while_it_ends_says_nothing(capfd):
    ((_, (given, *_)),) = Pool(EndedLate(), 1, 60.0).run([(0, "a")])
    with pytest.raises(MarkerError):
        list(Pool(EndedLate(fails=True), 1, 60.0).run([(0, "a")]))
    assert given == "a"
    assert capfd.readouterr() == ("", "")


def test_markers_that_do_not_start_end_the_run():
    with pytest.raises(MarkerError, match="out of order"):
        list(Pool(Tasks(fails=True), 2, 60.0).run(enumerate("abc")))


def test_an_interrupted_run_says_how_to_go_on(tmp_path, course_run, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "grade", interrupt)
    source = Path(course_run.written.folder, course_run.written.file)
    words = ["grade", tmp_path / "class", "--assignment", source, "--out", tmp_path / "out"]
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 130
    assert "the same command goes on" in result.output
