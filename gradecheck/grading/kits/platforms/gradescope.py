"""Gradescope: a zip with setup.sh and run_autograder at its top (gradescope/autograder_samples, docs/specs.md)."""

from __future__ import annotations

from typing import Final

import numpy as np

from gradecheck.grading.kits.contents import MARK, OPTIONS, Files
from gradecheck.machine.zips import zipped

ZIP: Final = "autograder.zip"

SETUP: Final = f"""#!/usr/bin/env bash
# Run once, when Gradescope builds the image. Ubuntu's own Python takes no packages (PEP 668): it gets an environment.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
apt-get update
apt-get install -y --no-install-recommends python3 bubblewrap
python=python3
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || python=python3.11
apt-get install -y --no-install-recommends "$python" "$python-venv"
"$python" -m venv "$here/../venv"
"$here/../venv/bin/python" -m pip install numpy=={np.__version__} || "$here/../venv/bin/python" -m pip install numpy
"$here/../venv/bin/python" {OPTIONS} "$here/kit/{MARK}" prepare "$here/kit"
"""

RUN: Final = f"""#!/usr/bin/env bash
# Run for every submission. Where a fault of ours keeps it from being judged, there are no results, and no 0.
here=$(cd "$(dirname "$0")" && pwd)
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
kit=$here/source/kit
exec "$here/venv/bin/python" {OPTIONS} "$kit/{MARK}" gradescope "$kit" "$here/submission" "$here/results/results.json"
"""


def files(kit: Files) -> Files:
    """What is uploaded.    kit: the files that mark."""
    programs = {"setup.sh": SETUP.encode(), "run_autograder": RUN.encode()}
    return {ZIP: zipped({**programs, **{f"kit/{path}": data for path, data in kit.items()}}, programs)}
