"""The marks of a class by each way out, as the platform reads them from what `gradecheck export` writes for it."""

import csv
import io
import json

from exported import FUNCTIONS, MOST, TITLE, canvas_file, exported, table
from forty import CANVAS, MOODLE
from importers import autolab, brightspace, canvas, classroom50, moodle

from gradecheck.grading.exporting.target import Request
from gradecheck.grading.exporting.targets import TARGETS

WORDS = moodle.WORDS["de"]


def to_canvas(found, names, ids):
    course = {CANVAS + i: (name, id, f"user{i}") for i, (name, id) in enumerate(zip(names, ids, strict=True))}
    export = exported("canvas", found, canvas_file(course, {4711: TITLE}))
    grades = canvas.upload(export.content, canvas.Course(course, {4711: TITLE})).grades
    return export, {id: float(grades.pop((CANVAS + i, 4711))) for i, id in enumerate(ids)}, grades


def to_moodle(found, names, ids):
    lines = [WORDS.worksheet()]
    for i, name in enumerate(names):
        who = [f"{WORDS.participant}{MOODLE + i}", name, f"u{i}@example.org"]
        lines.append([*who, "-", "", f"{MOST:.2f}".replace(".", ","), "Ja", "-", "-", ""])
    export = exported("moodle", found, table(*lines))
    grades, _ = moodle.upload(export.content, WORDS, MOST, range(MOODLE, MOODLE + len(ids)))
    return export, {id: grades.pop(MOODLE + i) for i, id in enumerate(ids)}, grades


def to_brightspace(found, names, ids):
    header = ["OrgDefinedId", "Username", f"{TITLE} Points Grade <Numeric MaxPoints:6>", "End-of-Line Indicator"]
    lines = ([f"#{id}", f"#user{i}", "", "#"] for i, id in enumerate(ids))
    export = exported("brightspace", found, table(header, *lines))
    known = [(id, f"user{i}") for i, id in enumerate(ids)]
    grades = brightspace.upload(export.content, known, {TITLE: MOST})
    return export, {one[0]: grades.pop(one) for one in known}, grades


def to_autolab(found, names, ids):
    export = TARGETS["autolab"].make(Request(found))
    emails = [f"u{i}@example.org" for i in range(len(ids))]
    scores, types = autolab.upload(export.content, list(FUNCTIONS), emails)
    sums = {id: round(sum(scores.pop(email).values()), 6) for id, email in zip(ids, emails, strict=True)}
    return export, sums, {**scores, **types}


def to_files(target, scale):
    """A file a student: the students are in the order of the rows."""

    def back(found, names, ids):
        export = TARGETS[target].make(Request(found))
        given = [round(json.loads(data)["score"] * scale, 6) for data in export.content.values()]
        assert len(given) == len(ids)
        if target == "classroom50":
            for data in map(json.loads, export.content.values()):
                assert classroom50.refused(data, "cs50", "hw3", data["owner"], "individual") is None
        return export, dict(zip((row.id for row in found.rows), given, strict=True)), {}

    return back


def to_csv(found, names, ids):
    export = TARGETS["csv"].make(Request(found))
    lines = list(csv.DictReader(io.StringIO(export.content.decode("utf-8-sig"), newline="")))
    return export, {line["id"].removeprefix("'"): float(line["score"]) for line in lines}, {}


WAYS = {
    "canvas": to_canvas,
    "moodle": to_moodle,
    "brightspace": to_brightspace,
    "autolab": to_autolab,
    "gradescope": to_files("gradescope", 1),
    "prairielearn": to_files("prairielearn", MOST),
    "classroom50": to_files("classroom50", 0.01),
    "csv": to_csv,
}
