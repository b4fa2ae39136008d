"""A lecture of somebody else's, installed away from our tree: every command runs on it, from its own distribution."""

import json

import pytest
from elsewhere import TINY, Elsewhere, keys

RIGHT = """
import numpy as np

def log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))

def log_sigmoid_backward(grad, x):
    e = np.exp(-np.abs(x))
    return grad * np.where(x >= 0, e, 1) / (1 + e)

def blend(a, b, share):
    return (1 - share) * a + share * b

def smooth(x, width):
    return np.stack([x[i : i + width].sum() / width for i in range(len(x) - width + 1)])
"""
SUMMED = RIGHT.replace(".sum() / width", ".sum()")
SWAPPED = RIGHT.replace("(1 - share) * a + share * b", "share * a + (1 - share) * b")
OWN_NAME = RIGHT.replace("smooth", "moving_average")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    found = Elsewhere.at(tmp_path_factory.mktemp("elsewhere"))
    found.install(TINY)
    for name, code in {"right": RIGHT, "summed": SUMMED, "swapped": SWAPPED}.items():
        file = found.home / "class" / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(code)
    for name, code in {"own.py": OWN_NAME, "summed.py": OWN_NAME.replace(".sum() / width", ".sum()")}.items():
        (found.home / name).write_text(code)
    return found


@pytest.fixture(scope="module")
def graded(place):
    """The folder of the marks, and what was said."""
    said = place.gradecheck("grade", "class", "--assignment", "tinylecture", "--out", "marks")
    return place.home / "marks", said


def test_nothing_of_our_lecture_is_there(place):
    code = "from importlib.util import find_spec as f; print(*(f(n) for n in ('lectures', 'manual', 'reference')))"
    assert place.run("-c", code) == "None None None\n"


def test_it_is_listed_and_is_the_usual_one(place):
    said = place.gradecheck("packs")
    assert "tinylecture  A tiny lecture\n" in said
    assert f"5 formulas, in {place.site / 'tinylecture'}" in said
    assert "lecture03" not in said
    assert "blend(a, b, share)" in place.gradecheck("formulas")


def test_it_is_verified(place):
    said = place.gradecheck("verify", "--examples", "20")
    assert said.count("agrees") + said.count("exact") == 10


def test_somebodys_file_is_verified(place):
    place.gradecheck("verify", "--examples", "20", "--implementation", "own.py")
    said = place.gradecheck("verify", "moving_average", "--examples", "20", "--implementation", "summed.py", status=1)
    assert "averages.moving_average: summed.py disagrees with torch" in said


def test_a_report_shows_its_formulas_and_its_exhibit(place):
    place.gradecheck("report", "--examples", "5", "--out", "report")
    document = json.loads((place.home / "report" / "report.json").read_text())
    (section,) = document["sections"]
    assert section["title"] == "Halving steps"
    assert ["2", "0.25"] in section["parts"][1]["rows"]
    assert {sheet["name"] for sheet in document["sheets"]} >= {"log_sigmoid", "moving_average_backward"}
    assert "Each step goes half of the way to 0." in (place.home / "report" / "report.md").read_text()


def test_its_assignment_is_proved(place):
    """The mistakes, the variants and the helper of both reach the jail."""
    said = place.gradecheck("assignment", "check", "tinylecture")
    assert "tinylecture.by_hand (model answer): 7 of 7 points" in said
    assert "The tiny sheet: 4 mistakes, 4 of them named; it is fair" in said


def test_a_class_is_marked_and_marked_again(place, graded):
    folder, said = graded
    marks = json.loads((folder / "results.json").read_text())["submissions"]
    named = {m["submission"]: [q["diagnosis"] for q in m["questions"] if q["outcome"] == "wrong"] for m in marks}
    assert named == {"right.py": [], "summed.py": ["moving_average/sum"], "swapped.py": ["blend/other-way-round"]}
    assert "The sum of each window is not divided by its width." in said
    assert "3 submissions marked again: the results are the same" in place.gradecheck("regrade", "marks")


def test_a_student_checks_a_file(place):
    assert "7 of 7" in place.gradecheck("check", "class/right.py", "--assignment", "tinylecture")
    said = place.gradecheck("check", "class/summed.py", "--assignment", "tinylecture", status=1)
    assert "The sum of each window is not divided by its width." in said


MARKED = """
import sys
from gradecheck.cli import main
sys.argv = ["gradecheck", "check", sys.argv[1], "--assignment", "tinylecture"]
try:
    main()
except SystemExit:
    print(*sys.modules)
"""


@pytest.mark.parametrize("file", ["right", "summed"])
def test_what_is_banked_is_marked_without_torch(place, graded, file):
    """Rows without forms, too: their bounds, their small examples and their right values."""
    loaded = place.run("-c", MARKED, f"class/{file}.py").splitlines()[-1].split()
    assert "tinylecture.rows" in loaded
    assert "torch" not in loaded


def test_a_starter_says_what_holds(place):
    said = place.gradecheck("starter", "--assignment", "tinylecture")
    assert "def smooth(x, width):" in said
    assert "share holds numbers from 0 to 1." in said


@pytest.mark.parametrize(
    ("file", "bank_too"), [("by_torch.py", True), ("rows.py", True), ("windows.py", False), ("mistakes.py", False)]
)
def test_its_code_counts_in_the_keys(place, file, bank_too):
    """Right results come from the twin and the row; a class's marks from all of it."""
    path = place.site / "tinylecture" / file
    before, text = keys(place, "tinylecture", "blend"), path.read_text()
    path.write_text(text + "#\n")
    try:
        bank, code = keys(place, "tinylecture", "blend")
    finally:
        path.write_text(text)
    assert (bank != before[0], code != before[1]) == (bank_too, True)
    assert keys(place, "tinylecture", "blend") == before


def test_no_submission_is_shown_it(place):
    """Its right answers stay out of the jail."""
    sheet = place.home / "shown.toml"
    sheet.write_text('pack = "tinylecture"\npackages = ["tinylecture"]\n[[question]]\nfunction = "blend"\n')
    said = place.gradecheck("starter", "--assignment", sheet, status=2)
    assert "right answers come from there" in said
