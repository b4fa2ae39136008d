"""check, starter, assignment check on the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradecheck.cli import main
from gradecheck.machine.cores import cores
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
    assert (result.exit_code, result.output.split("\n")[0]) == (
        0,
        "right.py: 10 of 10 points; full points in 2 of 2 functions.",
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
        (["check", "right.py", "--markdown", "/proc/x.md"], "markdown: /proc cannot be written to", 2),
        (["starter", "--out", "right.py"], "out: right.py is there already, but should be a new file", 2),
        (["starter", "--out", "no/where.py"], "out: no/where.py cannot be written", 2),
        (["starter", "--out", "x.txt"], "out: x.txt is a .txt, but should be a .py, or an .ipynb for a notebook", 2),
        (["starter", "--out", "x"], "out: x is without a suffix, but should be a .py, or an .ipynb for a notebook", 2),
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


ELSEWHERE = """
import os, sys
for name in ("fcntl", "resource"): sys.modules[name] = None
for name in ("sched_getaffinity", "memfd_create", "pidfd_open"): delattr(os, name)
from gradecheck.cli import main
main(sys.argv[1:])
"""


def elsewhere(*words):
    return subprocess.run([sys.executable, "-c", ELSEWHERE, *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["check right.py", "grade .", "regrade .", "assignment check x"])
def test_where_marking_cannot_work_it_says_so_in_one_line(small, command):
    found = elsewhere(*command.split())
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == (
        "Error: marking: this system lacks fcntl, resource, os.memfd_create, os.pidfd_open, but should be Linux, "
        "which ends and confines what strangers' code starts; on Windows use WSL, elsewhere a virtual machine\n"
    )


def test_every_processor_counts_where_the_system_does_not_say_which_are_ours(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cores() == (os.cpu_count() or 1)


def test_what_marks_nothing_works_elsewhere_too(small):
    (small / "results.json").write_text('{"schema": 1, "submissions": []}', encoding="utf-8")
    for words in (["starter", "--assignment", "small.toml"], ["diff", ".", "."], ["formulas"], ["report", "--help"]):
        found = elsewhere(*words)
        assert (found.returncode, found.stderr) == (0, ""), words


def test_the_starter_file_is_written_and_can_be_checked(small):
    assert run("starter", "--assignment", "small.toml", "--out", "mine.py").output == "written to mine.py\n"
    text = (small / "mine.py").read_text(encoding="utf-8")
    assert "def schritt(w, grad, lr):" in text
    assert text == run("starter", "--assignment", "small.toml").output
    result = check("mine.py")
    assert (result.exit_code, result.output) == (1, "mine.py: Nothing to mark yet: all is as in the starter.\n")
    (small / "mine.py").write_text(text.replace("raise NotImplementedError", "return np.maximum(x, 0)", 1))
    assert "still to be written: schritt\n" in check("mine.py").output


def test_the_starter_is_a_notebook_where_the_file_is_called_so(small):
    nbformat = pytest.importorskip("nbformat", reason="it reads notebooks; pip install 'gradecheck[notebooks]'")
    (small / "small.toml").write_text(TOML.format(more="").replace('"Small"', '"Small_1 *"'), encoding="utf-8")
    assert run("starter", "--assignment", "small.toml", "--out", "mine.ipynb").output == "written to mine.ipynb\n"
    notebook = nbformat.read(small / "mine.ipynb", nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    text, imports, *functions = notebook.cells
    assert (text.cell_type, text.source.split("\n")[0]) == ("markdown", r"# Small\_1 \*")
    assert "    gradecheck check submission.ipynb --assignment small.toml" in text.source.split("\n")
    assert (imports.cell_type, imports.source) == ("code", "import numpy as np")
    assert [cell.source.partition("(")[0] for cell in functions] == ["def relu", "def schritt"]
    plain = run("starter", "--assignment", "small.toml").output
    assert all(cell.source in plain for cell in functions)
    result = check("mine.ipynb")
    assert (result.exit_code, result.output) == (1, "mine.ipynb: Nothing to mark yet: all is as in the starter.\n")
    functions[0].source = functions[0].source.replace("raise NotImplementedError", "return np.maximum(x, 0)")
    nbformat.write(notebook, small / "mine.ipynb")
    assert "mine.ipynb: 4 of 10 points" in check("mine.ipynb").output
    functions[1].source = "def schritt(w, grad, lr): return w + lr * grad"
    nbformat.write(notebook, small / "mine.ipynb")
    assert "  # in a cell of mine.ipynb, below schritt\n" in check("mine.ipynb").output


def test_an_assignment_is_proved(small):
    result = run("assignment", "check", "small.toml", "--isolation", "none", "--jobs", "1")
    assert result.exit_code == 0, result.output
    assert "manual (model answer): 10 of 10 points" in result.output
    assert "nothing (empty file): 0 of 10 points" in result.output
    assert result.output.strip().endswith("it is fair")


def test_an_unfair_assignment_ends_with_1(small):
    (small / "unfair.toml").write_text(TOML.format(more="[weights]\ncorrectness = 1\n"), encoding="utf-8")
    result = run("assignment", "check", "unfair.toml", "--isolation", "none", "--jobs", "1")
    assert result.exit_code == 1
    assert "do not release it as it is" in result.output


# -- narrowed


NAIVE = model("def softmax(x):\n    e = np.exp(x)\n    return e / e.sum(axis=-1, keepdims=True)")
SOFTMAX = 'cases = 40\n[[question]]\nfunction = "softmax"\n[[question]]\nfunction = "leaky_relu"\n'


def test_the_command_line_narrows_what_is_asked(small):
    (small / "naive.py").write_text(NAIVE, encoding="utf-8")
    (small / "mild.toml").write_text(f'regimes = ["moderate"]\n{SOFTMAX}', encoding="utf-8")
    (small / "any.toml").write_text(SOFTMAX, encoding="utf-8")
    mild = ("--regime", "moderate", "--rows", "2-D", "--dtype", "float64")
    for name, options, status in (("any", (), 1), ("any", mild, 0), ("mild", (), 0), ("mild", ("--regime", "huge"), 1)):
        result = run("check", "naive.py", "--assignment", f"{name}.toml", "--isolation", "none", *options)
        assert result.exit_code == status, result.output


def test_the_starter_is_of_what_is_asked_and_so_is_its_check(small):
    (small / "any.toml").write_text(SOFTMAX, encoding="utf-8")
    text = run("starter", "--assignment", "any.toml", "--alpha", "0.2", "--alpha", "0.3", "--rows", "2-D").output
    assert "gradecheck check submission.py --assignment any.toml --rows 2-D --alpha 0.2 --alpha 0.3\n" in text
    assert "alpha is 0.2 or 0.3." in text
    assert "gradecheck check submission.py --targets soft\n" in run("starter", "--targets", "soft").output


@pytest.mark.parametrize("command", ["check right.py", "starter", "grade . --out out"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--alpha 2", "--alpha is 2.0, but should be a number from 0 to 1, or a list of such numbers"),
        ("--steps 0", "--steps is 0, but should be a whole number from 1 to 10"),
        ("--regime moderat", "--regime is 'moderat', but should be \"moderate\""),
        ("--targets hard", "'hard' is not one of"),
    ],
)
def test_a_narrowing_that_is_none_is_refused_before_any_work(small, command, options, said):
    result = run(*command.split(), *options.split())
    assert result.exit_code == 2
    assert said in result.output.replace("\n", " ")
