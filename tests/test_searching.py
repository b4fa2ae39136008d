"""The second phase of a run: no mark waits for a search, none is lost with one, and what was found is found once."""

import json
from dataclasses import replace

import pytest
from classroom import ASSIGNMENT, GOOD, HALVED, assignment_file, bank_folder, gradecheck, hand_in

from gradecheck.commands import grading
from gradecheck.grading.assignments import assignment
from gradecheck.grading.bank import store
from gradecheck.grading.classrun import codec, repairing, run, searching
from gradecheck.grading.classrun.journal import Journal
from gradecheck.grading.classrun.markers import Here
from gradecheck.grading.classrun.pool import MarkerError
from gradecheck.grading.jail import isolation as jail
from gradecheck.grading.jail.session import Session
from gradecheck.grading.marks import SubmissionMark
from gradecheck.grading.repair import search as searches
from gradecheck.grading.repair.search import Found
from gradecheck.grading.source import Source
from gradecheck.grading.submissions.finding import Entry
from gradecheck.grading.submissions.items import at
from tests.planted import KIND, REPAIR, Planting, found_in, marked, question

__all__ = ["assignment_file", "bank_folder"]

WRONG = GOOD.replace("return np.tanh(x)", "return np.tanh(x) * 3 + 1 / (1 + x * x)")
UNWRITTEN = f"{GOOD}\ndef tanh(x):\n    raise NotImplementedError\n"
MISSING = GOOD.replace("def tanh", "def my_own")


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """Searches find what is planted, in markers too; returns the file with a line for each search."""
    monkeypatch.setattr(searching, "Searching", Planting)
    monkeypatch.setattr(searches, "search", found_in)
    file = tmp_path / "searched.txt"
    file.touch()
    monkeypatch.setenv("SEARCHED", str(file))
    return file


def searched(file):
    """The submissions that were searched since the last time."""
    names = sorted(line.split()[0] for line in file.read_text().splitlines())
    file.write_text("")
    return names


@pytest.fixture
def course(tmp_path, bank_folder):
    return hand_in(
        tmp_path / "class",
        a=WRONG,
        b=f"# slow\n{HALVED}",
        c=GOOD,
        d=f"{WRONG}\n# its marker is lost\n",
        e=f"{WRONG}\n# no worker starts\n",
        f=UNWRITTEN,
        g=MISSING,
        h=f"{HALVED}\n# 2\n",
    )


def grade(course, file, out, *words):
    return gradecheck("grade", course, "--assignment", file, "--out", out, *words)


def questions(out):
    """Each submission's functions that have a repair."""
    found = json.loads((out / "results.json").read_text())["submissions"]
    return {s["submission"]: [q["function"] for q in s["questions"] if q["repair"]] for s in found}


def test_what_is_wrong_is_searched_once_and_a_lost_search_costs_nothing(tmp_path, course, assignment_file, planted):
    said = grade(course, assignment_file, tmp_path / "out", "--jobs", 2)
    assert searched(planted) == ["a.py", "b.py", "d.py", "e.py", "h.py"]
    assert questions(tmp_path / "out") == {
        **{"a.py": ["tanh"], "b.py": ["mse_backward"], "h.py": ["mse_backward"]},
        **{name: [] for name in ("c.py", "d.py", "e.py", "f.py", "g.py")},
    }
    results = json.loads((tmp_path / "out" / "results.json").read_text())["submissions"]
    assert {s["status"] for s in results} == {"graded"}
    a, _, _, d, e, *_ = ([(q["points"], q["outcome"]) for q in s["questions"]] for s in results)
    assert a == d == e
    assert "search for repairs: lost 2 times, a fault of ours that costs no marks: " in said
    assert "JailError: a worker did not start; the marker ended (exit status 3)" in said
    assert "5 submissions searched" in said


def test_the_results_are_the_same_whatever_the_number_of_markers(tmp_path, course, assignment_file, planted):
    for jobs in (1, 3):
        grade(course, assignment_file, tmp_path / f"by {jobs}", "--jobs", jobs)
    for name in ("results.json", "gradebook.csv"):
        assert (tmp_path / "by 1" / name).read_bytes() == (tmp_path / "by 3" / name).read_bytes()
    again = gradecheck("regrade", tmp_path / "by 1", "--jobs", 2)
    assert "the results are the same to the last byte" in again


class Killed(BaseException):
    """As a signal would end the run."""


def test_a_run_that_is_killed_while_it_searches_goes_on_and_ends_the_same(
    tmp_path, course, assignment_file, planted, monkeypatch
):
    grade(course, assignment_file, tmp_path / "whole", "--jobs", 1)
    whole = searched(planted)
    out, add, records = tmp_path / "out", Journal.add, []

    def kill(journal, key, record):
        add(journal, key, record)
        records.append(key)
        if len(records) == 10:  # 8 marks, and what was found for 2 of them
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "add", kill)
        with pytest.raises(Killed):
            grade(course, assignment_file, out, "--jobs", 1)
    assert (out / "gradebook.csv").read_bytes() == (tmp_path / "whole" / "gradebook.csv").read_bytes()
    assert not (out / "results.json").exists()
    before = searched(planted)
    said = grade(course, assignment_file, out, "--jobs", 1)
    assert "8 reused from the journal" in said
    after = searched(planted)
    assert sorted({*before, *after}) == whole
    assert {*before} & {*after} <= {"d.py", "e.py"}, "only what was lost is searched again"
    assert (out / "results.json").read_bytes() == (tmp_path / "whole" / "results.json").read_bytes()


def test_another_hint_marks_and_searches_nothing_and_more_seconds_only_search(
    tmp_path, course, assignment_file, planted
):
    out = tmp_path / "out"

    def graded(more):
        assignment_file.write_text(more + ASSIGNMENT)
        grade(course, assignment_file, out, "--jobs", 1)
        lost = ("d.py", "e.py")
        found = [name for name in searched(planted) if name not in lost]
        return json.loads((out / "summary.json").read_text())["marked"], found

    assert graded("") == (8, ["a.py", "b.py", "h.py"])
    assert "same grade" not in gradecheck("diff", out, out)
    assert KIND in (out / "feedback" / "a.py.md").read_text().replace("\\", "")
    assert graded('hint = "line"\n') == (0, [])
    assert KIND not in (out / "feedback" / "a.py.md").read_text().replace("\\", "")
    assert graded("diagnosis_seconds = 3\n") == (0, ["a.py", "b.py", "h.py"])
    assert graded("diagnosis_seconds = 0\n") == (0, [])
    assert set(map(tuple, questions(out).values())) == {()}


def test_marks_are_shown_and_the_gradebook_written_before_a_search_begins(
    tmp_path, course, assignment_file, monkeypatch
):
    seen = []

    def search_class(run, journal, graded):
        seen.append((tmp_path / "out" / "gradebook.csv").read_text().count("graded"))
        seen.append((tmp_path / "out" / "results.json").exists())
        raise Killed

    monkeypatch.setattr(grading, "search_class", search_class)
    with pytest.raises(Killed):
        grade(course, assignment_file, tmp_path / "out", "--jobs", 1)
    assert seen == [8, False]


# -- one run, step by step


@pytest.fixture
def course_run(course, assignment_file):
    entries = [Entry(path.name, (at(path),)) for path in sorted(course.iterdir()) if path.stem in "ac"]
    written = assignment.find(str(assignment_file))
    return run.Run(entries, assignment.parse(written), written, jail.isolation(), Here(1))


def test_every_submission_ends_once_and_the_marks_stay_as_they_were(tmp_path, course_run, planted):
    ended = []
    with Journal(tmp_path / "j") as journal:
        graded = run.grade(course_run, journal)
        found = searching.search(course_run, graded, journal, ended.append)
        before, after = list(graded.mark.submissions), list(found.mark.submissions)
        assert [replace(q, repair=None) for s in after for q in s.questions] == [q for s in before for q in s.questions]
        assert after[1] == before[1]
        assert after[0].questions[1].repair.cases == 48
        assert (found.searches.count, found.searches.lost) == (1, ())
    assert sorted(ended) == ["a.py", "c.py"]


def test_a_class_without_anything_wrong_draws_no_fresh_cases(tmp_path, course_run, monkeypatch):
    right = replace(course_run, entries=course_run.entries[1:])
    monkeypatch.setattr(repairing, "reseeded", lambda assignment: pytest.fail("nothing is to be searched"))
    with Journal(tmp_path / "j") as journal:
        graded = run.grade(right, journal)
        assert searching.search(right, graded, journal).searches.count == 0


def test_a_file_that_was_changed_after_it_was_marked_is_not_searched(tmp_path, course_run, planted):
    with Journal(tmp_path / "j") as journal:
        graded = run.grade(course_run, journal)
        course_run.entries[0].items[0].path.write_text(HALVED)
        found = searching.search(course_run, graded, journal)
        assert found.searches.lost == ("a.py was changed after it was marked",)
        course_run.entries[0].items[0].path.unlink()
        (lost,) = searching.search(course_run, graded, journal).searches.lost
        assert lost.startswith("a.py cannot be read any more (")
        assert list(found.mark.submissions) == list(graded.mark.submissions)
    assert searched(planted) == []


def test_markers_that_do_not_start_leave_the_marks(tmp_path, course_run, monkeypatch):
    def fail(*given):
        raise MarkerError("a marker does not start")

    with Journal(tmp_path / "j") as journal:
        graded = run.grade(course_run, journal)
        monkeypatch.setattr(Here, "run", fail)
        found = searching.search(course_run, graded, journal)
    assert found.searches.lost == ("a marker does not start",)
    assert found.records.keys == graded.records.keys


def test_a_mark_of_before_there_were_repairs_is_read():
    plain = codec.encode(marked())
    for written in plain["questions"]:
        del written["repair"], written["formula"]
    assert codec.decode(SubmissionMark, json.loads(json.dumps(plain))) == marked()


# -- one submission


def alone(source, asked):
    return repairing.mark_and_search("a.py", Source((source,)), asked, store.bank(asked), jail.isolation())


@pytest.mark.parametrize(
    ("source", "more", "sessions"),
    [(GOOD, "", 1), (WRONG, "diagnosis_seconds = 0\n", 1), (UNWRITTEN, "", 1), (MISSING, "", 1), (WRONG, "", 2)],
    ids=["right", "no seconds", "unwritten", "missing", "wrong"],
)
def test_only_what_is_wrong_costs_a_second_session(
    tmp_path, bank_folder, assignment_file, monkeypatch, source, more, sessions
):
    """With a search that opens one, as ours does."""
    opened, init = [], Session.__init__

    def counted(session, *given, **named):
        opened.append(session)
        init(session, *given, **named)

    def search(source, assignment, bank, fresh, isolation, limits, wrong):
        with Session(source.cells, isolation, limits):
            return {}

    assignment_file.write_text(more + ASSIGNMENT)
    monkeypatch.setattr(Session, "__init__", counted)
    monkeypatch.setattr(searches, "search", search)
    alone(source, assignment.load(str(assignment_file)))
    assert len(opened) == sessions


def test_a_search_has_the_submission_s_own_names_and_fresh_cases(tmp_path, bank_folder, assignment_file, monkeypatch):
    given = {}

    def search(source, asked, bank, fresh, isolation, limits, wrong):
        given.update(wrong=wrong, names=[q.name for q in asked.questions], banks=(bank, fresh))
        return found_in(source, asked, bank, fresh, isolation, limits, wrong)

    assignment_file.write_text(ASSIGNMENT.replace('"tanh"', '"tanh"\nalso = ["th"]'))
    monkeypatch.setattr(searches, "search", search)
    asked = assignment.load(str(assignment_file))
    found = alone(WRONG.replace("def tanh", "def th"), asked).mark
    assert given["wrong"] == {"th": ()}
    assert given["names"] == ["relu", "th", "mse_backward"]
    bank, fresh = (held.questions["th"] for held in given["banks"])
    assert bank.frame != fresh.frame
    assert [q.function for q in found.questions if q.repair] == ["tanh"]


@pytest.mark.parametrize(
    ("diagnoses", "sure", "named"),
    [(("tanh/a",), True, True), (("tanh/a", "tanh/b"), True, False), (("tanh/a", "tanh/b"), False, True)],
)
def test_mistakes_that_explain_some_cases_each_give_way_to_a_proved_change(
    assignment_file, bank_folder, monkeypatch, diagnoses, sure, named
):
    """tanh has one result: two mistakes of it cannot both explain every case, and the change does."""
    asked = assignment.load(str(assignment_file))
    mark = SubmissionMark("a", "graded", (question("tanh", diagnoses=diagnoses),), 2.0)
    monkeypatch.setattr(searches, "search", lambda *given: {"tanh": Found(replace(REPAIR, sure=sure))})
    banks = store.bank(asked), store.bank(repairing.reseeded(asked))
    [found] = repairing.searched(mark, Source((WRONG,)), asked, *banks, jail.isolation("auto")).mark.questions
    assert (found.diagnoses, bool(found.rationale)) == ((diagnoses, True) if named else ((), False))
    assert found.repair is not None


def test_the_last_seed_is_followed_by_the_first(assignment_file):
    asked = replace(assignment.load(str(assignment_file)), seed=2**32 - 1)
    assert repairing.reseeded(asked).seed == 0


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"outcome": "wrong"}, 1),
        ({"outcome": "error"}, 1),
        ({"outcome": "limit"}, 1),
        ({"outcome": "passed"}, 0),
        ({"outcome": "fault"}, 0),
        ({"unwritten": True}, 0),
        ({"missing": "mse"}, 0),
    ],
)
def test_what_is_searched(assignment_file, changed, wanted):
    mark = SubmissionMark("a", "graded", (question(**changed),), 2.0)
    asked = assignment.load(str(assignment_file))
    assert len(repairing.wrong(mark, asked)) == wanted
    assert repairing.wrong(mark, replace(asked, diagnosis_seconds=0.0)) == ()
