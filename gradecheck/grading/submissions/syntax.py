"""Whether Python can read code, and whether a place in it is in a string, in brackets, or begins a statement."""

from __future__ import annotations

import ast
import re
import warnings
from contextlib import suppress
from typing import Final

TOKEN: Final = re.compile(
    r"""
      \#[^\n]*
    | (?P<quotes>\"\"\"|''')(?:\\.|(?!(?P=quotes)).)*+(?P=quotes)
    | "(?:\\.|[^"\\\n])*+" | '(?:\\.|[^'\\\n])*+'
    | (?P<open>\"\"\"|''')     # a text that has no end
    | [\[({] | [\])}]
    | \\\n | \n
    """,
    re.VERBOSE | re.DOTALL,
)
"""All tokens that decide where a statement ends."""
MOST_AT_ONCE: Final = 32 << 10  # characters: the compiler takes four times as long for twice as many functions


def wrong(code: str) -> Exception | None:
    """The error why Python cannot read the code. It is compiled statement by statement, as it is run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if len(code) <= MOST_AT_ONCE:
                with suppress(SyntaxError):  # each statement may be right: an import from __future__ further down
                    compile(code, "", "exec", dont_inherit=True)
                    return None
            for statement in ast.parse(code).body:
                compile(ast.Module([statement], []), "", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return error
    return None


def is_plain(code: str) -> bool:
    """Whether it is Python without any change, and has no magics that nbconvert rewrote."""
    return "get_ipython()" not in code and wrong(code) is None


def is_bare(line: str) -> bool:
    """Whether the line is empty or a comment."""
    return line.lstrip(" \t\f")[:1] in ("", "#")


def without_texts(code: str) -> str:
    """The code with blanks for its comments and strings; every other character keeps its place."""
    return TOKEN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]) if found[0][0] in "#\"'" else found[0], code)
