"""How long the commands take that people wait for, each as a fresh process."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

GRADECHECK = (sys.executable, "-m", "gradecheck")


def seconds(*command: str) -> float:
    """Wall-clock seconds of one run; CalledProcessError with its output where it fails."""
    begun = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - begun


def measure(rounds: int = 7) -> dict[str, float]:
    """Name -> figure."""
    figures = {"gradecheck --help, s": median(seconds(*GRADECHECK, "--help") for _ in range(rounds))}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "verify.json"
        figures["gradecheck verify, s"] = seconds(*GRADECHECK, "verify", "--json", str(file))
        comparisons = json.loads(file.read_text())["comparisons"]
    figures["gradecheck verify, fewest examples a formula, direction and dtype"] = min(
        c["examples"] for c in comparisons
    )
    examples = sum(c["examples"] for c in comparisons)
    engine = sum(c["seconds"]["engine"] for c in comparisons)
    figures["gradecheck verify, engine's own cost, ms an example"] = 1000 * engine / examples
    figures["pytest on two cores, s"] = seconds(sys.executable, "-m", "pytest", "-q", "-n", "auto")
    return figures
