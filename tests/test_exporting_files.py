"""Marks as files of their own: one a student for platforms that run a marker, and tables."""

import csv
import io
import json

import pytest
from exported import (
    EXCUSED,
    FAULT,
    FUNCTIONS,
    GIVEN,
    MOST,
    NOTHING,
    ONE_FAULT,
    SCORES,
    STATES,
    TEXTS,
    UNREADABLE,
    results,
    row,
)
from hypothesis import given
from hypothesis import strategies as st
from importers import autolab, classroom50
from jsonschema import Draft202012Validator

from gradecheck.grading.exporting.reading import figure, why_none
from gradecheck.grading.exporting.target import Request
from gradecheck.grading.exporting.targets import TARGETS
from gradecheck.grading.submissions.names import safe_name

TEXT = {"type": "string"}
NUMBER = {"type": "number", "minimum": 0}
FORMATS = ["text", "html", "simple_format", "md", "ansi"]
VISIBLE = ["hidden", "after_due_date", "after_published", "visible"]
GRADESCOPE = {
    "type": "object",
    "required": ["score", "tests"],
    "additionalProperties": False,
    "properties": {
        "score": NUMBER,
        "output": TEXT,
        "output_format": {"enum": FORMATS},
        "test_output_format": {"enum": FORMATS},
        "test_name_format": {"enum": FORMATS},
        "visibility": {"enum": VISIBLE},
        "stdout_visibility": {"enum": VISIBLE},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["score", "max_score", "name"],
                "additionalProperties": False,
                "properties": {
                    "score": NUMBER,
                    "max_score": NUMBER,
                    "status": {"enum": ["passed", "failed"]},
                    "name": TEXT,
                    "number": TEXT,
                    "visibility": {"const": "visible"},
                },
            },
        },
    },
}
"""From docs/specs.md. One hidden test would hide the total, so every one is visible."""
PRAIRIELEARN = {
    "type": "object",
    "required": ["gradable", "score"],
    "additionalProperties": False,
    "properties": {
        "gradable": {"const": True},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "output": TEXT,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "points", "max_points"],
                "additionalProperties": False,
                "properties": {"name": TEXT, "points": NUMBER, "max_points": NUMBER},
            },
        },
    },
}
"""From docs/externalGrading.md. If one test lacked its points, those of all would be hidden."""


def exported(target, found):
    return TARGETS[target].make(Request(found))


def refused(target, found):
    with pytest.raises(ValueError) as error:  # noqa: PT011  # the sentence is looked at by whoever asked
        exported(target, found)
    return str(error.value)


def documents(export):
    return {name: json.loads(data) for name, data in export.content.items()}


@st.composite
def classes(draw):
    names = draw(st.lists(TEXTS, min_size=1, max_size=5, unique=True))
    states = [{"score": draw(SCORES), **draw(STATES), "id": name, "email": f"{name}@x"} for name in names]
    return [row(name, i, **state) for i, (name, state) in enumerate(zip(names, states, strict=True))]


@given(classes())
@pytest.mark.parametrize(("target", "schema"), [("gradescope", GRADESCOPE), ("prairielearn", PRAIRIELEARN)])
def test_every_student_with_a_score_has_a_file_that_the_platform_takes(target, schema, rows):
    given = [r for r in rows if not why_none(r)]
    if not given:
        assert "nobody" in refused(target, results(*rows))
        return
    export = exported(target, results(*rows))
    found = documents(export)
    assert export.missed == ()
    assert len(found) == len(given), "nobody is lost, nobody doubled"
    most = 1 if target == "gradescope" else MOST
    key = "id" if target == "gradescope" else "email"
    for r in given:
        document = found[f"{safe_name(getattr(r, key))}/results.json"]
        Draft202012Validator(schema).validate(document)
        assert round(document["score"] * most, 9) == round(r.score, 9)
        assert [test["name"] for test in document["tests"]] == list(FUNCTIONS)


# -- Classroom 50


def of_repository(user, **more):
    return row(user, platform={"login": user, "file": f"cs50-three-functions-{user}"}, **more)


@given(st.lists(st.tuples(SCORES, STATES), min_size=1, max_size=5), st.booleans())
def test_classroom50_takes_every_result(drawn, in_group):
    users = [f"user-{i}" for i in range(len(drawn))]
    more = {"group": "A"} if in_group else {}
    rows = [of_repository(u, **{"score": s, **state, **more}) for u, (s, state) in zip(users, drawn, strict=True)]
    if all(map(why_none, rows)):
        assert "nobody" in refused("classroom50", results(*rows))
        return
    found = documents(exported("classroom50", results(*rows)))
    assert len(found) == sum(not why_none(r) for r in rows)
    for user, r in zip(users, rows, strict=True):
        if why_none(r):
            continue
        document = found[f"cs50-three-functions-{user}/result.json"]
        Draft202012Validator(classroom50.SCHEMA).validate(document)
        kind = "group" if in_group else "individual"
        assert classroom50.refused(document, "cs50", "three-functions", user, kind) is None
        assert document["score"] == round(100 * r.score)
        assert document["max-score"] == 600


def test_classroom50_says_its_scale_and_when():
    export = exported("classroom50", results(of_repository("anna", handed_in="2026-11-20T12:00:00+01:00")))
    assert "scores are points times 100" in export.said
    (document,) = documents(export).values()
    assert document["datetime"] == "2026-11-20T11:00:00Z"
    assert document["submission"] == "submit/manual-2026-11-28T09-30-00Z"


def test_classroom50_has_no_file_for_who_is_from_elsewhere_or_has_too_much():
    export = exported("classroom50", results(of_repository("anna"), row("Bela Berg"), of_repository("cora", score=7.0)))
    assert len(export.content) == 1
    assert [missed.partition(":")[0] for missed in export.missed] == ["Bela Berg", "cora"]


# -- Autolab


@given(classes())
def test_autolab_reads_back_what_was_given(rows):
    emails = [r.email for r in rows]
    if all(why_none(r) and not r.excused for r in rows):
        assert "nobody" in refused("autolab", results(*rows))
        return
    scores, types = autolab.upload(exported("autolab", results(*rows)).content, list(FUNCTIONS), emails)
    assert types == {r.email: "excused" for r in rows if r.excused}
    assert {email: own for email, own in scores.items() if own} == {
        r.email: {name: float(figure(r.points[name])) for name in FUNCTIONS} for r in rows if not why_none(r)
    }


def test_autolab_names_who_has_no_address_and_what_it_reckons_itself():
    late = row("Bela Berg", email="b@x", deduction=0.5, score=3.0)
    export = exported("autolab", results(row(), late))
    assert "Anna Adler" in export.missed[0]
    assert any("lateness" in line and "Bela Berg" in line for line in export.said)
    assert any("relu, tanh, mse_backward" in line for line in export.said), "the order of the problems"
    assert "b@x" in refused("autolab", results(late, row("Cora", 2, email="b@x")))


@pytest.mark.parametrize("state", [{}, UNREADABLE, NOTHING])
def test_autolab_names_who_has_a_score_of_the_whole(state):
    found = results(row("Anna", email="a@x", **{**state, **GIVEN}), row("Bela", 1, email="b@x"))
    export = exported("autolab", found)
    assert export.missed == ("Anna: has a score of the whole, and Autolab takes points of functions",)
    assert b"a@x" not in export.content


# -- groups, and who has none


def test_a_group_has_one_file_and_members_with_other_marks_are_named():
    both = [row(name, submission="A", group="A", platform={"submission": "submission_7"}) for name in ("Anna", "Bela")]
    export = exported("gradescope", results(*both))
    assert list(export.content) == ["submission_7/results.json"]
    assert export.missed == ()
    other = row("Cora", submission="A", group="A", score=4.0, platform={"submission": "submission_7"})
    export = exported("gradescope", results(*both, other))
    assert export.missed == ("Cora: has other marks than the group, which has one file (submission_7/results.json)",)


@pytest.mark.parametrize("target", ["gradescope", "prairielearn"])
def test_two_people_never_share_a_file(target):
    """By the marks alone they could not be told apart."""
    said = refused(target, results(row("Anna", 1, id="a"), row("Bela", 2, id="a")))
    assert "Anna (a) and Bela (a) would have the same file (a/results.json)" in said


@pytest.mark.parametrize("target", ["gradescope", "prairielearn", "classroom50", "autolab"])
@pytest.mark.parametrize("state", [NOTHING, UNREADABLE, FAULT, ONE_FAULT, EXCUSED])
def test_who_has_no_score_is_named_and_has_no_zero(target, state):
    more = {"email": "a@x", "platform": {"login": "anna", "file": "cs50-three-anna"}}
    with_score = row("Bela", 1, email="b@x", platform={"login": "bela", "file": "cs50-three-bela"})
    export = exported(target, results(row("anna", **more, **state), with_score))
    assert any("anna" in line for line in export.said)
    if target == "autolab":
        assert autolab.upload(export.content, list(FUNCTIONS), ["a@x", "b@x"])[0].get("a@x", {}) == {}
    else:
        assert len(export.content) == 1


@pytest.mark.parametrize("target", ["gradescope", "prairielearn", "classroom50"])
def test_beside_a_score_of_the_whole_what_was_not_judged_is_no_zero(target):
    (document,) = documents(exported(target, results(of_repository("anna", **{**ONE_FAULT, **GIVEN})))).values()
    most = {"gradescope": 1, "prairielearn": MOST, "classroom50": 0.01}[target]
    assert round(document["score"] * most, 9) == 5.0
    assert len(document["tests"]) == 2, "of those that were judged"


# -- tables


@given(classes())
def test_a_table_has_every_student_and_no_formula(rows):
    text = exported("csv", results(*rows)).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(lines) == len(rows)
    for line, r in zip(lines, rows, strict=True):
        assert not any(cell.lstrip().startswith(tuple("=+-@\uff1d")) for cell in line.values())
        assert line["score"] == ("" if r.score is None else f"{r.score:.10g}")
        assert (line["status"], line["excused"]) == (r.status, "excused" if r.excused else "")


@given(classes())
def test_a_spreadsheet_has_texts_as_texts_and_numbers_as_numbers(rows):
    openpyxl = pytest.importorskip("openpyxl")
    content = exported("xlsx", results(*rows)).content
    headers, *lines = openpyxl.load_workbook(io.BytesIO(content))["marks"].iter_rows()
    place = {cell.value: i for i, cell in enumerate(headers)}
    assert len(lines) == len(rows)
    for line, r in zip(lines, rows, strict=True):
        assert {cell.data_type for cell in line} <= {"s", "n"}, "and no formula"
        assert line[place["score"]].value == r.score
        assert line[place["mse_backward"]].value == r.points.get("mse_backward")
        assert line[place["name"]].data_type == "s"
