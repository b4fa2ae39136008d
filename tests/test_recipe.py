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
ENUMERATING = ("beyond", "mutants", "boundaries", "packs", "assignment", "cli")
"""The files of tests that look at every formula of the pack there is."""
ASKED = "(mish and not variants) or built_in or engine_names or every_formula"
"""The tests of the one that was added, but for its variants, which the guide leaves out; and those of all together."""


@pytest.fixture(scope="module")
def with_mish(tmp_path_factory):
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
        if file.startswith("lectures"):
            text = text.removesuffix("  # fmt: skip\n").rstrip().removesuffix(")") + code.rstrip() + ",\n)\n"
            if "mistakes" in file:
                text = text.replace("\nimport numpy", "\nfrom gradecheck import Mistake\nimport numpy", 1)
        else:
            text += "\n\n" + code
            init, module = path.with_name("__init__.py"), ".".join(path.relative_to(tree).with_suffix("").parts)
            chapter = f"from {module} import (\n"
            names = init.read_text(encoding="utf-8").replace(chapter, f"{chapter}    mish,\n")
            init.write_text(names.replace("__all__ = [\n", '__all__ = [\n    "mish",\n'), encoding="utf-8")
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


def test_a_formula_is_added_as_the_guide_says(with_mish):
    said = run_in(with_mish, "-m", "gradecheck", "verify", "mish", "--pack", "lectures.beyond")
    rows = [line for line in said.splitlines() if line.startswith("mish")]
    assert len(rows) == 2
    assert all(row.endswith("agrees") for row in rows)


def test_the_tests_of_every_formula_pass_with_the_one_that_was_added(with_mish):
    files = [f"tests/test_{name}.py" for name in ENUMERATING]
    said = run_in(with_mish, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *files, "-k", ASKED)
    assert re.search(r"[0-9]+ passed", said), said
