"""A made-up class of any size, and its summary, for the tests of the class page."""

from gradecheck.grading.classrun.bins import histogram
from gradecheck.grading.classrun.mistakes import CauseSummary, Mended, MistakeSummary
from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.classrun.summary import (
    ClassSummary,
    NotGraded,
    PackageSummary,
    QuestionSummary,
    Stranger,
    ToLookAt,
)
from gradecheck.grading.marks import Change, Repair

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"
CHANGE = Change(f"line {EVIL}", f"before {EVIL}", f"after {EVIL}", "axis", f"kind {EVIL}", f"remedy {EVIL}")
REPAIR = Repair((CHANGE,), 48)
FUNCTIONS = ("mse", "relu")
MOST = 4.0


def row(name, **changed):
    """A student who lost nothing. changed: fields of the row."""
    return Row(**{
        "id": name, "name": name, "email": "", "login": "", "section": "", "group": "", "submission": name,
        "attempt": 1, "attempts": 1, "late": False, "handed_in": "", "roster": "", "status": "graded", "score": MOST,
        "machine_score": MOST, "deduction": 0.0, "max_score": MOST, "points": dict.fromkeys(FUNCTIONS, 2.0), **changed,
    })  # fmt: skip


def unmarked(name, status, **changed):
    """A student without marks."""
    there = {} if status != "nothing" else {"submission": None, "attempt": None, "attempts": 0}
    return row(name, status=status, score=None, machine_score=None, points={}, **there, **changed)


def summary(rows, **changed):
    scores = [row.score for row in rows if row.score is not None]
    status = [row.status for row in rows]
    return ClassSummary(**{
        "assignment": "lecture03", "title": "Lecture 03", "seed": 0, "isolation": "bubblewrap",
        "limits": {"seconds": 5.0, "memory_mib": 512.0, "output_mib": 1.0},
        "submissions": len(rows) - status.count("nothing"), "graded": status.count("graded"),
        "unreadable": status.count("unreadable"), "faults": status.count("fault"), "max_score": MOST,
        "mean": sum(scores) / len(scores), "median": MOST, "lowest": min(scores), "highest": max(scores),
        "histogram": histogram(scores, MOST),
        "questions": tuple(QuestionSummary(f, 2.0, 0.5, {"passed": 1, "wrong": 1}, 0.1) for f in FUNCTIONS),
        "mistakes": (), "not_graded": (), "to_look_at": (), "packages": (), "marked": len(rows), "reused": 0, "jobs": 2,
        "seconds": 1.5, "students": len(rows), "attempts": len(rows),
        "nothing": tuple(row.name for row in rows if row.status == "nothing"),
        "strangers": tuple(Stranger(row.name, row.submission) for row in rows if row.roster == "off"), **changed,
    })  # fmt: skip


def mistake(submissions, mended=(), what="forgets the mean"):
    found = tuple(Mended(name, REPAIR) for name in mended)
    return MistakeSummary("mse/no-mean", "mse", what, len(submissions), tuple(submissions), found)


def hostile():
    """A class that is hostile wherever a stranger's text can stand; its summary and its rows."""
    name = f"{EVIL}\u2028.py"
    lost = {"mse": 1.0, "relu": 2.0}
    rows = [
        row(name, id=EVIL, section=EVIL, group=EVIL, score=3.0, points=lost, roster="off", late=True, attempts=2),
        row("formula.py", changed=(f"relu: {EVIL}",), comment=EVIL),
        unmarked("none.py", "unreadable"),
    ]
    mended = (Mended(name, REPAIR), Mended("formula.py", None))
    return summary(
        rows,
        mistakes=(mistake([name], [name], f"forgets the mean {EVIL}"),),
        causes=(CauseSummary("mse", f"kind {EVIL}", 2, mended),),
        to_look_at=(ToLookAt(name, (f"line 8 {EVIL}", "newer"), ("newer",)),),
        packages=(PackageSummary(EVIL, 1, (name,)),),
        not_graded=(NotGraded("none.py", "unreadable", f"why {EVIL}"),),
    ), rows


def many(count):
    """A class of that many: every tenth cannot be read, every third lost points, some made a mistake."""
    rows = []
    for i in range(count):
        name = f"student-{i:04}"
        if i % 10 == 0:
            rows.append(unmarked(name, "unreadable", id=str(count - i)))
        else:
            points = i % 7 / 4 if i % 3 == 0 else 2.0
            rows.append(row(name, id=str(count - i), score=2.0 + points, points={"mse": points, "relu": 2.0}))
    unread = tuple(NotGraded(r.submission, "unreadable", "it is a .rtf file") for r in rows if r.status == "unreadable")
    wrong = [r.submission for r in rows if r.points.get("mse", 2.0) < 2.0]
    return summary(rows, not_graded=unread, mistakes=(mistake(wrong[::4], wrong[::8]),)), rows
