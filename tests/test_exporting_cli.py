"""gradecheck export as a teacher calls it: a class goes in by a platform's names and goes back, and what is refused."""

import json
import os
import zipfile

import pytest
from classroom import ASSIGNMENT, DOUBLED, GOOD, HALVED, bank_folder, gradecheck
from exported import EXCUSED, FAULT, NOTHING, TITLE, canvas_file, folder_of, row
from importers import canvas, moodle

from gradecheck.commands.exporting import TARGETS as NAMED
from gradecheck.grading.exporting.targets import TARGETS
from gradecheck.machine.files import write_new

__all__ = ["bank_folder"]

CODE = {"Anna Adler": GOOD, "Bela O'Berg": HALVED, "Cora Çole": DOUBLED}
SCORES = {"Anna Adler": 6.0, "Bela O'Berg": 3.0, "Cora Çole": 4.0}
CANVAS = {"Anna Adler": "adleranna_20011_777001", "Bela O'Berg": "obergbela_LATE_20012_777002"}
CANVAS["Cora Çole"] = "çolecora_20013_777003"
STUDENTS = {
    20_011: ("Adler, Anna", "12.345.678", "aadler"),
    20_012: ("O'Berg, Bela", "007", "=bberg"),
    20_013: ("Çole, Cora", "8", "ccole"),
    20_014: ("Dorn, Dora", "9", "ddorn"),
}
PEOPLE = {100_001 + i: name for i, name in enumerate(CODE)}


@pytest.fixture(scope="module")
def course(tmp_path_factory, bank_folder):
    """The same class as Canvas and as Moodle hand it out, marked: the folder that holds both results."""
    top = tmp_path_factory.mktemp("course")
    (top / "three.toml").write_text(ASSIGNMENT)
    (top / "canvas").mkdir()
    for name, begin in CANVAS.items():
        (top / "canvas" / f"{begin}_hw 1.py").write_text(CODE[name])
    for number, name in PEOPLE.items():
        folder = top / "moodle" / f"{name}_{number}_assignsubmission_file"
        folder.mkdir(parents=True)
        (folder / "hw1.py").write_text(CODE[name])
    for platform in ("canvas", "moodle"):
        gradecheck("grade", top / platform, "--assignment", top / "three.toml", "--out", top / f"{platform}-out")
    return top


def test_a_class_goes_back_to_canvas(course, tmp_path):
    theirs = tmp_path / "gradebook.csv"
    theirs.write_text(canvas_file(STUDENTS, {4711: TITLE}), encoding="utf-8")
    said = gradecheck("export", "canvas", course / "canvas-out", theirs, "--out", tmp_path / "up.csv")
    assert "Dorn, Dora" in said
    grades = canvas.upload((tmp_path / "up.csv").read_bytes(), canvas.Course(STUDENTS, {4711: TITLE})).grades
    assert grades == {(20_011 + i, 4711): f"{SCORES[name]:g}" for i, name in enumerate(CODE)}
    assert os.stat(tmp_path / "up.csv").st_mode & 0o777 == 0o644


def test_feedback_goes_back_to_canvas_and_moodle(course, tmp_path):
    for platform in ("canvas", "moodle"):
        gradecheck("export", platform, course / f"{platform}-out", "--feedback", "--out", tmp_path / f"{platform}.zip")
    handed_in = {str(20_011 + i): {str(777_001 + i)} for i in range(3)}
    pages = canvas.feedback((tmp_path / "canvas.zip").read_bytes(), handed_in)
    files = moodle.feedback((tmp_path / "moodle.zip").read_bytes(), PEOPLE)
    assert set(pages) == set(handed_in)
    assert set(files) == {(number, "feedback.html") for number in PEOPLE}
    for i, name in enumerate(CODE):
        right = b"6 of 6" if SCORES[name] == 6 else f"{SCORES[name]:g} of 6".encode()
        assert right in pages[str(20_011 + i)]
        assert right in files[100_001 + i, "feedback.html"]


def test_a_class_goes_back_to_moodle(course, tmp_path):
    words = moodle.WORDS["de"]
    lines = [words.worksheet()]
    for number, name in PEOPLE.items():
        lines.append([f"{words.participant}{number}", name, "", "-", "", "6,00", "Ja", "-", "-", ""])
    theirs = tmp_path / "Bewertungen.csv"
    theirs.write_text("\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines), encoding="utf-8-sig")
    gradecheck("export", "moodle", course / "moodle-out", theirs, "--out", tmp_path / "up.csv")
    grades, _ = moodle.upload((tmp_path / "up.csv").read_bytes(), words, 6, PEOPLE)
    assert grades == {number: SCORES[name] for number, name in PEOPLE.items()}


@pytest.mark.parametrize("target", ["gradescope", "prairielearn", "csv", "xlsx"])
def test_files_are_written_for_the_whole_class(course, tmp_path, target):
    out = tmp_path / "out"
    gradecheck("export", target, course / "canvas-out" / "results.json", "--out", out)
    if target in ("csv", "xlsx"):
        assert out.is_file()
    else:
        found = [json.loads(path.read_text()) for path in out.glob("*/results.json")]
        most = 6 if target == "prairielearn" else 1
        assert sorted(round(most * document["score"], 9) for document in found) == sorted(SCORES.values())
        assert all("Three functions" in document["output"] for document in found), "with the feedback"
    if target == "csv":
        assert out.read_bytes() == (course / "canvas-out" / "gradebook.csv").read_bytes()


def test_names_on_the_command_line_are_the_targets():
    assert tuple(TARGETS) == NAMED


# -- what is refused, in a sentence, and writes nothing


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with results of Anna, and with files that a teacher may name."""
    monkeypatch.chdir(tmp_path)
    folder_of(tmp_path / "marks", row(), row("Bela", 1, **NOTHING), row("Cora", 2, **FAULT), row("Dora", 3, **EXCUSED))
    (tmp_path / "book.csv").write_text(canvas_file({20_001: ("Anna Adler", "1", "aa")}, {4711: TITLE}))
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04\0\0")
    (tmp_path / "open.csv").write_text('Student,ID,Section\n"Anna')
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "there").write_text("mine")
    old = tmp_path / "old"
    old.mkdir()
    (old / "results.json").write_text('{"schema": 1, "assignment": "three", "submissions": []}')
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "results.json").write_text('{"schema": 2, "submissions": [], "students": [{}]}')
    return tmp_path


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("canvas", "old", "book.csv"), "schema 1"),
        (("canvas", "broken", "book.csv"), "cannot be read"),
        (("canvas", "marks", "book.xlsx"), "no CSV file"),
        (("canvas", "marks", "open.csv"), "no CSV file"),
        (("canvas", "marks", "empty.csv"), "no CSV file"),
        (("moodle", "marks", "book.csv"), "Participant 123"),
        (("brightspace", "marks", "book.csv"), "OrgDefinedId"),
        (("canvas", "marks", "book.csv", "--column", "999"), "999"),
        (("canvas", "marks"), "needs the gradebook"),
        (("csv", "marks", "book.csv"), "leave out book.csv"),
        (("autolab", "marks", "--feedback"), "takes no feedback"),
        (("autolab", "marks"), "e-mail"),
        (("classroom50", "marks"), "run.json"),
        (("canvas", "marks", "--feedback"), "no feedback"),
        (("canvas", "nowhere", "book.csv"), "nowhere"),
        (("klingon", "marks"), "klingon"),
    ],
)
def test_a_mistake_is_a_sentence_and_nothing_is_written(desk, words, part):
    before = sorted(desk.rglob("*"))
    said = gradecheck("export", *words, "--out", "new/out", status=2)
    assert part in " ".join(said.split())
    assert sorted(desk.rglob("*")) == before


def test_what_is_there_is_not_written_over(desk):
    said = gradecheck("export", "csv", "marks", "--out", "there", status=2)
    assert "is there already" in " ".join(said.split())
    assert (desk / "there").read_text() == "mine"
    assert "is there already" in " ".join(gradecheck("export", "gradescope", "marks", "--out", "old", status=2).split())


def test_where_nothing_can_be_written_is_a_sentence(desk):
    said = gradecheck("export", "csv", "marks", "--out", "there/out", status=1)
    assert "out: there/out cannot be written (File exists)" in " ".join(said.split())
    assert "written to new/out" in " ".join(gradecheck("export", "csv", "marks", "--out", "new/out").split())


def test_who_is_missing_is_named_and_the_status_is_1(desk):
    folder_of(desk / "more", row(), row("Zoe Zander", 1))
    said = gradecheck("export", "canvas", "more", "book.csv", "--out", "up.csv", status=1)
    assert "not in it: Zoe Zander is not in book.csv" in " ".join(said.split())
    grades = canvas.upload((desk / "up.csv").read_bytes(), canvas.Course({20_001: ("", "", "")}, {4711: TITLE})).grades
    assert grades == {(20_001, 4711): "3.5"}


def test_everybody_without_a_score_is_named(desk):
    said = " ".join(gradecheck("export", "gradescope", "marks", "--out", "up").split())
    for reason, name in (("handed in nothing", "Bela"), ("not judged", "Cora"), ("excused", "Dora")):
        assert f"{reason}, without a file: {name}" in said
    assert [path.name for path in (desk / "up").iterdir()] != []


def test_a_folder_is_written_whole_or_not_at_all(tmp_path):
    with pytest.raises(OSError, match="File name too long"):
        write_new(tmp_path / "out", {"a/b.json": b"1", "x" * 300: b"2"})
    assert list(tmp_path.iterdir()) == []


def test_a_canvas_name_of_digits_alone_does_not_mislead_canvas(tmp_path):
    platform = {"user": "20001", "attachment": "77", "file": "007_20001_77_hw.py"}
    folder = folder_of(tmp_path / "marks", row("007", submission="a", platform=platform))
    (folder / "feedback").mkdir()
    (folder / "feedback" / "a.html").write_text("well done")
    gradecheck("export", "canvas", folder, "--feedback", "--out", tmp_path / "up.zip")
    assert canvas.feedback((tmp_path / "up.zip").read_bytes(), {"20001": {"77"}}) == {"20001": b"well done"}
    with zipfile.ZipFile(tmp_path / "up.zip") as archive:
        assert archive.testzip() is None


def test_members_of_a_group_whom_canvas_may_pass_over_are_named(tmp_path):
    platform = {"user": "20001", "attachment": "77", "file": "adleranna_20001_77_hw.py"}
    other = {"user": "20003", "attachment": "78", "file": "ccora_20003_78_hw.py"}
    both = [row(name, submission="a", group="A", platform=platform) for name in ("Anna", "Bela")]
    folder = folder_of(tmp_path / "marks", *both, row("Cora", submission="b", platform=other))
    (folder / "feedback").mkdir()
    for name in "ab":
        (folder / "feedback" / f"{name}.html").write_text(name)
    said = gradecheck("export", "canvas", folder, "--feedback", "--out", tmp_path / "up.zip")
    assert "the page of a group only to who uploaded it" in " ".join(said.split())
    assert [name in said for name in ("Anna", "Bela", "Cora")] == [True, True, False]
    assert set(canvas.feedback((tmp_path / "up.zip").read_bytes(), {"20001": {"77"}, "20003": {"78"}})) == {
        *("20001", "20003")
    }


def test_feedback_without_an_owner_on_the_platform_is_named(tmp_path):
    """A team's number is nobody's in Moodle, and an online text is no file in Canvas."""
    team = {"participant": "7", "file": "Team A_7_assignsubmission_file"}
    text = {"user": "20002", "attachment": "", "file": "colecora_20002_text.html"}
    known = {"participant": "8", "user": "20001", "attachment": "77", "file": "dorndora_20001_77_hw.py"}
    students = [
        row("Anna", submission="a", platform=team),
        row("Bela", submission="a", platform=team),
        row("Cora", submission="b", platform=text),
        row("Dora", submission="c", platform=known),
    ]
    folder = folder_of(tmp_path / "marks", *students)
    (folder / "feedback").mkdir()
    for name in "abc":
        (folder / "feedback" / f"{name}.html").write_text(name)
    said = gradecheck("export", "moodle", folder, "--feedback", "--out", tmp_path / "m.zip", status=1)
    assert [name in said for name in ("Anna", "Bela", "Cora", "Dora")] == [True, True, True, False]
    said = gradecheck("export", "canvas", folder, "--feedback", "--out", tmp_path / "c.zip", status=1)
    assert "Cora" in said
    assert canvas.feedback((tmp_path / "c.zip").read_bytes(), {"20001": {"77"}}) == {"20001": b"c"}
