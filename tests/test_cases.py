"""What people report, in small: every case of tests/cases comes out as cases.toml says is right.

What can be counted is asserted of every case alike; what `right` says in words stands in SAID, a line or two a case.
"""

import json
import re
import shutil
import sys
import warnings
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import tests.reported as reported
from gradecheck.cases.inputs import fill
from gradecheck.grading.assignments.assignment import load
from gradecheck.grading.bank.store import bank
from tests.lecture import CONTRACTS

CASES = {(table, case["name"]): case for table, kind in reported.TABLES.items() for case in kind["case"]}
PASSES = {"exact", "agrees", "less accurate"}


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    return reported.Desk(tmp_path_factory.mktemp("cases"))


# -- what can be counted


@pytest.mark.parametrize(("table", "name"), CASES, ids=map("-".join, CASES))
def test_a_case_comes_out_right(desk, table, name):
    case = desk.case(table, CASES[table, name])
    right = case.right
    assert "Traceback (most recent" not in case.ran.output
    exits = right.get("exit", [0, 1, 2])
    assert case.ran.exit in (exits if isinstance(exits, list) else [exits]), case.ran.output
    if "status" in right:
        assert case.mark["status"] == right["status"]
    if right.get("all_points") == "every function":
        has_full_marks(case)
    else:
        for function in right.get("all_points", ()):
            assert lost(case, function) == 0, case.said(function)
    for function in right.get("loses_points", ()):
        assert lost(case, function) > 0
    for function, share in right.get("at_least", {}).items():
        assert lost(case, function) <= (1 - share) * case.questions[function]["max_points"], case.said(function)
    if "students" in right:
        assert len({row["id"] for row in case.students.values()}) == right["students"]
    for student in right.get("full_marks", ()):
        row = case.students[student]
        assert row["score"] == row["max_score"]
    for function, verdict in right.get("verdict", {}).items():
        assert case.verdict(function) == {verdict}


def lost(case, function):
    """Points."""
    question = case.questions[function]
    return round(question["max_points"] - question["points"], 6)


def full(case):
    return case.mark["status"] == "graded" and not any(lost(case, function) for function in case.questions)


def has_full_marks(case):
    assert full(case), f"{case.said('notes')}\n{case.said('feedback')}"


def test_no_case_and_no_file_of_one_was_left_behind():
    assert {(table, name) for table, said in SAID.items() for name in said} == set(CASES)
    assert {path.name for path in reported.CASES.iterdir() if path.is_dir()} == {*reported.TABLES, "strangers"}
    for (table, _), case in CASES.items():
        assert (reported.CASES / table / case.get("folder", "") / case["input"]).exists()


# -- what `right` says in words


def says(where, *patterns):
    """Every pattern is found in what is said there."""

    def look(case):
        said = case.said(where)
        for pattern in patterns:
            assert re.search(pattern, said, re.IGNORECASE), f"{where} does not say {pattern!r}: {said}"

    return look


def never(where, *patterns):
    """No pattern is."""

    def look(case):
        said = case.said(where)
        for pattern in patterns:
            assert not re.search(pattern, said, re.IGNORECASE), f"{where} says {pattern!r}: {said}"

    return look


def full_or(*looks):
    """Full marks, or what these ask of each function that lost points, and of the rest."""

    def look(case):
        if not full(case):
            for one in looks:
                one(case)

    return look


def students_have(**status):
    """Every student by name, with the status, and whether it is late."""

    def look(case):
        rows = {row["name"]: f"{row['status']}{' late' * row['late']}" for row in case.students.values()}
        assert rows == status

    return look


def counts(student, attempt):
    """Of several attempts that one."""

    def look(case):
        row = case.students[student]
        assert (row["attempt"], row["attempts"]) == (attempt, attempt)
        counting = {name for name, mark in case.marks.items() if mark["counts"] and mark["student"] == row["id"]}
        assert counting == {row["submission"]}

    return look


def all_have_full_marks(case):
    assert {row["score"] for row in case.students.values()} == {4.0}


def each_lost(*patterns):
    """Of every function that lost points, every pattern is said."""

    def look(case):
        for function in case.questions:
            if lost(case, function):
                says(function, *patterns)(case)
                never(function, "by hand")(case)

    return look


def only_loses(function, *checks):
    """These checks alone cost something."""

    def look(case):
        outcomes = {check["check"]: check["outcome"] for check in case.questions[function]["checks"]}
        assert {name for name, outcome in outcomes.items() if outcome != "passed"} == set(checks), case.said(function)

    return look


def no_help_of_another_kind(function):
    return never(function, "by hand", "is not defined")


def listed_with_its_line(case):
    """The lecturer sees every file that has a place which cannot be read."""
    shown = case.said("class")
    for name in case.marks:
        assert re.search(rf"{re.escape(name)}[^\n]{{0,200}}?\blines? \d+", shown), f"{name} in: {shown}"


def one_status(case):
    statuses = {mark["status"] for name, mark in case.marks.items() if name != "good.py"}
    assert len(statuses) == 1


def newer(*kept):
    """All of these keep everything and the version is named; or it is the lecturer's to decide, and no 0."""

    def look(case):
        if case.mark["status"] == "graded":
            assert all(lost(case, function) == 0 for function in kept or case.questions), case.said("notes")
        else:
            assert case.mark["score"] is None
        if sys.version_info < (3, 12):
            says("feedback", r"Python 3\.12")(case)
            says("class", rf"{re.escape(case.name)}[^\n]{{0,200}}3\.12")(case)

    return look


def utf8_with_its_mark(case):
    data = (case.out / "gradebook.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert "Jörg Müller" in data.decode("utf-8-sig")


def scipy_there_or_refused(case):
    if case.ran.exit == 0:
        assert full(case)
    else:
        says("output", "scipy")(case)
        assert not list(case.folder.glob("out/*"))


def refused_before_any_work(case):
    before, after = case.ran.kept, reported.digests(case.folder)
    assert after == before
    says("output", "Exercise 3|first")(case)


def nothing_blamed(case):
    assert {row["verdict"] for row in case.verdicts.values()} <= PASSES
    never("stdout", "wrong", "unstable")(case)


def loaded_or_told_how(case):
    if case.ran.exit == 0:
        assert {row["verdict"] for row in case.verdicts.values()} <= PASSES
        assert {function for function, _ in case.verdicts} == {"linear", "relu"}
    else:
        says("output", r"net\.layers|package net")(case)


def short(lines):
    def look(case):
        assert len(case.ran.output.splitlines()) <= lines, case.ran.output

    return look


def told_in_both_precisions(*patterns):
    def look(case):
        for row in case.verdicts.values():
            for pattern in patterns:
                assert re.search(pattern, row["worst_case"]["said"]), row["worst_case"]["said"]

    return look


def table_first(case):
    assert case.ran.stdout.startswith("formula")


RAISED = re.compile(r"raised (\w+):? .*?\((\d+) of (\d+) cases\)")


def counted(function):
    """The number beside each exception is that of the cases that raise it; an example that raises shows the first."""

    def look(case):
        question = case.questions[function]
        found = RAISED.findall(question["rationale"])
        assert found, question["rationale"]
        raised, total = exceptions(case, function)
        for kind, times, of in found:
            assert (raised[kind], total) == (int(times), int(of)), f"{question['rationale']}; but {raised}"
        shown = question["counterexample"]["actual"].partition(":")[0]
        if shown.endswith("Error"):
            assert shown == found[0][0]
        else:
            assert not question["rationale"].startswith(f"{function} raised")

    return look


def exceptions(case, function):
    """How many of a question's cases raise what, found by calling the function; and how many cases there are."""
    return _exceptions(case.folder, case.right["input"], function)


@cache
def _exceptions(folder, file, function):
    namespace = {}
    exec((folder / file).read_text(encoding="utf-8"), namespace)
    asked = load(str(folder / "hw.toml"))
    question = next(question for question in asked.questions if question.name == function)
    recipes = bank(asked).questions[function].recipes
    raised = Counter()
    for recipe in recipes:
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
                namespace[function](*fill(question.contract, recipe, question.scope).arguments)
        except Exception as error:
            raised[type(error).__name__] += 1
    return raised, len(recipes)


def no_digits_where_nothing_was_measured(case):
    rows = re.findall(r"<tr\b.*?</tr>", (case.out / "report.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    missing = [row for row in rows if "missing" in row]
    assert missing
    assert [row for row in missing if re.search(r"\b(16\.0|15\.95\d*|7\.2\d*)\b", row)] == []


def no_stray_quad(case):
    assert "quadv" not in (case.out / "report.html").read_text(encoding="utf-8")


MARKED_WITH_A_NOTE = {"anna": "tar", "bela": "zip", "emil": r"tgz|tar", "fritz": r"\.txt", "gina": r"\.txt",
                      "hans": r"\.json", "utf16": "UTF-16", "utf16_notebook": "UTF-16",
                      "cp1252": "cp1252|Windows"}  # fmt: skip
ORDER = r"\border\b"

SAID = {
    "one_bad_line": {
        "placeholder": [says("relu", r"\blines? [78]\b"), never("feedback", "move it")],
        "print_statement": [says("notes", r"\bline 23\b"), never("feedback", "move it")],
        "prompt": [says("notes", r"\blines? 23\b"), never("feedback", "move it")],
        "unclosed": [says("notes", r"\blines? 2[34]\b"), never("feedback", "move it")],
        "dedent": [says("relu", r"\blines? [789]\b"), never("feedback", "move it")],
        "tabs": [says("notes", r"\blines? 2[012]\b"), never("feedback", "move it")],
        "conflict": [says("notes", r"\blines? ([789]|1[01])\b"), never("feedback", "move it")],
        "nbsp": [full_or(says("softmax", r"\blines? 1[012]\b"))],
        "listed": [listed_with_its_line],
    },
    "own_modules": {
        "anna": [never("notes", "No module named")],
        "bela": [never("notes", "No module named")],
        "cora": [never("notes", "No module named", "no Python")],
        "dana": [never("notes", "No such file")],
        "anna_named": [never("notes", "No module named")],
    },
    "display_packages": {
        "tqdm_loop": [never("feedback", "No module named")],
        "plot_in_train": [never("feedback", "No module named")],
        "display": [never("feedback", "No module named")],
        "one_import_line": [never("feedback", "name 'np'")],
        "colab_check": [never("feedback", "name 'np'")],
        "try_import": [full_or(each_lost(r"\bline 2\b", "pandas"))],
        "njit": [full_or(each_lost(r"\bline 2\b", "numba"), says("class", "numba"))],
        "expit": [full_or(each_lost(r"\bline 2\b", "scipy"), says("class", "scipy"))],
    },
    "choosing_the_file": {
        "anna": [says("notes", r"hw3\.(ipynb|py)")],
        "bela": [says("notes", r"hw3\.ipynb")],
        "cora": [says("notes", r"HW3 \(1\)\.ipynb")],
        "dana": [says("notes", r"hw3\.py")],
        "emil": [says("notes", r"hw3\.py")],
        "fritz": [says("notes", r"hw3\.py")],
        "gina": [says("notes", r"HW3\.ipynb")],
        "hans": [says("notes", r"hw3 \(1\)\.ipynb")],
    },
    "system_exit": {
        "exit_no_data": [says("notes", r"\blines? [35]\b", "end")],
        "argparse_required": [says("notes", r"\bline 5\b", "end")],
        "exit_cell": [says("notes", "code cell 2", "end")],
    },
    "near_miss_names": {
        "capitals": [
            says("relu", r"\bReLU\b", r"\bline \d+"),
            says("softmax", r"\bsoftMax\b", r"\bline \d+"),
            says("linear", r"\blinear_forward\b", r"\bline \d+"),
        ],
        "in_class": [says(name, "Network", r"\bline \d+", "top level") for name in ("sigmoid", "linear")],
        "markdown": [says("relu", "markdown|text cell")],
        "stub_again": [says("relu", r"code cells? 3\b", r"\b7\b")],
        "rebound": [says("softmax", r"\bline 20\b", r"\ban (ndarray|array)\b"), never("softmax", r"\ba ndarray")],
    },
    "wrongly_named": {
        "shuffled_rows": [never("train", "survives", "keep no state"), never("notes", "state")],
        "shuffled_mse": [never("mse", "survives", "keep no state"), never("notes", "state")],
        "chain_rule": [
            says("softmax_cross_entropy_backward", "derivatives?|chain", "multipl|product|times"),
            never("softmax_cross_entropy_backward", "guard", "epsilon", "e-324", r"p \+"),
        ],
        "v_after_grad": [says("momentum_step", ORDER, r"\bv\b", r"\bgrad\b"), never("momentum_step", "multiplies")],
        "minibatch": [says("train", "random"), never("train", "survives", "keep no state")],
    },
    "verify_as_asked": {
        "right": [nothing_blamed],
        "naive_softmax": [short(60), never("stdout", r"\b0 of 21")],
        "classes": [says("output", "classes Linear and ReLU|classes: Linear, ReLU"), short(12)],
        "package": [loaded_or_told_how],
    },
    "verify_process_state": {
        "seterr": [nothing_blamed],
        "prints": [table_first, never("stdout", r"relu \(")],
        "endless": [says("output", r"\brelu\b", r"\b\d+(\.\d+)? (s|seconds)\b")],
        "random": [told_in_both_precisions("same (call|answer|arguments)|twice")],
    },
    "exception_counts": {
        "mse_axis1": [counted("mse"), says("mse", "AxisError")],
        "class_index": [counted("softmax_cross_entropy_backward"), says("softmax_cross_entropy_backward", "AxisError")],
        "unpack": [counted("mse_backward"), says("mse_backward", "ValueError")],
        "two_loops": [counted("relu")],
    },
    "newer_python": {
        "fstring": [newer()],
        "type_alias": [newer()],
        "generic": [newer("sigmoid", "softmax", "mse", "linear")],
    },
    "suffixes_archives_encodings": {
        **{name: [says("notes", what)] for name, what in MARKED_WITH_A_NOTE.items()},
        "cora": [says("notes", r"\.rar", r"\.zip")],
        "dana": [says("notes", r"\.7z", r"\.zip")],
    },
    "empty_files": {
        name: [says("notes", "empty"), one_status] for name in ("zero", "zero_notebook", "newlines", "folder")
    },
    "argument_order_and_caches": {
        "caches": [says(name, "first", "pair|tuple|two|2 results") for name in ("relu", "linear")],
        "results_order": [says("linear_backward", ORDER, r"∂L/∂W, ∂L/∂b(,| and) ∂L/∂A")],
        "arguments_order": [
            says("linear", ORDER, r"\bW, A|W before A"),
            says("sigmoid_backward", ORDER, r"\bx, grad|x before grad"),
        ],
    },
    "popular_mistakes": {
        "downhill_average": [says("momentum_step", "average|1 - (μ|mu)", "downhill|sign|minus|subtract|adds|plus")],
        "binary": [says(name, "two classes|binary|1 - p") for name in ("cross_entropy", "cross_entropy_backward")],
        "class_indices": [
            says(name, "class (number|ind|label)|one-hot|labels") for name in ("cross_entropy", "softmax_cross_entropy")
        ],
        "columns": [says(name, "columns?", "rows?") for name in ("linear", "linear_backward")],
        "rounded": [says("sigmoid", "round", "six|6", "decimal|place|digit")],
    },
    "messages": {
        "tensor_relu": [says("relu", "torch", "NumPy"), no_help_of_another_kind("relu")],
        "asks_for_input": [says("relu", r"input\(\)", "argument"), no_help_of_another_kind("relu")],
        "flood": [says("relu", r"print", "out|MiB"), no_help_of_another_kind("relu")],
        "never_ends": [says("softmax", r"\b2 (s|seconds)\b"), no_help_of_another_kind("softmax")],
        "gradebook": [utf8_with_its_mark],
    },
    "isolation_message": {
        "uid_map": [
            says("output", "user namespaces?|AppArmor", "limits", r"sysctl|apparmor|allow|enable|administrator"),
            never("output", r"Died\(", r"how="),
        ],
    },
    "allowed_imports": {
        "grade": [scipy_there_or_refused],
        "assignment_check": [says("output", "scipy")],
    },
    "slow_but_right": {
        "three_loops": [full_or(each_lost(r"\d+ of \d+ cases in [\d.]+ s"))],
        "sleeps": [full_or(each_lost(r"\d+ of \d+ cases in [\d.]+ s"))],
    },
    "result_forms": {
        "named_tuple": [has_full_marks],
        "double_loss": [has_full_marks],
        "reciprocal": [has_full_marks],
    },
    "one_mistake_one_price": {
        "two_slips": [only_loses("cross_entropy", "edges", "stability")],
        "missing_parameter": [says("linear", r"\bb\b|argument|parameter")],
    },
    "platform_layouts": {
        "moodle": [students_have(**{"Anna Adler": "graded", "Bela Berg": "graded", "Cora Cole": "unreadable"})],
        "canvas": [
            students_have(adleranna="graded", bergbela="graded late", colecora="graded"),
            counts("adleranna", 2),
        ],
        "blackboard": [counts("aadler", 2)],
        "gradescope": [students_have(**{"Anna Adler": "graded", "Bela Berg": "graded"}), all_have_full_marks],
        "class_in_one_zip": [students_have(**{"Anna Adler": "graded", "Bela Berg": "graded"}), all_have_full_marks],
        "one_student_in_a_zip": [students_have(**{"Anna Adler": "graded"}), all_have_full_marks],
        "groups": [students_have(anna="graded", bela="graded", cora="graded"), all_have_full_marks],
    },
    "console_encoding": {
        "check_cp1252": [says("stdout", "softmax|relu")],
        "formulas_cp1252": [says("stdout", "softmax")],
    },
    "out_folder": {"another_assignment": [refused_before_any_work]},
    "report_page": {
        "missing_has_no_digits": [no_digits_where_nothing_was_measured],
        "quad": [no_stray_quad],
    },
}


@pytest.mark.parametrize(("table", "name"), CASES, ids=map("-".join, CASES))
def test_what_a_case_says_is_right(desk, table, name):
    case = desk.case(table, CASES[table, name])
    for look in SAID[table][name]:
        look(case)


# -- all of them at once

ASKED = 'title = "Everything"\ncases = 16\n[limits]\nseconds = 1\n' + "".join(
    f'[[question]]\nfunction = "{name}"\n' for name in CONTRACTS
)


def test_a_class_made_of_all_of_them_is_marked_in_one_command(tmp_path):
    handed_in = {}
    for (table, _), case in CASES.items():
        place = Path(case["input"])
        if place.parts[0] in ("class", "named") and len(place.parts) > 1:
            entry = reported.CASES / table / Path(*place.parts[:2])
            handed_in[f"{table} {entry.name}"] = entry
    for name, entry in handed_in.items():
        copy = shutil.copytree if entry.is_dir() else shutil.copy
        copy(entry, reported.put(tmp_path / "class" / name))
    reported.put(tmp_path / "all.toml").write_text(ASKED)
    ran = reported.in_this_process("gradecheck grade class --assignment all.toml --out out", tmp_path)
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    marks = {mark["submission"]: mark for mark in results["submissions"]}
    assert set(marks) == set(handed_in)
    faults = {
        name
        for name, mark in marks.items()
        if mark["status"] not in ("graded", "unreadable") or any(q["outcome"] == "fault" for q in mark["questions"])
    }
    assert {name.partition(" ")[0] for name in faults} <= {"newer_python"}
    assert ran.exit in ((0, 1) if faults else (0,)), ran.output
    assert "Traceback" not in ran.output
    told = ("isolation:", "written to")
    assert [line for line in ran.stdout.splitlines() if len(line) > 80 and not line.startswith(told)] == []
