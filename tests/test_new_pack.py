"""What new-pack writes passes at once, as a plain file beside its assignment, from another working directory."""

import json

import pytest
from elsewhere import Elsewhere, keys

RIGHT = """
import numpy as np

def softplus(x):
    return np.logaddexp(x, 0).astype(x.dtype)

def softplus_backward(grad, x):
    e = np.exp(-np.abs(x))
    return grad * np.where(x >= 0, 1, e) / (1 + e)
"""
OVERFLOWS = RIGHT.replace("np.logaddexp(x, 0).astype(x.dtype)", "np.log(1 + np.exp(x))")
PACK, SHEET = "there/waves/waves.py", "there/waves/assignment.toml"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    found = Elsewhere.at(tmp_path_factory.mktemp("elsewhere"))
    said = found.gradecheck("new-pack", "there/waves")
    assert "now try: gradecheck verify --pack there/waves/waves.py" in said
    (found.home / "class").mkdir()
    for name, code in {"right": RIGHT, "overflows": OVERFLOWS, "empty": ""}.items():
        (found.home / "class" / f"{name}.py").write_text(code)
    return found


def test_its_own_tests_pass(place):
    assert "6 passed" in place.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "there/waves")


def test_it_is_verified(place):
    assert "softplus_backward(grad, x)" in place.gradecheck("formulas", "--pack", PACK)
    assert place.gradecheck("verify", "--examples", "20", "--pack", PACK).count("agrees") == 4
    words = ("--examples", "20", "--pack", PACK, "--implementation", "class/overflows.py")
    assert "waves.softplus: overflows.py disagrees with torch" in place.gradecheck("verify", *words, status=1)


def test_a_report_is_made(place):
    place.gradecheck("report", "--examples", "5", "--pack", PACK, "--out", "report")
    document = json.loads((place.home / "report" / "report.json").read_text())
    assert [sheet["name"] for sheet in document["sheets"]] == ["softplus", "softplus_backward"]


def test_its_assignment_is_fair(place):
    said = place.gradecheck("assignment", "check", SHEET)
    assert "by_hand (model answer): 5 of 5 points" in said
    assert "Softplus: 2 mistakes, 2 of them named; it is fair" in said


def test_a_class_is_marked_and_marked_again(place):
    place.gradecheck("grade", "class", "--assignment", SHEET, "--out", "marks")
    marks = json.loads((place.home / "marks" / "results.json").read_text())["submissions"]
    assert {m["submission"]: m["score"] for m in marks}["right.py"] == 5
    (named,) = [q["diagnosis"] for m in marks for q in m["questions"] if q["diagnosis"]]
    assert named == "softplus/overflow"
    assert "3 submissions marked again: the results are the same" in place.gradecheck("regrade", "marks")


def test_students_are_given_a_starter_and_check_what_they_wrote(place):
    assert "def softplus_backward(grad, x):" in place.gradecheck("starter", "--assignment", SHEET)
    assert "Try x = 1000;" in place.gradecheck("check", "class/overflows.py", "--assignment", SHEET, status=1)


@pytest.mark.parametrize(("file", "bank_too"), [("by_torch.py", True), ("mistakes.py", False)])
def test_its_code_counts_in_the_keys(place, file, bank_too):
    path = place.home / "there" / "waves" / file
    before, text = keys(place, PACK, "softplus"), path.read_text()
    path.write_text(text + "#\n")
    bank, code = keys(place, PACK, "softplus")
    path.write_text(text)
    assert (bank != before[0], code != before[1]) == (bank_too, True)
