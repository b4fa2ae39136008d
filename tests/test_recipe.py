"""A formula is added as docs/packs.md says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")


def example_by_file():
    """The lines of "Add a formula", by the file that each part names."""
    section = GUIDE.partition("## Add a formula")[2]
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL).group(1)
    parts = re.split(r"^# (\S+\.py).*\n", code, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


ROOMS = ("manual", "reference", "gradecheck", "lectures", "reports", "tests", "benchmarks", "examples")
ENUMERATING = (
    "activations", "assignment", "bad_input", "cli", "conventions", "diagnosis", "exhibits", "guarded", "inputs",
    "mutants", "rounding", "slides", "verify",
)  # fmt: skip
"""The files of tests that look at every formula there is."""


@pytest.fixture(scope="module")
def with_silu(tmp_path_factory):
    """A copy of the tree in which the guide's formula was added as it says."""
    tree = tmp_path_factory.mktemp("tree")
    for room in ROOMS:
        left_out = ("__pycache__", "cases") if room == "tests" else ("__pycache__",)  # strangers' files are not needed
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns(*left_out))
    for file in ("README.md", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / file, tree / file)
    for file, code in example_by_file().items():
        path = tree / file
        text = path.read_text(encoding="utf-8")
        if "contracts" in file:
            text = text.removesuffix(")\n") + code.rstrip() + ",\n)\n"
        else:
            text += "\n\n" + code
            init, chapter = path.with_name("__init__.py"), f"from {path.parent.name}.activations import (\n"
            names = init.read_text(encoding="utf-8").replace(chapter, f"{chapter}    silu,\n")
            init.write_text(names.replace("__all__ = [\n", '__all__ = [\n    "silu",\n'), encoding="utf-8")
        path.write_text(text, encoding="utf-8")
    return tree


def run_in(tree, *words):
    """Python with that tree's modules; returns what it printed."""
    command = (sys.executable, *words)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(
        command, cwd=tree, env={**environment, "PYTHONPATH": str(tree)}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_a_formula_is_added_as_the_guide_says(with_silu):
    said = run_in(with_silu, "-m", "gradecheck", "verify", "silu")
    rows = [line for line in said.splitlines() if line.startswith("silu")]
    assert len(rows) == 2
    assert all(row.endswith("agrees") for row in rows)


def test_the_tests_of_every_formula_pass_with_the_one_that_was_added(with_silu):
    files = [f"tests/test_{name}.py" for name in ENUMERATING]
    asked = "silu or catalogue_is or built_in or starter_file_shows or every_formula or formulas or file_of_classes"
    said = run_in(with_silu, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *files, "-k", asked)
    assert re.search(r"[0-9]+ passed", said), said
