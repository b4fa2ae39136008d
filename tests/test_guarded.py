"""Somebody's file in our process: nothing that it does to the process lasts, and every call ends."""

import json
import os
import sys
import warnings

import numpy as np
import pytest
from click.testing import CliRunner

from gradecheck.cli import main
from gradecheck.verifying import guarded
from gradecheck.verifying.guarded import Guarded, TooLongError
from gradecheck.verifying.implementation import load
from tests.lecture import CONTRACTS, PACK

SPOILS = """
import contextlib, io, os, sys, warnings
import numpy as np

def spoil():
    np.seterr(all="raise")
    np.set_printoptions(precision=1)
    warnings.simplefilter("error")
    warnings.filterwarnings("error", "a filter that nobody else has")
    sys.setrecursionlimit(5000)
    sys.path.append("nowhere")
    os.chdir("/")
    print("é")
    sys.stderr.write("twice")
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.buffer.write(b"more")
    sys.stdout = io.StringIO()
"""


def state():
    """All of the process that a file might change."""
    return (
        np.geterr(), np.get_printoptions(), list(warnings.filters), sys.getrecursionlimit(), list(sys.path),
        os.getcwd(), sys.stdin, sys.stdout, sys.stderr, list(sys.argv), np.random.get_state()[1].tolist(),
    )  # fmt: skip


def file(folder, source, name="mine.py"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return path


def verified(path, *arguments, code=0):
    """What `verify` says of the file on stdout, and on stderr."""
    result = CliRunner().invoke(main, ["verify", *arguments, "--examples", "60", "--implementation", str(path)])
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


@pytest.mark.parametrize("when", ["imported", "called"])
def test_nothing_that_a_file_does_to_the_process_lasts(tmp_path, when):
    relu = "def relu(x):\n    spoil()\n    return np.maximum(x, 0)\n"
    before = state()
    found = load(PACK, file(tmp_path, SPOILS + (relu if when == "called" else "spoil()\nnp.random.seed(7)\n")))
    if when == "called":
        assert found.functions["relu"](np.array([-1.0, 2.0])).tolist() == [0, 2]
        assert found.functions["relu"].printed.size == len("é\ntwicemore".encode())
    else:
        assert found.printed == len("é\ntwicemore".encode())
    assert state() == before


def test_a_file_that_raises_for_every_underflow_is_judged_as_without_that(tmp_path):
    source = """
import numpy as np
np.seterr(all="raise")

def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))
"""
    said, _ = verified(file(tmp_path, source), "sigmoid")
    assert said.count("agrees") == 2


def test_what_a_file_prints_is_counted_and_not_shown(tmp_path):
    source = "import numpy as np\nprint('hello')\n\ndef relu(x):\n    print(x)\n    return np.maximum(x, 0)\n"
    said, beside = verified(file(tmp_path, source), "relu")
    assert said.startswith("formula ")
    assert "hello" not in said + beside
    assert "mine.py printed 0.006 kB, relu printed " in beside
    assert beside.splitlines()[-1].endswith(" kB, not shown")


@pytest.mark.parametrize(
    "body",
    ["pass", "try:\n            x = x + 0\n        except Exception:\n            pass", "import time; time.sleep(9)"],
    ids=["empty", "catches", "sleeps"],
)
def test_a_function_that_never_ends_is_told_and_the_next_one_is_held(tmp_path, body):
    endless = f"def relu(x):\n    while x.size > 5:\n        {body}\n    return np.maximum(x, 0)\n"
    path = file(tmp_path, f"import numpy as np\n{endless}\ndef tanh(x):\n    return np.tanh(x)\n")
    said, _ = verified(path, "relu", "tanh", "--seconds", "0.3", "--json", str(tmp_path / "v.json"), code=1)
    assert "relu gave no answer in 0.3 s, but should give one; it was not called again" in said
    assert "relu gave no answer in 0.3 s before, but should give one" in said
    found = json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))["comparisons"]
    assert [(c["formula"], c["verdict"]) for c in found] == [
        *[("relu", "wrong")] * 2,
        *[("tanh", "agrees")] * 2,
    ]
    assert sum(c["examples"] for c in found[:2]) < 60
    assert [c["digits"] is None for c in found[1:]] == [True, False, False]


def test_what_catches_its_end_is_ended_again():
    def stubborn():
        while True:
            try:
                while True:
                    pass
            except BaseException:
                if caught:
                    raise
                caught.append(True)

    caught = []
    with pytest.raises(TooLongError, match=r"^0\.2 s$"):
        Guarded(stubborn, 0.2, sys.path)()
    assert caught


def test_a_function_that_waits_for_the_keyboard_is_not_waited_for(tmp_path):
    said, _ = verified(file(tmp_path, "def relu(x):\n    return input('x = ')\n"), "relu", code=1)
    assert "relu raised EOFError" in said


def test_an_import_that_never_ends_is_said_in_one_sentence(tmp_path):
    path = file(tmp_path, "while True:\n    pass\n")
    result = CliRunner().invoke(main, ["verify", "--seconds", "0.2", "--implementation", str(path)])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].endswith("was still being imported after 0.2 s; take out what does not end")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_random_numbers_are_told_and_no_value_of_many(tmp_path, dtype):
    drops = "np.maximum(x, 0) * np.random.rand(*x.shape).astype(x.dtype)"
    path = file(tmp_path, f"import numpy as np\nnp.random.seed(7)\n\ndef relu(x):\n    return {drops}\n")
    said, _ = verified(path, "relu", "--dtype", dtype, code=1)
    assert "relu differs on the same call, but should give the same answer; draw no random numbers" in said
    assert "off by" not in said
    assert "witness" not in said
    assert verified(path, "relu", "--dtype", dtype, code=1)[0].splitlines()[:8] == said.splitlines()[:8]


# -- what a file is


def test_a_module_of_a_package_is_loaded_as_that(tmp_path):
    for name, source in {
        "__init__": "",
        "parts/__init__": "",
        "parts/simple": "import numpy as np\n\ndef relu(x):\n    return np.maximum(x, 0)\n",
        "layers": "from .parts.simple import relu\nfrom layered_net.parts import simple\n\n"
        "def tanh(x):\n    from .parts import simple as late\n    import numpy as np\n    return np.tanh(x)\n",
    }.items():
        file(tmp_path, source, f"layered_net/{name}.py")
    said, _ = verified(tmp_path / "layered_net" / "layers.py", "relu", "tanh")
    assert said.count("exact") + said.count("agrees") == 4
    assert sys.modules["layered_net.layers"].__package__ == "layered_net"


def test_two_packages_of_one_name_are_told_apart(tmp_path):
    for folder in ("one", "other"):
        for name in ("__init__", "layers"):
            file(tmp_path, "def relu(x): return x\n", f"{folder}/namesakes/{name}.py")
    load(PACK, tmp_path / "one" / "namesakes" / "layers.py")
    with pytest.raises(ValueError, match="another package namesakes is loaded already; give the folder"):
        load(PACK, tmp_path / "other" / "namesakes" / "layers.py")


def test_a_function_finds_its_neighbours_when_it_is_called(tmp_path):
    file(tmp_path, "ONE = 1\n", "neighbour_called_late.py")
    path = file(tmp_path, "def relu(x):\n    import neighbour_called_late\n    return neighbour_called_late.ONE\n")
    assert load(PACK, path).functions["relu"](0) == 1


def test_a_file_of_classes_is_told_so_in_one_line(tmp_path):
    source = "class Linear:\n    def forward(self, A): ...\n\nclass ReLU:\n    def forward(self, x): ...\n"
    said, _ = verified(file(tmp_path, f"from collections import deque\n\n{source}"), code=1)
    first, second = filter(None, said.splitlines())
    all_ = f"{len(CONTRACTS)} of {len(CONTRACTS)}"
    assert first == f"mine.py does not have: sigmoid, sigmoid_backward, tanh, tanh_backward, ... ({all_})"
    assert second == "mine.py holds the classes Linear and ReLU where functions are asked"


def test_a_file_with_one_function_is_about_that_function(tmp_path):
    path = file(tmp_path, "import numpy as np\n\ndef relu(x):\n    return np.maximum(x, 0)\n")
    assert verified(path)[0].count("exact") == 2
    assert verified(path, "relu")[0].count("exact") == 2
    assert "relu_backward" in verified(path, "relu", "relu_backward", code=1)[0]


# -- what it is asked


NAIVE = "import numpy as np\n\ndef softmax(x):\n    e = np.exp(x)\n    return e / e.sum(axis=-1, keepdims=True)\n"


@pytest.mark.parametrize("more", [(), ("--everything",)], ids=["asked", "everything"])
def test_the_slides_own_softmax_is_unstable(tmp_path, more):
    said, _ = verified(file(tmp_path, NAIVE), "softmax", *more, code=1)
    assert [line.split()[-1] for line in said.splitlines()[2:4]] == ["unstable", "unstable"]


def test_nan_is_asked_on_request_only(tmp_path):
    path = file(tmp_path, "import numpy as np\n\ndef relu(x):\n    return np.where(x > 0, x, 0).astype(x.dtype)\n")
    assert "wrong" not in verified(path, "relu")[0]
    assert "f(x)[0] is 0, but should be nan" in verified(path, "relu", "--everything", code=1)[0]


def test_seeds_bring_random_numbers_back():
    drawn = []
    for _ in range(2):
        guarded.seed(3)
        drawn.append((np.random.rand(), __import__("random").random()))
    assert drawn[0] == drawn[1]
