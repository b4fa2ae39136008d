"""Feedback in one zip, under the names by which Canvas and Moodle give each file to its student."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting.reading import Results, called
from gradecheck.grading.exporting.target import Export, Request, listed
from gradecheck.machine.zips import zipped

PAGE: Final = ".html"
DIGITS: Final = re.compile(r"\d+")


def canvas_feedback(request: Request) -> Export:
    """The names of the download, which hold the student's number and the file's, as models/assignment.rb finds them.

    Canvas gives a page to all members of its own group, and else to that student alone.
    """
    export, shared = _zip(request.results, _canvas), _shared(request.results)
    groups = [called(row) for row in request.results.rows if shared[row.submission] > 1 and _canvas(row)]
    if not groups:
        return export
    who = "only to who uploaded it, where the assignment in Canvas is not for groups"
    return replace(export, said=(f"Canvas gives the page of a group {who}: {listed(groups)}",))


def moodle_feedback(request: Request) -> Export:
    """A folder NAME_ID_assignfeedback_file for each, as mod/assign/feedback/file/importziplib.php takes it."""
    shared = _shared(request.results)  # a team's number is nobody's
    return _zip(request.results, lambda row: None if shared[row.submission] > 1 else _moodle(row))


def _shared(results: Results) -> Counter[str | None]:
    """How many students handed in each submission."""
    return Counter(row.submission for row in results.rows if row.submission)


def _zip(results: Results, name_of: Callable[[Row], str | None]) -> Export:
    """The pages of all who handed in.    name_of: gives a page's name, None where the platform could not place it."""
    handed_in = [row for row in results.rows if row.submission]
    pages: dict[str, bytes] = {}
    missed = []
    for row in handed_in:
        name, page = name_of(row), results.feedback(row, PAGE)
        if name is None:
            missed.append(f"{called(row)}: there is no number by which the platform would know whose feedback it is")
        elif page is None:
            missed.append(f"{called(row)}: there is no page in {results.folder / 'feedback'}; grade again")
        elif pages.setdefault(name, page) != page:
            missed.append(f"{called(row)}: somebody else's feedback is called {name}, too")
    if not pages:
        why = "; ".join(missed[:3]) or "nobody handed in"
        raise ValueError(f"there is no feedback that could be given back: {why}")
    return Export(zipped(pages), (), tuple(missed))


def _canvas(row: Row) -> str | None:
    own = row.platform
    name, user, attachment = own.get("file", ""), own.get("user", ""), own.get("attachment", "")
    begin, found, original = name.partition(f"_{user}_{attachment}_")
    if not (user and attachment and found):
        return None
    if any(DIGITS.fullmatch(part) for part in begin.split("_")):  # Canvas takes the first two numbers between "_"
        begin = "student"
    return f"{begin}{found}{PurePosixPath(original).stem}{PAGE}"


def _moodle(row: Row) -> str | None:
    number = row.platform.get("participant", "")
    name = row.platform.get("file", "").partition(f"_{number}_assignsubmission_")[0]
    return None if not number else f"{name.replace('_', ' ')}_{number}_assignfeedback_file/feedback{PAGE}"
