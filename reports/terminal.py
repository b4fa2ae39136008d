"""The same tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradecheck.numbers.compare import Verdict
from gradecheck.reporting.records import Report
from gradecheck.verifying.records import Verification
from gradecheck.verifying.wording import counted, failure
from reports import parts as of_a_pack
from reports import repairs, screen, tables
from reports.markdown import headline


def verifications(found: Sequence[Verification], lacking: Sequence[str] = ()) -> str:
    """The table, then what is missing and what is wrong, then where the time went."""
    held = [v for v in found if v.verdict is not Verdict.MISSING]
    parts = [tables.verifications(held).terminal()] if held else []
    parts += [screen.paragraph(line) for line in lacking]
    parts += ["\n".join(_failure(v)) for v in held if not v.verdict.passes]
    examples = sum(v.examples for v in found)
    if examples:
        spent = [sum(getattr(v.seconds, part) for v in found) for part in ("implementation", "reference", "engine")]
        each = [f"{1000 * seconds / examples:.2f} ms" for seconds in spent]
        said = (
            f"{counted(examples, 'example')} in {sum(spent):.1f} s; of each example the implementation took {each[0]}, "
            f"the reference {each[1]}, the engine {each[2]}"
        )
        parts.append(screen.paragraph(said))
    return "\n\n".join(parts)


def _failure(v: Verification) -> Iterator[str]:
    """What is wrong, and what makes it right."""
    yield screen.labelled(failure(v))
    if (told := repairs.verified(v)) is not None:
        yield from repairs.terminal(told)


def report(found: Report) -> str:
    parts = [verifications(found.verifications, found.lacking)]
    parts += [text for section in found.sections for text in of_a_pack.terminal(section)]
    parts += [f"broken off: {reason}" for reason in found.broken]
    parts += [f"not checked: {reason}" for reason in found.unchecked]
    parts.append(screen.paragraph(headline(found)))
    return "\n\n".join(parts)
