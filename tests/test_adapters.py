"""Adapters: whose names are whose, who is blamed for what, and what is said of a bad one before any work."""

from dataclasses import replace
from functools import cache
from textwrap import dedent

import pytest

from gradecheck.grading.adapter import Adapter
from gradecheck.grading.assignments.assignment import Assignment, Question, load
from gradecheck.grading.bank import digests
from gradecheck.grading.bank.store import bank
from gradecheck.grading.classrun.marking import mark
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.source import File, Source
from tests.classroom import gradecheck, hand_in
from tests.lecture import CONTRACTS

PLAIN = """
import numpy as np

def relu(x):
    return my_relu(x)

def softmax(x):
    return submission.softmax(x.T).T
"""

RIGHT = """
import numpy as np

def my_relu(x):
    return np.maximum(x, 0)

def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)
"""


@cache
def asked(text, *functions):
    questions = tuple(Question(CONTRACTS[name], f"my {name}", 10.0, adapted=True) for name in functions)
    scope = replace(questions[0].scope, rows="2-D", targets="one-hot")
    questions = tuple(replace(q, scope=scope) for q in questions)
    return Assignment("small", "Small", questions, cases=32, adapter=Adapter("adapter.py", text))


def marks(adapter, source, *functions, beside=()):
    """The marks of each function by the contract's name."""
    assignment = asked(dedent(adapter), *functions)
    given = Source((dedent(source),), beside=tuple(File(path, text.encode()) for path, text in beside))
    found = mark("own.py", given, assignment, bank(assignment), isolation("auto"))
    return dict(zip(functions, found.questions, strict=True))


def passes(adapter, source, *functions, **options):
    return [name for name, q in marks(adapter, source, *functions, **options).items() if q.outcome == "passed"]


# -- names


def test_an_adapter_and_a_submission_have_functions_of_one_name_that_do_not_clash():
    assert passes(PLAIN, RIGHT, "relu", "softmax") == ["relu", "softmax"]


def test_a_students_helper_of_a_contracts_name_goes_on_working_for_the_students_functions():
    source = f"""{RIGHT}
def relu(x, slope):  # their own convention
    return np.where(x > 0, x, slope * x)

def my_relu(x):
    return relu(x, 0)
"""
    assert passes(PLAIN, source, "relu", "softmax") == ["relu", "softmax"]


def test_classes_and_objects_of_a_module_are_reached_by_their_names():
    adapter = "def relu(x):\n    return layer.forward(x) * SCALE / submission.SCALE"
    source = """
        import numpy as np
        SCALE = 2.0
        class Layer:
            def forward(self, x): return np.maximum(x, 0)
        layer = Layer()
    """
    found = marks(adapter, source, "relu")["relu"]
    assert [c.outcome for c in found.checks][:3] == ["passed"] * 3


def test_what_is_built_in_is_not_what_a_student_calls_so():
    adapter = "def relu(x):\n    return my_relu(x) if len([x]) == 1 else None"
    assert passes(adapter, f"{RIGHT}\ndef len(x):\n    return 0\n", "relu") == ["relu"]


def test_helper_modules_of_a_submission_and_of_an_adapter_do_not_clash():
    adapter = "import statistics\ndef relu(x):\n    return my_relu(x) * int(statistics.mean([1, 1]))"
    source = "import numpy as np\nimport statistics\ndef my_relu(x):\n    return statistics.largest(x, 0)"
    helper = ("statistics.py", "import numpy as np\ndef largest(x, y):\n    return np.maximum(x, y)\n")
    assert passes(adapter, source, "relu", beside=(helper,)) == ["relu"]


def test_a_helper_that_is_imported_when_it_is_called_is_the_students_own():
    adapter = "import statistics\ndef relu(x):\n    return my_relu(x) * int(statistics.mean([1, 1]))"
    source = "def my_relu(x):\n    import statistics\n    return statistics.largest(x, 0)"
    helper = ("statistics.py", "import numpy as np\ndef largest(x, y):\n    return np.maximum(x, y)\n")
    assert passes(adapter, source, "relu", beside=(helper,)) == ["relu"]


def test_a_helper_of_a_submission_is_the_same_after_an_adapter_imported_its_own():
    adapter = "import statistics\ndef relu(x):\n    return my_relu(x) * int(statistics.mean([1, 1]))"
    source = """
        import numpy as np
        import statistics
        statistics.least = 0
        def my_relu(x):
            import statistics
            return np.maximum(x, statistics.least)
    """
    assert passes(adapter, source, "relu", beside=(("statistics.py", "least = None"),)) == ["relu"]


# -- who is blamed


def rationale(adapter, source, function="relu"):
    found = marks(adapter, source, function)[function]
    assert found.outcome == "error"
    assert found.points == 0
    return found.rationale


def test_what_a_students_function_raises_is_told_with_its_name_and_line():
    source = "def helper(x):\n    return x + unknown\ndef my_relu(x):\n    return helper(x)"
    said = rationale(PLAIN, source)
    assert said.startswith("my_relu raised NameError: name 'unknown' is not defined at line 2: return x + unknown")


def test_a_name_that_neither_has_is_the_students_missing_function():
    found = marks(PLAIN, "def ReLU(x):\n    return x", "relu")["relu"]
    assert found.rationale == "my_relu is missing: nothing of that name is defined. Line 1 defines ReLU."
    assert found.help == "Call it my_relu at the top level."


def test_an_attribute_that_the_submission_lacks_is_missing_too():
    assert rationale(PLAIN, "x = 1", "softmax") == "softmax is missing: nothing of that name is defined."


def test_a_method_that_a_class_lacks_is_missing():
    adapter = "def relu(x):\n    return ReLU().forward(x)"
    said = rationale(adapter, "class ReLU:\n    pass")
    assert said == "ReLU.forward is missing: the class ReLU has no forward, but should have one."


def test_something_else_under_the_name_of_a_function_is_told():
    assert rationale(PLAIN, "my_relu = 5") == "my_relu is an int, but should be a function."


def test_a_call_that_a_students_function_does_not_take_is_the_students():
    found = marks(PLAIN, "def my_relu(x, slope):\n    return x", "relu")["relu"]
    assert found.outcome == "error"
    assert "my_relu raised TypeError: my_relu() missing 1 required positional argument: 'slope'" in found.rationale
    assert found.help == "Let my_relu take what it is called with: my_relu(x)."


def test_a_call_of_the_adapters_own_function_that_does_not_fit_is_ours():
    found = marks("def own(x, y):\n    return x\ndef relu(x):\n    return own(my_relu(x))", RIGHT, "relu")["relu"]
    assert found.outcome == "fault"


@pytest.mark.parametrize(
    "adapter",
    [
        "def relu(x):\n    result = my_relu(x)\n    return result[0]",
        "def relu(x):\n    out, cache = my_relu(x)\n    return out",
        "def relu(x):\n    return my_relu(x).T",
        "def relu(x):\n    return 1 - my_relu(x)",
        "def first(pair):\n    return pair[0]\ndef relu(x):\n    return first(my_relu(x))",
        "def relu(x):\n    return my_relu(x)",
    ],
)
def test_none_that_an_adapter_goes_on_with_is_the_students(adapter):
    assert "returned None" in rationale(adapter, "def my_relu(x):\n    y = x * (x > 0)")


@pytest.mark.parametrize(
    "line",
    ["raise ValueError('odd')", "{}['dW']", "[][1]", "1 / 0", "own.x = typo", "my_relu(x).forward()", "len(x, x)"],
)
def test_what_an_adapters_own_line_raises_is_a_fault_of_ours(line):
    adapter = f"own = 1\ndef relu(x):\n    {line}\n    return my_relu(x)"
    source = f"{RIGHT}\ntypo = 1\n"
    found = marks(adapter, source, "relu")["relu"]
    assert found.outcome == "fault"
    assert found.rationale.startswith("not judged: adapter.py, line 3 raised ")
    assert "a fault of ours" in found.rationale


def test_a_fault_in_some_cases_alone_is_never_a_loss():
    adapter = "def relu(x):\n    assert x.shape[0] > 1\n    return my_relu(x) * 2"
    assert marks(adapter, RIGHT, "relu")["relu"].outcome == "fault"


def test_an_adapter_that_needs_a_missing_name_when_it_is_loaded_costs_what_needs_it():
    adapter = """
        layer = Layer()
        softmax = submission.softmax2

        def relu(x):
            return layer.forward(x)

        def tanh(x):
            return my_tanh(x)
    """
    found = marks(adapter, "import numpy as np\nmy_tanh = np.tanh", "relu", "softmax", "tanh")
    assert {name: q.outcome for name, q in found.items()} == {"relu": "error", "softmax": "error", "tanh": "passed"}
    assert found["relu"].rationale == "Layer is missing: nothing of that name is defined."
    assert found["softmax"].rationale == "softmax2 is missing: nothing of that name is defined."


def test_what_a_class_raises_while_an_adapter_is_loaded_is_the_students():
    adapter = "layer = Layer()\ndef relu(x):\n    return layer.forward(x)"
    said = rationale(adapter, "class Layer:\n    def __init__(self):\n        raise RuntimeError('no')")
    assert said.startswith("Layer.__init__ raised RuntimeError: no at line 3")


def test_a_starter_is_still_to_be_written():
    found = marks(PLAIN, "def my_relu(x):\n    raise NotImplementedError", "relu")["relu"]
    assert found.unwritten


def test_a_package_that_is_not_there_when_marked_is_told():
    source = "import torch\ndef my_relu(x):\n    return torch.relu(x)"
    assert "line 1 imports torch, which is not there when marked" in rationale(PLAIN, source)


# -- as for every submission


def test_an_argument_that_is_written_to_is_the_contracts():
    found = marks(PLAIN, "import numpy as np\ndef my_relu(z):\n    z[z < 0] = 0\n    return z", "relu")["relu"]
    assert [c.check for c in found.checks if c.share < 1] == ["hygiene"]
    assert "print(z)\n# should still be" in found.counterexample.repro


def test_state_that_is_kept_is_found():
    source = "seen = []\ndef my_relu(x):\n    seen.append(1)\n    return x * (x > 0) + len(seen)"
    found = marks(PLAIN, source, "relu")["relu"]
    assert "keep" in found.rationale or "differs" in found.rationale
    assert found.points < 10


def test_a_function_that_does_not_end_costs_itself_alone():
    adapter = asked(PLAIN, "relu", "softmax")
    quick = replace(adapter, seconds=0.5)
    given = Source((RIGHT.replace("    return np.maximum(x, 0)", "    while True: pass"),))
    found = mark("own.py", given, quick, bank(quick), isolation("auto")).questions
    assert [q.outcome for q in found] == ["limit", "passed"]


def test_what_is_printed_is_shown():
    found = marks(PLAIN, RIGHT.replace("    return np.maximum", "    print('here')\n    return np.maximum"), "relu")
    assert found["relu"].output.startswith("here")


def test_a_broken_function_of_an_adapter_is_right_for_another_that_calls_it():
    adapter = """
        def softmax(x):
            return my_softmax(x)

        def softmax_cross_entropy(x, t):
            return cost(softmax(x), t)
    """
    source = """
        import numpy as np
        def my_softmax(x):
            e = np.exp(x - x.max(axis=1, keepdims=True))
            return 2 * e / e.sum(axis=1, keepdims=True)
        def cost(p, t):
            return -(t * np.log(np.where(t > 0, p, 1))).sum() / len(p)
    """
    found = marks(adapter, source, "softmax", "softmax_cross_entropy")
    assert found["softmax"].outcome == "wrong"
    right = found["softmax_cross_entropy"]
    assert right.checks[0].outcome == "passed"
    assert right.followed == ("my softmax",)


def test_a_repro_says_what_comes_from_it_where_only_the_adapter_has_the_result():
    adapter = "def relu(x):\n    return 1 + my_relu(x)"
    repro = marks(adapter, RIGHT, "relu")["relu"].counterexample.repro
    assert "result = my_relu(x)\nprint(result)\n# f(x) comes from this, and should be" in repro


def test_lines_that_a_worker_makes_up_are_not_shown():
    adapter = "def relu(x):\n    return my_relu(x)"
    source = """
        for found in object.__subclasses__():
            if found.__name__ == "Record":
                found.watch = lambda self, name, x: self.lines.append("import os; os.abort()") or x
        def my_relu(x):
            return x
    """
    found = marks(adapter, source, "relu")["relu"]
    assert found.outcome == "wrong"
    assert "abort" not in found.counterexample.repro


# -- the assignment

TOML = """
adapter = "adapter.py"
cases = 16
rows = "2-D"
[[question]]
function = "relu"
name = "my relu"
[[question]]
function = "softmax"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "small.toml").write_text(TOML)
    (tmp_path / "adapter.py").write_text(PLAIN)
    return tmp_path


def complaint(folder, adapter=None, toml=TOML):
    (folder / "small.toml").write_text(toml)
    if adapter is not None:
        (folder / "adapter.py").write_text(adapter)
    with pytest.raises(ValueError, match=r"assignment: small\.toml: ") as raised:
        load(str(folder / "small.toml"))
    return str(raised.value).removeprefix("assignment: small.toml: ")


def test_an_adapter_is_part_of_what_its_assignment_is(folder):
    before = load(str(folder / "small.toml"))
    assert [q.name for q in before.questions] == ["my relu", "softmax"]
    assert before.names == {"my_relu", "softmax"}
    (folder / "adapter.py").write_text(f"{PLAIN}\n")
    assert digests.settings(before) != digests.settings(load(str(folder / "small.toml")))


@pytest.mark.parametrize(
    ("adapter", "said"),
    [
        ("def relu(x):\n    return x +\n", "adapter: adapter.py, line 2 cannot be read by Python (invalid syntax)"),
        ("x = '\\0\0'", "adapter: adapter.py"),
        ("def relu(x):\n    return x", "does not define softmax, but should, as it is asked: add def softmax(x)"),
        (f"import torch\n{PLAIN}", "adapter.py, line 1 imports torch, which is not there when marked"),
        (f"from scipy.special import expit\n{PLAIN}", 'take it out, or add packages = ["scipy"]'),
        (f"from . import helper\n{PLAIN}", "adapter.py, line 1 imports ., which is not there"),
        (f"{PLAIN}\ndef f():\n    import math\n", "adapter.py, line 11 imports within a function"),
        (PLAIN.replace("import numpy as np", "zero = np.zeros(1)"), "adapter.py uses np of the submission"),
        (PLAIN.replace("def relu(x)", "def relu(x, y)"), "line 4 defines relu(x, y), but should define relu(x)"),
    ],
)
def test_a_bad_adapter_is_told_before_any_work(folder, adapter, said):
    assert said in complaint(folder, adapter)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('adapter = "other.py"', "adapter is 'other.py', but should be a file beside small.toml (No such file"),
        ('adapter = "../adapter.py"', "adapter is '../adapter.py', but should be a file's name without a folder"),
        ("adapter = 3", "adapter is 3, but should be a file's name"),
        ('model = "right.py"\nadapter = "adapter.py"', "model is 'right.py', but should be a file beside small.toml"),
        ('starter = "adapter.py"', "starter is 'adapter.py', but should be left out where no adapter is named"),
    ],
)
def test_a_bad_name_of_a_file_is_told(folder, line, said):
    assert said in complaint(folder, toml=TOML.replace('adapter = "adapter.py"', line))


@pytest.mark.parametrize("title", ["a | b", "<b>", "", "x" * 61])
def test_a_title_is_plain(folder, title):
    said = complaint(folder, toml=TOML.replace("my relu", title))
    assert f"question.name is {title!r}, but should be 1 to 60 letters, digits and any of . , : ( ) - /" in said


def test_other_names_are_the_adapters_business(folder):
    said = complaint(folder, toml=TOML.replace('name = "my relu"', 'also = ["ReLU"]'))
    assert said.startswith("question.also is ['ReLU'], but should be left out where there is an adapter")


def test_a_default_of_the_contract_is_asked_of_the_adapter(folder):
    toml = TOML.replace('"softmax"', '"leaky_relu"')
    said = complaint(folder, f"{PLAIN}\ndef leaky_relu(x, alpha):\n    return x\n", toml)
    assert "but should define leaky_relu(x, alpha=0.01): that is how it is called" in said


# -- the commands


def test_a_class_is_marked_and_marked_again_with_its_adapter(folder):
    hand_in(folder / "class", anna=RIGHT, ben=RIGHT.replace("np.maximum(x, 0)", "x"))
    out = folder / "out"
    gradecheck("grade", folder / "class", "--assignment", folder / "small.toml", "--out", out)
    assert "my relu" in next((out / "feedback").glob("ben*.md")).read_text()
    (folder / "adapter.py").unlink()
    assert "the same to the last byte" in gradecheck("regrade", out)


def test_a_changed_adapter_marks_a_class_anew(folder):
    hand_in(folder / "class", anna=RIGHT)
    call = ("grade", folder / "class", "--assignment", folder / "small.toml", "--out", folder / "out")
    gradecheck(*call)
    (folder / "adapter.py").write_text(PLAIN.replace("my_relu(x)", "my_relu(x)[0]['key']"))
    said = gradecheck(*call, status=1)
    assert "not judged" in said
    page = (folder / "out" / "class.html").read_text()
    assert "adapter.py, line 5 raised IndexError" in page
    assert '"points": null' in (folder / "out" / "results.json").read_text()


def test_a_bad_adapter_ends_every_command_with_a_sentence(folder):
    (folder / "adapter.py").write_text("import torch")
    hand_in(folder / "class", anna=RIGHT)
    toml = folder / "small.toml"
    for call in (
        ("grade", folder / "class", "--assignment", toml),
        ("check", folder / "class" / "anna.py", "--assignment", toml),
        ("starter", "--assignment", toml),
        ("assignment", "check", toml),
    ):
        assert "adapter.py, line 1 imports torch" in gradecheck(*call, status=2)


def test_commands_that_need_a_stand_in_say_so(folder):
    said = gradecheck("assignment", "check", folder / "small.toml", status=2)
    assert 'model is not named, but should, where there is an adapter: add model = "right.py"' in " ".join(said.split())
    said = gradecheck("starter", "--assignment", folder / "small.toml", status=2)
    assert 'starter is not named, but should, where there is an adapter: add starter = "starter.py"' in " ".join(
        said.split()
    )


def test_a_model_answer_that_loses_points_is_a_breach(folder):
    (folder / "small.toml").write_text(f'model = "right.py"\n{TOML}')
    (folder / "right.py").write_text(RIGHT.replace("np.maximum(x, 0)", "x"))
    said = gradecheck("assignment", "check", folder / "small.toml", "--jobs", 1, status=1)
    assert "right.py (model answer): it gets 1 of 2 points, but should get 2" in " ".join(said.split())
