"""check, starter, assignment check on the command line."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradecheck.cli import main
from tests.marked import model

TOML = """
title = "Small"
cases = 40
{more}
[[question]]
function = "relu"
points = 4
[[question]]
function = "sgd_step"
name = "schritt"
points = 6
"""
RIGHT = model("schritt = sgd_step")
WRONG = model("def schritt(w, grad, lr): return w + lr * grad")


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(TOML.format(more=""), encoding="utf-8")
    (tmp_path / "hidden.toml").write_text(TOML.format(more='feedback = "hidden"'), encoding="utf-8")
    (tmp_path / "right.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(WRONG, encoding="utf-8")
    return tmp_path


def run(*words):
    return CliRunner().invoke(main, words, catch_exceptions=False)


def check(file, *words):
    return run("check", file, "--assignment", "small.toml", "--isolation", "none", *words)


def test_all_right_ends_with_0(small):
    result = check("right.py")
    assert (result.exit_code, result.output.strip().split("\n")[-1]) == (
        0,
        "10 of 10 points; 2 of 2 functions have them all.",
    )


def test_a_mistake_is_explained_and_ends_with_1(small):
    result = check("wrong.py")
    assert result.exit_code == 1
    assert "schritt: The step goes uphill" in result.output or "W + λ" in result.output
    assert "from wrong import schritt" in result.output
    assert "# should be" in result.output
    assert "4 of 10 points" in result.output


def test_feedback_can_be_kept_as_markdown(small):
    check("wrong.py", "--markdown", "feedback.md")
    assert (small / "feedback.md").read_text(encoding="utf-8").startswith("# Small\n")


def test_hidden_feedback_is_hidden_on_the_terminal_too(small):
    result = run("check", "wrong.py", "--assignment", "hidden.toml", "--isolation", "none")
    assert result.exit_code == 1
    assert "import numpy" not in result.output
    assert "hidden until they are released" in result.output


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["check", "none.py"], "does not exist", 2),
        (["check", "right.py", "--assignment", "none"], "assignment: none is no file that can be read", 2),
        (["check", "small.toml", "--assignment", "small.toml", "--isolation", "none"], "small.toml: it is a", 1),
        (["starter", "--out", "right.py"], "out: right.py is there already, but should be a new file", 2),
        (["starter", "--out", "no/where.py"], "out: no/where.py cannot be written", 2),
        (["assignment", "check", "none"], "assignment: none is no file that can be read", 2),
    ],
)
def test_a_mistake_in_the_call_is_said_in_one_line(small, words, said, code):
    result = run(*words)
    assert result.exit_code == code
    assert said in result.output


def test_a_passing_check_imports_neither_torch_nor_hypothesis(small, monkeypatch):
    """With the bank on disk, as after the first check."""
    assert check("right.py").exit_code == 0
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    script = (
        "import sys; from gradecheck.cli import main\n"
        "try: main(['check', 'right.py', '--assignment', 'small.toml'])\n"
        "finally: print(*sorted({'torch', 'hypothesis', 'nbformat'} & sys.modules.keys()), 'and no more')"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip().split("\n")[-1] == "and no more"


def test_the_starter_file_is_written_and_can_be_checked(small):
    assert run("starter", "--assignment", "small.toml", "--out", "mine.py").output == "written to mine.py\n"
    text = (small / "mine.py").read_text(encoding="utf-8")
    assert "def schritt(w, grad, lr):" in text
    assert text == run("starter", "--assignment", "small.toml").output
    result = check("mine.py")
    assert result.exit_code == 1
    assert "schritt is still to be written" in result.output


def test_an_assignment_is_proved(small):
    result = run("assignment", "check", "small.toml", "--isolation", "none", "--jobs", "1")
    assert result.exit_code == 0, result.output
    assert "manual (model answer): 10 of 10 points" in result.output
    assert "nothing (empty file): 0 of 10 points" in result.output
    assert result.output.strip().endswith("it is fair")


def test_an_unfair_assignment_ends_with_1(small):
    (small / "few.toml").write_text(TOML.format(more="").replace("cases = 40", "cases = 1"), encoding="utf-8")
    result = run("assignment", "check", "few.toml", "--isolation", "none", "--jobs", "1")
    assert result.exit_code == 1
    assert "do not release it as it is" in result.output
