"""How long the comparison report takes, whole and from an earlier run's JSON, and how large its page is."""

import sys
import tempfile
from pathlib import Path

from benchmarks.commands import seconds

REPORT = (sys.executable, "-m", "gradecheck", "report")


def measure() -> dict[str, float]:
    """Name -> figure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = seconds(*REPORT, "--out", str(folder))
        again = seconds(*REPORT, "--from", str(folder / "report.json"), "--out", str(folder / "again"))
        megabytes = (folder / "report.html").stat().st_size / 1e6
    return {"gradecheck report, s": whole, "gradecheck report --from, s": again, "report.html, MB": megabytes}
