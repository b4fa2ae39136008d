"""Records as JSON, schema 1. A number that JSON lacks stands as the string "inf", "-inf" or "nan"."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from gradecheck.compare import Verdict
from gradecheck.records import Report, Training, Trajectory, Verification, WorstCase

SCHEMA: Final = 1
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
        "worst_case": _worst_case(v, v.worst) if v.worst else None,
        "regimes": v.regimes,
        "unmet": v.unmet,
        "seconds": asdict(v.seconds),
    }


def _trajectory(t: Trajectory) -> dict[str, Any]:
    record = {
        "network": asdict(t.network),
        "dtype": t.dtype,
        "seed": t.seed,
        "verdict": t.verdict,
        "losses": t.losses,
        "reference_losses": t.reference_losses,
        "ratios": t.ratios,
        "drift": t.drift,
        "envelope": t.envelope,
        "wrong_at": t.wrong_at,
        "leaves_envelope_at": t.leaves_envelope_at,
    }
    return record


def _training(t: Training) -> dict[str, Any]:
    return {
        "title": t.title,
        "epochs": t.epochs,
        "steps_an_epoch": t.steps_an_epoch,
        "accuracy": t.accuracy,
        "reference_accuracy": t.reference_accuracy,
        **_trajectory(t.trajectory),
    }


def verifications(found: Sequence[Verification], environment: Mapping[str, str]) -> str:
    """What `verify --json` writes."""
    return _dumps({"schema": SCHEMA, "environment": environment, "comparisons": [_comparison(v) for v in found]})


def report(found: Report) -> str:
    """The same, with everything else that the report holds."""
    return _dumps(
        {
            "schema": SCHEMA,
            "environment": found.environment,
            "implementation": found.implementation,
            "passes": found.passes,
            "comparisons": [_comparison(v) for v in found.verifications],
            "worked_example": asdict(found.worked) if found.worked else None,
            "trajectories": [_trajectory(t) for t in found.trajectories],
            "trainings": [_training(t) for t in found.trainings],
            "unchecked": found.unchecked,
        }
    )


def _dumps(document: dict[str, Any]) -> str:
    return json.dumps(plain(document), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
