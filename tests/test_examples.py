"""What stands in examples/ is tried as it stands there."""

import re
import tomllib
from pathlib import Path

import pytest

from gradecheck.grading.assignments.assignment import load
from gradecheck.grading.assignments.starter import starter
from gradecheck.grading.assignments.table import Table

EXAMPLE = Path(__file__).parents[1] / "examples" / "assignment.toml"
pytest.importorskip("scipy", reason="the example shows it to submissions; pip install 'gradecheck[data]'")


@pytest.fixture
def asked_for(monkeypatch):
    """The keys that are looked for while an assignment is read, those of a table behind its name."""
    found, take = set(), Table.take

    def noted(table, key, default=None):
        found.add(f"{table.prefix}{key}")
        return take(table, key, default)

    monkeypatch.setattr(Table, "take", noted)
    return found


def written(table, prefix=""):
    for key, value in table.items():
        yield f"{prefix}{key}"
        for inner in value if key == "question" else [value]:
            if isinstance(inner, dict):
                yield from written(inner, f"{key}.")


def with_files(text):
    """The example with the keys that need a file beside it, which stand there as comments."""
    return re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)


def test_the_example_of_an_assignment_has_every_key_that_there_is(asked_for):
    assert load(str(EXAMPLE)).title == "Exercise 3: activations and losses"
    keys = set(written(tomllib.loads(with_files(EXAMPLE.read_text(encoding="utf-8")))))
    assert keys <= asked_for
    everywhere = {f"question.{key}" for key in keys}  # the same key of a question says the same
    assert asked_for - keys <= everywhere
    assert {"question.also", "limits.most_seconds", "weights.edges", "guard", "mu", "packages", "adapter"} <= keys


def test_every_line_of_the_example_says_what_it_means():
    for line in with_files(EXAMPLE.read_text(encoding="utf-8")).splitlines():
        key, _, rest = line.partition(" = ")
        if rest and key not in ("points", "function", "alpha", "targets", "allow"):
            assert "  # " in rest, f"{line} explains nothing"


def test_what_the_example_narrows_stands_in_its_starter():
    text = starter(load(str(EXAMPLE)), "gradecheck check FILE --assignment examples/assignment.toml")
    assert "gradecheck check submission.py --assignment examples/assignment.toml" in text
    assert "def cross_entropy_loss(p, t):" in text
    assert "alpha: 0.01 or 0.2" in text
