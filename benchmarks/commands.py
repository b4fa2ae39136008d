"""How long the commands take that people wait for, each as a fresh process."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.marking import SOLUTION

GRADECHECK = (sys.executable, "-m", "gradecheck")


def seconds(*command: str) -> float:
    """Wall-clock seconds of one run. Raises RuntimeError with the end of what it printed where it fails."""
    begun = perf_counter()
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode:
        msg = f"bench: {' '.join(command)} ended with {run.returncode}, but should with 0\n{run.stdout[-2000:]}"
        raise RuntimeError(msg)
    return perf_counter() - begun


def measure(rounds: int = 7) -> dict[str, float]:
    """Name -> figure."""
    figures = {"gradecheck --help, s": median(seconds(*GRADECHECK, "--help") for _ in range(rounds))}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "verify.json"
        figures["gradecheck verify, s"] = seconds(*GRADECHECK, "verify", "--json", str(file))
        comparisons = json.loads(file.read_text())["comparisons"]
        solution = Path(folder) / "solution.py"
        solution.write_text(SOLUTION, encoding="utf-8")
        checks = [seconds(*GRADECHECK, "check", str(solution)) for _ in range(1 + rounds)]
        figures["gradecheck check, s"] = median(checks[1:])  # the first may make the bank
    figures["gradecheck verify, fewest examples a formula, direction and dtype"] = min(
        c["examples"] for c in comparisons
    )
    examples = sum(c["examples"] for c in comparisons)
    engine = sum(c["seconds"]["engine"] for c in comparisons)
    figures["gradecheck verify, engine's own cost, ms an example"] = 1000 * engine / examples
    figures["pytest on two cores, s"] = seconds(sys.executable, "-m", "pytest", "-q", "-n", "auto")
    return figures
