"""The class page: whom to look at first, who made which mistake, what can be filtered, and nothing of it is markup."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from gradecheck.grading.classrun.mistakes import CauseSummary
from gradecheck.grading.classrun.summary import NotGraded, PackageSummary, ToLookAt
from gradecheck.grading.submissions.names import safe_name
from reports.class_groups import MOST_WHO, Groups
from reports.class_rows import cells, columns, lines
from reports.class_tags import MOST_CAUSES, tags
from tests.made_class import EVIL, hostile, many, mistake, row, summary, unmarked
from tests.test_grade_pages import safe

pytest.importorskip("jinja2", reason="the pages need the report extra; pip install 'gradecheck[report]'")


def page(found, rows):
    from reports.grade_pages import class_page

    return class_page(found, rows)


def data(text):
    """The rows that the script reads: cells, the link, the tags' numbers."""
    (script,) = [s for s in safe(text, 3).scripts if s.startswith("[")]
    return json.loads(script)


def offered(text):
    """The filters: label -> number of students, and number -> label."""
    found = re.findall(r'<option value="(\d+)">(.*?) \((\d+)\)</option>', text)
    return {unescape(label): int(count) for _, label, count in found}, {
        int(i): unescape(label) for i, label, _ in found
    }


def shown(found, rows):
    """The rows as the page has them, each by the titles of its columns."""
    students = lines(found, rows)
    kept = columns(students)
    return [dict(zip([c.title for c in kept], cells(line, kept), strict=True)) for line in students]


def test_a_class_has_its_parts_and_only_those_that_say_something():
    found, rows = hostile()
    heads = [a["id"] for tag, a in safe(page(found, rows), 3).found if tag == "h2"]
    assert heads == ["glance", "look", "students", "scores", "questions", "mistakes", "causes", "packages"]
    assert "mse/no-mean" not in page(found, rows)
    plain = page(summary([row("a")]), [row("a")])
    assert [a["id"] for tag, a in safe(plain, 3).found if tag == "h2"] == ["glance", "students", "scores", "questions"]


def test_a_class_of_nobody_has_a_page():
    nothing = {"mean": None, "median": None, "lowest": None, "highest": None, "histogram": (), "questions": ()}
    found = replace(summary([row("a")]), graded=0, **nothing)
    assert [a["id"] for tag, a in safe(page(found, []), 2).found if tag == "h2"] == ["glance"]


def test_nothing_of_a_stranger_is_markup_and_no_text_ends_the_data():
    text = page(*hostile())
    name = EVIL + r"\u2028.py"
    (own,) = [one for one, link, _ in data(text) if one[0] == name]
    assert own.count(EVIL) == 3, "id, section and group"
    for word in ("line 8", "kind", "why", "forgets the mean", "the package"):
        assert f"{word} &lt;/pre&gt;&lt;script&gt;" in text
    assert "\u2028" not in text
    assert not re.search(r'href="(?!#|feedback/[A-Za-z0-9._~-]+\.html"|data:,)', text)


def test_those_to_look_at_stand_first_by_what_it_is():
    rows = [
        row("away", roster="off"),
        row("fine"),
        row("lines", late=True),
        unmarked("lost", "fault"),
        row("new", score=2.0, points={"mse": None, "relu": 2.0}),
        unmarked("nobody", "nothing"),
        row("packed"),
        unmarked("rtf", "unreadable"),
    ]
    found = summary(
        rows,
        not_graded=(
            NotGraded("lost", "fault", "the marker was lost"),
            NotGraded("rtf", "unreadable", "it is a .rtf file"),
        ),
        to_look_at=(
            ToLookAt("lines", ("cannot read line 3",)),
            ToLookAt("new", ("two files", "mse: needs Python 3.14"), ("mse: needs Python 3.14",)),
        ),
        packages=(PackageSummary("seaborn", 1, ("packed",)),),
    )
    said = [(line["student"], line["to look at"], line["status"]) for line in shown(found, rows)]
    assert said == [
        ("rtf", "it is a .rtf file", "unreadable"),
        ("packed", "the package seaborn is not there", "graded"),
        ("lines", "cannot read line 3", "graded"),
        ("new", "two files; mse: needs Python 3.14", "graded"),
        ("lost", "the marker was lost", "fault"),
        ("away", "is not on the roster", "graded"),
        ("nobody", "handed in nothing", "nothing"),
        ("fine", "", "graded"),
    ]
    students = lines(found, rows)
    groups = {group.head: group for group in Groups(found, students, tags(found, students)).problems()}
    assert [(head, group.what) for head, group in groups.items()] == [
        ("cannot be read", "rtf"),
        ("needs a package that is not there", "packed"),
        ("has a line or a file to look at", "lines, new"),
        ("has functions that were not judged", "new, lost"),
        ("is not on the roster", "away"),
        ("handed in nothing", "nobody"),
    ]
    assert [one.said for one in groups["has functions that were not judged"].who] == [
        "mse: needs Python 3.14",
        "the marker was lost",
    ]
    assert [one.link for one in groups["handed in nothing"].who] == [""]


def test_who_handed_in_nothing_and_has_the_teachers_word_is_nobody_to_look_at():
    """A score, or that the student is excused: nothing is left to do."""
    given = replace(unmarked("given", "nothing"), score=4.0, whole=True)
    students = [unmarked("nobody", "nothing"), unmarked("ill", "nothing", excused=True), given]
    found = {line.name: [reason.kind for reason in line.reasons] for line in lines(summary([row("a")]), students)}
    assert found == {"nobody": ["handed in nothing"], "ill": [], "given": []}


def test_a_column_that_says_nothing_of_anybody_is_left_out():
    plain = [row("a"), row("b")]
    assert list(shown(summary(plain), plain)[0]) == ["student", "score", "to look at", "status"]
    every = [
        row("a", id="1", section="A", group="g", attempt=2, attempts=3, late=True, deduction=0.5, score=3.5),
        row("b", excused=True, score=None, changed=("relu: 2 instead of 1, because",), comment="well done"),
    ]
    first, second = shown(summary(every), every)
    assert list(first) == [
        *("student", "score", "to look at", "status", "late", "attempt", "id", "section", "group"),
        "changed by the teacher",
    ]
    assert (first["score"], first["late"], first["attempt"]) == ("3.5", "late, 0.5 points off", "2 of 3")
    assert (second["score"], second["status"], second["attempt"]) == ("", "excused", "1")
    assert second["changed by the teacher"] == "relu: 2 instead of 1, because; comment: well done"


def test_every_filter_has_the_students_whom_it_names():
    rows = [
        row("a", submission="group", group="g", points={"mse": 1.0, "relu": 2.0}),
        row("b", submission="group", group="g", points={"mse": 1.0, "relu": 2.0}, late=True),
        row("c", changed=("relu: 2 instead of 1",)),
        unmarked("d", "nothing", comment="is ill"),
    ]
    cause = CauseSummary("relu", "it is `maximum` of nothing", 1, hostile()[0].causes[0].mended[1:])
    cause = replace(cause, mended=(replace(cause.mended[0], submission="c"),))
    text = page(summary(rows, mistakes=(mistake(["group"]),), causes=(cause,)), rows)
    counts, labels = offered(text)
    assert counts == {
        "handed in nothing": 1, "graded": 3, "nothing": 1, "late": 1, "changed by the teacher": 2, "mse": 2,
        "mse: forgets the mean": 2, "relu: it is maximum of nothing": 1,
    }  # fmt: skip
    by_name = {own[0]: {labels[tag] for tag in numbers} for own, _, numbers in data(text)}
    assert by_name == {
        "a": {"graded", "mse", "mse: forgets the mean"},
        "b": {"graded", "late", "mse", "mse: forgets the mean"},
        "c": {"graded", "changed by the teacher", "relu: it is maximum of nothing"},
        "d": {"nothing", "handed in nothing", "changed by the teacher"},
    }


def test_a_mistake_names_its_students_with_links_and_says_where_the_others_are():
    found, rows = many(1000)
    text = page(found, rows)
    section = text[text.index('id="mistakes"') :]
    wrong = found.mistakes[0].submissions
    for name in wrong[:MOST_WHO]:
        assert f'<a href="feedback/{safe_name(name)}.html">{name}</a>' in section
    assert f">{wrong[MOST_WHO]}<" not in section
    assert f"and {len(wrong) - MOST_WHO} more" in section
    (number,) = set(re.findall(r'data-tag="(\d+)"', section))
    assert {own[0] for own, _, numbers in data(text) if int(number) in numbers} == set(wrong)


def test_a_function_has_the_mean_and_the_histogram_of_its_students():
    rows = [row(str(i), points={"mse": points, "relu": None}) for i, points in enumerate((0.0, 0.5, 2.0, 2.0, 2.5))]
    found = summary(rows)
    mse, relu = Groups(found, lines(found, rows), tags(found, lines(found, rows))).functions()
    assert (mse.name, mse.mean, mse.lost) == ("mse", 0.7, 2)
    assert [b.count for b in mse.bins] == [1, 0, 1, 0, 0, 0, 0, 0, 0, 3]
    assert mse.said == "Students by their points in mse: 0 to 0.2: 1; 0.4 to 0.6: 1; 1.8 to 2: 3"
    assert [height for _, height in mse.shape] == [33, 3, 33, *[3] * 6, 100]
    assert (relu.mean, relu.lost, relu.tag) == (None, 0, None)
    assert "relu: none</title>" in page(found, rows)


def test_what_the_page_makes_at_once_does_not_grow_with_the_class():
    """The elements alone: the rows that nobody sees yet are data."""
    few, lots = (safe(page(*many(count)), 3).found for count in (1000, 5000))
    assert len(lots) - len(few) == 0
    assert sum(tag == "tr" for tag, _ in lots) < 150
    found, rows = many(20)
    causes = tuple(
        CauseSummary("mse", f"cause {i}", 1, hostile()[0].causes[0].mended[1:]) for i in range(MOST_CAUSES + 7)
    )
    rows = [*rows, row("formula.py")]
    text = page(replace(found, causes=causes), rows)
    assert f"cause {MOST_CAUSES - 1}<" in text
    assert f"cause {MOST_CAUSES}<" not in text
    assert "7 more, each of which fewer have" in text
