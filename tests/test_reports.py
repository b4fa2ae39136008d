"""Reports: what was found stands in the terminal's tables, in the Markdown and in the JSON alike."""

import json
import sys
from dataclasses import replace

import click
import numpy as np
import pytest
from click.testing import CliRunner

import gradecheck.reporting.report as whole
import manual
from gradecheck import digits
from gradecheck.cli import main
from gradecheck.compare import Verdict
from gradecheck.implementation import Implementation, load
from gradecheck.records import Network, Training
from gradecheck.scope import Scope
from gradecheck.trajectory import follow, network_sides
from gradecheck.verify import Options
from reports import document, markdown, tables, terminal
from tests.lecture import CONTRACTS, PACK

RENDERERS = {"terminal": terminal.report, "markdown": markdown.markdown, "json": document.report}


def build(implementation, *names, examples=25):
    options = Options(examples=examples, scope=Scope(everything=True, dtypes=("float64",)))
    missing = tuple(name for name in names if name not in implementation.functions)
    contracts = [CONTRACTS[name] for name in names]
    return whole.build(contracts, implementation, options, "the command", lambda stage: None, missing=missing)


@pytest.fixture(scope="module")
def trajectory():
    """Four steps of a small network."""
    batches = [whole.two_moons("float64", seed) for seed in range(4)]
    network = Network(("tanh", "identity"), "softmax_cross_entropy", 0.01, 0.9)
    return follow(network_sides(load(PACK)), network, digits.start((2, 3, 2), "float64"), batches)


@pytest.fixture(scope="module")
def right(trajectory):
    """A report in which all is well, two steps an epoch."""
    training = Training("real data", 2, 2, trajectory, 0.75, 0.5)
    found = build(load(PACK), "sigmoid", "relu", "relu_backward")
    return replace(found, trajectories=(trajectory,), trainings=(training,))


@pytest.fixture(scope="module")
def wrong(trajectory):
    """relu is the identity, its gradient is not there, and a step of the training is off."""
    functions = {"relu": lambda x: x.copy(), "softmax": manual.softmax, "cross_entropy": manual.cross_entropy_base2}
    off = replace(trajectory, verdict=Verdict.WRONG, ratios=(0.5, 0.25, 3.0, 0.5))
    found = build(Implementation("mine.py", functions, PACK), "relu", "relu_backward")
    return replace(found, trajectories=(off,))


def strict(text):
    """JSON as the standard has it: no NaN, no Infinity."""
    return json.loads(text, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))


# -- everything that was found


@pytest.mark.parametrize("name", ["terminal", "markdown"])
def test_the_tables_hold_everything(right, name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    assert right.passes
    text = click.unstyle(RENDERERS[name](right))
    for verification in right.verifications:
        assert any(
            verification.contract.subject in line and line.rstrip(" |").endswith(str(verification.verdict))
            for line in text.splitlines()
        )
    for column in ("worst error / bound", "worst ulp", "drift", "envelope", "accuracy", "t log p on the slide"):
        assert column in text
    for number in ("6.14207644e-06", "-1.73128421e+01", "-1.20003477e+01", "-5.01611506e-04", "75.00%", "50.00%"):
        assert number in text
    assert "tanh, identity | softmax_cross_entropy" in text.replace("\\|", "|")
    assert "logarithms to base 2" in text
    assert "training runs: they need every function" in text
    assert "manual agrees with torch: 3 comparisons (" in text


def test_the_markdown_has_its_sections_and_whole_tables(right):
    text = markdown.markdown(right)
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Comparison report",
        "## Formulas",
        "## Worst ulp from the true value, float64: manual / torch",
        "## SGD and momentum",
        "## The slides' worked example",
        "## Real training runs",
        "### real data, lr 0.01, mu 0.9, float64",
        "## What was not checked",
        "## Environment",
    ]
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1
    assert "all 4 steps within their bounds; the free run " in text
    assert "The loss is 0.000347690601 by the natural log (torch: 0.000347690601) and 0.000501611506 by log2." in text
    assert "- command: the command" in text


def test_the_loss_curves_have_a_row_an_epoch(right):
    (training,) = right.trainings
    rows = tables.losses(training).rows
    assert [row[0] for row in rows] == ["0", "1"]
    assert [float(row[1]) for row in rows] == [float(f"{x:.12g}") for x in training.trajectory.losses[::2]]
    assert float(rows[1][3]) == float(f"{max(training.trajectory.ratios[2:]):.3g}")


def test_the_json_holds_everything(right):
    found = strict(document.report(right))
    assert found["schema"] == 1
    assert found["passes"] is True
    assert found["implementation"] == "manual"
    assert found["environment"]["command"] == "the command"
    assert [c["formula"] for c in found["comparisons"]] == ["sigmoid", "relu", "relu"]
    assert [c["direction"] for c in found["comparisons"]] == ["forward", "forward", "backward"]
    (trajectory,), (training,) = found["trajectories"], found["trainings"]
    assert trajectory["losses"] == list(right.trajectories[0].losses)
    assert len(trajectory["ratios"]) == len(trajectory["drift"]) == len(trajectory["envelope"]) == 4
    assert trajectory["network"] == {
        "activations": ["tanh", "identity"], "loss": "softmax_cross_entropy", "lr": 0.01, "mu": 0.9
    }  # fmt: skip
    assert (training["title"], training["accuracy"], training["reference_accuracy"]) == ("real data", 0.75, 0.5)
    assert training["reference_losses"] == list(right.trajectories[0].reference_losses)
    assert [row["p"] for row in found["worked_example"]["rows"]] == [row.p for row in right.worked.rows]
    assert found["unchecked"] == list(right.unchecked)


def test_verify_writes_the_comparisons_of_the_report(right):
    found = strict(document.verifications(right.verifications, right.environment))
    assert set(found) == {"schema", "environment", "comparisons", "missing"}
    assert found["comparisons"] == strict(document.report(right))["comparisons"]


# -- what is wrong


@pytest.mark.parametrize("name", ["terminal", "markdown"])
def test_a_failure_stands_in_words(wrong, name):
    assert not wrong.passes
    text = RENDERERS[name](wrong)
    assert "mine.py does not agree with torch: 2 comparisons (1 wrong, 1 missing)" in text
    assert "activations.relu: mine.py disagrees with torch (wrong, float64)" in text
    assert "f(x)[0] is -" in text
    assert "but should be 0" in text
    assert "mine.py does not have: relu_backward (1 of 2)" in text
    assert not any(line.rstrip(" |").endswith("missing") for line in text.splitlines())


def test_a_step_that_is_off_stands_in_words(wrong):
    assert "step 2 is off by 3 times its bound, but should be within it" in markdown.markdown(wrong)


def test_a_failure_stands_in_the_json(wrong):
    found = strict(document.report(wrong))
    assert found["passes"] is False
    relu, backward = found["comparisons"]
    assert (relu["verdict"], backward["verdict"]) == ("wrong", "missing")
    (x,) = relu["worst_case"]["arguments"].values()
    element = relu["worst_case"]["element"]
    assert element["actual"] == np.array(x)[tuple(element["index"])] < 0
    assert element["expected"] == 0
    assert backward["examples"] == 0
    assert backward["worst_case"]["findings"][0]["kind"] == "missing"
    assert backward["worst_case"]["recipe"] is None
    (trajectory,) = found["trajectories"]
    assert (trajectory["verdict"], trajectory["wrong_at"]) == ("wrong", 2)


@pytest.mark.parametrize("part", ["verifications", "trajectories", "trainings", "worked"])
def test_one_failure_anywhere_fails_the_report(right, wrong, part):
    parts = {
        "verifications": (*right.verifications, wrong.verifications[0]),
        "trajectories": (*right.trajectories, *wrong.trajectories),
        "trainings": (replace(right.trainings[0], trajectory=wrong.trajectories[0]),),
        "worked": replace(right.worked, agrees=False),
    }
    found = replace(right, **{part: parts[part]})
    assert right.passes
    assert not found.passes
    assert "manual does not agree with torch" in markdown.markdown(found)
    assert "manual does not agree with torch" in terminal.report(found)
    assert strict(document.report(found))["passes"] is False


# -- numbers that JSON lacks


def test_wild_numbers_stand_as_words(right):
    (trajectory,) = right.trajectories
    wild = replace(trajectory, losses=(np.nan, np.inf, -np.inf, 1.0), ratios=(np.inf, 0.0, 0.0, 0.0))
    verification = replace(right.verifications[0], worst_ratio=np.inf, worst_ulp=np.float32(np.inf))
    found = replace(right, trajectories=(wild,), verifications=(verification,))
    for render in RENDERERS.values():
        assert "inf" in render(found)
    written = strict(document.report(found))
    assert written["trajectories"][0]["losses"] == ["nan", "inf", "-inf", 1.0]
    assert written["comparisons"][0]["worst_ratio"] == written["comparisons"][0]["worst_ulp"] == "inf"


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.array([[1.0, np.nan]]), [[1.0, "nan"]]),
        ({1: (np.bool_(True), None)}, {"1": [True, None]}),
        (Verdict.LESS_ACCURATE, "less accurate"),
        ("text", "text"),
        (-0.0, -0.0),
    ],
    ids=["float", "integer", "array", "mapping", "verdict", "text", "zero"],
)
def test_values_in_the_types_of_json(x, expected):
    assert strict(json.dumps(document.plain(x), allow_nan=False)) == expected


def test_a_large_argument_stands_by_its_shape(right):
    verification = right.verifications[0]
    case = replace(verification.worst.case, arguments=(np.zeros((9, 9)),))
    found = replace(verification, worst=replace(verification.worst, case=case))
    (comparison,) = strict(document.verifications([found], {}))["comparisons"]
    assert comparison["worst_case"]["arguments"] == {"x": "array of shape (9, 9)"}


# -- the whole of it


@pytest.fixture
def short(monkeypatch):
    """The same report with few steps of everything."""
    for constant, value in {
        "RATES": ((0.01, 0.9),), "TRAJECTORY_STEPS": 3, "DIGIT_RATES": ((0.1, 0.9),), "EPOCHS": 1,
        "PERCEPTRON_STRETCHES": 2,
    }.items():  # fmt: skip
        monkeypatch.setattr(whole, constant, value)


@pytest.mark.usefixtures("short")
def test_report_writes_all_of_it(tmp_path):
    pytest.importorskip("sklearn", reason="scikit-learn brings the digits; pip install 'gradecheck[data]'")
    out = tmp_path / "new" / "report"
    result = CliRunner().invoke(main, ["report", "--out", str(out), "--examples", "60", "--dtype", "float64"])
    assert result.exit_code == 0, result.output
    assert f"written to {out}: report.md, report.json" in result.stdout
    assert {path.name for path in out.iterdir()} >= {"report.md", "report.json"}
    found = strict((out / "report.json").read_text(encoding="utf-8"))
    assert [c["formula"] + c["direction"] for c in found["comparisons"]] == [
        c.subject + c.direction for c in CONTRACTS.values()
    ]
    assert len(found["trajectories"]) == 1
    network, perceptron = found["trainings"]
    assert len(network["losses"]) == network["steps_an_epoch"] > 1
    assert len(perceptron["losses"]) == 2
    assert network["losses"][-1] < network["losses"][0]
    assert found["worked_example"]["agrees"] is True
    assert found["unchecked"] == []
    text = (out / "report.md").read_text(encoding="utf-8")
    assert "digits, 64-64-10, ReLU" in text
    assert "digits, single layer perceptron, train" in text


@pytest.mark.usefixtures("short")
def test_without_scikit_learn_the_report_says_what_is_left_out(monkeypatch):
    def missing(dtype, seed):
        raise ModuleNotFoundError("digits: scikit-learn is not installed, but brings the data")

    monkeypatch.setattr(digits, "load", missing)
    found = build(load(PACK), *CONTRACTS, examples=1)
    assert len(found.trajectories) == 1
    assert found.trainings == ()
    assert "digits: scikit-learn is not installed, but brings the data" in found.unchecked
    assert "not checked: digits: scikit-learn is not installed" in terminal.report(found)


def test_the_digits_say_how_to_get_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'gradecheck\[data\]'$"):
        digits.load("float64")


def test_the_environment_says_what_it_takes_to_run_it_again(right):
    assert set(right.environment) >= {"gradecheck", "python", "numpy", "torch", "blas", "threads", "seed", "command"}
    assert all(isinstance(value, str) and value for value in right.environment.values())
    assert right.environment["seed"] == "0"
