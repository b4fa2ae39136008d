"""Marks: four outcomes, four checks, one mistake costs once."""

from dataclasses import replace

import pytest

from gradecheck.grading.bank.store import CHECK_CODES, bank
from gradecheck.grading.classrun.marking import mark
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.judging import calls
from gradecheck.grading.source import Source
from gradecheck.grading.submissions import imports
from tests.lecture import CONTRACTS
from tests.marked import assignment, lost, marked, model, questions

WRONG_SOFTMAX = """
def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return 2 * e / e.sum(axis=-1, keepdims=True)
"""
HUNG_TANH = """
def tanh(x):
    while True:
        pass
"""


def one(name, body, **settings):
    """The mark of a single function."""
    return questions(model(body), assignment(name, **settings))[name]


def test_a_right_submission_gets_everything_and_nothing_is_said():
    for q in questions(model(), assignment("softmax", "linear_backward")).values():
        assert (q.points, q.outcome, q.rationale, q.counterexample) == (10.0, "passed", "", None)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "relu is not defined, but should be a function of that name."),
        ("relu = 3", "relu is an int, but should be a function."),
        ("relu = 'x'", "relu is a str, but should be a function."),
        ("def relu(x):\n    raise NotImplementedError", "relu is still to be written."),
        ("def relu(x):\n    return y", "raised NameError: name 'y' is not defined at line 2: return y"),
        ("def relu(x):\n    return None", "relu returned None, but should return a NumPy array or a number"),
        ("def relu(x):\n    return 'many'", "relu returned str"),
        ("import os\ndef relu(x):\n    os._exit(0)", "relu ended Python (exit status 0)"),
    ],
)
def test_a_function_that_gives_no_array_is_an_error_with_its_reason(source, said):
    q = questions(source, assignment("relu"))["relu"]
    assert (q.points, q.outcome) == (0.0, "error")
    assert said in q.rationale


@pytest.mark.parametrize("cases", [1, 3, 5])
@pytest.mark.parametrize("source", ["", "def relu(x): raise KeyError(x)\ndef tanh(x): return None"])
def test_what_never_gives_an_array_earns_nothing_however_few_cases_there_are(source, cases):
    found = questions(source, assignment("relu", "tanh", "sigmoid", "mse", "sgd_step", cases=cases))
    assert {q.points for q in found.values()} == {0.0}


@pytest.mark.parametrize(
    ("name", "returned", "said"),
    [
        ("linear_backward", "{'dA': grad @ W}", "returned dict, but should return a tuple of 3: ∂L/∂A, ∂L/∂W, ∂L/∂b"),
        ("linear_backward", "grad @ W, grad.T @ A, None", "but should return a tuple of 3: ∂L/∂A, ∂L/∂W, ∂L/∂b"),
        ("relu", "x + 0j", "but should return a NumPy array or a number, of real numbers"),
        ("relu", "x.astype(object)", "but should return a NumPy array or a number, of real numbers"),
        ("mse", "0 * int(target.size)", "MSE is an int"),
    ],
)
def test_what_should_have_been_returned_is_said(name, returned, said):
    arguments = ", ".join(argument.name for argument in CONTRACTS[name].arguments)
    assert said in one(name, f"def {name}({arguments}): return {returned}").rationale


def test_a_message_that_says_nothing_is_left_out():
    said = questions("def relu(x): assert len(x) > 99", assignment("relu"))["relu"].rationale
    assert "raised AssertionError at line" in said


def test_a_hung_function_meets_a_limit_and_costs_itself_alone():
    asked = assignment("relu", "sgd_step", seconds=0.4)
    found = questions("def relu(x):\n    while True: pass\ndef sgd_step(w, grad, lr): return w - lr * grad", asked)
    assert (found["relu"].outcome, found["relu"].points) == ("limit", 0.0)
    assert (found["sgd_step"].outcome, found["sgd_step"].points) == ("passed", 10.0)


# -- one check each


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("relu", "def relu(x): return np.maximum(x, np.zeros(x.shape))"),
        ("relu", "def relu(x): return np.maximum(x, 0).tolist()"),
        ("relu", "def relu(x):\n    x[x < 0] = 0\n    return x.copy()"),
        ("tanh", "def tanh(x): return np.tanh(x, out=x)"),
        ("mse", "def mse(y, t): return np.mean((y - t) ** 2, keepdims=True)"),
        ("mse", "def mse(y, t): return np.mean((y - t) ** 2).reshape(1, 1)"),
        ("relu", "seen = []\ndef relu(x):\n    seen.append(x)\n    return np.maximum(x, 0) * (len(seen) < 40)"),
    ],
    ids=["float64", "list", "in place", "into out", "keepdims", "(1, 1)", "state"],
)
def test_right_values_with_a_bad_habit_lose_hygiene_alone(name, body):
    q = one(name, body)
    assert lost(q) == ["hygiene"]
    assert round(q.points, 6) == 9.0
    assert q.rationale


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("linear", "def linear(A, W, b):\n    if len(A) == 1: raise ValueError('one row')\n    return A @ W.T + b"),
        ("linear", "def linear(A, W, b): return (A @ W.T + b).squeeze()"),
        ("softmax_backward", "own = softmax_backward\ndef softmax_backward(grad, x): return own(grad, x)[:, :]"),
        ("relu_backward", "def relu_backward(grad, x): return np.where(x >= 0, grad, 0)"),
        ("relu_backward", "def relu_backward(grad, x): return np.where(x == 0, 0.3, x > 0).astype(grad.dtype) * grad"),
    ],
    ids=["raises for n = 1", "squeezed", "2-D only", "slope 1 at 0", "slope 0.3 at 0"],
)
def test_what_is_right_on_ordinary_inputs_and_fails_at_edges_loses_edges_alone(name, body):
    assert lost(one(name, body)) == ["edges"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("softmax", "def softmax(x): return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)"),
        ("sigmoid", "def sigmoid(x): return np.exp(x) / (1 + np.exp(x))"),
        ("sigmoid", "def sigmoid(x): return 1 / (1 + np.exp(-np.clip(x, -17, 17)))"),
        ("cross_entropy", "def cross_entropy(p, t): return -(t * np.log(p + p.dtype.type(1e-12))).sum() / rows(p)"),
        ("relu", "def relu(x):\n    if abs(x).max() > 90: raise OverflowError\n    return np.maximum(x, 0)"),
    ],
    ids=["no shift", "e^x / (1 + e^x)", "clipped", "epsilon", "raises"],
)
def test_what_is_right_on_ordinary_numbers_and_fails_on_odd_ones_loses_stability_alone(name, body):
    assert lost(one(name, body)) == ["stability"]


@pytest.mark.parametrize("way", ["while True: pass", "import os; os._exit(3)"])
def test_a_function_that_ends_its_worker_at_an_edge_alone_loses_edges_alone(way):
    asked = assignment("linear", seconds=0.4)
    banked = bank(asked).questions["linear"]
    ordinary = [i for i, check in enumerate(banked.checks) if CHECK_CODES[check] == "correctness"]
    edge = next(i for i, check in enumerate(banked.checks) if i > ordinary[0] and CHECK_CODES[check] == "edges")
    A = calls.arguments(banked, edge)[0]
    body = f"def linear(A, W, b):\n    if A.tobytes() == {A.tobytes()!r}:\n        {way}\n    return A @ W.T + b"
    assert lost(questions(model(body), asked)["linear"]) == ["edges"]


def test_a_wrong_formula_earns_nothing_for_being_tidy():
    q = one("relu", "def relu(x): return x")
    assert (q.points, q.outcome) == (0.0, "wrong")


@pytest.mark.parametrize(
    ("results", "points"),
    [
        ("grad @ W, grad.T @ A, grad.mean(axis=0)", 20 / 3),
        ("grad @ W, grad.T @ A, grad.sum(axis=0, keepdims=True)", 20 / 3),
        ("grad @ W, 3 * grad.T @ A, grad.mean(axis=0)", 10 / 3),
        ("-(grad @ W), -(grad.T @ A), -grad.sum(axis=0)", 0.0),
        ("grad @ W, grad.T @ A", 0.0),
    ],
)
def test_of_several_results_each_right_one_earns_its_part(results, points):
    q = one("linear_backward", f"def linear_backward(grad, A, W): return {results}")
    assert round(q.points, 6) == round(points, 6)


def test_weights_and_points_come_from_the_assignment():
    weights = {"correctness": 0.5, "edges": 0.0, "stability": 0.5, "hygiene": 0.0}
    asked = replace(assignment("softmax"), weights=weights)
    body = "def softmax(x): return (np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)).astype(np.float64)"
    assert questions(model(body), asked)["softmax"].points == 5.0


# -- honest oddities


@pytest.mark.parametrize(
    "body",
    [
        "import warnings\ndef relu(x):\n    warnings.warn('odd')\n    return np.maximum(x, 0)",
        "def relu(x):\n    print('x' * 100)\n    return np.maximum(x, 0)",
        "import sys\ndef relu(x):\n    print('to stderr', file=sys.stderr)\n    return np.maximum(x, 0)",
        "def relu(x):\n    with np.errstate(all='warn'): np.exp(x * 1e4)\n    return np.maximum(x, 0)",
        "relu = lambda x: np.maximum(x, 0)",
        "class Relu:\n    def __call__(self, x): return np.maximum(x, 0)\nrelu = Relu()",
        "import functools\n@functools.wraps(relu)\ndef relu(x, *, slope=0): return np.maximum(x, 0)",
    ],
    ids=["warning", "print", "stderr", "RuntimeWarning", "lambda", "callable", "decorated"],
)
def test_oddities_cost_nothing(body):
    assert one("relu", body).points == 10.0


def test_what_is_printed_is_shown():
    assert "here" in one("relu", "def relu(x):\n    print('here')\n    return x").output


# -- follow-through


def test_one_mistake_costs_once():
    asked = assignment("softmax", "softmax_backward", "softmax_cross_entropy_backward", "train")
    found = questions(model(WRONG_SOFTMAX), asked)
    assert found.pop("softmax").points == 0.0
    for q in found.values():
        assert (q.points, q.outcome) == (10.0, "passed")
        assert "softmax" in q.followed
        assert "in place of" in q.rationale


def test_a_function_with_a_mistake_of_its_own_is_not_saved_by_its_helper():
    body = "def softmax_backward(grad, x): return 2 * softmax(x) * grad"
    found = questions(model(WRONG_SOFTMAX, body), assignment("softmax", "softmax_backward"))
    assert [q.points for q in found.values()] == [0.0, 0.0]


def test_a_hung_helper_is_replaced_and_waited_for_once():
    found = questions(model(HUNG_TANH), assignment("tanh", "tanh_backward", seconds=0.4))
    assert found["tanh"].outcome == "limit"
    assert (found["tanh_backward"].points, found["tanh_backward"].followed) == (10.0, ("tanh",))
    assert found["tanh_backward"].seconds < 0.4


def test_a_helper_with_arguments_of_its_own_is_replaced():
    body = "def softmax(x, axis=-1, scale=2): return scale * np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)"
    found = questions(model(body), assignment("softmax", "softmax_backward"))
    assert (found["softmax"].points, found["softmax_backward"].points) == (0.0, 10.0)


def test_a_missing_helper_is_replaced():
    found = questions(model("del softmax"), assignment("softmax", "softmax_backward"))
    assert (found["softmax"].outcome, found["softmax_backward"].points) == ("error", 10.0)


def test_a_helper_with_a_bad_habit_is_replaced():
    found = questions(
        model("def softmax(x): return right(x).tolist()\nright = softmax_of_numpy").replace(
            "def softmax(x: Any)", "def softmax_of_numpy(x: Any)"
        ),
        assignment("softmax", "softmax_backward"),
    )
    assert lost(found["softmax"]) == ["hygiene"]
    assert found["softmax_backward"].points == 10.0


def test_renamed_functions_are_followed_by_their_names():
    source = model(WRONG_SOFTMAX).replace("softmax(", "weich(")
    found = questions(source, assignment("softmax_backward", softmax="weich"))
    assert found["weich"].points == 0.0
    assert found["softmax_backward"].followed == ("weich",)


def test_two_functions_that_call_each_other_are_not_put_right_for_one_another():
    circle = "def relu(x): return leaky_relu(x, 0.0)\ndef leaky_relu(x, alpha=0.01): return relu(x) - alpha * relu(-x)"
    found = questions(model(circle), assignment("relu", "leaky_relu"))
    assert [q.points for q in found.values()] == [0.0, 0.0]


# -- the rest


def test_marking_again_gives_the_same():
    asked = assignment("softmax", "softmax_backward", "linear_backward")
    source = model(WRONG_SOFTMAX, "def linear_backward(grad, A, W): return grad @ W, A.T @ grad, grad.mean(axis=0)")

    def marks():
        return [replace(q, seconds=0.0, counterexample=None) for q in marked(source, asked).questions]

    assert marks() == marks()


def test_a_forbidden_import_is_named_with_its_line_and_costs_nothing():
    asked = assignment("relu", allowed_imports=("numpy",))
    source = "import numpy as np\n\nif True:\n    import os.path, math\n\ndef relu(x): return np.maximum(x, 0)"
    found = marked(source, asked)
    assert found.score == 10.0
    assert [note.partition(", but")[0] for note in found.notes] == ["line 4 imports math", "line 4 imports os"]


def test_a_file_that_breaks_half_way_keeps_what_it_defined():
    found = marked("import numpy as np\ndef relu(x): return np.maximum(x, 0)\n1 / 0", assignment("relu"))
    assert found.score == 10.0
    assert found.notes == (
        "the file raised ZeroDivisionError: division by zero at line 3: 1 / 0 "
        "(the rest of the file was run all the same)",
    )


@pytest.mark.parametrize(
    "first",
    [
        "import matplotlib.pyplot as plt",
        "import torch",
        "data = np.loadtxt('data.csv')",
        "raise KeyboardInterrupt",
        "def train(): return 1 / 0\ntrain()",
        "np.seterr(all='raise')",
        "import warnings; warnings.simplefilter('error')",
        "from __future__ import annotations\nimport torch",
    ],
)
def test_what_stands_above_a_right_file_costs_nothing(first):
    asked = assignment("softmax", "cross_entropy", "sigmoid")
    right = model().replace("from __future__ import annotations\n", "")
    assert marked(f"{first}\n{right}".replace("data = np", "import numpy as np\ndata = np"), asked).score == 30.0


def test_a_statement_that_hangs_costs_nothing_below_it():
    found = marked(f"while True:\n    pass\n{model()}", assignment("relu", seconds=0.4))
    assert found.score == 10.0
    assert found.notes == (
        "line 1 did not end within 0.8 s: is there a loop that never ends? (the rest of the file was run all the same)",
    )


RELU = "def relu(x): return np.maximum(x, 0)"


@pytest.mark.parametrize(
    ("source", "said", "noted"),
    [
        (
            "import sys\nimport numpy as np\nsys.exit()\n" + RELU,
            "",
            "the file wanted to end at line 3: sys.exit() (the rest of the file was run all the same)",
        ),
        (
            f"import numpy as np\n@njit\n{RELU}",
            "relu is not defined, as line 3 did not run (NameError), but should be a function of that name.",
            "line 3 raised NameError: name 'njit' is not defined at line 2: @njit "
            "(the rest of the file was run all the same)",
        ),
        (
            "import plt\ndef relu(x): return plt.maximum(x, 0)",
            "relu cannot run: line 1 imports plt, which is not there when marked: only NumPy is",
            "line 1 imports plt, which is not there when marked: only NumPy is "
            "(the rest of the file was run all the same)",
        ),
    ],
    ids=["ended", "decorator", "by itself"],
)
def test_what_kept_a_function_from_being_defined_is_said(source, said, noted):
    found = marked(source, assignment("relu"))
    assert said in found.questions[0].rationale
    assert found.notes == (noted,)


def test_cells_are_counted_from_1():
    asked = assignment("relu", allowed_imports=("numpy",))
    cells = ("import numpy as np", "x = 1\nimport math\ny = z", "raise SystemExit\n" + RELU, "def f(:")
    found = mark("a.ipynb", Source(cells), asked, bank(asked), isolation("none"))
    assert found.questions[0].outcome == "passed"
    assert [note.partition(":")[0] for note in found.notes] == [
        "code cell 2 raised NameError",
        "code cell 3 wanted to end at line 1",
        "code cell 4 raised SyntaxError",
        "code cell 2, line 2 imports math, but this assignment allows numpy; this costs nothing by itself, "
        "but write what you need of it in NumPy",
    ]


SIGMOID = "def sigmoid(x): return 1 / (1 + exp(-x))"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (f"from numpy import *\nfrom math import *\n{SIGMOID}", "line 2 puts math's exp in place of NumPy's"),
        (f"from numpy import exp\nfrom math import exp, log\n{SIGMOID}", "line 2 puts math's exp in place"),
        (f"from math import *\nfrom numpy import *\n{SIGMOID}", ""),
        (f"from numpy import *\nfrom math import *\nfrom numpy import exp\n{SIGMOID}", ""),
        (f"from numpy import *\nfrom math import pi\n{SIGMOID}", ""),
    ],
)
def test_a_function_of_math_in_place_of_numpys_is_named(source, said):
    notes = imports.overridden([source])
    assert len(notes) == bool(said)
    assert all(note.startswith(said) for note in notes)
    if said:
        assert notes[0] in marked(source, assignment("sigmoid")).notes


def test_a_number_of_another_shape_is_told_what_it_should_be():
    q = one("mse", "def mse(y, t): return np.full(2, np.mean((y - t) ** 2), y.dtype)")
    assert "MSE has shape (2,), but should be one number" in q.rationale
    assert q.points == 0.0


def test_the_jail_marks_alike():
    asked = assignment("softmax", "softmax_backward")
    inside, outside = (marked(model(WRONG_SOFTMAX), asked, jail=jail) for jail in ("auto", "none"))
    assert [q.points for q in inside.questions] == [q.points for q in outside.questions] == [0.0, 10.0]
