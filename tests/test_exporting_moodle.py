"""Marks that go back into a grading worksheet of Moodle, held to what its importer would read there."""

import csv

from exported import (
    ANNA,
    COLUMNS,
    EXCUSED,
    FAULT,
    MOST,
    NAMES,
    QUOTING,
    SCORES,
    STATES,
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
from importers import moodle

from gradecheck.grading.exporting.reading import figure, why_none


def worksheet(words, people, most="6", grades=None, comments=None, **how):
    """A grading worksheet.    people: (name, email) by participant."""
    lines = [words.worksheet()]
    for number, (name, email) in people.items():
        before = (grades or {}).get(number, "")
        said = (comments or {}).get(number, "")
        most_told = f"{most}{words.decimal}00"
        lines.append([f"{words.participant}{number}", name, email, "-", before, most_told, "Yes", "-", "-", said])
    return table(*lines, **how)


COMMENTS = st.sampled_from(["", "=1+1", 'a "b", c', "<b>\nwell"])


@st.composite
def moodle_classes(draw):
    names = draw(NAMES)
    people = {100_001 + 7 * i: (name, f"p{i}@example.org") for i, name in enumerate(names)}
    rows = []
    for number, (name, email) in people.items():
        known = draw(
            st.sampled_from(
                [
                    {"platform": {"participant": str(number)}, "id": str(number), "name": name.replace("_", " ")},
                    {"email": email, "id": email, "name": f"by mail {number}"},
                    {"id": name, "name": name},
                ]
            )
        )
        more = {
            "score": draw(SCORES),
            **known,
            **draw(STATES),
            "comment": draw(st.sampled_from(["", "=1+1", 'a "b", c', "<b>\nwell"])),
        }
        rows.append((number, row(number=number, **more)))
    return people, draw(st.permutations(rows))


@given(moodle_classes(), st.sampled_from(["en", "de", "xx"]), QUOTING, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_moodle_reads_back_what_was_given(drawn, language, quoting, end, marked):
    people, rows = drawn
    words = moodle.WORDS[language]
    if language == "xx":  # whose people are known by their participants alone, or by headers that we know
        rows = [(n, r) for n, r in rows if "participant" in r.platform]
        if not rows:
            return
    before = dict.fromkeys(list(people)[:1], f"1{words.decimal}25")
    text = "\ufeff" * marked + worksheet(words, people, grades=before, quoting=quoting, end=end)
    export = exported("moodle", results(*(r for _, r in rows)), text)
    assert export.missed == ()
    grades, comments = moodle.upload(export.content, words, MOST, people)
    kept = dict.fromkeys(before, 1.25)
    given = {number: float(figure(r.score)) for number, r in rows if not why_none(r)}
    assert grades == {**kept, **given}
    known = language != "xx"
    told = {n: r.comment.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>") for n, r in rows if known}
    assert comments == {**dict.fromkeys(people, ""), **told}
    assert known or not any(r.comment for _, r in rows) or any("comments" in line for line in export.said)
    assert_the_rest_is_as_it_was(text, export.content.decode(), {4, 9})


def assert_the_rest_is_as_it_was(before, after, columns):
    """Outside these columns every cell, quote and line end is as it was."""
    old, new = by_column(before), by_column(after)
    assert [len(cells) for cells in old] == [len(cells) for cells in new]
    for i, (was, now) in enumerate(zip(old, new, strict=True)):
        assert [c for j, c in enumerate(was) if j not in columns] == [
            c for j, c in enumerate(now) if j not in columns
        ], i
    assert before.count("\r") == after.count("\r")
    assert before.startswith("\ufeff") == after.startswith("\ufeff")
    assert before.partition("\n")[0] == after.partition("\n")[0], "the headers, to the byte"


def test_a_worksheet_without_a_mark_is_the_same_to_the_byte():
    people = {100_001: ('Anna, "A" Adler', "a@example.org"), 100_002: ("Böla", "b@example.org")}
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        text = worksheet(moodle.WORDS["de"], people, quoting=csv.QUOTE_ALL, end="\r\n")
        nobody = results(row(platform={"participant": "100001"}, **FAULT))
        assert exported("moodle", nobody, text, encoding=encoding).content == text.encode(encoding)
    odd = text.replace("Böla", "B\x81la")  # which is no UTF-8, and nothing in cp1252
    assert exported("moodle", nobody, odd, encoding="latin-1").content == odd.encode("latin-1")


def test_a_decimal_comma_is_kept_and_quoted_where_it_has_to_be():
    text = worksheet(moodle.WORDS["de"], {100_001: ("Anna Adler", "a@example.org")})
    content = exported("moodle", results(row(score=3.25)), text).content.decode()
    assert '-,"3,25","6,00",Yes' in content


PARTICIPANT = {100_001: ("Anna Adler", "a@example.org")}
ENGLISH = moodle.WORDS["en"]


def test_worksheets_that_will_not_do():
    found, text = results(row(platform={"participant": "100001"})), worksheet(ENGLISH, PARTICIPANT)
    other = worksheet(ENGLISH, {500_001: ("Anna Adler", "a@example.org")})
    assert "none of the 1 students" in refused("moodle", found, other), "another assignment's, by its participants"
    assert "10 points" in refused("moodle", found, worksheet(ENGLISH, PARTICIPANT, most="10"))
    assert "'Participant 123'" in refused("moodle", found, canvas_file(ANNA, COLUMNS))
    assert "graded by points" in refused("moodle", found, text.replace("6.00", ""))
    strange = table(["Wer", "Was", "Wieviel", "Wann"], ["Teil 100001", "-", "viel", "-"])
    said = refused("moodle", found, strange)
    assert "--column" in said
    assert "Wieviel" in said


def test_a_worksheet_of_another_language_is_filled_in_by_place_or_by_name():
    found = results(row(platform={"participant": "100001"}))
    words = moodle.WORDS["xx"]
    text = worksheet(words, PARTICIPANT)
    for column in ("", words.grade):
        assert moodle.upload(exported("moodle", found, text, column).content, words, MOST, PARTICIPANT)[0] == {
            100_001: 3.5
        }


def test_moodle_passes_over_nobody_in_silence():
    text = worksheet(ENGLISH, PARTICIPANT)
    locked = exported("moodle", results(row()), text.replace("Yes", "No"))
    more = exported("moodle", results(row(score=7.0)), text)
    for export in (locked, more):
        assert len(export.missed) == 1
        assert export.missed[0].startswith("Anna Adler")
        assert export.content.decode() in (text, text.replace("Yes", "No"))


def test_a_comment_that_moodle_would_not_show_is_told():
    commented, text = results(row(comment="well done")), worksheet(ENGLISH, PARTICIPANT)
    locked = exported("moodle", commented, text.replace("Yes", "No"))
    assert any("nobody may change, so the comments" in line and "Anna Adler" in line for line in locked.said)
    assert locked.content.decode() == text.replace("Yes", "No")
    short = text.replace(",Yes,-,-,", ",Yes")
    assert short.count(",") == text.count(",") - 3
    export = exported("moodle", commented, short)
    assert any("ends before the comments" in line and "Anna Adler" in line for line in export.said)
    assert ",3.5," in export.content.decode(), "the grade is written"


def test_who_is_excused_is_left_as_is():
    text = worksheet(ENGLISH, PARTICIPANT)
    assert exported("moodle", results(row(**EXCUSED)), text).content == text.encode()
