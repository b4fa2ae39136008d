"""What the README says is tried as it stands there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def example_by_file():
    """The lines of "Adding a formula", by the file that each part names."""
    section = README.partition("## Adding a formula")[2]
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL).group(1)
    parts = re.split(r"^# (\S+\.py).*\n", code, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_a_formula_is_added_as_the_readme_says(tmp_path):
    for room in ("manual", "reference", "gradecheck", "reports"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file, code in example_by_file().items():
        path = tmp_path / file
        text = path.read_text(encoding="utf-8")
        if "contracts" in file:
            text = text.removesuffix(")\n") + code.rstrip() + ",\n)\n"
        else:
            text += "\n\n" + code
            init = path.with_name("__init__.py")
            line = f"from {path.parent.name}.activations import silu\n"
            init.write_text(init.read_text(encoding="utf-8") + line, encoding="utf-8")
        path.write_text(text, encoding="utf-8")
    command = (sys.executable, "-c", "from gradecheck.cli import main; main()", "verify", "silu")
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    rows = [line for line in run.stdout.splitlines() if line.startswith("silu")]
    assert len(rows) == 2
    assert all(row.endswith("agrees") for row in rows)


def test_commands_of_the_readme_are_commands():
    from gradecheck.cli import main

    named = set(re.findall(r"gradecheck ([a-z]+)\b", "\n".join(re.findall(r"`[^`]+`|```.*?```", README, re.DOTALL))))
    assert named - set(main.commands) == set()
    assert {"verify", "report", "grade", "check", "starter"} <= named
