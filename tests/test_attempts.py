"""Edits of a submission, tried in its worker: what they change, that it is undone, and what a hostile one costs."""

import ast
import textwrap
import time

import numpy as np
import pytest

from gradecheck.grading.adapter import Adapter
from gradecheck.grading.bank.questions import build_question
from gradecheck.grading.jail.answers import Died, Limit, Missing, Raised, Returned
from gradecheck.grading.jail.attempts import FORGED
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging.calls import call_all
from gradecheck.grading.judging.judged import judge
from gradecheck.grading.repair.edited import edited
from gradecheck.grading.repair.reach import reached
from gradecheck.grading.source import File, Place, Source
from tests.lecture import CONTRACTS

QUICK = Limits(question=1.0, load=1.0, memory=256 << 20, processes=64, written=4 << 20)
JAIL = isolation("auto")
X = np.array([1.0, -2.0, 3.0])
TWO = Cases.pack([(X,), (2 * X,)])
SECONDS = 1.0
"""For an attempt: enough on a busy machine, as what is honest takes a thousandth of it."""


def session(*cells, **options):
    options["beside"] = [File(path, textwrap.dedent(text).encode()) for path, text in options.pop("beside", {}).items()]
    return Session([textwrap.dedent(cell) for cell in cells], JAIL, QUICK, **options)


def change(text, cell=0, file=""):
    return (Place(cell, file, 0), textwrap.dedent(text))


def tried(session, *attempts, function="f", cases=TWO, **options):
    """The first number of each case, or what came in its place, of each attempt."""
    found = session.attempt(function, cases, attempts, seconds=SECONDS, **options)
    assert [len(answers) for answers in found] == [cases.count] * len(attempts)
    return [[float(np.ravel(a.value)[0]) if isinstance(a, Returned) else a for a in answers] for answers in found]


def called(session, function="f"):
    return [float(np.ravel(answer.value)[0]) for answer in session.call(function, TWO).answers]


WRONG = [-1.0, -2.0]  # what f gives before any edit
RIGHT = [1.0, 2.0]
F = "def f(x): return -x"
REPAIRED = change("def f(x): return x")


# -- what an edit changes, and that it is undone


def test_an_edit_lasts_as_long_as_its_calls():
    with session(F) as s:
        assert tried(s, [REPAIRED], [change("def f(x): return 3 * x")], []) == [RIGHT, [3.0, 6.0], WRONG]
        assert called(s) == WRONG


def test_two_changes_are_tried_together():
    with session("SIGN = -1\ndef f(x): return SIGN * g(x)", "def g(x): return 2 * x") as s:
        sign, g = change("SIGN = 1"), change("def g(x): return x", cell=1)
        assert tried(s, [sign], [g], [sign, g], [g, sign]) == [[2.0, 4.0], WRONG, RIGHT, RIGHT]
        assert called(s) == [-2.0, -4.0]


HELPERS = {"helpers.py": "SIGN = -1\ndef g(x):\n    return SIGN * x\n"}


@pytest.mark.parametrize(
    "cell",
    [
        "from helpers import g as f",
        "import helpers\ndef f(x): return helpers.g(x)",
        "from helpers import *\nTABLE = {'g': g}\ndef f(x): return TABLE['g'](x)",
        "import numpy as np, helpers\nf = np.vectorize(helpers.g)",
        "import functools\nfrom helpers import g\nf = functools.partial(g)",
        "from helpers import g\ndef f(x, g=g): return g(x)",
        "from helpers import g\nclass Layer:\n    activation = staticmethod(g)\nf = Layer().activation",
    ],
)
def test_whoever_holds_a_function_of_a_helper_module_has_the_changed_one(cell):
    with session(cell, beside=HELPERS) as s:
        assert tried(s, [change("def g(x): return x", file="helpers.py")], []) == [RIGHT, WRONG]
        assert called(s) == WRONG


def test_a_constant_of_a_helper_module_is_changed_where_it_is_imported():
    with session("from helpers import SIGN\ndef f(x): return SIGN * x", "N = -1", beside=HELPERS) as s:
        assert tried(s, [change("SIGN = 1", file="helpers.py")], []) == [RIGHT, WRONG]


def test_a_file_that_was_not_imported_cannot_be_edited():
    with session(F, beside=HELPERS) as s:
        (answers,) = s.attempt("f", TWO, [[change("def g(x): return x", file="helpers.py")]], seconds=SECONDS)
        assert [(a.type, a.message) for a in answers] == [("ImportError", "helpers.py was not imported")] * 2


WRAPPED = """
import functools
import numpy as np

def twice(function):
    def wrapper(x):
        return 2 * function(x)
    return wrapper

@twice
def g(x): return -x / 2

def f(x): return -x
f = np.vectorize(f)

@functools.lru_cache
def cached(n): return -1

def with_cache(x): return cached(0) * x
"""


def test_a_wrapped_function_is_changed_within_its_wrapper():
    with session(WRAPPED) as s:
        assert tried(s, [change("@twice\ndef g(x): return x / 2")], [], function="g") == [RIGHT, WRONG]
        assert tried(s, [change("def f(x): return x if x > 0 else 0")], []) == [RIGHT, WRONG]
        right = change("@functools.lru_cache\ndef cached(n): return 1")
        assert tried(s, [], [right], [], function="with_cache") == [WRONG, RIGHT, WRONG]


def test_another_name_for_a_function_is_not_the_function():
    with session("def g(x): return x\ndef h(x): return -x\nf = h") as s:
        assert tried(s, [change("f = g")], [change("f = lambda x: g(x)")]) == [RIGHT, RIGHT]
        assert tried(s, [change("f = g")], function="h") == [WRONG]


CLASSES = """
class Layer:
    scale = 1
    def __init__(self, sign):
        self.sign = sign
    def forward(self, x):
        return self.scale * self.sign * x

class Negative(Layer):
    def __init__(self):
        super().__init__(-1)
    def forward(self, x):
        return super().forward(x)

layer = Negative()
"""
ADAPTED = Adapter("adapter.py", "def f(x): return Negative().forward(x)\ndef old(x): return layer.forward(x)")


@pytest.mark.parametrize("function", ["f", "old"])
def test_a_method_is_changed_for_an_adapter_and_for_objects_that_are_there(function):
    own = "class Negative(Layer):\n    def __init__(self): super().__init__(-1)\n"
    base = CLASSES.partition("class Negative")[0].replace("self.sign * x", "-self.sign * x")
    with session(CLASSES, adapter=ADAPTED) as s:
        edits = [change(own + "    def forward(self, x): return -super().forward(x)")], [change(base)], []
        assert tried(s, *edits, function=function) == [RIGHT, RIGHT, WRONG]
        assert called(s, function) == WRONG


def test_what_a_statement_raises_is_the_answer_to_every_case():
    with session(F) as s:
        found = s.attempt("f", TWO, [[change("1 / 0")], [change("def f(:")], [change("del f")], []], seconds=SECONDS)
        assert [type(a) for a in (answers[0] for answers in found)] == [Raised, Raised, Missing, Returned]
        assert [a.type for a in (found[0][1], found[1][1])] == ["ZeroDivisionError", "SyntaxError"]


def test_annotations_and_future_features_are_as_harmless_as_in_a_file():
    with session("from __future__ import annotations\ndef f(x: Unknown): return -x") as s:
        assert tried(s, [change("def f(x: Unknown): return x")]) == [RIGHT]
        assert tried(s, [change("from __future__ import annotations")], []) == [WRONG, WRONG]
        assert isinstance(tried(s, [change("x = 1\nfrom __future__ import annotations")])[0][0], Raised)


STATEFUL = """
import numpy as np
CACHE, SEEN, TABLE, BUFFER = {}, [], {"f": 1}, 0
def f(x):
    global BUFFER, NEW
    SEEN.append(1); CACHE[len(SEEN)] = x; TABLE.clear(); BUFFER += 1; NEW = 1
    return np.array([len(SEEN), BUFFER, *x])
def g(x): return np.array([len(SEEN) + len(CACHE) + BUFFER, "NEW" in globals(), TABLE == {"f": 1}], float)
"""


def test_names_and_what_they_hold_are_as_they_were_before():
    with session(STATEFUL) as s:
        before = s.call("g", TWO).answers[0].value.tolist()
        assert tried(s, [change("BUFFER = 7")], []) == [[1.0, 2.0], [1.0, 2.0]]
        assert s.call("g", TWO).answers[0].value.tolist() == before


def test_every_case_begins_with_the_same_random_numbers():
    with session("import numpy as np\ndef f(x): return np.random.rand() + 0 * x") as s:
        numbers = {number for answers in tried(s, [], [change("N = np.random.rand()")], []) for number in answers}
        assert len(numbers) == 1


def test_numpys_settings_and_warnings_of_an_edit_end_with_it():
    with session("import numpy as np, warnings\ndef f(x): x / 0; return x * len(warnings.filters)") as s:
        strict = change("np.seterr(all='raise'); warnings.simplefilter('error')")
        assert tried(s, [strict], [])[1] == called(s)


def test_right_values_are_given_to_an_edit_too():
    right = {"g": lambda arguments: -arguments[0][1]}
    with session("def g(x): return 5 * x\ndef f(x): return g(x)") as s:
        assert tried(s, [], [change("def f(x): return -g(x)")], replaced=right) == [WRONG, RIGHT]
        assert called(s) == [5.0, 10.0]


def test_a_right_value_that_comes_late_goes_to_nobody_else():
    waits = iter([1.25 * SECONDS])

    def g(arguments):
        time.sleep(next(waits, 0.0))
        return -arguments[0][1]

    with session("def g(x): pass\ndef f(x): return g(x)") as s:
        assert tried(s, [], [change("def f(x): return g(5 * x)")], replaced={"g": g})[1] == [-5.0, -10.0]


HELPED = "from helpers import g as f"
CLASSES_OF_A_FILE = (
    "from helpers import layer, Negative\nclass Other(Negative): pass\ndef f(x): return Other().forward(x)"
)


@pytest.mark.parametrize(
    ("cell", "beside", "functions"),
    [
        (WRAPPED, {}, ("f", "g", "with_cache")),
        (HELPED, HELPERS, ("f",)),
        (CLASSES_OF_A_FILE, {"helpers.py": CLASSES}, ("f",)),
    ],
    ids=["wrapped", "helped", "classes"],
)
def test_an_attempt_gives_what_the_changed_text_gives_in_a_new_session(cell, beside, functions):
    source = Source((cell,), beside=tuple(File(path, text.encode()) for path, text in beside.items()))
    compared = 0
    with Session(source.cells, JAIL, QUICK, beside=source.beside) as s:
        for function in functions:
            for place, statement in reached(source, function):
                text = ast.unparse(statement)
                if "-" in text:
                    change = (place, text.replace("-", "2 * ", 1))
                    new = edited(source, [change])
                    with Session(new.cells, JAIL, QUICK, beside=new.beside) as other:
                        assert tried(s, [change], function=function) == [called(other, function)]
                    compared += 1
    assert compared


# -- what a hostile one costs


LOST = {
    "endless": ("def f(x):\n    while True: pass", Limit("time")),
    "endless while it is run": ("while True: pass", Limit("time")),
    "swallows": ("def f(x):\n    while True:\n        try:\n            x + 1\n        except: pass", Limit("time")),
    "memory": ("def f(x): return [bytes(16 << 20) for _ in range(1000)]", Limit("memory")),
    "os._exit": ("import os\ndef f(x): os._exit(0)", Died("exit status 0")),
    "crash": ("import os\ndef f(x): os.abort()", Died("SIGABRT")),
    "prints": ("def f(x):\n    for _ in range(1000): print('x' * 100_000)", Limit("output")),
    "large": ("import numpy as np\ndef f(x): return np.zeros(1 << 20)", Limit("output")),
}


@pytest.mark.parametrize("name", LOST)
def test_an_attempt_that_is_stopped_costs_only_itself(name):
    text, lost = LOST[name]
    with session(F) as s:
        assert tried(s, [REPAIRED], [change(text)], [REPAIRED], []) == [RIGHT, [lost] * 2, RIGHT, WRONG]
        assert called(s) == WRONG


def test_of_many_cases_each_of_which_hangs_only_the_first_is_waited_for():
    many = Cases.pack([(X,)], order=[0] * 100)
    with session(F) as s:
        s.call("f", TWO)
        worker = s._worker
        assert tried(s, [change("def f(x):\n    while True: pass")], cases=many) == [[Limit("time")] * 100]
        assert s._worker is worker


def test_memory_that_an_attempt_holds_is_not_missing_to_the_next():
    hoard = "import numpy as np\ndef f(x):\n    np.hoard = [x]\n    while True: np.hoard.append(bytes(32 << 20))"
    spends = change("def f(x): return x + len(bytes(128 << 20)) * 0")
    with session(F) as s:
        assert tried(s, [change(hoard)], [spends]) == [[Limit("memory")] * 2, RIGHT]


def test_a_function_that_has_taken_too_long_in_all_is_not_tried_again():
    with session(F) as s:
        s._spent["f"] = QUICK.function
        assert tried(s, [REPAIRED], []) == [[Limit("time", ran=False)] * 2] * 2


KEPT = {
    "sys.exit": ("import sys\ndef f(x): sys.exit()", "SystemExit"),
    "deletes everything": ("def f(x): globals().clear(); x.y", "AttributeError"),
    "deletes everything as it is run": ("globals().clear()\nf", "NameError"),
    "deep": ("def f(x): return f(x)", "RecursionError"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
}


@pytest.mark.parametrize("name", KEPT)
def test_an_attempt_that_raises_keeps_its_worker(name):
    text, raised = KEPT[name]
    with session(F) as s:
        s.call("f", TWO)
        worker = s._worker
        first, second = tried(s, [change(text)], [REPAIRED])
        assert [a.type for a in first] == [raised] * 2
        assert second == RIGHT
        assert s._worker is worker
        assert called(s) == WRONG


def test_a_megabyte_printed_by_each_attempt_fills_nothing():
    with session(F) as s:
        prints = [change("def f(x): print('x' * 1_000_000); return x")]
        assert tried(s, *[prints] * 10) == [RIGHT] * 10


FORGER = """
import sys, time
def wire():
    frame = sys._getframe()
    while "wire" not in getattr(frame.f_locals.get("self"), "__dict__", ()):
        frame = frame.f_back
    return frame.f_locals["self"].wire
GOOD = b'{"returned":["number","float64","float64",[]],"type":"float"}'
def forged(number):
    record = len(GOOD).to_bytes(4, "little") + (8).to_bytes(8, "little") + GOOD + bytes(8)
    wire().answer(number * record)
def f(x): return -x
"""


@pytest.mark.parametrize(
    "text",
    [
        "def f(x): forged(1); return x",
        "def f(x): forged(40); return x",
        "def f(x): wire().answer(b'x' * 99); return x",
        "def f(x): wire().send({'done': 1}); time.sleep(9)",
        "def f(x): wire().send({'verdict': 'right'}); return x",
        "def f(x): wire().answer = lambda record: None; return x",
    ],
    ids=["one more", "many more", "noise", "done at once", "another message", "none"],
)
def test_forged_answers_cost_the_attempts_beside_them_and_what_would_follow(text):
    with session(FORGER) as s:
        found = s.attempt("f", TWO, [[change(text)], [REPAIRED]], seconds=SECONDS)
        assert [answers[0] for answers in found] == [FORGED] * 2
        assert tried(s, [REPAIRED]) == [RIGHT]


def test_an_answer_too_many_to_a_single_case_is_forged_too():
    with session(FORGER) as s:
        assert tried(s, [change("def f(x): forged(1); return x")], cases=Cases.pack([(X,)])) == [[FORGED]]


LOOKS = """
import sys
def f(x):
    frame = sys._getframe()
    while "message" not in frame.f_locals:
        frame = frame.f_back
    raise ValueError(sorted(frame.f_locals["message"]))
"""


def test_a_worker_knows_what_it_is_asked_and_nothing_else():
    with session(F) as s:
        ((answer, _),) = s.attempt("f", TWO, [[change(LOOKS)]], seconds=SECONDS)
        told = ["anew", "attempts", "call", "record", "replaced", "room", "seconds", "seed", "serial"]
        assert answer.message == str(told)


def test_a_submission_that_cannot_be_loaded_answers_every_attempt_with_the_reason():
    with session("import os\nos._exit(3)\n") as s:
        assert tried(s, [REPAIRED], []) == [[Died("exit status 3", loading=True)] * 2] * 2


def test_no_more_is_sent_than_a_message_may_hold():
    long = "#" * (2 << 20)
    with session(F) as s:
        assert tried(s, [REPAIRED], [change(long)], [REPAIRED]) == [RIGHT, [Limit("time", ran=False)] * 2, RIGHT]
        assert tried(s, *[[REPAIRED]] * 250) == [RIGHT] * 250


# -- some cases of a question


@pytest.mark.parametrize("function", ["relu", "linear_backward"])
def test_some_cases_are_judged_as_they_are_among_all(function):
    banked = build_question(CONTRACTS[function], 16, 0)
    texts = {
        "relu": "import numpy as np\ndef relu(x): return np.maximum(x, 0) if x.size % 2 else x",
        "linear_backward": "def linear_backward(g, x, W, *b): return g @ W.T, x.T @ g + (g.shape[0] == 1), g.sum(0)",
    }
    kept = sorted({0, 3, len(banked.recipes) - 1, len(banked.recipes) // 2})
    with session(texts[function]) as s:
        whole = judge(banked, call_all(s, function, banked).answers)
        some = banked.only(reversed(kept))
        part = judge(some, call_all(s, function, some).answers)
    assert whole.levels.max() > 0
    assert np.array_equal(part.levels, whole.levels[kept])
    assert some.calls.count == len(kept)
    assert len(some.frame) < len(banked.frame)
