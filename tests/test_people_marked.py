"""People on the command line: attempts, lateness, rosters and rules reach the results, and live through a regrade."""

import csv
import json

import pytest
from classroom import GOOD, HALVED, assignment_file, bank_folder, gradecheck

__all__ = ["assignment_file", "bank_folder"]
pytestmark = pytest.mark.usefixtures("bank_folder")

NOVEMBER = {  # a folder of Brightspace for each attempt
    "Anna Adler": [("Nov 1, 2026 1100 AM", HALVED), ("Nov 2, 2026 1230 PM", GOOD)],
    "Bela Berg": [("Nov 1, 2026 1210 PM", GOOD)],
    "Cora Cole": [("Nov 4, 2026 100 PM", GOOD)],
}
LATE = "deadline = 2026-11-01T12:00:00\nlate = {percent_a_day = 10, grace_minutes = 15}\n"
ROSTER = "Section;Student ID;Name;E-Mail\nA;0071;Adler, Anna;anna@x.org\nB;b.2;Berg, Bela;b@x.org\nB;d4;Dorn, Dana;\n"


@pytest.fixture
def brightspace(tmp_path):
    for i, (name, attempts) in enumerate(NOVEMBER.items()):
        for clock, code in attempts:
            folder = tmp_path / "class" / f"{i}-9 - {name} - {clock}"
            folder.mkdir(parents=True)
            (folder / "hw3.py").write_text(code)
    (tmp_path / "class" / "index.html").write_text("<html>")
    return tmp_path / "class"


def grade(folder, assignment_file, *words, first="", out="out", status=0):
    asked = assignment_file.with_name(f"with_{out}.toml")
    asked.write_text(first + assignment_file.read_text())
    place = folder.parent / out
    said = gradecheck("grade", folder, "--assignment", asked, "--out", place, "--jobs", 1, *words, status=status)
    return said, place


def text(page):
    return page.read_text().replace("\\", "")


def students(out):
    return {s["name"]: s for s in json.loads((out / "results.json").read_text())["students"]}


def test_the_newest_attempt_counts_and_lateness_is_a_line_of_its_own(brightspace, assignment_file):
    said, out = grade(brightspace, assignment_file, first=LATE)
    assert "people: by Brightspace's names" in said
    found = students(out)
    assert {name: (s["attempt"], s["late"], s["deduction"], s["score"]) for name, s in found.items()} == {
        "Anna Adler": (2, True, 1.2, 4.8),  # 24 and a half hours: two days have begun
        "Bela Berg": (1, False, 0.0, 6.0),  # within the grace
        "Cora Cole": (1, True, 2.4, 3.6),
    }
    assert found["Anna Adler"]["points"] == {"relu": 1.0, "tanh": 2.0, "mse_backward": 3.0}
    assert "4.8 of 6, late, 1.2 off, attempt 2 of 2" in " ".join(said.split())
    assert "3 submissions, 3 graded" in said
    assert "people: 3 students, 1 attempt that does not count" in said
    told = text(out / "feedback" / next(p.name for p in (out / "feedback").glob("Anna*2*.md")))
    assert "Attempt 2 of 2. This is the one that counts." in told
    assert "handed in late, at 2026-11-02T12:30:00. That takes 1.2 points off: 4.8 of 6 are left." in told
    rows = list(csv.DictReader((out / "gradebook.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["name"], row["attempt"], row["late"], row["score"], row["deduction"]) for row in rows] == [
        ("Anna Adler", "2", "late", "4.8", "1.2"),
        ("Bela Berg", "1", "", "6", "0"),
        ("Cora Cole", "1", "late", "3.6", "2.4"),
    ]


def test_the_best_attempt_counts_where_the_assignment_says_so_and_nothing_is_marked_again(brightspace, assignment_file):
    first = LATE.replace("percent_a_day = 10", "percent_a_day = 40")
    _, out = grade(brightspace, assignment_file, first=first)
    newest = students(out)["Anna Adler"]
    assert (newest["attempt"], newest["score"], newest["deduction"]) == (2, 1.2, 4.8)
    said, out = grade(brightspace, assignment_file, first=f'attempts = "best"\n{first}')
    best = students(out)["Anna Adler"]
    assert (best["attempt"], best["score"], best["deduction"], best["late"]) == (1, 3.0, 0.0, False)
    assert "4 reused from the journal" in said
    counting = {s["submission"]: s["counts"] for s in json.loads((out / "results.json").read_text())["submissions"]}
    assert counting == {
        "Anna Adler, attempt 1": True,
        "Anna Adler, attempt 2": False,
        "Bela Berg": True,
        "Cora Cole": True,
    }


def test_a_roster_is_joined_and_kept_by_a_regrade(brightspace, assignment_file, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_bytes(ROSTER.encode("utf-16"))
    rule = r"(?P<entry>\d+-\d+) - "
    said = gradecheck(
        "grade", brightspace, "--assignment", assignment_file, "--out", tmp_path / "no", "--names", rule, status=2
    )
    assert "has the group entry" in said
    assert not (tmp_path / "no").exists()
    said, out = grade(brightspace, assignment_file, "--roster", roster, "--names", "brightspace")
    found = students(out)
    assert {name: (s["id"], s["roster"], s["status"], s["score"], s["section"]) for name, s in found.items()} == {
        "Adler, Anna": ("0071", "on", "graded", 6.0, "A"),
        "Berg, Bela": ("b.2", "on", "graded", 6.0, "B"),
        "Cora Cole": ("Cora Cole", "off", "graded", 6.0, ""),
        "Dorn, Dana": ("d4", "on", "nothing", None, "B"),
    }
    assert "1 handed in nothing: Dorn, Dana" in said
    assert "not on the roster  submission" in said
    roster.unlink()
    again = gradecheck("regrade", out, "--out", tmp_path / "again", "--jobs", 1)
    assert "the same to the last byte" in again
    assert (tmp_path / "again" / "gradebook.csv").read_bytes() == (out / "gradebook.csv").read_bytes()


def test_results_of_the_first_schema_are_marked_again(tmp_path, assignment_file):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "anna.py").write_text(HALVED)
    _, out = grade(tmp_path / "class", assignment_file)
    found, record = (json.loads((out / name).read_text()) for name in ("results.json", "run.json"))
    del found["students"]
    for mark in found["submissions"]:
        for key in ("student", "attempt", "counts"):
            del mark[key]
    (out / "results.json").write_text(json.dumps({**found, "schema": 1}))
    (out / "run.json").write_text(json.dumps({k: v for k, v in record.items() if k not in ("names", "roster")}))
    said = " ".join(gradecheck("regrade", out, "--jobs", 1, status=1).split())
    assert "results.json is of schema 1, and what is written now of schema 2" in said
    assert "0 of 1 grade changed" in said


@pytest.mark.parametrize(
    ("first", "words", "said"),
    [
        ("", ("--roster", "twice.csv"), "roster: twice.csv has id '1' in the lines 2 and 3, but should have it once"),
        ("", ("--roster", "columns.csv"), "roster: columns.csv has the columns colour, but should have one"),
        ("", ("--roster", "twins.csv"), "people: it cannot be told who is meant: Anna Adler (a1 or a2)"),
        ("", ("--names", "canvas"), "names: nothing at the paths is named by the rule canvas"),
        ("deadline = 2026-11-01T12:00:00+01:00\n", (), "deadline: 2026-11-01 12:00:00+01:00 has a time zone"),
        ("deadline = 2026-11-01\n", (), "deadline is '2026-11-01', but should be a date with a time"),
        ("late = {percent_a_day = 10}\n", (), "late has no deadline, but should have one"),
        ('attempts = "last"\n', (), """attempts is 'last', but should be "newest" or "best\""""),
        ("groups = 1\n", (), "groups is 1, but should be true or false"),
    ],
)
def test_what_cannot_be_told_is_a_sentence_and_nothing_is_written(
    brightspace, assignment_file, tmp_path, monkeypatch, first, words, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "twice.csv").write_text("id,name\n1,Anna\n1,Bela\n")
    (tmp_path / "columns.csv").write_text("colour\nred\n")
    (tmp_path / "twins.csv").write_text("id,name\na1,Anna Adler\na2,Anna Adler\n")
    shown, out = grade(brightspace, assignment_file, *words, first=first, status=2)
    assert said in " ".join(shown.split())
    assert not out.exists()
