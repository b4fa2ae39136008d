"""The comparison report as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gradecheck.numbers.compare import Verdict
from gradecheck.reporting.records import Report
from gradecheck.verifying.records import Verification
from gradecheck.verifying.wording import environment_lines, failure
from reports import parts as of_a_pack
from reports import repairs, tables


def headline(report: Report) -> str:
    """The verdict in one line, with counts."""
    counts = Counter(str(v.verdict) for v in report.verifications)
    said = ", ".join(f"{n} {verdict}" for verdict, n in counts.most_common())
    agreed = "agrees" if report.passes else "does not agree"
    return f"{report.implementation} {agreed} with torch: {len(report.verifications)} comparisons ({said})"


def markdown(report: Report) -> str:
    parts = ["# Comparison report", headline(report)]
    held = [v for v in report.verifications if v.verdict is not Verdict.MISSING]
    parts += ["## Formulas", *report.lacking, tables.verifications(held).markdown()]
    parts += [text for v in held if not v.verdict.passes for text in _failure(v)]
    parts += _distances(report)
    parts += [text for section in report.sections for text in of_a_pack.markdown(section)]
    parts += [f"- broken off: {reason}" for reason in report.broken]
    parts += ["## What was not checked", *(f"- {reason}" for reason in report.unchecked or ("nothing was left out",))]
    parts += ["## Environment", "\n".join(f"- {line}" for line in environment_lines(report.environment))]
    return "\n\n".join(parts) + "\n"


def _failure(v: Verification) -> Iterator[str]:
    """What is wrong, and what makes it right."""
    yield f"```text\n{failure(v)}\n```"
    if (told := repairs.verified(v)) is not None:
        yield from repairs.markdown(told)


def _distances(report: Report) -> list[str]:
    """A table for each precision in which something was measured."""
    parts = []
    for dtype in dict.fromkeys(dtype for s in report.sheets for dtype, found in s.distances.items() if found):
        found = {
            s.name: [(d.regime, d.implementation_ulp, d.reference_ulp) for d in s.distances.get(dtype, ())]
            for s in report.sheets
        }
        said = f"Worst ulp from the true value, {dtype}: {report.implementation} / torch"
        parts += [f"## {said}", tables.distances({name: d for name, d in found.items() if d}).markdown()]
    meanings = "\n".join(f"- {regime}: {meaning}" for regime, meaning in report.glossary.items())
    return [*parts, meanings] if parts and meanings else parts
