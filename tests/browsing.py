"""A browser's pages for tests: quiet, without a request, and open to everybody."""

import pytest

from tests.pages import FLAGS, browser

WIDE = {"viewport": {"width": 1200, "height": 900}}
SIDEWAYS = """() => [document.documentElement.scrollWidth, ...[...document.querySelectorAll(
    'body :not(.scroll *, .scroll, pre *, pre, .math *, .math, svg *, .skip)')]
    .map((x) => Math.ceil(x.getBoundingClientRect().right))].reduce((a, b) => Math.max(a, b))"""


@pytest.fixture(scope="module")
def chromium():
    path = browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def usual(chromium):
    """A page keeps nothing: those that are looked at in the usual way may follow one another in one context."""
    context = chromium.new_context(**WIDE)
    yield context
    context.close()


@pytest.fixture
def look(chromium, usual):
    """Opens a page, and fails the test for a word on its console or a request of its."""
    opened, heard = [], []

    def look(address, script="", **how):
        context = chromium.new_context(**{**WIDE, **how}) if how else usual
        page = context.new_page()
        opened.append(context if how else page)
        page.on("console", lambda message: heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: request.url.startswith(("file:", "data:")) or heard.append(request.url))
        if script:
            page.add_init_script(script)
        page.goto(address)
        return page

    yield look
    for page in opened:
        page.close()
    assert heard == []


def barred(page):
    """What axe-core finds by its rules, best practices among them."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="it brings axe-core along").Axe()
    found = axe.run(page).response["violations"]
    return [(v["id"], v["help"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found]
