"""The search for a repair: what it finds, what it may not find, and what it costs at most."""

from dataclasses import replace
from functools import cache
from textwrap import dedent

import numpy as np
import pytest

from gradecheck.grading.assignments.assignment import Allowed, load
from gradecheck.grading.bank import store as banks
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.classrun.marking import limits_of
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.repair import pairs
from gradecheck.grading.repair import search as searching
from gradecheck.grading.repair.search import search
from gradecheck.grading.source import File, Source


@cache
def asked(name, cases=100):
    """The assignment with that question alone, its bank, and the bank of another seed."""
    assignment = replace(load("lecture03"), cases=cases)
    assignment = replace(assignment, questions=tuple(q for q in assignment.questions if q.name == name))
    return assignment, banks.bank(assignment), banks.bank(replace(assignment, seed=assignment.seed + 1))


def found(name, *cells, seconds=2.0, files=(), fresh=None, allowed=None):
    """What the search finds for the function in these cells; None for nothing."""
    assignment, bank, other = asked(name)
    assignment = replace(assignment, diagnosis_seconds=seconds)
    if allowed is not None:
        assignment = replace(assignment, questions=(replace(assignment.questions[0], allowed=allowed),))
    beside = tuple(File(path, dedent(text).encode()) for path, text in files)
    source = Source(tuple(map(dedent, cells)), beside=beside)
    told = search(source, assignment, bank, fresh or other, isolation(), limits_of(assignment), {name: ()})
    return told[name].repair if name in told else None


def lines(repair):
    return [(change.where, change.before.strip(), change.after.strip()) for change in repair.changes]


SOFTMAX = """\
    import numpy as np

    def softmax(x):
        e = np.exp( x - x.max(axis=-1, keepdims=True) )   # shifted
        return e / e.sum(axis=0)
"""


def test_one_edit_is_told_in_the_students_own_line():
    repair = found("softmax", SOFTMAX)
    assert lines(repair) == [("line 5", "return e / e.sum(axis=0)", "return e / e.sum(axis=-1, keepdims=True)")]
    assert repair.sure
    assert repair.cases == sum(len(bank.questions["softmax"].recipes) for bank in asked("softmax")[1:])
    assert "sum" in repair.changes[0].kind.lower()


def test_a_slip_made_twice_is_two_edits():
    repair = found(
        "softmax",
        """\
        import numpy as np

        def softmax(x):
            m = np.max(x, axis=0, keepdims=True)
            e = np.exp(x - m)
            return e / np.sum(e, axis=0, keepdims=True)
        """,
    )
    assert [where for where, _, _ in lines(repair)] == ["line 4", "line 6"]
    assert all("axis=-1" in after for _, _, after in lines(repair))


def test_two_different_slips_are_found_where_the_first_brings_answers_nearer():
    repair = found(
        "mse",
        """\
        import numpy as np

        def mse(pred, target):
            d = pred + target
            return np.sum(d * d)
        """,
    )
    assert repair is not None
    assert {where for where, _, _ in lines(repair)} == {"line 4", "line 5"}


def test_a_helper_module_is_repaired_where_the_bug_is():
    repair = found(
        "sigmoid_backward",
        """\
        from helpers import sigmoid

        def sigmoid_backward(grad, x):
            s = sigmoid(x)
            return grad * s * (1 - s)
        """,
        files=[
            (
                "helpers.py",
                """\
                import numpy as np

                def sigmoid(z):
                    return np.where(z > 0, 1 / (1 + np.exp(-abs(z))), np.exp(-abs(z)) / (1 + np.exp(abs(z))))
                """,
            )
        ],
    )
    assert [where for where, _, _ in lines(repair)] == ["helpers.py, line 4"]


def test_a_helper_modules_line_is_told_in_its_own_encoding():
    helper = "# -*- coding: cp1252 -*-\ndef halved(x):\n    return x.clip(0) / 2  # moitié\n".encode("cp1252")
    assignment, bank, fresh = asked("relu")
    source = Source(
        ("from helpers import halved\n\ndef relu(x):\n    return halved(x)\n",), beside=(File("helpers.py", helper),)
    )
    told = search(source, assignment, bank, fresh, isolation(), limits_of(assignment), {"relu": ()})
    assert [change.before for change in told["relu"].repair.changes] == ["    return x.clip(0) / 2  # moitié"]


def test_a_notebooks_cell_is_named():
    repair = found("relu", "import numpy as np\n", "def relu(x):\n    return np.minimum(x, 0)\n")
    assert lines(repair) == [("code cell 2, line 2", "return np.minimum(x, 0)", "return np.maximum(x, 0)")]


def test_an_argument_changed_in_place_is_repaired_unless_the_assignment_allows_it():
    code = "def sgd_step(w, grad, lr):\n    w -= lr * grad\n    return w\n"
    assert found("sgd_step", code) is not None
    assert found("sgd_step", code, allowed=Allowed(in_place=True)) is None


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import numpy as np\ndef relu(x):\n    return np.maximum(x, 0)\n", id="right"),
        pytest.param("def relu(x):\n    raise NotImplementedError\n", id="unwritten"),
        pytest.param("import numpy as np\ndef relu(x):\n    return np.random.rand(*x.shape)\n", id="hopeless"),
        pytest.param("relu = 3\n", id="no function"),
    ],
)
def test_nothing_is_told_of_what_needs_no_repair_or_has_none(code):
    assert found("relu", code) is None


def test_what_fails_on_fresh_cases_is_no_repair():
    """A fresh bank that wants other values: what passes the first one passes it by accident."""
    _, bank, fresh = asked("softmax")
    question = fresh.questions["softmax"]
    other = Bank({"softmax": replace(question, values=question.values + 1)})
    assert found("softmax", SOFTMAX) is not None
    assert found("softmax", SOFTMAX, fresh=other) is None
    assert np.isfinite(bank.questions["softmax"].values).any()


def test_what_is_not_right_in_a_new_worker_is_no_repair(monkeypatch):
    """The proof runs what it is given: the submission as it was is wrong, whatever the attempts have said."""
    monkeypatch.setattr(searching, "edited", lambda source, changes: source)
    assert found("softmax", SOFTMAX) is None


def test_a_statement_that_does_not_run_when_the_file_is_loaded_is_repaired():
    repair = found(
        "relu",
        """\
        import numpy as np

        def checked(f):
            return lambda x: f(x)

        relu = checked(lambda x: np.maximum(x, 0)).T
        """,
    )
    assert lines(repair) == [
        ("line 6", "relu = checked(lambda x: np.maximum(x, 0)).T", "relu = checked(lambda x: np.maximum(x, 0))")
    ]


def test_the_same_is_found_again():
    assert found("softmax", SOFTMAX) == found("softmax", SOFTMAX)


def test_no_edit_is_tried_without_a_budget():
    assert found("softmax", SOFTMAX, seconds=0.0) is None


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("def relu(x):\n    i = 0\n    while i < x.size:\n        y = x\n    return y\n", id="endless"),
        pytest.param("def relu(x):\n    t = 10 ** 999999999\n    return x\n", id="huge number"),
        pytest.param("def relu(x):\n    return " + "(" * 80 + "x" + " + 1)" * 80 + "\n", id="nested"),
        pytest.param("def relu(x):\n    y = " + " + ".join(["x"] * 3000) + "\n    return y\n", id="deep"),
        pytest.param(
            "def relu(x):\n" + "".join(f"    a{i} = x * {i}\n" for i in range(2000)) + "    return a7\n", id="long"
        ),
        pytest.param("@undefined\ndef relu(x):\n    return x\n", id="decorator"),
    ],
)
def test_odd_code_costs_no_more_than_the_budget_and_raises_nothing(code):
    found("relu", code, seconds=0.2)


@pytest.mark.parametrize(
    ("name", "code", "remedy"),
    [
        (
            "softmax",
            """\
            import numpy as np

            def softmax(x):
                e = 2.6 ** (x - x.max(axis=-1, keepdims=True))
                return e / e.sum(axis=-1, keepdims=True)
            """,
            "`2.6` should be `np.e`.",
        ),
        (
            "leaky_relu",
            """\
            import numpy as np

            def leaky_relu(x, alpha=0.037):
                return np.where(x >= 0, x, alpha * x)
            """,
            "`0.037` should be `0.01`.",
        ),
    ],
)
def test_a_constant_is_fitted(name, code, remedy):
    repair = found(name, code)
    assert [change.remedy for change in repair.changes] == [remedy]


def test_what_is_not_run_is_edited_last():
    """Its likely edits alone are more than may be tried."""
    idle = "\n".join(f"    y = y * {i} - x / (y + {i})" for i in range(2, 60))
    code = """\
import numpy as np

def unused(x, y):
{idle}
    return y

def leaky_relu(x, alpha=0.01):
    if x is None:
        return unused(x, alpha)
    return np.where(x > 0, x, alpha * alpha)
"""
    assert found("leaky_relu", code.format(idle=idle), seconds=0.2) is not None


def test_the_best_first_edit_is_tried_with_others_soonest(monkeypatch):
    monkeypatch.setattr(pairs, "pair", lambda *both: both)
    tried = ["".join(both) for both in pairs.after(["a", "b"], ["1", "2", "a", "3"])]
    assert tried == ["a1", "a2", "b1", "a3", "b2", "ba", "b3"]
