"""What a function uses, by its text: over files, packages, classes and tables, and no more than that."""

from textwrap import dedent

import pytest

from gradecheck.grading.adapter import Adapter
from gradecheck.grading.repair.reach import MOST, reached
from gradecheck.grading.source import File, Place, Source


def source(*cells, **beside):
    """beside: the text of each file by its name without .py, with _of_ for "/" turned round: layers_of_nn."""
    return Source(
        tuple(map(dedent, cells)),
        beside=tuple(File(path(name), dedent(text).encode()) for name, text in beside.items()),
    )


def path(name):
    return "/".join(reversed(name.split("_of_"))) + ".py"


def found(source, function="f", adapter=None, replaced=()):
    """Each statement as its file, or "cell 1", and its first line."""
    return [
        f"{place.file or f'cell {place.cell}'}: {_first(source, place, statement)}"
        for place, statement in reached(source, function, adapter, replaced)
    ]


def _first(source, place, statement):
    beside = {file.path: file.data.decode() for file in source.beside}
    text = beside[place.file] if place.file else source.cells[place.cell]
    return text.splitlines()[statement.lineno - 1]


def test_what_is_nearer_comes_first_and_what_is_not_used_does_not_come():
    code = source(
        "import numpy as np\nx = np.ones(3)\nSCALE = 2\ndef h(): return SCALE",
        "def unused(): pass\ndef g(y): return h() + DEEP\ndef f(x): return g(x) * A\nA = 1\n"
        "DEEP = lambda: 0\nprint(f(x))",
    )
    assert found(code) == [
        "cell 1: def f(x): return g(x) * A",
        "cell 1: def g(y): return h() + DEEP",
        "cell 1: A = 1",
        "cell 0: def h(): return SCALE",
        "cell 1: DEEP = lambda: 0",
        "cell 0: SCALE = 2",
    ]
    assert reached(code, "f")[1][0] == Place(1, "", 1)


def test_of_several_definitions_the_last_counts_and_those_that_it_builds_on():
    code = source(
        "def f(x): return 1\ndef f(x): return g(x)\nf = np.vectorize(f)\ndef g(x): return TABLE['g']",
        "TABLE = {}\nTABLE['g'] = h\ndef h(): pass\ntry:\n    h = fast\nexcept NameError: pass",
        "if __name__ == '__main__':\n    f = g = None",
    )
    assert found(code) == [
        "cell 0: f = np.vectorize(f)",
        "cell 0: def f(x): return g(x)",
        "cell 0: def g(x): return TABLE['g']",
        "cell 1: TABLE['g'] = h",
        "cell 1: TABLE = {}",
        "cell 1: try:",
        "cell 1: def h(): pass",
    ]


HELPED = [
    ("from helpers import g", "g"),
    ("from helpers import g as inner", "inner"),
    ("import helpers", "helpers.g"),
    ("import helpers as h", "h.g"),
    ("from helpers import *", "g"),
    ("try:\n    from helpers import g\nexcept ImportError:\n    g = None", "g"),
]


@pytest.mark.parametrize(("line", "name"), HELPED)
def test_a_helper_module_is_reached_however_it_is_imported(line, name):
    code = source(
        f"{line}\ndef f(x): return {name}(x)",
        helpers="def other(): pass\ndef g(x): return E\nE = 1",
        old="def g(): pass",
    )
    ours = [one for one in found(code) if "helpers.py" in one]
    assert ours == ["helpers.py: def g(x): return E", "helpers.py: E = 1"]
    assert not [one for one in found(code) if "old.py" in one]


def test_an_import_within_a_function_is_followed():
    code = source("def f(x):\n    from helpers import g as k\n    import other\n    return k(x) + other.h(x)",
                  helpers="def g(x): pass\ndef k(x): pass", other="def h(x): pass")  # fmt: skip
    assert found(code)[1:] == ["helpers.py: def g(x): pass", "other.py: def h(x): pass"]


@pytest.mark.parametrize(
    "line", ["from nn.layers import dense", "import nn.layers", "from nn import layers", "from nn import *"]
)
def test_packages_relative_and_mutual_imports(line):
    called = {"import nn.layers": "nn.layers.dense", "from nn import layers": "layers.dense"}.get(line, "dense")
    code = source(
        f"{line}\nSCALE = 3\ndef f(x): return {called}(x)",
        __init___of_nn="from .layers import *",
        layers_of_nn="from .act import relu\nfrom . import act\nfrom submission import SCALE\n"
        "def dense(x): return relu(x) + act.tanh(x) + SCALE",
        act_of_nn="from .layers import dense\ndef relu(x): return dense\ndef tanh(x): pass",
    )
    assert found(code)[1:] == [
        "nn/layers.py: def dense(x): return relu(x) + act.tanh(x) + SCALE",
        "nn/act.py: def relu(x): return dense",
        "nn/act.py: def tanh(x): pass",
        "cell 0: SCALE = 3",
    ]


CLASSES = """
class Base:
    def run(self, x): return go(x)
class Dense(Base):
    def forward(self, x): return self.run(x)
def go(x): return x
layer = Dense()
def softmax(x): return go(x)
"""
ADAPTER = Adapter(
    "adapter.py", "def f(x): return layer.forward(x) + soft(x)\ndef soft(x): return submission.softmax(x)"
)


def test_the_classes_and_objects_that_an_adapter_takes_are_reached():
    dense = [
        "cell 0: layer = Dense()",
        "cell 0: class Dense(Base):",
        "cell 0: class Base:",
        "cell 0: def go(x): return x",
    ]
    softmax = "cell 0: def softmax(x): return go(x)"
    assert found(source(CLASSES), adapter=ADAPTER) == [dense[0], softmax, dense[1], dense[3], dense[2]]
    assert found(source(CLASSES), adapter=ADAPTER, replaced=("soft",)) == dense


def test_what_has_right_values_in_its_place_is_left_out_with_all_that_only_it_uses():
    code = source(
        "from helpers import g as k\ndef f(x): return k(x) + h(x)\ndef h(x): pass", helpers="def g(x): return E\nE = 1"
    )
    assert found(code, replaced=("g",)) == ["cell 0: def f(x): return k(x) + h(x)", "cell 0: def h(x): pass"]


def test_a_huge_or_strange_submission_is_bounded():
    chain = "\n".join(f"def f{i}(): return f{i + 1}()" for i in range(3000))
    assert len(reached(source(chain), "f0")) == MOST
    deep = "def f(x): return " + "-" * 3000 + "x"
    assert len(reached(source(deep, "def g(): return f"), "g")) <= 2
    assert reached(source("#" * (1 << 20) + "\ndef f(): pass"), "f") == []
    odd = Source(("from helpers import f",), beside=(File("helpers.py", b"\xff\x00def f(): pass"), File("x.csv", b"f")))
    assert reached(odd, "f") == reached(odd, "nowhere") == []
