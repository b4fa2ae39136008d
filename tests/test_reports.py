"""Reports: what was found stands in the terminal's tables, in the Markdown and in the JSON alike."""

import json
import sys
from dataclasses import replace
from types import ModuleType

import click
import numpy as np
import pytest
from click.testing import CliRunner

import gradecheck.reporting.report as whole
import manual
from gradecheck.arguments.scope import Scope
from gradecheck.cli import main
from gradecheck.numbers.compare import Verdict
from gradecheck.reporting.parts import Line, Lines, Outcome, Section, Table, Text
from gradecheck.reporting.tasks import Exhibit, Task
from gradecheck.verifying.implementation import Implementation, load
from gradecheck.verifying.verify import Options
from lectures.lecture03 import exhibits
from lectures.training import digits
from reports import document, markdown, page, reading, terminal
from tests.lecture import CONTRACTS, PACK

RENDERERS = {"terminal": terminal.report, "markdown": markdown.markdown, "json": document.report}


def build(implementation, *names, examples=25):
    options = Options(examples=examples, scope=Scope(everything=True, dtypes=("float64",)))
    missing = tuple(name for name in names if name not in implementation.functions)
    contracts = [CONTRACTS[name] for name in names]
    return whole.build(contracts, implementation, options, "the command", lambda stage: None, missing=missing)


OUTCOME = Outcome("a run, float64", "float64", 0.5, Verdict.AGREES)
OFF = replace(OUTCOME, worst_ratio=3.0, verdict=Verdict.WRONG)
TABLE = Table("every run", ("run", "verdict"), (("a|run", "agrees"),))
EPOCHS = Table("the loss by epoch", ("epoch", "loss"), (("0", "0.6931"),), folded=True)
LINES = Lines("loss", "step", "loss", (Line("ours", (0.5, 0.25)), Line("torch", (0.5, 0.25), 1, "dashed", True)))


def runs(*outcomes):
    """A section with all that a terminal and Markdown know, and one in it."""
    inner = Section("lr 0.1", (Text(("one said", "two said")), LINES, EPOCHS), outcomes)
    return Section("Training", (Text(("A network learns.",)), TABLE, inner))


@pytest.fixture(scope="module")
def right():
    """A report in which all is well."""
    found = build(load(PACK), "sigmoid", "relu", "relu_backward")
    return replace(found, sections=(runs(OUTCOME), *found.sections))


@pytest.fixture(scope="module")
def wrong():
    """relu is the identity, its gradient is not there, and a run is off."""
    functions = {"relu": lambda x: x.copy(), "softmax": manual.softmax, "cross_entropy": manual.cross_entropy_base2}
    found = build(Implementation("mine.py", functions, PACK), "relu", "relu_backward")
    return replace(found, sections=(runs(OFF), *found.sections))


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
    for column in ("worst error / bound", "worst ulp", "t log p on the slide"):
        assert column in text
    for number in ("6.14207644e-06", "-1.73128421e+01", "-1.20003477e+01", "-5.01611506e-04"):
        assert number in text
    assert "A network learns." in text
    assert "a|run" in text.replace("\\|", "|")
    assert "logarithms to base 2" in text
    assert "training runs: they need every function" in text
    assert "manual agrees with torch: 3 comparisons (" in text


def test_the_markdown_has_its_sections_and_whole_tables(right):
    text = markdown.markdown(right)
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Comparison report",
        "## Formulas",
        "## Worst ulp from the true value, float64: manual / torch",
        "## Training",
        "### lr 0.1",
        "## Worked example",
        "## What is open",
        "### Where the slides are loose",
        "### Conventions",
        "### What is not asked",
        "## What was not checked",
        "## Environment",
    ]
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1
    assert "- one said\n- two said" in text
    assert "every run:\n\n| run" in text
    assert "the loss by epoch:\n\n| epoch" in text
    assert "The loss is 0.000347690601 by the natural log (torch: 0.000347690601) and 0.000501611506 by log2." in text
    assert "- command: the command" in text


def test_a_terminal_leaves_out_the_sections_in_a_section(right):
    assert "one said" not in terminal.report(right)
    assert "the loss by epoch" not in terminal.report(right)


def test_what_makes_a_function_right_stands_beside_it(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("import numpy as np\n\n\ndef relu(x):\n    return np.minimum(x, 0)\n", encoding="utf-8")
    found = build(load(PACK, path), "relu")
    [verification] = found.verifications
    [change] = verification.repair.changes
    assert (change.where, change.after) == ("line 5", "    return np.maximum(x, 0)")
    for render in (terminal.report, markdown.markdown):
        text = click.unstyle(render(found))
        assert "- return np.minimum(x, 0)\n" in text
        assert "+ return np.maximum(x, 0)\n" in text
    html = page.page(strict(document.report(found)))
    assert "<strong>Look at line 5.</strong>" in html
    assert 'aria-label="Change 1 of relu float64"' in html
    assert f"With this change all {verification.repair.cases} cases pass." in html


def test_the_json_holds_everything(right):
    found = strict(document.report(right))
    assert found["schema"] == 2
    assert found["passes"] is True
    assert found["implementation"] == "manual"
    assert found["environment"]["command"] == "the command"
    assert [c["formula"] for c in found["comparisons"]] == ["sigmoid", "relu", "relu"]
    assert [c["direction"] for c in found["comparisons"]] == ["forward", "forward", "backward"]
    assert [reading.section(s) for s in found["sections"]] == list(right.sections)
    assert found["whole"] is False
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
    (inner,) = (part for part in found["sections"][0]["parts"] if part["kind"] == "section")
    assert inner["outcomes"] == [{"what": "a run, float64", "dtype": "float64", "worst_ratio": 3.0, "verdict": "wrong"}]


@pytest.mark.parametrize("part", ["verifications", "sections", "broken"])
def test_one_failure_anywhere_fails_the_report(right, wrong, part):
    parts = {
        "verifications": (*right.verifications, wrong.verifications[0]),
        "sections": (*right.sections, runs(OUTCOME, OFF)),
        "broken": ("two features: manual raised ValueError",),
    }
    found = replace(right, **{part: parts[part]})
    assert right.passes
    assert not found.passes
    assert "manual does not agree with torch" in markdown.markdown(found)
    assert "manual does not agree with torch" in terminal.report(found)
    assert strict(document.report(found))["passes"] is False


# -- any pack


def halved(implementation, x):
    return implementation.functions["relu"](np.array([x]))[0] / 2


def shown(found):
    return Section("Halves", (Text(tuple(map(str, found))),)) if found else None


@pytest.fixture
def another_pack(monkeypatch):
    """One whose exhibits are four halves, of which relu refuses one, and something that it leaves out."""
    tasks = tuple(Task(f"half of {x}", halved, (x,)) for x in (1.0, 2.0, "three", 4.0))
    pack = ModuleType("another_pack")
    pack.exhibits = lambda implementation, options, whole: [
        Exhibit(tasks, shown, ("quarters: nobody wants them",)),
        Exhibit(tasks[2:3], shown),
    ]
    monkeypatch.setitem(sys.modules, pack.__name__, pack)
    return replace(PACK, exhibits=pack.__name__)


def test_the_exhibits_are_those_of_the_pack(another_pack):
    found = build(load(another_pack), "relu")
    assert found.sections == (Section("Halves", (Text(("0.5", "1.0", "2.0")),)),)
    assert found.unchecked == ("quarters: nobody wants them",)
    assert [reason.partition(" raised ")[0] for reason in found.broken] == ["half of three: manual"] * 2
    assert not found.passes
    assert "## Halves\n\n- 0.5\n- 1.0\n- 2.0" in markdown.markdown(found)
    assert "0.5\n1.0\n2.0" in terminal.report(found)


def test_a_pack_may_have_no_exhibits():
    found = build(load(replace(PACK, exhibits="")), "relu")
    assert (found.sections, found.unchecked, found.passes) == ((), (), True)


# -- numbers that JSON lacks


def test_wild_numbers_stand_as_words(right):
    wild = Lines("loss", "step", "loss", (Line("ours", (np.nan, np.inf, -np.inf, 1.0)),), limit=np.inf)
    section = Section("Training", (wild,), (replace(OUTCOME, worst_ratio=np.inf),))
    verification = replace(right.verifications[0], worst_ratio=np.inf, worst_ulp=np.float32(np.inf))
    found = replace(right, sections=(section,), verifications=(verification,))
    for render in RENDERERS.values():
        assert "inf" in render(found)
    written = strict(document.report(found))
    assert written["sections"][0]["parts"][0]["lines"][0]["y"] == ["nan", "inf", "-inf", 1.0]
    assert str(reading.section(written["sections"][0])) == str(section)
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


@pytest.mark.parametrize(
    "x",
    [
        {"a": (), "b": {}, "c": [[], {}, {"d": [1, [2.5, None]]}]},
        {1: True, None: 10**30, "é": 'a "quoted"\nline \N{REPLACEMENT CHARACTER}'},
        [np.float64(0.1), np.float32(0.1), -0.0, 1e300, np.inf, np.nan, np.arange(4).reshape(2, 2), Verdict.WRONG],
        "text",
        0.5,
    ],
    ids=["nested", "texts", "numbers", "text", "number"],
)
def test_json_with_an_item_a_line_is_what_python_writes(x):
    assert document.lined(x) == json.dumps(document.plain(x), indent=1, allow_nan=False)


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
        monkeypatch.setattr(exhibits, constant, value)


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
    titles = ["SGD and momentum", "Real digits", "Worked example", "What is open"]
    assert [section["title"] for section in found["sections"]] == titles
    two_features, on_digits, example, _ = map(reading.section, found["sections"])
    assert [(o.what, o.verdict.passes) for section in (two_features, on_digits) for o in section.all_outcomes()] == [
        ("two features, lr 0.01, mu 0.9, float64", True),
        ("digits, 64-64-10, ReLU, lr 0.1, mu 0.9, float64", True),
        ("digits, single layer perceptron, train, lr 0.1, mu 0.9, float64", True),
    ]
    losses = on_digits.parts[2].parts[1].lines[0].y
    assert len(losses) == 45
    assert losses[-1] < losses[0]
    assert example.verdict is Verdict.EXACT
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
    assert [section.title for section in found.sections] == ["SGD and momentum", "Worked example", "What is open"]
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
