"""All that was handed in lies beside the code; what is not there is named; chance is the same on every run."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradecheck.grading.bank.store import bank
from gradecheck.grading.classrun.marking import mark
from gradecheck.grading.feedback.reasons import not_there_when_marked
from gradecheck.grading.jail import packages
from gradecheck.grading.jail.answers import Absent, Raised, Returned
from gradecheck.grading.jail.beside import MOST_BESIDE, MOST_FILES
from gradecheck.grading.jail.bubblewrap import why_none_starts
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.session import Session
from gradecheck.grading.source import File, Lost, Source
from tests.marked import assignment, marked, model, questions
from tests.tiers import TIERS, tier

JAIL = isolation("auto")
QUICK = Limits(question=2.0, most=2.0, load=2.0)
X = np.array([1.0, -2.0])
ONE, TWICE = Cases.pack([(X,)]), Cases.pack([(X,)], [0, 0])


@pytest.fixture(params=TIERS)
def where(request):
    return tier(request.param)


def value(session, function, cases=ONE):
    answer = session.call(function, cases).answers[-1]
    assert isinstance(answer, Returned), answer
    return answer.value


# -- files

FILES = {
    "layers.py": "import hw3\ndef double(x): return 2 * x\ndef bad(x):\n    return double(x) + undefined\n",
    "acts.py": "def relu(x): return x * (x > 0)\ndef whole(x): return relu(x) + 1",
    "nets/__init__.py": "",
    "nets/deep.py": "from ..acts import relu as r\nimport layers\ndef deep(x): return layers.double(r(x))",
    "data/settings.json": '{"shift": 3}',
}
CODE = """
import json
import layers
from acts import relu
from acts import whole
from .layers import double as again
from layers import double as twice
def shift(x): return x + json.load(open("data/settings.json"))["shift"]
def doubled(x): return twice(x)
def looked_up(x): return layers.double(x)
def bad(x): return layers.bad(x)
def own(x): return layers.hw3.twice(x)
def packed(x):
    from .nets.deep import deep
    return deep(x)
def saved(x):
    open("plot.png", "w").write("drawn")
    return x
def here(x): return float(__file__.endswith("/hw3.py"))
"""
BESIDE = [File(path, text.encode()) for path, text in FILES.items()]


def test_what_was_handed_in_lies_beside_the_code(where):
    with Session([CODE], where, QUICK, file="hw3.py", beside=BESIDE) as session:
        assert session.loaded.problems == ()
        assert value(session, "shift").tolist() == [4.0, 1.0]
        for name in ("doubled", "looked_up", "own", "again"):
            assert value(session, name).tolist() == [2.0, -4.0], name
        assert value(session, "packed").tolist() == [2.0, 0.0]
        assert value(session, "saved").tolist() == X.tolist()
        assert value(session, "here") == 1.0
        assert {"relu", "twice", "whole"} <= set(session.loaded.functions)


def test_a_line_of_a_helper_module_is_told_with_its_file(where):
    with Session([CODE], where, QUICK, file="hw3.py", beside=BESIDE) as session:
        (answer,) = session.call("bad", ONE).answers
        assert [(line.file, line.line, line.text) for line in answer.lines] == [
            ("", 11, "def bad(x): return layers.bad(x)"),
            ("layers.py", 4, "return double(x) + undefined"),
        ]
    asked = assignment("relu")
    code = Source(("from acts import relu",), beside=(File("acts.py", b"def relu(x):\n    return y"),))
    found = mark("a.py", code, asked, bank(asked), JAIL)
    assert "name 'y' is not defined at acts.py, line 2: return y" in found.questions[0].rationale


def test_a_function_is_replaced_in_every_module_that_has_it(where):
    with Session([CODE], where, QUICK, file="hw3.py", beside=BESIDE) as session:
        for name in ("relu", "whole"):
            assert session.call(name, ONE, {"relu": lambda given: 7 * given[0][1]}).answers[0].value.tolist() == (
                [8.0, -13.0] if name == "whole" else [7.0, -14.0]
            )
        assert value(session, "whole").tolist() == [2.0, 1.0]


def test_what_was_handed_in_is_not_written_over(where):
    code = "def f(x):\n    open('kept.txt', 'w').write('new')\n    return x\ndef mode(x):\n    import os\n    "
    code += "return float(os.stat('kept.txt').st_mode & 0o777)"
    with Session([code], where, QUICK, beside=[File("kept.txt", b"old")]) as session:
        assert value(session, "mode") == 0o444
        if where.mode != "none":  # without a jail, root may write to any file
            assert session.call("f", ONE).answers[0].type == "PermissionError"


AROUND = ("../up.txt", "/tmp/absolute.txt", "a/../../up.txt", "", ".", "a//b.txt", "nul\0.txt", "x" * 300, "\udcff.txt")


def test_no_name_of_a_file_leads_out_of_the_folder(where, tmp_path):
    outside = tmp_path / "planted.txt"
    paths = [*AROUND, str(outside), "dir", "dir/below.txt", "<cell 0>", "f.txt", "f.txt"]
    code = """
import os
import re
def files(x):
    print(*sorted(os.path.join(p, n) for p, _, names in os.walk(".") for n in names if "worker" not in n), sep="\\n")
    return len(os.listdir(".."))
"""
    with Session([code], where, QUICK, beside=[File(path, b"data") for path in paths]) as session:
        assert session.loaded.failure is None
        reply = session.call("files", ONE)
        assert reply.output.text.split("\n")[:-1] == ["./<cell 0>", "./dir", "./f.txt", "./\\udcff.txt"]
    assert not outside.exists()


def test_a_helper_shadows_nothing_of_ours_and_no_numpy(where):
    names = ("numpy", "json", "os", "inside", "worker", "loading", "seeds", "standins", "submission", "struct")
    beside = [File(f"{name}.py", f"own = {name!r}\ndef relu(x): return x".encode()) for name in names]
    code = "import numpy, inside, worker, loading, seeds, standins, submission\n" + "\n".join(
        f"def {name}_(x): return float(getattr({name}, 'own', '') == {name!r})"
        for name in ("inside", "worker", "loading", "seeds", "standins", "submission", "numpy")
    )
    with Session([code], where, QUICK, file="hw3.ipynb", beside=beside) as session:
        assert session.loaded.problems == ()
        for name in ("inside", "worker", "loading", "seeds", "standins", "submission"):
            assert value(session, f"{name}_") == 1.0, name
        assert value(session, "numpy_") == 0.0


def test_only_so_much_is_laid_out(where):
    code = "import os\ndef f(x): return float(sum(n.startswith('many') for n in os.listdir('.')))"
    with Session([code], where, QUICK, beside=[File(f"many{i}", b"") for i in range(10_000)]) as session:
        assert value(session, "f") == MOST_FILES
    half = bytes(MOST_BESIDE // 2)
    beside = [File(f"many{i}", half) for i in range(3)]
    with Session([code], where, replace(QUICK, load=20.0), beside=beside) as session:
        assert value(session, "f") == 2


def test_what_python_cannot_read_is_the_reason_for_what_it_would_have_defined():
    lost = Lost("line 1", "def relu(x", "SyntaxError: '(' was never closed", defines=frozenset({"relu"}))
    asked = assignment("relu", "tanh")
    found = mark("a.py", Source(("x = 1",), lost=(lost,)), asked, bank(asked), JAIL)
    assert "relu was not read, as Python cannot read line 1" in found.questions[0].rationale
    assert "tanh is not defined, but" in found.questions[1].rationale


# -- packages that are not there

IMPORTS = {
    "used": ("\nimport scipy.special as sp\ndef relu(x): return sp.expit(x)", 2, "scipy"),
    "within": ("def relu(x):\n    import scipy\n    return x", 2, "scipy"),
    "by name": ("from scipy.special import expit as relu", 1, "scipy"),
    "star": ("from scipy import *\ndef relu(x): return expit(x)", 1, "scipy"),
    "in one line": ("import numpy as np, pandas as pd\ndef relu(x): return pd.clip(np.abs(x))", 1, "pandas"),
    "caught": ("try:\n    import pandas\n    import sys as s\nexcept: pass\ndef relu(x): return s.x", 2, "pandas"),
    "decorator": ("from jax import jit\n@jit\ndef relu(x): return x", 1, "jax"),
    "a chain": ("import torch\nzero = torch.zeros(1)\ndef relu(x): return max(x, zero)", 1, "torch"),
    "computes": ("from numba import cuda\n@cuda.jit\ndef relu(x): return x", 1, "numba"),
}


@pytest.mark.parametrize("way", IMPORTS)
def test_each_function_names_the_package_that_it_lacks(way):
    code, line, package = IMPORTS[way]
    found = marked(code, assignment("relu"))
    question = found.questions[0]
    said = f"relu cannot run: line {line} imports {package}, which is not there when marked: only NumPy is"
    assert said in question.rationale
    assert "by hand" not in question.help
    assert package in question.help
    assert found.missing_packages == (package,)


def test_a_package_that_no_function_lacks_is_no_reason():
    top = "import torch\ntry: import cupy as np\nexcept ImportError: import numpy as np"
    found = marked(f"{top}\n{model()}", assignment("relu"))
    assert (found.score, found.missing_packages) == (10.0, ())
    beside = marked("import pandas as pd, numpy as np\ndef relu(x): return np.maximum(x, 0)", assignment("relu"))
    assert (beside.score, beside.missing_packages) == (10.0, ())


def test_a_package_that_a_helper_module_lacks_is_named_with_its_file():
    asked = assignment("relu")
    beside = (File("acts.py", b"import numpy\nfrom scipy import special\ndef relu(x): return x"),)
    found = mark("a.py", Source(("from acts import relu",), beside=beside), asked, bank(asked), JAIL)
    assert "relu cannot run: acts.py, line 2 imports scipy, which" in found.questions[0].rationale


def test_a_cell_is_named():
    asked = assignment("relu")
    cells = ("x = 1", "\nimport scipy as s", "def relu(x): return s.x")
    found = mark("a.ipynb", Source(cells), asked, bank(asked), JAIL)
    assert "code cell 2, line 2 imports scipy" in found.questions[0].rationale


# -- packages that are shown


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Distributions of our own beside the installed ones."""

    def install(name, requires=(), **modules):
        for module, text in modules.items():
            (tmp_path / module).mkdir()
            (tmp_path / module / "__init__.py").write_text(text)
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}")
        (info / "RECORD").write_text("".join(f"{module}/__init__.py,,\n" for module in modules))

    monkeypatch.syspath_prepend(str(tmp_path))
    yield install
    packages._needed.cache_clear()
    packages._parts.cache_clear()


@pytest.fixture
def helpful(installed):
    needs = ["deeper>=1; python_version > '3'", "numpy", "absent; extra == 'all'"]
    installed("Help_ful", needs, helpful="from deeper import add")
    installed("deeper", [], deeper="def add(x): return x + 1", tqdm="tqdm = None")
    return "help-ful"


def test_a_package_of_the_assignment_is_shown_with_what_it_needs(helpful):
    assert packages.problem(helpful) == ""
    assert {"numpy", "helpful", "deeper", "json", "matplotlib"} <= packages.available([helpful])
    assert "helpful" not in packages.available()
    code = """
import helpful, tqdm
def f(x): return helpful.add(x)
def real(x): return float(tqdm.tqdm is None)
def s(x):
    import scipy
def written(x): open(helpful.__file__, "a")
"""
    for wanted in ("auto", "none"):
        with Session([code], isolation(wanted, [helpful]), QUICK) as session:
            assert value(session, "f").tolist() == [2.0, -1.0], wanted
            assert value(session, "real") == 1.0
            absent = session.call("s", ONE).answers[0].absent
            assert absent == Absent("scipy", None, 6, "", (helpful,))
            assert not_there_when_marked(absent).endswith("not there when marked: only NumPy and help-ful are")
            if session.isolation.mode != "none":
                assert session.call("written", ONE).answers[0].type in ("OSError", "PermissionError")
        with Session([code], isolation(wanted), QUICK) as session:
            assert isinstance(session.call("f", ONE).answers[0], Raised)


def test_what_comes_near_right_answers_is_never_shown(installed):
    installed("friendly", ["torch>=2"], friendly="")
    installed("modest", ["friendly"], modest="")
    for name in ("torch", "gradecheck", "manual", "reference"):
        assert "never share a process" in packages.problem(name) or packages.problem(name) == "not installed here"
    assert packages.problem("friendly") == (
        "it needs torch: right answers come from there, and they never share a process with a submission"
    )
    assert "it needs torch" in packages.problem("modest")
    for name in ("no-such-package", "", "../up"):
        assert packages.problem(name) == "not installed here"


def test_a_module_stands_for_its_distribution(installed):
    installed("scikit_example", [], skexample="")
    assert packages.problem("skexample") == ""
    assert {Path("skexample")} <= {Path(path.name) for path in packages.shown(["skexample"])}


@pytest.mark.parametrize("wanted", ["auto", "none"])
def test_a_real_package_computes_when_marked(wanted):
    if packages.problem("scipy"):
        pytest.skip("SciPy is not installed here")
    asked = replace(assignment("sigmoid", "softmax", "relu"), packages=("scipy",))
    code = """
import numpy as np
import scipy.linalg, scipy.optimize, scipy.stats
from scipy.special import expit
def sigmoid(x): return expit(x)
def softmax(z): return scipy.special.softmax(z, axis=-1)
def relu(x): return np.maximum(x, 0)
"""
    found = mark("a.py", Source((code,)), asked, bank(asked), isolation(wanted, asked.packages))
    assert [question.outcome for question in found.questions] == ["passed"] * 3
    assert (found.notes, found.missing_packages) == ((), ())
    absent = mark("a.py", Source((code,)), asked, bank(asked), isolation(wanted))
    assert absent.missing_packages == ("scipy",)


# -- chance

DRAWS = """
import random, secrets, uuid
import numpy as np
rng, old = np.random.default_rng(), random.Random()
def a(x): return np.random.rand(2)
def b(x): return np.random.default_rng().normal(size=2)
def c(x): return random.random()
def d(x): return rng.normal(size=2)
def e(x): return old.random()
def f(x): return np.random.RandomState().rand()
def g(x): return float(secrets.randbits(40) + uuid.uuid4().int % 1000)
def h(x): random.seed(); return random.random()
def i(x, rng=np.random.default_rng()): return rng.normal()
def j(x): return x * len(x)
"""
NAMES = "abcdefghi"


def drawn(where, seed, **how):
    with Session([DRAWS], where, QUICK, seed=seed) as session:
        return {name: repr([a.value for a in session.call(name, TWICE, **how).answers]) for name in NAMES}


def test_random_numbers_begin_from_the_seed_for_every_function(where):
    first = drawn(where, 3)
    assert drawn(where, 3) == first
    other = drawn(where, 4)
    assert not [name for name in NAMES if other[name] == first[name]]
    with Session([DRAWS], where, QUICK, seed=3) as session:  # whatever was asked before
        session.call("j", TWICE)
        session.call("a", ONE)
        session.call("d", ONE)
        assert {name: repr([a.value for a in session.call(name, TWICE).answers]) for name in reversed(NAMES)} == first


def test_each_call_draws_others_but_where_they_are_to_begin_anew(where):
    with Session([DRAWS], where, QUICK) as session:
        for name in NAMES:
            one, two = (repr(a.value) for a in session.call(name, TWICE).answers)
            assert one != two, name
            one, two = (repr(a.value) for a in session.call(name, TWICE, anew=True).answers)
            assert one == two, name


def test_random_numbers_of_a_marked_file_begin_from_the_assignments_seed():
    code = "import random\ndef relu(x):\n    print(random.random())\n    return x"
    first, again, other = (
        marked(code, assignment("relu", seed=seed)).questions[0].output.split("\n")[0] for seed in (3, 3, 4)
    )
    assert first == again != other


DROPOUT = "def tanh(x): return np.tanh(x) * (np.random.random(x.shape) > 0.1)"
COUNTS = "calls = []\ndef tanh(x):\n    calls.append(x)\n    return np.tanh(x) * (1 + (len(calls) > 60))"


@pytest.mark.parametrize(("body", "kind"), [(DROPOUT, "draw no random numbers"), (COUNTS, "state")])
def test_random_numbers_are_told_from_kept_state(body, kind):
    asked = assignment("tanh", cases=48)
    first, second = (questions(model(body), asked)["tanh"] for _ in range(2))
    assert kind in first.rationale
    assert replace(first, seconds=0.0) == replace(second, seconds=0.0)


# -- slow, and hung

SLOW = "import time\ndef tanh(x):\n    time.sleep({seconds} * (x.size > {size}))\n    return np.tanh(x)"


def slowly(body, **limits):
    return questions(model(body), assignment("tanh", **{"cases": 48, "seconds": 0.5, **limits}))["tanh"]


def test_who_keeps_answering_is_waited_for():
    assert slowly(SLOW.format(seconds=0.05, size=0), most_seconds=30.0).points == 10.0


@pytest.mark.parametrize(("seconds", "size"), [(0.05, 0), (1.0, 20)], ids=["throughout", "for the larger ones"])
def test_who_is_too_slow_is_judged_on_what_it_answered(seconds, size):
    found = slowly(SLOW.format(seconds=seconds, size=size))
    assert 0 < found.points < 10
    assert "of 50 cases in 2 s, all right: too slow for the larger ones" in found.rationale
    assert "by hand" not in found.help


@pytest.mark.parametrize("where", ["True", "x.size > 1"])
def test_who_stops_answering_meets_the_limit(where):
    found = slowly(f"def tanh(x):\n    while {where}: pass\n    return np.tanh(x)")
    assert found.outcome == "limit"
    assert "tanh did not end within 0.5 s" in found.rationale
    assert "loop" in found.help


def test_who_hangs_for_the_larger_ones_stops_answering_there_and_is_not_slow():
    found = slowly("def tanh(x):\n    while x.size > 20: pass\n    return np.tanh(x)")
    assert (found.outcome, found.points) == ("limit", 0.0)
    assert re.match(r"tanh stops answering at case \d\d of 50 \(x of shape \(\d", found.rationale)
    assert re.match(r"tanh stops answering at case \d\d of 50: it did not end within 0.5 s", found.gist)
    assert "slow" not in found.rationale
    assert "Look for a loop" in found.help


HELPS = {
    "recursion": ("def tanh(x): return tanh(x)", "The function calls itself without end"),
    "no return": ("def tanh(x): print(np.tanh(x))", "End the function with return and the result"),
    "no name": ("def tanh(x): return math.tanh(x)", "Define or import that name before it is used"),
    "another type": ("def tanh(x): return x.tanh()", "Begin at the line that raised"),
    "end": ("import os\ndef tanh(x): os._exit(3)", "Take out what ends Python"),
    "shape": ("def tanh(x): return np.tanh(x)[None]", "Print the shape of the result"),
    "input": ("def tanh(x): return float(input())", "A function gets its values as arguments, not from input()."),
    "flood": ("def tanh(x):\n    print('x' * 10**6)\n    return np.tanh(x)", "Take the prints out"),
    "memory": ("def tanh(x): return np.ones(1 << 40)", "MiB are allowed"),
    "torch": ("import torch\ndef tanh(x): return torch.tanh(x)", "torch is not there when marked: write it in NumPy."),
}


@pytest.mark.parametrize("way", HELPS)
def test_what_gives_no_numbers_has_a_help_of_its_own(way):
    body, said = HELPS[way]
    found = questions(model(body), assignment("tanh", output_mib=1))["tanh"]
    assert said in found.help
    assert "by hand" not in found.help
    assert "1 MiB" in found.rationale or way != "flood"
    assert "1024 MiB" in found.rationale or way != "memory"


# -- what is said where no jail starts


@pytest.mark.parametrize(
    "said",
    [
        "bwrap: setting up uid map: Permission denied",
        "bwrap: No permissions to create new namespace, likely because ...",
        "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
    ],
)
def test_a_system_that_forbids_namespaces_is_named_with_what_to_do(said):
    why = why_none_starts(["another reason", f"a worker did not start (exit status 1): {said}"])
    assert "user namespaces" in why
    assert "AppArmor" in why
    assert "kernel.apparmor_restrict_unprivileged_userns=0" in why
    assert why_none_starts(["one", "another"]) == "bubblewrap: another"


def test_no_name_of_ours_is_told_where_no_worker_starts():
    broken = replace(isolation("none"), mode="bubblewrap", command=("false",), nursery=False)
    with Session(["x = 1"], broken) as session:
        with pytest.raises(Exception, match=r"a worker did not start \(exit status 1\)") as caught:
            session.call("f", ONE)
        assert "Died" not in str(caught.value)
