"""A small class for the tests of marking: an assignment of three functions, submissions, and a bank that is shared."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradecheck.cli import main

ASSIGNMENT = """
title = "Three functions"
seed = 7
cases = 24
[limits]
seconds = 2
[[question]]
function = "relu"
[[question]]
function = "tanh"
points = 2
[[question]]
function = "mse_backward"
points = 3
"""

GOOD = """
import numpy as np

def relu(x):
    return np.maximum(x, 0)

def tanh(x):
    return np.tanh(x)

def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
"""
HALVED = GOOD.replace("2 * (prediction", "(prediction")
DOUBLED = GOOD.replace("return np.tanh(x)", "return np.tanh(x) * 2")


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory):
    """One bank for all tests, and for all of pytest-xdist's workers."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADECHECK_CACHE", str(shared / "bank"))
        yield shared / "bank"


@pytest.fixture
def assignment_file(tmp_path):
    path = tmp_path / "three.toml"
    path.write_text(ASSIGNMENT)
    return path


def hand_in(folder, **sources):
    """A folder of submissions, name -> source; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in sources.items():
        Path(folder, f"{name}.py").write_text(source)
    return folder


def gradecheck(*words, status=0):
    """Run a command here; returns what it printed, of which nothing may be a traceback."""
    result = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


def results(folder):
    """Everything in a run's folder that may not depend on how the class was marked, by path."""
    paths = [folder / "results.json", folder / "gradebook.csv", *sorted((folder / "feedback").rglob("*.*"))]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
