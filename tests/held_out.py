"""The mistakes of tests/fresh: as fresh.toml tells them, as they were handed in, and with places of them mended."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from gradecheck.grading.assignments.assignment import load
from gradecheck.grading.submissions.submission import fetch, parse

HERE = Path(__file__).parent
FRESH = HERE / "fresh"
COURSES = HERE.parent / "examples" / "courses"


@dataclass(frozen=True)
class Place:
    """Lines of one file, first to last counted from 1, and what is right in their stead."""

    file: str
    lines: tuple[int, int]
    right: str

    def mended(self, text):
        first, last = self.lines
        lines = text.splitlines(keepends=True)
        assert first <= last <= len(lines)
        return "".join((*lines[: first - 1], self.right, *lines[last:]))


@dataclass(frozen=True)
class Mistake:
    """One mistake of one function. course: a folder of examples/courses; "" for the lecture's own assignment."""

    id: str
    function: str
    course: str
    what: str
    places: tuple[Place, ...]

    @property
    def assignment(self):
        """What the course asks, this function alone."""
        asked = _asked(self.course)
        return replace(asked, questions=tuple(q for q in asked.questions if q.name == self.function))

    def source(self, mended=()):
        """What was handed in, with these places mended."""
        content = fetch(FRESH / self.id)
        assert {place.file for place in self.places} <= {file.path for file in content.files}
        files = tuple(replace(file, data=_mended(file, mended)) for file in content.files)
        return parse(replace(content, files=files), self.assignment.names)


def _mended(file, places):
    text = file.data.decode("utf-8")
    # From below, so that the lines above keep their numbers.
    for place in sorted(places, key=lambda place: place.lines, reverse=True):
        if file.path == place.file:
            text = place.mended(text)
    return text.encode("utf-8")


@cache
def _asked(course):
    return load(str(COURSES / course / "assignment.toml") if course else "lecture03")


def _mistake(row):
    places = tuple(Place(place["file"], tuple(place["lines"]), place["right"]) for place in row["place"])
    return Mistake(row["id"], row["function"], row["course"], row["what"], places)


MISTAKES = tuple(map(_mistake, tomllib.loads((FRESH / "fresh.toml").read_text(encoding="utf-8"))["mistake"]))
