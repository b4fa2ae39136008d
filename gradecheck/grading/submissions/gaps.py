"""Lines of a file that Python cannot read: which, why, and what they would have defined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gradecheck.grading.source import Lost
from gradecheck.grading.submissions.names import excerpt, printable
from gradecheck.grading.submissions.newer import Feature
from gradecheck.grading.submissions.syntax import is_bare

NOT_TRIED: Final = "so much above it cannot be read that the rest was not tried"
DEFINES: Final = re.compile(
    r"""^(?:>>>|\.\.\.|\+|\d+|In[ ]\[\d+\]:)?[ \t]*(?:  # pasted, too, with what stands before each line
        (?:async[ \t]+)?(?i:def|class)[ \t]+(?P<definition>\w+)
      | type[ \t]+(?P<alias>\w+)
      | (?P<assigned>\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*(?::[^=\n]+)?=(?!=)
      | (?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(?P<imported>[^\n#;]+)
    )""",
    re.VERBOSE | re.MULTILINE,
)


@dataclass(frozen=True)
class Gap:
    """Lines that are lost, from `first` to before `end`, counted from 0.    at: the line to show."""

    first: int
    end: int
    at: int
    why: str
    needs: str
    defines: frozenset[str]


def gap_of(lines: Sequence[str], first: int, end: int, error: Exception | None, feature: Feature | None) -> Gap:
    """feature: of a newer Python, that these lines have."""
    line = getattr(error, "lineno", None) or 1
    at = min(first + line, end) - 1
    while is_bare(lines[at]) and at > first:
        at -= 1
    needs = "" if feature is None else ".".join(map(str, feature.since))
    said = feature.name if feature is not None else _said(error, first)
    return Gap(first, end, at, said, needs, defined("\n".join(lines[first:end])))


def lost(gaps: Sequence[Gap], lines: Sequence[str], where: str) -> Iterator[Lost]:
    """The lost lines for people: neighbouring gaps as one."""
    told: list[Gap] = []
    for gap in gaps:
        before = told[-1] if told else None
        alike = before and before.needs == gap.needs and gap.why != NOT_TRIED
        if before and alike and all(map(is_bare, lines[before.end : gap.first])):
            told[-1] = replace(before, end=gap.end, defines=before.defines | gap.defines)
        else:
            told.append(gap)
    for gap in told:
        last = max(i for i in range(gap.first, gap.end) if i == gap.first or not is_bare(lines[i]))
        numbers = f"line {gap.first + 1}" if last == gap.first else f"lines {gap.first + 1} to {last + 1}"
        yield Lost(f"{where}{numbers}", excerpt(lines[gap.at]), gap.why, gap.needs, gap.defines)


def commented(line: str) -> str:
    """The line as a comment that Python can read, whatever stands in it."""
    line = line.replace("\0", "").encode(errors="backslashreplace").decode()
    return line if is_bare(line) else f"# {line}"


def _said(error: Exception | None, first: int) -> str:
    """Python's message, with its line numbers counted in the whole file."""
    said = str(error.msg if isinstance(error, SyntaxError) else error) or type(error).__name__
    return printable(re.sub(r"\bline (\d+)", lambda found: f"line {int(found[1]) + first}", said))[:200]


def defined(text: str, all_of_it: bool = False) -> frozenset[str]:
    """The names that lines would have defined: of a function or a class, only its own.

    all_of_it: there are several statements, so go on after a function or a class.
    """
    names: set[str] = set()
    for found in DEFINES.finditer(text):
        if found["definition"] or found["alias"]:
            names.add(found["definition"] or found["alias"])
            if not all_of_it and not names - {found["definition"]} and not found[0][0].isspace():
                break
        elif found["assigned"]:
            names |= {name.strip() for name in found["assigned"].split(",")}
        else:
            words = [part.split() for part in found["imported"].strip(" ()").split(",")]
            names |= {part[-1].partition(".")[0] for part in words if part}
    return frozenset(name for name in names if name.isidentifier())
