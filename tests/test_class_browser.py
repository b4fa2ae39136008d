"""The class page in a real browser: sorted, filtered, followed, printed; five thousand students as soon as fifty."""

import re
import shutil
import subprocess

import pytest

from gradecheck.grading.submissions.names import feedback_name
from tests.browsing import SIDEWAYS, barred, chromium, look, usual
from tests.made_class import hostile, many

__all__ = ["chromium", "look", "usual"]
COUNT, MOST = 5000, 100
COUNTED = """
    window.parsed = 0; window.made = 0;
    const {parse} = JSON, {createElement} = document;
    JSON.parse = (...given) => { window.parsed += 1; return parse(...given); };
    new MutationObserver((all) => { for (const one of all) window.made += one.addedNodes.length; })
        .observe(document, {childList: true, subtree: true});
"""
"""Counts the texts that are read and the elements that are made."""


def written(folder, made):
    pytest.importorskip("jinja2", reason="the page needs the report extra; pip install 'gradecheck[report]'")
    from reports.grade_pages import class_page

    path = folder / "class.html"
    path.write_text(class_page(*made), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return written(tmp_path_factory.mktemp("large"), many(COUNT))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written(tmp_path_factory.mktemp("small"), many(50))


def rows(page, number=1):
    """The texts of a column, of the rows that are elements."""
    return page.locator(f"#students-table tbody tr > :nth-child({number})").all_inner_texts()


def column(page, title):
    heads = page.locator("#students-table thead th").all_inner_texts()
    return [head.strip() for head in heads].index(title) + 1


def count(page):
    return page.locator("#choices output").inner_text()


def press(page, title):
    page.locator("#students-table thead button", has_text=title).click()


def pages(pdf):
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_it_sorts_by_every_column_over_the_whole_class(look, large):
    page = look(large)
    _, made = many(COUNT)
    scores = sorted(row.score for row in made if row.score is not None)
    press(page, "score")
    head = page.locator(f"#students-table thead th:nth-child({column(page, 'score')})")
    assert head.get_attribute("aria-sort") == "ascending"
    assert [float(text) for text in rows(page, column(page, "score"))] == [round(x, 2) for x in scores[:MOST]]
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert [float(text) for text in rows(page, column(page, "score"))] == [
        round(x, 2) for x in scores[: -MOST - 1 : -1]
    ]
    press(page, "id")
    assert rows(page, column(page, "id")) == [str(i + 1) for i in range(MOST)]
    press(page, "status")
    assert set(rows(page, column(page, "status"))) == {"graded"}
    press(page, "student")
    assert rows(page) == [f"student-{i:04}" for i in range(MOST)]
    press(page, "to look at")
    assert rows(page) == [f"student-{i:04}" for i in range(0, 10 * MOST, 10)]
    assert page.locator("#students-table th[aria-sort]").count() == 1


def test_the_script_makes_the_rows_that_the_page_came_with(look, large):
    page = look(large)
    body = page.locator("#students-table tbody")
    came = [text.strip() for text in body.inner_html().split("\n") if text.strip()]
    press(page, "to look at")
    press(page, "to look at")
    assert body.inner_html() == "".join(came)


def test_it_filters_by_text_status_lost_points_and_mistake(look, large):
    page = look(large)
    found, made = many(COUNT)
    assert count(page) == f"{COUNT} of {COUNT} students"
    page.get_by_label("Any text").fill("STUDENT-123")
    assert rows(page) == ["student-1230", *[f"student-{i}" for i in range(1231, 1240)]]
    page.get_by_label("Status").select_option(label=f"unreadable ({COUNT // 10})")
    assert rows(page) == ["student-1230"]
    assert count(page) == f"1 of {COUNT} students"
    page.get_by_role("button", name="Show all").click()
    assert count(page) == f"{COUNT} of {COUNT} students"
    lost = [row.name for row in made if row.points.get("mse", 2.0) < 2.0]
    page.get_by_label("Lost points in", exact=True).select_option(label=f"mse ({len(lost)})")
    assert rows(page) == lost[:MOST]
    wrong = found.mistakes[0].submissions
    page.get_by_label("Mistake", exact=True).select_option(label=f"mse: forgets the mean ({len(wrong)})")
    assert rows(page) == list(wrong[:MOST])
    page.get_by_label("Any text").fill("nobody")
    assert (rows(page), count(page)) == ([], f"0 of {COUNT} students")


def test_a_count_shows_whom_it_counts_and_a_name_leads_to_the_feedback(look, large, tmp_path_factory):
    page = look(large)
    wrong = many(COUNT)[0].mistakes[0].submissions
    page.get_by_label("Any text").fill("4990")
    page.locator("section:has(#mistakes) td a[data-tag]").first.click()
    assert rows(page) == list(wrong[:MOST])
    assert page.locator("#students").evaluate("(x) => x.getBoundingClientRect().top < innerHeight")
    name = page.locator("#students-table tbody a").first
    assert name.get_attribute("href") == f"feedback/{feedback_name(wrong[0], COUNT)}.html"
    folder = next(path for path in tmp_path_factory.getbasetemp().glob("large*"))
    place = folder / "feedback" / f"{feedback_name(wrong[0], COUNT)}.html"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("<!doctype html><title>feedback</title>")
    name.click()
    page.wait_for_load_state()
    assert page.title() == "feedback"


def test_the_later_rows_are_a_button_away(look, large):
    page = look(large)
    press(page, "student")
    later, earlier = (page.locator("#pages button", has_text=text) for text in ("Next", "Previous"))
    assert earlier.get_attribute("aria-disabled") == "true"
    later.focus()
    page.keyboard.press("Enter")
    assert rows(page)[0] == f"student-{MOST:04}"
    assert page.locator("#students-table tbody tr").first.get_attribute("aria-rowindex") == str(MOST + 2)
    assert page.locator("#students-table").get_attribute("aria-rowcount") == str(COUNT + 1)
    for _ in range(COUNT // MOST):
        later.evaluate("(button) => button.click()")
    assert rows(page)[-1] == f"student-{COUNT - 1:04}"
    assert len(rows(page)) == MOST
    assert later.get_attribute("aria-disabled") == "true"
    earlier.click()
    assert rows(page)[-1] == f"student-{COUNT - MOST - 1:04}"


def test_five_thousand_open_with_the_work_of_a_few_hundred(look, large, tmp_path):
    """Counted, not timed: no row is read before it is needed, and never more than a hundred are elements."""
    few = look(written(tmp_path, many(500)), COUNTED)
    lots = look(large, COUNTED)
    made, elements = ([page.evaluate(f"() => {what}") for page in (few, lots)] for what in (
        "window.made", "document.querySelectorAll('*').length"
    ))  # fmt: skip
    assert lots.evaluate("() => window.parsed") == 0
    assert made[0] > MOST
    assert abs(made[1] - made[0]) <= 50, "names that are in both, and a few mistakes more"
    assert abs(elements[1] - elements[0]) <= 50
    press(lots, "score")
    press(lots, "id")
    assert lots.evaluate("() => window.parsed") == 1
    assert len(rows(lots)) == MOST


def test_without_a_script_a_small_class_is_all_there_and_a_large_one_begins(look, small, large):
    page = look(small, java_script_enabled=False)
    assert len(rows(page)) == 50
    assert page.locator("#choices").is_hidden()
    assert page.locator("#pages").is_hidden()
    assert page.locator("#beginning").count() == 0
    assert look(large).locator("#beginning").is_hidden()
    page = look(large, java_script_enabled=False)
    assert rows(page) == [f"student-{i:04}" for i in range(0, 10 * MOST, 10)]
    assert page.get_by_text(f"the first {MOST} of {COUNT} students").is_visible()


def test_paper_has_every_student_that_is_found(look, large, tmp_path):
    page = look(large)
    page.get_by_label("Any text").fill("student-1")
    assert len(rows(page)) == MOST
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert len(rows(page)) == 1000
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert len(rows(page)) == MOST
    every = pages(page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True))
    page.get_by_label("Any text").fill("student-12")
    assert pages(page.pdf(prefer_css_page_size=True)) < every
    if shutil.which("pdftotext") is None:
        return
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert all(f"student-{i}" in text for i in range(1000, 2000))


def test_paper_cuts_no_column(look, tmp_path):
    page = look(written(tmp_path, hostile()))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 less its margins, in CSS pixels
    assert page.locator("#choices").is_hidden()
    assert page.locator("#students-table thead th").count() == 10
    for table in page.locator("table").all():
        assert table.evaluate("(x) => x.getBoundingClientRect().right") <= 688.5


def test_a_narrow_page_does_not_scroll_sideways_and_keeps_name_and_score_in_sight(look, large):
    page = look(large, viewport={"width": 380, "height": 800})
    assert page.evaluate(SIDEWAYS) <= 380
    score = page.locator(f"#students-table thead th:nth-child({column(page, 'score')})")
    assert score.evaluate("(x) => x.getBoundingClientRect().right") <= 380


@pytest.mark.parametrize("made", [hostile(), many(MOST + 20)], ids=["hostile", "paged"])
def test_nothing_bars_anyone_and_a_hostile_class_runs_nothing(look, made, tmp_path):
    page = look(written(tmp_path, made), bypass_csp=True)  # axe is a script that is not ours
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true })")
    assert barred(page) == []
    press(page, "student")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 380, "height": 800})
    assert page.evaluate(SIDEWAYS) <= 380
    assert barred(page) == []
    assert page.locator("img").count() == 0
    assert page.title() == "Lecture 03: the class"
