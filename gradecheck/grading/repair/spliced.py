"""The text of code with something else in place of a part."""

from __future__ import annotations

Point = tuple[int, int]
"""A line from 1, and the bytes before a place in it, as the nodes of a tree count both."""


def spliced(code: str, start: Point, end: Point, new: str) -> str:
    """The code with another text from one place to another; every other line stays as it is."""
    lines = code.encode().split(b"\n")
    (first, before), (last, after) = start, end
    changed = lines[first - 1][:before] + new.encode() + lines[last - 1][after:]
    return b"\n".join((*lines[: first - 1], changed, *lines[last:])).decode()
