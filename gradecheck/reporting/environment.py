"""The environment of a run, so that it can be repeated from its report."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

import numpy as np

import gradecheck


def environment(command: str, seed: int) -> Mapping[str, str]:
    """Versions, processor, BLAS, threads, the treatment of subnormals, the seed, the command and the time."""
    config = np.show_config(mode="dicts")
    blas = config["Build Dependencies"]["blas"]
    tiny = np.array(np.finfo(np.float64).tiny)
    return MappingProxyType(
        {
            "gradecheck": gradecheck.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "torch": version("torch"),
            "hypothesis": version("hypothesis"),
            "system": f"{platform.system()} {platform.machine()}",
            "processor": _processor(),
            "cpu features": " ".join(config["SIMD Extensions"]["found"]),
            "blas": f"{blas['name']} {blas['version']}",
            "threads": f"{os.environ.get('OMP_NUM_THREADS', 'default')} of {os.cpu_count()}",
            "subnormals": "kept" if tiny / 2 > 0 else "flushed to zero",
            "seed": str(seed),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": command,
        }
    )


def _processor() -> str:
    """The processor's name, if the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
