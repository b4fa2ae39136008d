"""What is shown of a repair, and to whom: by the hint, the catalogue's words first, and the edit for the teacher."""

import html
import json
import re
from dataclasses import replace

import click
import pytest
from classroom import ASSIGNMENT, assignment_file, bank_folder, gradecheck, hand_in

from gradecheck.grading.assignments import assignment
from gradecheck.grading.classrun.rows import rows
from gradecheck.grading.classrun.run import Graded
from gradecheck.grading.classrun.summary import UNSURE, summarise
from gradecheck.grading.marks import ClassMark, Repair, SubmissionMark
from gradecheck.grading.people.person import alone
from gradecheck.grading.repair import search as searches
from reports import class_summary, gradebook, repairs
from reports import feedback as pages
from reports.gradescope import gradescope
from reports.told import sections
from tests.planted import AFTER, BEFORE, CHANGE, FORMULA, KIND, REMEDY, REPAIR, SAID, SECOND, found_in, marked, question

__all__ = ["assignment_file", "bank_folder"]
WHERE = "Look at line 12."
PROOF = "With this change all 108 cases pass."
NAMED = ("mse/summed",)
SURFACES = ("terminal", "markdown", "page", "gradescope")


def plain(page):
    """The words of a page."""
    return html.unescape(re.sub(r"<[^>]*>", "", page.partition("<main")[2].partition("<footer")[0]))


def shown(surface, mark, hint, mode="public"):
    """All that a student reads there, on one line, without the escapes of Markdown."""
    told = pages.feedback(mark, "Exercise", mode, hint)
    if surface == "terminal":
        text = click.unstyle(pages.terminal(told))
    elif surface == "markdown":
        text = pages.markdown(told).replace("\\", "")
    elif surface == "page":
        pytest.importorskip("jinja2", reason="the page needs the report extra; pip install 'gradecheck[report]'")
        from reports.grade_pages import feedback_page

        text = plain(feedback_page(told))
    else:
        text = json.loads(gradescope(mark, mode, hint))["tests"][0]["output"]
    return " ".join(text.replace("`", "").split())


def parts(text):
    """Which parts of the planted repair are in it."""
    words = {"where": WHERE, "kind": KIND, "remedy": REMEDY, "proof": PROOF, "before": BEFORE, "after": AFTER}
    return {part for part, said in words.items() if said.replace("`", "").strip() in text}


def everywhere(test):
    return pytest.mark.parametrize("surface", SURFACES)(test)


# -- students


@everywhere
@pytest.mark.parametrize(
    ("hint", "seen"),
    [
        ("line", {"where"}),
        ("kind", {"where", "kind"}),
        ("edit", {"where", "kind", "remedy", "proof", "before", "after"}),
    ],
)
def test_a_student_sees_as_much_as_the_hint_says(surface, hint, seen):
    assert parts(shown(surface, marked(repair=REPAIR), hint)) == seen


@everywhere
def test_the_catalogue_names_the_cause_and_the_repair_adds_place_and_change(surface):
    mark = marked(repair=REPAIR, diagnoses=NAMED)
    assert parts(shown(surface, mark, "kind")) == {"where"}
    assert parts(shown(surface, mark, "edit")) == {"where", "proof", "before", "after"}
    assert SAID in shown(surface, mark, "edit")


@everywhere
@pytest.mark.parametrize("hint", ["line", "kind", "edit"])
def test_what_is_not_sure_is_a_place_alone(surface, hint):
    assert parts(shown(surface, marked(repair=replace(REPAIR, sure=False)), hint)) == {"where"}


@everywhere
@pytest.mark.parametrize(("hint", "seen"), [("line", {"where"}), ("kind", {"where", "kind"})])
def test_hidden_feedback_has_the_line_and_the_kind_at_most(surface, hint, seen):
    text = shown(surface, marked(repair=REPAIR), hint, "hidden")
    assert parts(text) == seen
    assert SAID not in text


@everywhere
def test_a_formula_is_told_where_the_kind_is(surface):
    mark = marked(formula=FORMULA)
    assert FORMULA not in shown(surface, mark, "line")
    assert FORMULA in shown(surface, mark, "kind")
    assert FORMULA in shown(surface, mark, "kind", "hidden")


@everywhere
def test_two_changes_are_told_together(surface):
    text = shown(surface, marked(repair=Repair((CHANGE, SECOND), 90)), "edit")
    places = (WHERE, KIND, "Look at line 9.", SECOND.kind, "With both changes all 90 cases pass.")
    assert sorted(map(text.index, places)) == list(map(text.index, places))
    assert parts(text) >= {"before", "after", "remedy"}


@everywhere
def test_a_submission_s_lines_are_no_markup(surface):
    evil = "</pre><script>alert(1)</script> ``` <img src=x>\x1b[2J"
    change = replace(CHANGE, before=f"x = '{evil}'", after=f"y = '{evil}'", where="line 3", remedy=evil)
    mark = marked(repair=Repair((change,), 1))
    told = pages.feedback(mark, "T", "public", "edit")
    if surface == "page":
        pytest.importorskip("jinja2", reason="the page needs the report extra; pip install 'gradecheck[report]'")
        from reports.grade_pages import feedback_page

        page = feedback_page(told)
        assert "<script>alert" not in page
        assert page.count("<img") == 0
    elif surface == "markdown":
        text = pages.markdown(told)
        assert "````diff\n- x = " in text
        assert "\x1b" not in text
    elif surface == "terminal":
        assert "\x1b" not in click.unstyle(pages.terminal(told))


def test_a_place_is_named_once():
    repair = Repair((CHANGE, replace(CHANGE, kind="Another.")), 1)
    assert repairs.plain(repairs.told(repair, "line", False)) == WHERE
    assert repairs.plain(repairs.told(repair, "kind", True)) == WHERE


def test_functions_with_repairs_of_their_own_are_not_put_together():
    questions = tuple(question(f, repair=r) for f, r in (("relu", None), ("tanh", REPAIR), ("mse", REPAIR)))
    found = pages.feedback(SubmissionMark("a", "graded", questions, 6.0), "T", "public", "kind")
    assert [section.functions for section in sections(found)] == ["relu", "tanh", "mse"]


def test_lines_are_shown_without_the_indentation_that_they_share_and_with_the_part_that_changed():
    moved = replace(CHANGE, before="        a = 1\n        return a", after="        a = 1\n    return a")
    first, second = repairs.lines(Repair((CHANGE, moved), 1))
    assert (first.before, first.after) == (BEFORE.strip(), AFTER.strip())
    assert (first.same, first.was, first.now, first.rest) == ("return grad @ W, grad.", "mean", "sum", "(axis=0)")
    assert (second.before, second.after) == ("    a = 1\n    return a", "    a = 1\nreturn a")


# -- the teacher


@pytest.fixture
def classroom(tmp_path):
    (tmp_path / "three.toml").write_text(ASSIGNMENT)
    named = ("mse_backward/factor-2-forgotten",)
    marks = [
        *(marked("tanh", f"s{i}.py", repair=REPAIR) for i in range(3)),
        marked("tanh", "two.py", repair=Repair((SECOND, CHANGE), 90)),
        marked("relu", "unsure.py", repair=replace(REPAIR, sure=False)),
        marked("relu", "formula.py", formula=FORMULA),
        marked("mse_backward", "named.py", repair=REPAIR, diagnoses=named),
        marked("mse_backward", "alone.py", diagnoses=named),
        marked("relu", "nothing.py"),
    ]
    asked = assignment.load(str(tmp_path / "three.toml"))
    found = ClassMark("three", "Three", 7, "none", marks)
    people = rows(alone(mark.submission for mark in marks), marks, asked)
    return summarise(asked, Graded(found, 9, 0, 0, 0.0, {}), 1, people), people


@pytest.fixture
def summary(classroom):
    return classroom[0]


def test_causes_are_counted_by_function_and_kind_with_their_names(summary):
    found = {(c.function, c.what): [m.submission for m in c.mended] for c in summary.causes}
    assert found == {
        ("tanh", KIND): ["s0.py", "s1.py", "s2.py"],
        ("relu", FORMULA): ["formula.py"],
        ("relu", UNSURE): ["unsure.py"],
        ("tanh", f"{SECOND.kind} {KIND}"): ["two.py"],
    }
    assert [c.count for c in summary.causes] == [3, 1, 1, 1]
    (mistake,) = summary.mistakes
    assert (mistake.count, [m.submission for m in mistake.mended]) == (2, ["named.py"])


def test_the_class_is_told_the_causes_on_a_terminal_and_in_json(summary):
    said = click.unstyle(class_summary.terminal(summary))
    assert re.search(rf"tanh +{re.escape(KIND)} +3\n", said)
    (first, *_) = json.loads(class_summary.document(summary))["causes"]
    assert first["mended"][0]["repair"]["changes"][0]["after"] == AFTER


def test_the_teacher_s_page_has_every_edit_behind_the_cause(classroom):
    pytest.importorskip("jinja2", reason="the page needs the report extra; pip install 'gradecheck[report]'")
    from reports.grade_pages import class_page

    page = class_page(*classroom)
    page = page[page.index('<h2 id="mistakes">') :]
    assert '<h2 id="causes">' in page
    folds = re.findall(r"<details.*?</details>", page, re.DOTALL)
    mistake, most, unsure, formula, two = (" ".join(plain(f"<main{fold}<footer").split()) for fold in folds)
    counts = [(fold.count("line 12"), fold.count(AFTER.strip())) for fold in (mistake, most, unsure, formula, two)]
    assert counts == [(1, 1), (3, 3), (1, 1), (0, 0), (1, 1)]
    assert "named.py" in mistake
    assert "alone.py" in mistake
    assert most.startswith(KIND)
    assert all(name in most for name in ("s0.py", "s1.py", "s2.py"))
    assert formula.endswith("formula.py")
    assert unsure.startswith(UNSURE)
    assert SECOND.before.split("\n")[1] in two


def test_a_class_without_causes_has_no_section_of_them(classroom):
    pytest.importorskip("jinja2", reason="the page needs the report extra; pip install 'gradecheck[report]'")
    from reports.grade_pages import class_page

    summary, people = classroom
    assert 'id="causes"' not in class_page(replace(summary, causes=()), people)


def test_results_hold_the_repair_and_the_formula():
    marks = [marked(repair=REPAIR), marked(name="b.py", formula=FORMULA)]
    attempts = alone(mark.submission for mark in marks).attempts
    document = json.loads("".join(gradebook.results(ClassMark("three", "Three", 7, "none", marks), attempts, ())))
    (first,), (second,) = (s["questions"] for s in document["submissions"])
    assert first["repair"]["cases"] == 108
    assert first["repair"]["changes"][0]["kind"] == KIND
    assert (second["repair"], second["formula"]) == (None, FORMULA)
    for part in (first["repair"], first["repair"]["changes"][0], first):
        for field in part:
            assert re.search(rf"\b{field}\b", gradebook.__doc__), field


# -- on the command line

WRONG = """import numpy as np

def relu(x):
    return np.maximum(x, 0)

def tanh(x):
    return np.tanh(x) * 3 + 1 / (1 + x * x)

def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
"""


@pytest.mark.parametrize(("hint", "more"), [("line", False), ("kind", False), ("edit", True)])
def test_check_shows_it_by_the_assignment_s_hint(tmp_path, bank_folder, monkeypatch, hint, more):
    monkeypatch.setattr(searches, "search", found_in)
    (tmp_path / "three.toml").write_text(f'hint = "{hint}"\n{ASSIGNMENT}')
    folder = hand_in(tmp_path, anna=WRONG)
    said = gradecheck("check", folder / "anna.py", "--assignment", tmp_path / "three.toml", status=1)
    assert "  Look at line 5." in said
    assert (KIND in said) == (hint != "line")
    lines = "  - return np.maximum(x, 0)\n  + return np.maximum(x, 0)  # right\n"
    assert (f"{KIND} {REMEDY}\n{lines}  With this change all 48 cases pass.\n" in said) == more


def test_a_search_that_is_lost_leaves_check_as_it_is(tmp_path, bank_folder, assignment_file, monkeypatch):
    monkeypatch.setattr(searches, "search", lambda *given: {})
    folder = hand_in(tmp_path, anna=WRONG)
    words = ("check", folder / "anna.py", "--assignment", assignment_file)
    without = gradecheck(*words, status=1)
    monkeypatch.setattr(searches, "search", found_in)
    hand_in(tmp_path, anna=f"{WRONG}\n# no worker starts\n")
    note = "no repair was looked for, a fault of ours: JailError: a worker did not start\n"
    assert gradecheck(*words, status=1).replace(note, "") == without
    assert note in gradecheck(*words, status=1)


def test_verify_shows_it_below_what_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(searches, "search", found_in)
    (tmp_path / "losses.py").write_text(WRONG)
    words = ("verify", "tanh", "relu", "--dtype", "float64", "--examples", 30, "--implementation")
    said = gradecheck(*words, tmp_path / "losses.py", status=1)
    table, _, failure = said.partition("tanh: losses.py disagrees with torch")
    assert f"\n  Look at line 5. {KIND} {REMEDY}\n  - return np" in failure
    assert "\n  With this change all 48 cases pass.\n" in failure
    assert "Look at" not in table
    named = WRONG.replace("np.tanh(x) * 3 + 1 / (1 + x * x)", "np.tanh(x) * 2")
    (tmp_path / "losses.py").write_text(named)
    failure = gradecheck(*words, tmp_path / "losses.py", status=1)
    assert "Look at line 5." in failure
    assert (KIND in failure) == ("  mistake  " not in failure)


def test_verify_writes_it_and_reads_the_modules_beside_the_file(tmp_path, monkeypatch):
    given = {}

    def search(source, *others):
        given.update({file.path: file.data.decode() for file in source.beside})
        return found_in(source, *others)

    monkeypatch.setattr(searches, "search", search)
    (tmp_path / "losses.py").write_text(f"from slopes import slope\n{WRONG}")
    (tmp_path / "slopes.py").write_text("slope = 3\n")
    words = ("verify", "tanh", "--dtype", "float64", "--examples", 30, "--json", tmp_path / "out.json")
    gradecheck(*words, "--implementation", tmp_path / "losses.py", status=1)
    assert given == {"slopes.py": "slope = 3\n"}
    [comparison] = json.loads((tmp_path / "out.json").read_text())["comparisons"]
    assert [change["kind"] for change in comparison["repair"]["changes"]] == [KIND]
