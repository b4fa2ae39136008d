"""What is installed: every room is packed, and everything that is needed is pinned."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]  # below the title


def test_every_room_is_packed_and_typed():
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks", "build"}
    assert set(PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == rooms
    assert {path.parent.name for path in ROOT.glob("*/py.typed")} == rooms


def test_a_constraint_is_a_plain_public_version():
    """No address, no path and no local version (+cpu): those differ from one machine to the next."""
    assert [line for line in CONSTRAINTS if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line)] == []


def test_every_requirement_is_pinned():
    project = PYPROJECT["project"]
    required = sum(project["optional-dependencies"].values(), project["dependencies"])
    pinned = {line.partition("==")[0] for line in CONSTRAINTS}
    ours = f"{project['name']}["  # an extra may name others of this project
    assert {r.partition(">=")[0] for r in required if not r.startswith(ours)} <= pinned
