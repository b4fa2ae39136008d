"""Slips seen in published files, rewritten small: each is named for what it is, and costs what it costs."""

import re
import shutil

import pytest

import tests.reported as reported

FOLDER = reported.CASES / "strangers"
QUESTIONS = (
    "linear", "sgd_step", "relu_backward", "softmax_cross_entropy", "softmax_cross_entropy_backward",
    "cross_entropy", "momentum_step", "mse", "mse_backward", "sigmoid",
)  # fmt: skip
ASKED = "".join(f'[[question]]\nfunction = "{name}"\npoints = 10\n' for name in QUESTIONS)
NARROW = f'targets = "one-hot"\nrows = "2-D"\nallow = ["in place"]\n{ASKED}'


def rows():
    """The README's table: file and function, with words of which one is said, and the least share of points."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("| r"):
            file, function, _, words, least = (cell.strip() for cell in line[1:-1].split("|"))
            yield (file, function), ([w.strip() for w in re.split(r",(?![^(]*\))", words) if w], float(least or 0))


ROWS = dict(rows())


@pytest.fixture(scope="session")
def classes(tmp_path_factory):
    """Everybody's marks in an assignment that asks everything, and some in one that asks what those courses asked."""
    base = tmp_path_factory.mktemp("strangers")
    found = {}
    for name, text, files in (("wide", ASKED, "*.py"), ("narrow", NARROW, "r[023][124]_*.py")):
        (base / f"{name}.toml").write_text(text)
        for file in FOLDER.glob(files):
            shutil.copy(file, reported.put(base / name / file.name))
        command = f"gradecheck grade {name} --assignment {name}.toml --out marks_{name}"
        found[name] = reported.Case("strangers", {"run": command}, base, (reported.in_this_process(command, base),))
    return found


def asked(classes, file, function, assignment="wide"):
    """The marks of one function, and all that is said of it."""
    (question,) = [q for q in classes[assignment].marks[file]["questions"] if q["function"] == function]
    lost = [check["rationale"] for check in question["checks"] if check["outcome"] != "passed"]
    return question, "\n".join((question["rationale"], question["help"], *lost))


def costly(question):
    return {check["check"] for check in question["checks"] if check["outcome"] != "passed"}


@pytest.mark.parametrize(("file", "function"), ROWS, ids=map("-".join, ROWS))
def test_a_slip_is_named_and_costs_no_more_than_it_should(classes, file, function):
    question, said = asked(classes, file, function)
    words, least = ROWS[file, function]
    assert question["points"] >= least * question["max_points"], said
    if words and (question["points"] < question["max_points"] or not least):
        assert any(word.lower() in said.lower() for word in words), said

@pytest.mark.parametrize(
    ("file", "function", "both"),
    [
        ("r01_label_and_logsoftmax.py", "softmax_cross_entropy", ("soft|one-hot|winner|argmax", r"\blog|rounded")),
        ("r05_half_sum.py", "mse", (r"half|1/2|0\.5", r"mean|1/n|sum|divid")),
        ("r12_eps_a_tenth.py", "cross_entropy", (r"0\.1\b", r"\blog")),
        ("r14b_mse_negated_over_rows.py", "mse", ("sign|minus|negative", "rows?|n elements|mean|size")),
        ("r34_winner_on_zero_rows.py", "cross_entropy", ("soft|one-hot|winner|argmax", "guard|epsilon|1e-0?7")),
    ],
)
def test_two_slips_at_once_are_both_named(classes, file, function, both):
    _, said = asked(classes, file, function)
    for pattern in both:
        assert re.search(pattern, said, re.IGNORECASE), said


@pytest.mark.parametrize(
    ("file", "function", "checks"),
    [
        ("r07_one_by_one.py", "mse", {"hygiene"}),
        ("r18_ones_float64.py", "linear", {"hygiene"}),
        ("r20_zeros_replaced.py", "softmax_cross_entropy", {"stability"}),
        ("r24_sgd_in_place.py", "sgd_step", {"hygiene"}),
        ("r32_zero_log_zero.py", "softmax_cross_entropy", {"stability"}),
    ],
)
def test_a_slip_costs_its_own_check_alone(classes, file, function, checks):
    question, said = asked(classes, file, function)
    assert costly(question) <= checks, said
    assert re.search(r"\w", said)


def test_what_the_file_does_not_have_is_not_said(classes):
    assert "bracket" not in asked(classes, "r10_reciprocal.py", "sigmoid")[1]
    assert asked(classes, "r08_mu_zero_keeps_v.py", "momentum_step")[0]["points"] == 10
    for function in ("softmax_cross_entropy", "softmax_cross_entropy_backward"):
        question, said = asked(classes, "r22_not_written.py", function)
        assert question["points"] == 0
        assert re.search(r"constant|written|always|whatever", said), said


@pytest.mark.parametrize(
    ("file", "function"),
    [
        ("r02_label_only.py", "softmax_cross_entropy"),
        ("r02_label_only.py", "softmax_cross_entropy_backward"),
        ("r02_label_only.py", "cross_entropy"),
        ("r24_sgd_in_place.py", "sgd_step"),
    ],
)
def test_what_an_assignment_does_not_ask_costs_nothing_there(classes, file, function):
    question, said = asked(classes, file, function, "narrow")
    assert question["points"] == question["max_points"], said


def test_of_two_slips_the_one_that_is_asked_is_left(classes):
    for file, function, left in (
        ("r01_label_and_logsoftmax.py", "softmax_cross_entropy", r"\blog|rounded"),
        ("r34_winner_on_zero_rows.py", "cross_entropy", "guard|epsilon|1e-0?7"),
    ):
        question, said = asked(classes, file, function, "narrow")
        assert costly(question) == {"stability"}, said
        assert re.search(left, said), said
        assert not re.search("one-hot|winner|argmax|soft targets", said), said


ONE_FILE = {
    "sgd_step": "in place|argument|changed|written",
    "relu_backward": "float64|float32|dtype",
    "softmax_cross_entropy": "soft targets|one-hot|winner|argmax|AxisError",
    "cross_entropy": "sign|minus|negative",
    "softmax_cross_entropy_backward": "n rows|mean|1/n|/ n|divided|overflow|shift|maximum",
}


def test_a_file_of_seven_functions_has_each_slip_named(classes):
    assert asked(classes, "r30.py", "momentum_step")[0]["points"] == 10  # its v is -lr times the slide's, and back
    for function, pattern in ONE_FILE.items():
        question, said = asked(classes, "r30.py", function)
        assert re.search(pattern, said), said
        assert not re.search(r"differs from the formula in \d+ of \d+ cases\.\s*$", question["rationale"]), said
    assert costly(asked(classes, "r30.py", "linear")[0]) <= {"edges", "hygiene"}
    assert costly(asked(classes, "r30.py", "sgd_step")[0]) <= {"hygiene"}
    assert costly(asked(classes, "r30.py", "relu_backward")[0]) <= {"hygiene"}


def test_verify_is_no_harsher_than_check(tmp_path):
    shutil.copy(FOLDER / "r24_sgd_in_place.py", tmp_path / "r24.py")
    command = "gradecheck verify --implementation r24.py --examples 20 --json v.json sgd_step"
    case = reported.Case("strangers", {"run": command}, tmp_path, (reported.in_this_process(command, tmp_path),))
    assert "wrong" not in case.verdict("sgd_step")
    assert re.search("hygiene|in place|changed", case.ran.output), case.ran.output
    assert "disagrees" not in case.ran.output


def test_all_of_them_are_marked_in_one_command(classes):
    assert [case.ran.exit for case in classes.values()] == [0, 0]
    assert set(classes["wide"].marks) == {file.name for file in FOLDER.glob("*.py")}
