"""The command line, run as its users run it: on manual, and on a file that somebody broke."""

import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import gradecheck
import manual
from gradecheck.cli import main
from gradecheck.verifying.records import Verification
from tests.lecture import CONTRACTS

FIELDS = {"formula", "direction", "dtype", "examples", "verdict", "worst_ratio", "worst_ulp", "worst_case"}
LOSSES = Path(manual.losses.__file__)


def call(*arguments, code=0, columns=None):
    """Standard output of a call that ends with that exit code, on a terminal of so many columns."""
    result = CliRunner().invoke(main, arguments, env={"COLUMNS": None if columns is None else str(columns)})
    assert result.exit_code == code, result.output
    return result.stdout


def table(text):
    """Verdicts of the rows of a verify table: (formula, direction, dtype) -> verdict."""
    rows = (line.split() for line in text.splitlines())
    return {tuple(row[:3]): " ".join(row[6:]) for row in rows if len(row) > 6 and row[1] in ("forward", "backward")}


@pytest.fixture
def broken(tmp_path):
    """A copy of manual/losses.py with one line changed."""

    def copy(right, wrong):
        source = LOSSES.read_text(encoding="utf-8")
        assert source.count(right) == 1
        file = tmp_path / "losses.py"
        file.write_text(source.replace(right, wrong), encoding="utf-8")
        return str(file)

    return copy


# -- verify


def test_verify_holds_every_formula_in_both_precisions():
    found = table(call("verify", "--examples", "30"))
    assert set(found) == {
        (c.subject, c.direction, dtype) for c in CONTRACTS.values() for dtype in ("float64", "float32")
    }
    assert set(found.values()) <= {"exact", "agrees", "less accurate"}


def test_a_formula_stands_for_its_gradient_too_and_a_function_for_itself():
    found = table(call("verify", "relu", "tanh_backward", "--examples", "25", "--dtype", "float32"))
    assert set(found) == {
        ("relu", "forward", "float32"),
        ("relu", "backward", "float32"),
        ("tanh", "backward", "float32"),
    }


def test_verify_says_where_the_time_went():
    said = call("verify", "relu", "--examples", "25")
    assert "100 examples in " in said
    assert "the engine " in said.splitlines()[-1]


def test_too_few_examples_have_checked_nothing():
    said = call("verify", "linear", "--examples", "1", code=1)
    assert "was not checked: no example could have shown a difference" in said
    assert "; draw more examples" in said


def test_the_right_losses_pass_from_a_copy(broken):
    """So that what fails below fails for its one changed line."""
    file = broken("import numpy", "import numpy")
    said = call("verify", "mse", "cross_entropy", "--examples", "30", "--implementation", file)
    assert len(table(said)) == 8


@pytest.mark.parametrize(
    ("right", "wrong", "function", "shown"),
    [
        (
            ".sum() / difference.size",
            ".sum()",
            "mse",
            [
                "losses.mse: losses.py disagrees with torch (wrong, float64)",
                "MSE is ",
                "formula  MSE = 1/n Σ_i (y_i - ŷ_i)², over all n elements",
                "mistake  The squares are summed; the slide takes their mean, 1/n Σ_i (y_i - ŷ_i)².",
            ],
        ),
        (
            "np.where(t == 0, 0, -t / (n * p))",
            "np.where(t == 0, 0, t / (n * p))",
            "cross_entropy_backward",
            [
                "losses.cross_entropy_backward: losses.py disagrees with torch (wrong, float64)",
                "∂L/∂p[",
                "formula  ∂L/∂p_i = -t_i / p_i, over the number of rows",
                "mistake  The minus is missing: ∂L/∂p_i = -t_i / p_i, over n.",
            ],
        ),
        (
            "-_t_log_p(np.log, p, t).sum() / n",
            "-_t_log_p(np.log2, p, t).sum() / n",
            "cross_entropy",
            ["mistake  The logarithm is that of base 2, as in the lecture's table; the formula means the natural one."],
        ),
    ],
    ids=["no mean", "sign", "log2"],
)
def test_a_broken_copy_of_the_losses_fails_with_words_for_a_student(broken, right, wrong, function, shown):
    said = call("verify", function, "--examples", "40", "--implementation", broken(right, wrong), code=1)
    assert f"losses.{function}: losses.py disagrees with torch" in said
    for words in shown:
        assert words in said
    assert "wrong" in {verdict for row, verdict in table(said).items() if row[2] == "float32"}


@pytest.mark.parametrize(
    ("right", "wrong", "function", "said", "precisions"),
    [
        (
            "difference = target - prediction\n",
            "difference = target - prediction\n    prediction[...] = 0\n",
            "mse",
            "prediction was written to by mse, but should be left as it was; work on a copy",
            {"float64", "float32"},
        ),
        (
            "prediction - target) / (n / 2)",
            "prediction - target).astype(np.float64) / (n / 2)",
            "mse_backward",
            "∂MSE/∂ŷ is float64, but should be float32 as the arguments are",
            {"float32"},
        ),
    ],
    ids=["writes", "dtype"],
)
def test_right_values_that_are_not_clean_are_hygiene(broken, right, wrong, function, said, precisions):
    output = call("verify", function, "--examples", "40", "--implementation", broken(right, wrong), code=1)
    assert f"losses.{function}: losses.py has torch's values, but should be tidier (hygiene, float32)" in output
    assert said in output
    assert "disagrees with torch" not in output
    assert {row[2] for row, verdict in table(output).items() if verdict == "hygiene"} == precisions


def test_a_failure_shows_the_smallest_case_that_was_found(broken):
    file = broken(".sum() / difference.size", ".sum()")
    said = call("verify", "mse", "--dtype", "float64", "--examples", "40", "--implementation", file, code=1)
    inputs = [line for line in said.splitlines() if line.startswith("  input ")]
    assert [line.split()[1] for line in inputs] == ["prediction", "target"]
    assert all(line.count(",") <= 2 for line in inputs)


def test_the_broken_copy_fails_in_a_process_of_its_own_too(broken):
    """With the exit code that a shell sees, a progress bar beside the table, and no traceback."""
    file = broken(".sum() / difference.size", ".sum()")
    command = [sys.executable, "-m", "gradecheck"]
    run = subprocess.run(
        [*command, "verify", "mse", "--examples", "40", "--implementation", file], capture_output=True, text=True
    )
    assert run.returncode == 1
    assert "losses.mse: losses.py disagrees with torch (wrong, float64)" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


# -- verify --json


def as_json(path, *arguments, code=0):
    file = path / f"{len(list(path.iterdir()))}.json"
    call("verify", *arguments, "--json", str(file), code=code)
    return json.loads(file.read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_the_json_has_what_is_promised(tmp_path):
    document = as_json(tmp_path, "softmax", "--examples", "30", "--seed", "7")
    assert set(document) == {"schema", "environment", "comparisons", "missing"}
    assert document["schema"] == 2
    assert document["environment"]["seed"] == "7"
    assert [(c["formula"], c["direction"], c["dtype"]) for c in document["comparisons"]] == [
        ("softmax", direction, dtype) for direction in ("forward", "backward") for dtype in ("float64", "float32")
    ]
    for comparison in document["comparisons"]:
        assert set(comparison) >= FIELDS
        assert comparison["examples"] == 30
        assert comparison["verdict"] in ("exact", "agrees")
        assert 0 <= comparison["worst_ratio"] <= 1
        assert comparison["worst_ulp"] >= 0
        assert comparison["worst_case"]["recipe"]["dtype"] == comparison["dtype"]


def test_the_same_seed_gives_the_same_json_and_another_seed_another(tmp_path):
    def lasting(seed):
        document = as_json(tmp_path, "sigmoid", "mse", "--examples", "30", "--seed", seed)
        for passing in ("date", "command"):
            del document["environment"][passing]
        for comparison in document["comparisons"]:
            del comparison["seconds"]
        return document

    first = lasting("1")
    assert lasting("1") == first
    assert lasting("2")["comparisons"] != first["comparisons"]


def test_a_failure_stands_in_the_json(broken, tmp_path):
    (tmp_path / "out").mkdir()
    file = broken(".sum() / difference.size", ".sum()")
    document = as_json(
        tmp_path / "out", "mse", "--examples", "40", "--dtype", "float64", "--implementation", file, code=1
    )
    forward, backward = document["comparisons"]
    assert forward["verdict"] == "wrong"
    assert backward["verdict"] in ("exact", "agrees")
    worst = forward["worst_case"]
    assert worst["signs"] == {"MSE": "times all elements"}
    assert worst["mistakes"] == ["The squares are summed; the slide takes their mean, 1/n Σ_i (y_i - ŷ_i)²."]
    assert all(actual > expected for expected, actual in worst["pairs"] if expected > 0)
    assert set(worst["arguments"]) == {"prediction", "target"}
    assert worst["element"]["actual"] != worst["element"]["expected"]
    assert set(worst["witness"]) == {"true", "implementation_ulp", "reference_ulp"}


def test_the_truth_is_heard_where_it_is_asked(tmp_path):
    (comparison,) = as_json(tmp_path, "sigmoid_backward", "--examples", "30", "--dtype", "float32", "--truth")[
        "comparisons"
    ]
    assert comparison["worst_case"]["witness"]["reference_ulp"] >= 0


def test_the_records_and_the_json_name_the_same_things():
    assert set(Verification.__dataclass_fields__) >= FIELDS - {"formula", "direction", "worst_case"}


# -- the rest


def test_formulas_lists_every_function_with_its_formula_and_twin():
    lines = call("formulas", columns=200).splitlines()
    assert len(lines) == 2 + 2 * len(CONTRACTS)
    for first, second, contract in zip(lines[2::2], lines[3::2], CONTRACTS.values(), strict=True):
        assert first.startswith(f"{contract.name}(")
        assert first.endswith(f" {contract.formula}")
        assert second.strip() == contract.twin
    assert max(map(len, call("formulas").splitlines())) <= 80, "where nobody says how wide it is"


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp437"])
@pytest.mark.parametrize("words", ["formulas", "verify relu --examples 20", "starter"])
def test_what_an_encoding_lacks_is_replaced(words, encoding):
    run = subprocess.run(
        [sys.executable, "-m", "gradecheck", *words.split()],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
    )
    assert (run.returncode, b"Traceback" in run.stderr) == (0, False)
    if words == "formulas":
        assert "?L/?x = grad, or 0 for x <= 0" in run.stdout.decode(encoding)
    if words == "starter":
        assert "∂L/∂x = grad" in run.stdout.decode("utf-8"), "a file of Python is UTF-8"


def on_a_terminal(*words, exit=0, all_of_it=False, **variables):
    """What a command shows on a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")} | {"TERM": "xterm", **variables}
    command = [sys.executable, "-m", "gradecheck", *words]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], env=env, stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # as Linux says that nobody writes there any more
            while data := os.read(ours, 4096):
                shown += data
        os.close(ours)
    assert run.returncode == exit
    said = shown.decode().replace("\r\n", "\n")
    return said if all_of_it else said.split("\r")[-1]


def test_a_terminal_has_colour_and_no_row_wraps():
    shown = on_a_terminal("verify", "relu", "--examples", "20", "--dtype", "float64")
    assert shown.count("\x1b[32mexact") == 2
    assert max(len(click.unstyle(line)) for line in shown.split("\n")) <= 80


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_refused(variables):
    shown = on_a_terminal("verify", "relu", "--examples", "20", "--dtype", "float64", **variables)
    assert "exact" in shown
    assert "\x1b[32m" not in shown


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_the_three_uses(option):
    said = call(option)
    assert all(f"\n  {command} " in said for command in ("verify", "report", "formulas"))


@pytest.mark.parametrize("command", ["verify", "report", "formulas"])
def test_every_command_has_help(command):
    assert call(command, "--help").startswith("Usage: ")


def test_version():
    assert gradecheck.__version__ in call("--version")


def test_a_progress_bar_and_an_error_fit_a_terminal():
    bar = on_a_terminal("verify", "softmax_cross_entropy", "--examples", "20", all_of_it=True)
    assert "softmax_cross_entropy_backward float64" in bar
    assert max(len(click.unstyle(line)) for line in re.split(r"[\r\n]", bar)) <= 80
    error = on_a_terminal("check", "tests/test_cli.py", "--assignment", "no_such_assignment", exit=2)
    assert "Error: " in error
    assert max(map(len, error.split("\n"))) <= 80
