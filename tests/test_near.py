"""A function that is missing: what was found in its place is named, with where it stands."""

from dataclasses import replace

import pytest

from gradecheck.grading.bank.store import bank
from gradecheck.grading.classrun.marking import mark
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.source import File, Source
from gradecheck.grading.submissions.near import Neighbourhood, core
from gradecheck.grading.submissions.submission import Content, parse
from tests.marked import assignment

ASKED = frozenset(
    {"relu", "relu_backward", "leaky_relu", "sigmoid", "softmax", "cross_entropy", "softmax_cross_entropy"}
)
RELU = "def relu(x):\n    return x * (x > 0)\n"
STUB = "def relu(x):\n    raise NotImplementedError\n"


def near(source, name="relu"):
    source = source if isinstance(source, Source) else Source((source,))
    return Neighbourhood(source, ASKED).near(name)


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ("ReLU", "relu"),
        ("my_relu", "relu"),
        ("relu_forward", "relu"),
        ("reluFunction", "relu"),
        ("rellu", "relu"),
        ("crossEntropy", "cross_entropy"),
        ("CrossEntropyLoss", "cross_entropy"),
        ("cross_entropy_loss", "cross_entropy"),
        ("softMax", "softmax"),
        ("sofmax", "softmax"),
        ("relu_grad", "relu_backward"),
        ("relu_derivative", "relu_backward"),
        ("LeakyReLU", "leaky_relu"),
        ("softmaxCrossEntropy", "softmax_cross_entropy"),
    ],
)
def test_another_spelling_is_named_for_that_function_alone(found, name):
    code = f"import numpy\n{found} = lambda x: x\n"
    told = {asked: said for asked in sorted(ASKED) if (said := near(code, asked)) is not None}
    assert list(told) == [name]
    assert told[name].what == f"line 2 defines {found}"
    assert name in told[name].help


@pytest.mark.parametrize("found", ["max", "leaky_relu", "tanh", "relu6_table", "gelu_backward", "loss", "f", "step"])
def test_what_is_no_other_spelling_is_not_named(found):
    assert near(f"def {found}(x): return x") is None


def test_a_name_between_two_is_the_nearer_one():
    asked = frozenset({"batch_norm", "batch_norms"})
    around = Neighbourhood(Source(("def batch_normms(x): return x",)), asked)
    assert [name for name in sorted(asked) if around.near(name)] == ["batch_norms"]


def test_a_name_as_near_to_two_is_neither():
    around = Neighbourhood(Source(("def linear_c(x): return x",)), frozenset({"linear_a", "linear_b"}))
    assert [around.near("linear_a"), around.near("linear_b")] == [None, None]


def test_a_core_is_never_empty():
    assert [core(name) for name in ("loss", "forward", "_", "x1")] == ["loss", "forward", "", "x"]


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("class Net:\n    def relu(self, x):\n        return x", "line 2 defines relu as a method of the class Net"),
        ("class Net:\n    @staticmethod\n    def ReLU(x): return x", "line 3 defines ReLU as a method of the class"),
        ("class Relu:\n    def __call__(self, x): return x", "line 1 defines the class Relu"),
        ("class relu:\n    pass", "line 1 makes relu a class"),
        ("def relu(self, x):\n    return x", "line 1 defines relu with the parameter self first"),
        ("def train():\n    def relu(x): return x", "line 2 defines relu within train"),
        ("x = 1\n# def relu(x):\n#     return x", "line 2 holds relu as a comment"),
        ("x = 1\n'''\ndef relu(x):\n    return x\n'''", "line 2 begins a text in quotes that holds relu"),
        ("x = 1\n\ndef f(x):\n    return relu(x)", "line 4 calls relu, and nothing defines it"),
        (RELU + "x = 1\n" + STUB, "line 1 defines relu; line 4 puts a stub in its place"),
        (RELU + "def relu(x): pass", "line 1 defines relu; line 3 puts a stub in its place"),
        (RELU + "def relu(x):\n    '''max'''\n    ...", "line 1 defines relu; line 3 puts a stub in its place"),
        (RELU + "relu = relu(3)", "line 1 defines relu; line 3 gives the name to something else: relu = relu(3)"),
        (RELU + "for relu in [1]: pass", "line 1 defines relu; line 3 gives the name to something else: for relu in"),
        ("if True:\n    def ReLU(x): return x", "line 2 defines ReLU"),
    ],
)
def test_what_stands_in_its_place_is_told(code, what):
    found = near(code)
    assert found.what.startswith(what)
    assert found.help or "nothing defines" in what


@pytest.mark.parametrize("code", ["", RELU, STUB, "relu = lambda x: x", "from f import relu", STUB + RELU])
def test_where_there_is_nothing_else_nothing_is_told(code):
    assert near(code) is None


def test_cells_and_other_files_are_looked_at():
    cells = ("x = 1", RELU, STUB)
    assert near(Source(cells)).what == "code cell 2, line 1 defines relu; code cell 3, line 1 puts a stub in its place"
    prose = Source(("x = 1",), prose=(("the text cell after code cell 1", f"```\n{RELU}```"),))
    assert near(prose).what.startswith("the text cell after code cell 1")
    beside = Source(("x = 1",), beside=(File("acts.py", RELU.encode()),), file="hw3.py")
    assert near(beside).what == "the file acts.py defines relu, but hw3.py does not import it"


# -- in the marks


def handed(code, asked, name="hw3.py"):
    source = parse(Content(name, (File(name, code.encode()),)), asked.names, asked.file)
    return mark("anna", source, asked, bank(asked), isolation("none"))


def test_a_near_miss_helps_and_costs_the_same():
    found = handed("import numpy as np\ndef ReLU(x): return np.maximum(x, 0)", assignment("relu"))
    (question,) = found.questions
    said = "relu is not defined, but should be a function of that name. Line 2 defines ReLU."
    assert (question.points, question.rationale, question.gist) == (0.0, said, said)
    assert question.help == "Call it relu, as a function at the top level."


def test_lines_that_cannot_be_read_are_told_once_and_listed():
    code = "import numpy as np\ndef relu(x):\n    # to do\ndef tanh(x): return np.tanh(x)\nprint 'x'\n"
    found = handed(code, assignment("relu", "tanh"))
    relu, tanh = found.questions
    assert tanh.points == 10.0
    assert relu.rationale.startswith("relu was not read, as Python cannot read line 2 (expected an indented block")
    assert relu.help == "Mend line 2 first: def relu(x):"
    assert [note.split(" (")[0] for note in found.look] == ["Python cannot read line 2", "Python cannot read line 5"]
    assert set(found.look) <= set(found.notes)


def test_of_many_notes_the_first_are_told():
    code = "!ls\n" * 50 + "def relu(x):\u00a0return x * (x > 0)\n" + "%pwd\n" * 50
    found = handed(code, assignment("relu"))
    assert found.questions[0].points == 10.0
    assert len(found.notes) == 22
    assert set(found.look) < set(found.notes)
    assert found.notes[-1] == "80 more lines of that kind"


@pytest.mark.parametrize("before", [">>> ", "+", "12 ", "In [3]: "])
def test_what_was_pasted_with_marks_before_its_lines_is_known_by_its_name(before):
    code = f"import numpy as np\n{before}def relu(x):\n...     return np.maximum(x 0)\n"
    (question,) = handed(code, assignment("relu")).questions
    assert question.rationale.startswith("relu was not read, as Python cannot read lines 2 to 3")


def test_what_was_pasted_from_a_console_is_marked_and_listed():
    console = ">>> def relu(x):\n...     return np.maximum(x, 0)\n...\n>>> relu(np.ones(2))\n[1. 1.]\n"
    found = handed(f"import numpy as np\n{console}", assignment("relu"))
    assert found.score == 10.0
    assert [note.partition(", ")[0] for note in found.look] == [
        "line 2 begins with >>>",
        "line 5 begins with >>>",
        "Python cannot read line 6 (invalid syntax. Perhaps you forgot a comma?): [1. 1.]",
    ]


def test_what_needs_a_newer_python_is_not_judged():
    code = "import numpy as np\ndef relu[T](x: T) -> T: return x\ndef tanh(x): return np.tanh(x)\n"
    found = handed(code, assignment("relu", "tanh"))
    relu, tanh = found.questions
    assert tanh.points == 10.0
    assert relu.outcome == "fault"
    assert relu.rationale.startswith("not judged: line 2 needs Python 3.12 (type parameters), and the marker runs")
    assert found.look


def test_what_uses_what_needs_a_newer_python_is_not_judged_either():
    code = "import numpy as np\ntype A = int\ndef relu(x: A): return np.maximum(x, 0)\ndef tanh(x): return np.tanh(x)\n"
    relu, tanh = handed(code, assignment("relu", "tanh")).questions
    assert (relu.outcome, tanh.outcome) == ("fault", "passed")


@pytest.mark.parametrize(
    ("code", "points"),
    [
        ("def rectify(x): return np.maximum(x, 0)", 10.0),
        ("def rectify(x): return x", 0.0),
        ("def rectify(x): return x\ndef relu(x): return np.maximum(x, 0)", 10.0),
    ],
)
def test_another_name_is_taken_where_the_assignment_allows_it(code, points):
    asked = assignment("relu")
    asked = replace(asked, questions=(replace(asked.questions[0], also=("ReLU", "rectify")),))
    found = handed(f"import numpy as np\n{code}", asked)
    (question,) = found.questions
    assert (question.function, question.points) == ("relu", points)
    taken = "def relu" not in code
    assert ("rectify was marked as relu" in found.notes) == taken
    if not points:
        assert question.counterexample.repro.count("rectify") == 2
        assert "from hw3 import rectify" in question.counterexample.repro


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (f"{RELU}x = 1\ndel relu\n", "line 1 defines relu; line 4 deletes it"),
        (f"{RELU}del sigmoid, relu\n", "line 1 defines relu; line 3 deletes it"),
        (f"if __name__ == '__main__':\n    {RELU.replace(chr(10), chr(10) + '    ')}pass\n",
         'line 2 defines relu under `if __name__ == "__main__"`, which does not hold when it is marked'),
    ],
)  # fmt: skip
def test_a_function_that_is_taken_away_again_is_told_with_its_line(code, what):
    assert near(code).what == what


@pytest.mark.parametrize(
    "code",
    [
        f"{RELU}del relu\n{RELU}",
        f"{RELU}if __name__ == '__main__':\n    relu = relu\n",
        f"{RELU}y = {{}}\ndel y['relu']\n",
    ],
)
def test_a_function_that_stays_is_not_said_to_be_taken_away(code):
    said = near(code)
    assert said is None or ("delete" not in said.what and "__main__" not in said.what)
