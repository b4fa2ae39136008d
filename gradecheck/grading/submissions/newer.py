"""Finds grammar of newer versions of Python than the marker's, by rewriting it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from gradecheck.grading.submissions.syntax import wrong


@dataclass(frozen=True)
class Feature:
    """since: the version of Python that introduced it.   rewritten: gives the code without it."""

    name: str
    since: tuple[int, int]
    rewritten: Callable[[str], str]


MOST_CODE: Final = 64 << 10  # characters of one statement


def needed(code: str) -> Feature | None:
    """The newest feature because of which the code cannot be read here; None where there is none."""
    if len(code) > MOST_CODE:
        return None
    used = [feature for feature in NEWER if feature.rewritten(code) != code]
    for features in (*([feature] for feature in used), used):
        plain = code
        for feature in features:
            plain = feature.rewritten(plain)
        if features and wrong(plain) is None:
            return max(features, key=lambda feature: feature.since)
    return None


def _by(pattern: str, replacement: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda code: compiled.sub(replacement, code)


DEEPEST: Final = 5  # texts in the braces of texts
BRACKETS: Final = r"\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\]"  # with two more pairs inside
TEXT: Final = re.compile(
    r"""(?P<plain>\#[^\n]*|(?<![A-Za-z0-9_])(?:[bBuU]|[rR]?[bB]|[bB]?[rR])?(?P<q>\"\"\"|'''|"|')(?:\\.|(?!(?P=q)).)*+(?P=q))
    |(?<![A-Za-z0-9_])(?:[rR]?(?P<kind>[fFtT])[rR]?)(?P<quotes>\"\"\"|'''|"|')""",
    re.VERBOSE | re.DOTALL,
)


def _without(kinds: str) -> Callable[[str], str]:
    """Rewrites strings with a prefix of one of these kinds as empty ones, whatever is in their braces."""

    def rewritten(code: str) -> str:
        parts, at = [], 0
        while (found := TEXT.search(code, at)) is not None:
            end = found.end() if found["plain"] else _end(code, found.end(), found["quotes"])
            if end is None:
                break
            empty = bool(found["kind"]) and found["kind"].lower() in kinds
            parts.append(code[at : found.start()] + ('""' if empty else code[found.start() : end]))
            at = end
        return "".join((*parts, code[at:]))

    return rewritten


def _end(code: str, at: int, quotes: str, depth: int = 0) -> int | None:
    """The end of a string with braces, which may hold its quotes; None where it does not end."""
    braces = 0
    while at < len(code):
        if code[at] == "\\" and not braces:
            at += 2
        elif not braces and code.startswith(quotes, at):
            return at + len(quotes)
        elif braces and (inside := TEXT.match(code, at)) is not None:
            end = inside.end() if inside["plain"] else None
            if end is None and depth < DEEPEST:
                end = _end(code, inside.end(), inside["quotes"], depth + 1)
            if end is None:
                return None
            at = end
        elif not braces and code[at : at + 2] in ("{{", "}}"):
            at += 2
        elif not braces and len(quotes) == 1 and code[at] == "\n":
            return None
        else:
            braces = max(0, braces + (code[at] == "{") - (code[at] == "}"))
            at += 1
    return None


def _newer(features: tuple[Feature, ...]) -> Iterator[Feature]:
    return (feature for feature in features if feature.since > sys.version_info[:2])


NAMED: Final = r"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+)[ \t]*"
FEATURES: Final = (
    Feature("an f-string with its own quotes or a backslash in braces", (3, 12), _without("f")),
    Feature("a type statement", (3, 12), _by(rf"^([ \t]*)type[ \t]+(\w+)[ \t]*(?:{BRACKETS})?[ \t]*=", r"\1\2 =")),
    Feature("type parameters", (3, 12), _by(rf"{NAMED}(?!\[[^\]]*=){BRACKETS}", r"\1")),
    Feature("type parameters with a default", (3, 13), _by(rf"{NAMED}(?=\[[^\]]*=){BRACKETS}", r"\1")),
    Feature(
        "except without brackets",  # the second name begins with a capital: Python 2 had `except ValueError, e`
        (3, 14),
        _by(r"^([ \t]*except\*?)[ \t]+([\w.]+(?:[ \t]*,[ \t]*(?:\w+\.)*[A-Z]\w*)+)[ \t]*:", r"\1 (\2):"),
    ),
    Feature("a t-string", (3, 14), _without("t")),
    Feature("a lazy import", (3, 15), _by(r"^([ \t]*)lazy[ \t]+(import|from)\b", r"\1\2")),
    Feature("unpacking in a comprehension", (3, 15), _by(r"([\[({][ \t]*)\*{1,2}(\w[\w.]*[ \t]+for\b)", r"\1\2")),
)
NEWER: Final = tuple(_newer(FEATURES))
