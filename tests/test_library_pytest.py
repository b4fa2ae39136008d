"""The plugin of pytest: decorated functions are tests, and what they found is written."""

import json
import subprocess
import sys

import flint
import pytest
import torch

import gradecheck
from gradecheck.agreement.session import SESSION, Heard
from tests.repros import repros, run_as_test

pytest_plugins = ["pytester"]

# pytester takes out what a run imports, and these cannot be imported twice: they are here before.
LOADED = (flint, torch, gradecheck.agrees_with, gradecheck.assert_agrees, gradecheck.verify)

PLUGIN = ("-p", "gradecheck.pytest_plugin", "-p", "no:cacheprovider")

DECORATED = """
import numpy as np
import pytest
import torch

import gradecheck


@gradecheck.agrees_with(torch.relu, examples=20)
def my_relu(x):
    return np.maximum(x, 0)


@gradecheck.agrees_with(torch.relu, examples=20, dtypes=["float64"])
def test_wrong(x):
    return np.abs(x)


@gradecheck.agrees_with(torch.relu, examples=20, dtypes=["float64"])
def raises(x):
    return helper(x)


def helper(x):
    raise ValueError("here")


def test_calls():
    with pytest.raises(AssertionError):
        gradecheck.assert_agrees(lambda x: x + np.nan, torch.relu, np.ones(3))
    assert my_relu(-1.0) == 0
    gradecheck.assert_agrees(my_relu, torch.relu, np.ones(3))
    gradecheck.assert_within(np.ones(3), np.ones(3), np.ones(3))


def test_of_a_pack():
    gradecheck.verify("relu", lambda x: np.where(x > 0, x, x.dtype.type(0)), dtypes=["float32"], examples=30)
"""


@pytest.fixture
def run(pytester):
    def run(*options, source=DECORATED, name="test_decorated"):
        pytester.makepyfile(**{name: source})
        return pytester.runpytest_inprocess(*PLUGIN, *options)

    return run


def test_a_decorated_function_is_a_test_for_each_precision_whatever_its_name(run):
    result = run("--collect-only", "-q")
    assert result.outlines[:6] == [
        f"test_decorated.py::{name}"
        for name in (
            *("my_relu[float64]", "my_relu[float32]", "test_wrong[float64]", "raises[float64]"),
            *("test_calls", "test_of_a_pack"),
        )
    ]


def test_a_failure_is_our_message_alone(run):
    result = run("-q")
    result.assert_outcomes(passed=4, failed=2)
    text = "\n".join(result.outlines)
    assert "_ test_wrong[float64] _" in text
    message = "test_wrong disagrees with torch.relu (wrong, float64)\n  result[0] is 1, but should be 0\n"
    assert message in text
    assert "gradecheck/" not in text
    assert "ValueError: here" in text
    assert "return helper(x)" in text


def test_a_failure_is_a_test_that_runs(run, monkeypatch, pytester):
    code, *_ = repros("\n".join(run("-q", "-k", "wrong").outlines))  # on CI pytest's summary tells it once more
    monkeypatch.syspath_prepend(pytester.path)
    assert run_as_test(code).startswith("test_wrong disagrees with torch.relu (wrong, float64)\n  result[0] is 1")


def test_decorated_functions_have_a_marker(run):
    run("-q", "-m", "gradecheck", "--strict-markers").assert_outcomes(passed=2, failed=2, deselected=2)
    run("-q", "-k", "my_relu and float32").assert_outcomes(passed=1, deselected=5)


def test_what_is_imported_from_elsewhere_is_a_test_too(run, pytester, monkeypatch):
    pytester.makepyfile(decorated_elsewhere=DECORATED)
    monkeypatch.syspath_prepend(pytester.path)
    source = "from decorated_elsewhere import my_relu"
    run("-q", "test_imports.py", source=source, name="test_imports").assert_outcomes(passed=2)


def test_every_agreement_is_written(run, pytester):
    with SESSION.listening() as heard:
        run("-q", "--gradecheck-json", "found/agreements.json")
    assert heard == []  # each test's own run hears it
    written = json.loads((pytester.path / "found" / "agreements.json").read_text(encoding="utf-8"))
    assert written["schema"] == 1
    found = {(one.pop("test"), one.pop("function"), one.pop("dtype")): one for one in written["agreements"]}
    assert list(found) == [
        ("test_decorated.py::my_relu[float64]", "my_relu", "float64"),
        ("test_decorated.py::my_relu[float32]", "my_relu", "float32"),
        ("test_decorated.py::test_wrong[float64]", "test_wrong", "float64"),
        ("test_decorated.py::raises[float64]", "raises", "float64"),
        ("test_decorated.py::test_calls", "<lambda>", "float64"),
        ("test_decorated.py::test_calls", "my_relu", "float64"),
        ("test_decorated.py::test_calls", "actual", "float64"),
        ("test_decorated.py::test_of_a_pack", "activations.relu", "float32"),
    ]
    right, _, wrong, raised, infinite, given, _, pack = found.values()
    assert right == {
        "twin": "torch.relu",
        "verdict": "exact",
        "worst_ratio": 0,
        "examples": 20,
        "judged": right["judged"],
        "repair": None,
    }
    assert right["judged"] > 100
    assert wrong["verdict"] == "wrong"
    assert wrong["worst_ratio"] == "inf"
    assert (raised["verdict"], raised["judged"]) == ("wrong", 0)
    assert infinite["worst_ratio"] == "inf"
    assert (given["examples"], given["judged"]) == (1, 3)
    assert pack["examples"] == 30


def test_workers_of_xdist_tell_what_they_found(run, pytester):
    pytest.importorskip("xdist")
    run("-q", "-n", "1", "--gradecheck-json", "found.json", "-k", "my_relu or calls")
    written = json.loads((pytester.path / "found.json").read_text(encoding="utf-8"))
    assert len(written["agreements"]) == 5


def test_the_number_of_examples_is_said_for_all(run, pytester):
    run("-q", "--gradecheck-examples", "7", "--gradecheck-json", "found.json", "-k", "my_relu or pack")
    written = json.loads((pytester.path / "found.json").read_text(encoding="utf-8"))
    assert [one["examples"] for one in written["agreements"]] == [7, 7, 7]
    assert SESSION.examples is None


def test_no_examples_are_refused(run):
    result = run("--gradecheck-examples", "0")
    result.stderr.fnmatch_lines("*--gradecheck-examples is 0, but should be 1 or more")


def test_nobody_hears_what_nobody_listens_to():
    heard = Heard("f", "g", "float64", "exact", 0.0, 1, 1)
    with SESSION.listening() as outer:
        with SESSION.listening() as inner:
            SESSION.tell(heard)
        SESSION.tell(heard)
    assert (inner, outer) == ([heard], [heard])


REFUSED = """
import numpy as np
import torch

import gradecheck


@gradecheck.agrees_with(torch.linalg.qr, {"x": "n n"}, dtypes=["float64"])
def my_qr(x):
    return x


def test_given():
    gradecheck.assert_agrees(np.exp, torch.nn.functional.dropout, np.ones(3))
"""


def test_why_there_is_no_bound_is_a_sentence_without_our_frames(pytester):
    pytester.makepyfile(REFUSED)
    result = pytester.runpytest("-q", *PLUGIN)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["aten::linalg_qr has many right answers, *", "on the drawn input", "x = *"])
    result.stdout.fnmatch_lines("E *aten::bernoulli_.float draws random numbers, *")
    assert "bounds.py" not in result.stdout.str()


def test_the_plugin_imports_nothing_for_a_run_that_does_not_use_it(pytester):
    pytester.makepyfile("import sys\n\ndef test():\n    print(*sys.modules)")
    command = [sys.executable, "-m", "pytest", "-s", "-q", "-p", "no:hypothesispytest", *PLUGIN]
    result = subprocess.run(command, cwd=pytester.path, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    loaded = result.stdout.split()
    assert "gradecheck.pytest_plugin" in loaded
    assert not {"torch", "numpy", "hypothesis", "gradecheck.agreement.decorator"} & set(loaded)
