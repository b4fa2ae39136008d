"""matplotlib's figures as SVG within a page: many, small, and in the page's colours."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "#010203": "currentColor",
        "#040506": "var(--grid)",
        "#070809": "var(--region-1)",
        "#0a0b0c": "var(--region-2)",
        "#0072b2": "var(--series-1)",
        "#d55e00": "var(--series-2)",
        "#009e73": "var(--series-3)",
        "#cc79a7": "var(--series-4)",
    }
)
"""Colours of gradecheck.mplstyle and of plots.py -> colours of page.css."""

NOISE: Final = re.compile(
    r"""<metadata>.*?</metadata>|<style.*?</style>|<defs>\s*</defs>|<!--.*?-->|\ xmlns(:xlink)?="[^"]*"|"""
    r"""\ (width|height|version)="[^"]*"(?=[^<>]*viewBox)|\ font-family:[^;"]*;?|\ transform="rotate\(-?0\ [^"]*\)\"""",
    re.DOTALL | re.VERBOSE,
)
TAG: Final = re.compile(r"<[^>]*>")
LONG: Final = re.compile(r"(\d\.\d)\d+")
"""Digits beyond a tenth of a point, which no screen shows."""

MARKERS: Final = re.compile(r'(<use href="[^"]*" x="[^"]*" y="[^"]*") (style="[^"]*")/>')


def inline(figure: Figure, name: str, label: str) -> str:
    """The figure as an element of a page. name: prefix of its ids.  label: the alt text."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    text = file.getvalue()
    text = text[text.index("<svg") :].replace("xlink:href", "href")
    text = NOISE.sub("", text)
    for colour, role in COLOURS.items():
        text = text.replace(colour, role)
    text = _own_ids(text, name)
    text = TAG.sub(lambda tag: LONG.sub(r"\1", tag[0]), text)
    text = _shared_styles(text)
    text = re.sub(r">\s+<", "><", text).strip()
    return text.replace("<svg", f'<svg class="plot" role="img" aria-label="{escape(label)}"', 1)


def _own_ids(text: str, name: str) -> str:
    """Prefixes ids that are used with the figure's name, and removes the others."""
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', text))
    numbers = {old: f"{name}-{i}" for i, old in enumerate(sorted(used))}
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{numbers[m[1]]}"' if m[1] in used else "", text)
    return re.sub(r'(href="|url\()#([^")]+)', lambda m: f"{m[1]}#{numbers[m[2]]}", text)


def _shared_styles(text: str) -> str:
    """Moves the style that hundreds of markers share to their group."""

    def group(found: re.Match[str]) -> str:
        styles = set(re.findall(r'<use [^>]*?(style="[^"]*")/>', found[0]))
        if len(styles) != 1:
            return found[0]
        return MARKERS.sub(r"\1/>", found[0]).replace("<g", f"<g {styles.pop()}", 1)

    return re.sub(r"<g[^<>]*>\s*(?:<use [^>]*/>\s*){2,}</g>", group, text)
