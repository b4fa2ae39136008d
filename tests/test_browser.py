"""The page in a real browser: quiet, sortable, narrow, dark, printable, and readable by who cannot see it."""

import json
import re
import shutil
import subprocess

import pytest

from tests.browsing import SIDEWAYS, barred, chromium, look, usual
from tests.pages import hostile_document, small_document, small_page
from tests.test_grade_pages import told

__all__ = ["chromium", "look", "usual"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The small report as a file, as its readers have it."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(small_page(), encoding="utf-8")
    return path.as_uri()


def column(page, number):
    return page.locator(f"#comparisons tbody tr:visible > :nth-child({number})").all_inner_texts()


def test_a_section_opens_by_its_link_and_by_its_address(look, file):
    page = look(file)
    section = page.locator("#formula-softmax")
    assert section.get_attribute("open") is None
    page.locator('#comparisons a[href="#formula-softmax"]').first.click()
    assert section.get_attribute("open") is not None
    page.locator("#formula-relu > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#formula-relu").get_attribute("open") is not None
    again = look(f"{file}#formula-linear")
    assert again.locator("#formula-linear").get_attribute("open") is not None
    assert again.locator("#formula-linear math").first.is_visible()


def test_the_table_sorts_both_ways_by_number_and_by_word(look, file):
    page = look(file)
    for number, kind in ((9, float), (1, str)):
        head = page.locator(f"#comparisons thead th:nth-child({number})")
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == "ascending"
        values = [kind(text) for text in column(page, number)]
        assert values == sorted(values)
        assert len(set(values)) > 2
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "descending"
        values = [kind(text) for text in column(page, number)]
        assert values == sorted(values, reverse=True)
    assert page.locator("#comparisons th[aria-sort]").count() == 1


def test_the_table_filters_and_says_how_many_are_left(look, file):
    page = look(file)
    rows = len({c["formula"] for c in small_document()["comparisons"]})
    count = page.locator(".filter output")
    assert count.inner_text() == f"{rows} of {rows} rows"
    page.get_by_label("Filter the rows:").fill("SOFTMAX agrees")
    assert set(column(page, 1)) == {"softmax"}
    assert count.inner_text() == f"1 of {rows} rows"
    page.get_by_label("Filter the rows:").fill("")
    assert len(column(page, 1)) == rows


def test_the_page_reads_without_its_script(look, file):
    page = look(file, java_script_enabled=False)
    assert page.locator(".filter").is_hidden()
    assert len(column(page, 1)) == len({c["formula"] for c in small_document()["comparisons"]})
    page.locator("#formula-relu > summary").click()
    assert page.locator("#formula-relu math").first.is_visible()


def test_dark_is_dark_and_light_is_light(look, file):
    page = look(file)
    page.locator("#formula-sigmoid > summary").click()

    def shades(scheme):
        page.emulate_media(color_scheme=scheme)
        colours = page.evaluate(
            """() => [[document.body, "backgroundColor"], [document.body, "color"],
                [document.querySelector("svg.plot text"), "fill"],
                [document.querySelector("#formula-sigmoid pre"), "backgroundColor"]]
               .map(([element, property]) => getComputedStyle(element)[property])"""
        )
        return [sum(map(int, re.findall(r"\d+", colour)[:3])) / 3 for colour in colours]

    paper, ink, label, code = shades("light")
    assert paper > 240 > 60 > max(ink, label)
    assert code > 220
    paper, ink, label, code = shades("dark")
    assert paper < 40 < 200 < min(ink, label)
    assert code < 60


OPEN_ALL = "document.querySelectorAll('details').forEach((box) => { box.open = true })"


def test_a_narrow_page_does_not_scroll_sideways(look, file):
    page = look(file)
    page.evaluate(OPEN_ALL)
    for width in (768, 380):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SIDEWAYS) <= width


def test_the_way_around_and_the_verdict_stay_in_sight(look, file):
    """Also on a phone: the headline at once, each row's verdict without scrolling sideways."""
    page = look(file, viewport={"width": 380, "height": 700})
    bottom = "(x) => { const box = x.getBoundingClientRect(); return [box.right, box.bottom] }"
    assert page.locator(".headline").first.evaluate(bottom)[1] < 700
    for badge in page.locator("#comparisons tbody td:nth-child(2) .badge").all():
        assert badge.evaluate(bottom)[0] <= 380
    page.locator("#ran").scroll_into_view_if_needed()
    assert page.locator("nav.parts").evaluate("(x) => x.getBoundingClientRect().top") == 0
    page.locator('nav a[href="#formulas"]').click()
    top = page.locator("#formulas").evaluate("(x) => x.getBoundingClientRect().top")
    assert top >= page.locator("nav.parts").evaluate("(x) => x.getBoundingClientRect().bottom")


def test_a_regime_opens_what_it_is(look, file):
    page = look(file)
    page.locator("#formula-softmax > summary").click()
    page.locator('#formula-softmax a[href="#regime-huge"]').first.click()
    assert page.locator("#regime-huge").is_visible()


def test_nothing_bars_anyone(look, file):
    """With every section open; light and wide, then dark and narrow."""
    page = look(file, bypass_csp=True)  # axe is a script that is not ours
    page.evaluate(OPEN_ALL)
    assert barred(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 380, "height": 800})
    assert barred(page) == []


def test_the_feedback_is_as_open(look, tmp_path):
    from reports.grade_pages import feedback_page

    path = tmp_path / "page.html"
    path.write_text(feedback_page(told()), encoding="utf-8")
    page = look(path.as_uri(), bypass_csp=True, viewport={"width": 380, "height": 800})
    assert page.evaluate(SIDEWAYS) <= 380
    assert barred(page) == []


def test_print_cuts_no_table_and_opens_every_section(look, file, tmp_path):
    page = look(file)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 less its margins, in CSS pixels
    page.evaluate(OPEN_ALL)
    wide = page.evaluate(
        """() => [...document.querySelectorAll("table, pre, figure, math, dl")].filter((x) => x.offsetParent !== null &&
            x.getBoundingClientRect().right > 688.5).map((x) => x.outerHTML.slice(0, 90))"""
    )
    assert wide == []
    assert page.locator("nav").is_hidden()
    fresh = look(file)
    fresh.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext") is None:
        return
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    for row in ("worst error / bound", "def exponentials", "It rounds:", "accuracy", "t ln p"):
        assert row in " ".join(text.split()), row
    assert sum(line.rstrip().endswith(("agrees", "exact")) for line in text.splitlines()) >= 12


def test_a_hostile_file_runs_nothing(look, tmp_path):
    from reports.page import page

    path = tmp_path / "report.html"
    path.write_text(page(hostile_document(tmp_path)), encoding="utf-8")
    shown = look(path.as_uri())
    shown.evaluate(OPEN_ALL)
    name = json.dumps("<script>alert('name')<& \".py")
    assert shown.title() == f"{json.loads(name)} and torch: comparison report"
    assert shown.locator("script").count() == 1
    assert shown.locator("pre img").count() == 0
