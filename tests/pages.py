"""A small report, its page, and a browser to look at it with."""

import functools
import os
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import gradecheck.reporting.report as whole
from gradecheck.arguments.scope import Scope
from gradecheck.machine.files import write_bytes
from gradecheck.verifying.implementation import load
from gradecheck.verifying.verify import Options
from lectures.lecture03 import exhibits
from reports import document
from tests.lecture import CONTRACTS, PACK

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SHORT = {  # of the lecture's exhibits
    "RATES": ((0.01, 0.9), (0.001, 0.0)),
    "TRAJECTORY_STEPS": 6,
    "DIGIT_RATES": ((0.1, 0.9),),
    "EPOCHS": 1,
    "PERCEPTRON_STRETCHES": 3,
}
HOSTILE = '''
"""A file that means no good."""
import numpy as np


def softmax(x):
    """</code></pre><script>document.title = "docstring"</script><img src=x onerror=alert(1)>"""
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(x):
    raise ValueError("<script>document.title = 'exception'</script>&<u>")


def relu(x):
    return x.copy()
'''
HOSTILE_NAME = "<script>alert('name')<& \".py"


def made_once(make):
    """What takes seconds to make is made once for all of pytest-xdist's workers."""

    @functools.cache
    def made():
        file = Path(os.environ["GRADECHECK_CACHE"]).with_name(make.__name__)
        if not file.is_file():
            found = make()
            write_bytes(file, lambda open_file: pickle.dump(found, open_file))
        return pickle.loads(file.read_bytes())

    return made


@made_once
def small_document():
    """Every part of a report, each of it short."""
    names = ("sigmoid", "sigmoid_backward", "relu", "softmax", "cross_entropy", "linear_backward")
    contracts = {name: CONTRACTS[name] for name in names}
    small = replace(PACK, rows=tuple(contracts.values()))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SHORT.items():
            patch.setattr(exhibits, name, value)
        found = whole.build(list(contracts.values()), load(small), Options(examples=25), "a command", _silent)
    return document.as_dict(found)


@made_once
def small_page():
    pytest.importorskip("jinja2", reason="the page needs the report extra; pip install 'gradecheck[report]'")
    from reports.page import page

    return page(small_document())


def hostile_document(folder: Path):
    """A report on a file whose name, docstring and exceptions hold markup."""
    file = folder / HOSTILE_NAME
    file.write_text(HOSTILE, encoding="utf-8")
    contracts = [CONTRACTS[name] for name in ("softmax", "sigmoid", "relu")]
    options = Options(examples=25, scope=Scope(everything=True, dtypes=("float64",)))
    found = whole.build(contracts, load(PACK, file), options, f"report {file}", _silent)
    return document.as_dict(found)


def _silent(stage):
    """Progress that nobody watches."""


def browser():
    """Path of a browser; skips the test where there is none."""
    pytest.importorskip("playwright", reason="Playwright drives the browser; pip install 'gradecheck[test]'")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser is installed ({', '.join(BROWSERS)}); Debian: apt-get install chromium")
    return found
