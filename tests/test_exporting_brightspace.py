"""Marks that go back to Brightspace, held to what its help says it reads."""

from exported import (
    ANNA,
    COLUMNS,
    DOTTED,
    EXCUSED,
    FUNCTIONS,
    MOST,
    SCORES,
    STATES,
    TITLE,
    by_column,
    canvas_file,
    exported,
    refused,
    results,
    row,
    table,
)
from hypothesis import given
from hypothesis import strategies as st
from importers import brightspace

from gradecheck.grading.exporting.reading import figure, why_none

ITEM = f"{TITLE} Points Grade <Numeric MaxPoints:6 Weight:10 Category:Homework>"


def grades_file(people, header=ITEM, sign="#"):
    names = ["OrgDefinedId", "Username", "Last Name", "First Name", "Email"]
    lines = [[*names, header, "Quiz Points Grade <Numeric MaxPoints:5>", "End-of-Line Indicator"]]
    lines += [[f"{sign}{org}", f"{sign}{user}", "L", "F", mail, "", "1", "#"] for org, user, mail in people]
    return table(*lines)


@st.composite
def brightspace_classes(draw):
    ids = draw(st.lists(DOTTED, min_size=1, max_size=6, unique=True))
    people = [(org, f"user{i}", f"u{i}@example.org") for i, org in enumerate(ids)]
    rows = []
    for i, (org, user, mail) in enumerate(people):
        known = draw(st.sampled_from([{"id": org}, {"login": user, "id": f"x{i}"}, {"email": mail, "id": f"y{i}"}]))
        rows.append((i, row(name=f"n{i}", number=i, **{"score": draw(SCORES), **known, **draw(STATES)})))
    return people, draw(st.permutations(rows))


@given(brightspace_classes(), st.sampled_from(["", "#"]))
def test_brightspace_reads_back_what_was_given(drawn, sign):
    people, rows = drawn
    export = exported("brightspace", results(*(r for _, r in rows)), grades_file(people, sign=sign))
    assert export.missed == ()
    grades = brightspace.upload(export.content, [p[:2] for p in people], {TITLE: MOST, "Quiz": 5})
    assert grades == {people[i][:2]: float(figure(r.score)) for i, r in rows if not why_none(r)}
    for line in by_column(export.content.decode())[1:]:
        assert all(cell.startswith("#") for cell in line[:2]), "neither a number nor a formula to a spreadsheet"


def test_a_brightspace_file_that_will_not_do():
    people, found = [("1", "aadler", "a@example.org")], results(row(id="1"))
    assert "10 points" in refused("brightspace", found, grades_file(people, ITEM.replace(":6", ":10")))
    assert "Quiz" in refused("brightspace", found, grades_file(people, ITEM.replace(TITLE, "Other")))
    assert "OrgDefinedId" in refused("brightspace", found, canvas_file(ANNA, COLUMNS))
    more = exported("brightspace", results(row(id="1", score=7.0)), grades_file(people))
    assert "no more than 6 points" in more.missed[0]
    assert sum(FUNCTIONS.values()) == MOST


def test_who_is_excused_has_no_line():
    export = exported("brightspace", results(row(id="1", **EXCUSED)), grades_file([("1", "a", "")]))
    assert len(by_column(export.content.decode())) == 1, "the headers alone"
