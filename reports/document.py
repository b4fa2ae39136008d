"""Records as JSON. Infinities and NaN, which JSON lacks, become the strings "inf", "-inf" and "nan"."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from json.encoder import encode_basestring_ascii as ascii_text
from typing import Any, Final

import numpy as np

from gradecheck.numbers.compare import Verdict
from gradecheck.reporting.records import Report
from gradecheck.verifying.records import Verification, WorstCase
from gradecheck.verifying.wording import case_lines, failure
from reports.markdown import headline

SCHEMA: Final = 1
"""The schema of every document but those of report and verify."""
COMPARISONS: Final = 2
MOST_ELEMENTS_WRITTEN: Final = 64


def plain(x: Any) -> Any:
    """x in JSON's own types."""
    if isinstance(x, float):
        return x if math.isfinite(x) else str(float(x))
    if isinstance(x, np.ndarray):
        return plain(x.tolist())
    if isinstance(x, np.generic):
        return plain(x.item())
    if isinstance(x, Verdict):
        return str(x)
    if isinstance(x, Mapping):
        return {str(key): plain(value) for key, value in x.items()}
    if isinstance(x, Sequence) and not isinstance(x, str):
        return [plain(value) for value in x]
    return x


def _worst_case(v: Verification, worst: WorstCase) -> dict[str, Any]:
    names = [argument.name for argument in v.contract.arguments]
    comparison = worst.comparison
    return {
        "recipe": asdict(worst.drawn) if worst.drawn else None,
        "arguments": {
            name: x if np.size(x) <= MOST_ELEMENTS_WRITTEN else f"array of shape {np.shape(x)}"
            for name, x in zip(names, worst.case.arguments, strict=False)
        },
        "element": asdict(comparison.worst) if comparison.worst else None,
        "findings": [asdict(finding) for finding in comparison.findings],
        "signs": worst.signs or {},
        "mistakes": worst.mistakes,
        "pairs": worst.pairs,
        "inputs": case_lines(worst.case, tuple(names)),
        "said": "" if v.verdict.passes else failure(v),
        "witness": asdict(worst.witness) if worst.witness else None,
    }


def _comparison(v: Verification) -> dict[str, Any]:
    return {
        "formula": v.contract.subject,
        "direction": v.contract.direction,
        "dtype": v.dtype,
        "examples": v.examples,
        "verdict": v.verdict,
        "worst_ratio": v.worst_ratio,
        "worst_ulp": v.worst_ulp,
        "digits": v.digits,
        "worst_case": _worst_case(v, v.worst) if v.worst else None,
        "repair": asdict(v.repair) if v.repair else None,
        "regimes": v.regimes,
        "unmet": v.unmet,
        "judged": v.judged,
        "elements": v.elements,
        "seconds": asdict(v.seconds),
    }


def verifications(found: Sequence[Verification], environment: Mapping[str, str], missing: Sequence[str] = ()) -> str:
    """What `verify --json` writes."""
    comparisons = [_comparison(v) for v in found]
    return dumps({"schema": COMPARISONS, "environment": environment, "missing": missing, "comparisons": comparisons})


def as_dict(found: Report) -> dict[str, Any]:
    """The same and everything else in the report, in JSON's own types: the page is made from it."""
    document = {
        "schema": COMPARISONS,
        "environment": found.environment,
        "implementation": found.implementation,
        "passes": found.passes,
        "headline": headline(found),
        "comparisons": [_comparison(v) for v in found.verifications],
        "whole": found.whole,
        "sections": [asdict(s) for s in found.sections],
        "unchecked": found.unchecked,
        "broken": found.broken,
        "missing": found.missing,
        "lacking": found.lacking,
        "glossary": found.glossary,
        "sheets": [asdict(s) for s in found.sheets],
        "curves": [asdict(c) for c in found.curves],
    }
    written: dict[str, Any] = plain(document)
    return written


def report(found: Report) -> str:
    """report.json."""
    return dumps(as_dict(found))


def dumps(document: Any) -> str:
    """A document as text; the same document is always the same text."""
    return "".join(_pieces(plain(document), "\n")) + "\n"


def lined(x: Any, line: str = "\n") -> str:
    """x in ASCII, as json.dumps with an indent of 1 has it, which takes three times as long. line: begins each line."""
    kind = type(x)
    if kind is str:
        return ascii_text(x)
    if kind is dict:
        inner = [f"{ascii_text(str(key))}: {lined(value, line + ' ')}" for key, value in x.items()]
        return f"{{{line} {f',{line} '.join(inner)}{line}}}" if inner else "{}"
    if kind is list or kind is tuple:
        inner = [lined(value, line + " ") for value in x]
        return f"[{line} {f',{line} '.join(inner)}{line}]" if inner else "[]"
    if kind is float and math.isfinite(x):
        return float.__repr__(x)
    own = plain(x)
    return lined(own, line) if isinstance(own, dict | list) else json.dumps(own, allow_nan=False)


def _pieces(x: Any, line: str) -> Iterator[str]:
    """Indented JSON with every list of numbers or words on one line, as there are hundreds of long ones."""
    items = list(x.items()) if isinstance(x, dict) else list(enumerate(x)) if isinstance(x, list) else []
    if not any(isinstance(value, dict | list) for _, value in items) and not (items and isinstance(x, dict)):
        yield json.dumps(x, ensure_ascii=False, allow_nan=False)
        return
    opening, closing = "{}" if isinstance(x, dict) else "[]"
    between = opening
    for key, value in items:
        yield between + line + " "
        if isinstance(x, dict):
            yield json.dumps(key, ensure_ascii=False) + ": "
        yield from _pieces(value, line + " ")
        between = ","
    yield line + closing
