"""Classroom 50: autograder.py and what it needs, which GitHub Actions run in the student's repository.

Whoever knows the address of the classroom's pages can read these files, so that they hold no formula.
"""

from __future__ import annotations

from typing import Final

from gradecheck.grading.kits.contents import MARK, OPTIONS, Files

AUTOGRADER: Final = f'''# Marks what is in the working folder. It ends with 0 where that was judged.

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(os.environ.get("CLASSROOM50_BUNDLE_DIR") or Path(__file__).parent).resolve()

python = [sys.executable, *"{OPTIONS}".split()]  # nothing that is in the working folder is imported

if subprocess.run([*python, "-c", "import numpy"], stderr=subprocess.DEVNULL).returncode:
    subprocess.run([*python, "-m", "pip", "install", "--quiet", "numpy"], check=True)
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
kit = str(HERE / "kit")
sys.exit(subprocess.run([*python, os.path.join(kit, "{MARK}"), "classroom50", kit, "."]).returncode)
'''


def files(kit: Files) -> Files:
    """What is put in the folder of the assignment, among the classroom's autograders.    kit: the files that mark."""
    return {"autograder.py": AUTOGRADER.encode(), **{f"kit/{path}": data for path, data in kit.items()}}
