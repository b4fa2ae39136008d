"""The base of every page: Jinja2 with everything escaped, the style and the scripts written into the page."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache, lru_cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from gradecheck.grading.submissions.names import printable
from reports import typeset
from reports.tables import Table
from reports.tones import SIGNS

if TYPE_CHECKING:
    from jinja2 import Environment

EXTRA: Final = ("jinja2", "latex2mathml", "matplotlib", "pygments")  # all of them are installed, or none
SCRIPTS: Final = ("page", "class")
MOST_CELLS: Final = 1000  # texts that are kept as they stand on a page: those of a class are much the same
HOW: Final = "pip install 'gradecheck[report]'"


def environment() -> Environment:
    """The templates, and the functions that they may use.

    Raises ModuleNotFoundError without the report extra, saying how to get it.
    """
    for name in EXTRA:
        if find_spec(name) is None:
            msg = f"report: {name} is not installed, but the page is made with it; {HOW}"
            raise ModuleNotFoundError(msg)
    return _environment()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup, escape

    templates = files("reports") / "templates"
    found = Environment(
        loader=FileSystemLoader(str(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    found.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    scripts = {name: (templates / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS}
    found.globals["scripts"] = {name: (Markup(script), _digest(script)) for name, script in scripts.items()}
    found.globals["style"] = Markup((templates / "page.css").read_text(encoding="utf-8"))
    found.filters["python"] = lambda code: Markup(typeset.python(code))
    found.filters["printable"] = printable
    found.filters["slug"] = lambda text: str(text).replace(" ", "-")
    found.filters["breaking"] = lru_cache(MOST_CELLS, typed=True)(
        lambda cell: Markup(str(escape(cell)).replace("_", "_<wbr>"))
    )
    found.filters["words"] = lambda text: Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
    found.filters["sign"] = lambda verdict: SIGNS.get(verdict, ("·", "soft"))
    found.filters["sides"] = lambda table: [
        Markup(' class="number"') if numeric(table, i) else "" for i in range(len(table.headers))
    ]
    found.tests["verdict"] = lambda cell: cell in SIGNS
    return found


def _digest(script: str) -> str:
    """By which the page's policy lets it run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def numeric(table: Table, column: int) -> bool:
    """Whether every cell of a column is a number, so that it is aligned and sorted as numbers."""
    cells = [str(row[column]).rstrip("%") for row in table.rows]
    return bool(cells) and all(_is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell in ("-", "–")
    return True
