"""What a pack's author and a lecturer's test file import: public names, verify, parametrize."""

import ast
import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gradecheck
import manual
from gradecheck import packs
from gradecheck.grading.banked import packed
from gradecheck.narrowing import NarrowingError
from gradecheck.wording import verification_sentence
from tests import made_up
from tests.lecture import CONTRACTS, PACK

FEW = 40

BY_HAND = """
import numpy as np

def relu(x):
    return np.where(x > 0, x, x.dtype.type(0))

def mse(prediction, target):
    return ((prediction - target) ** 2).mean() / 2

def tanh(x):
    print("called")
    return np.tanh(x)
"""

DOUBLING = """
import gradecheck as gc

def doubled(x):
    return 2 * x

X = gc.Argument("x", gc.kinds.real, (gc.ANY,))
SAID = {"chapter": "doubling", "formula": "2 x", "latex": "2x", "slide": "1", "twin": "2 * x"}
ROW = gc.Contract(name="doubled", arguments=(X,), results=("y",), stable=doubled, literal=doubled, **SAID)
PACK = gc.Pack("doubling", "Doubling", __name__, [ROW], by_hand="doubling_by_hand", by_torch="doubling_twin")
"""

LECTURERS = """
import gradecheck

@gradecheck.parametrize("lecture03", "by_hand.py", functions=["relu", "mse", "tanh", "sigmoid"], examples=40)
def test_by_hand(verified):
    assert len(verified.found) == 1
"""


def loaded(code):
    """The modules in memory after a fresh Python ran the code."""
    run = subprocess.run([sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"], capture_output=True)
    assert run.returncode == 0, run.stderr.decode()
    return {name.partition(".")[0] for name in run.stdout.decode().splitlines()[-1].split()}


# -- public names


def test_every_public_name_is_there_and_is_said_to_mypy():
    told = ast.parse(Path(gradecheck.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imported = {
        alias.asname: f"{node.module}.{alias.name}" if alias.name in ("kinds", "parts") else node.module
        for node in ast.walk(told)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == gradecheck.HOMES
    assert set(gradecheck.__all__) == {"__version__", *imported}
    assert dir(gradecheck) == sorted(gradecheck.__all__)
    for name in gradecheck.__all__:
        assert getattr(gradecheck, name) is not None


def test_a_function_and_its_module_do_not_hide_each_other():
    run = "import gradecheck.verifying.verify, gradecheck.pack, gradecheck.kinds, gradecheck\n"
    run += "assert callable(gradecheck.verify) and callable(gradecheck.Pack) and gradecheck.kinds.real"
    loaded(run)


def test_what_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'verfy'"):
        _ = gradecheck.verfy


def test_the_import_alone_loads_nothing():
    assert not loaded("import gradecheck") & {"numpy", "torch", "hypothesis", "pytest", "click"}


def test_naming_verify_loads_neither_torch_nor_pytest():
    assert not loaded("import gradecheck\ngradecheck.verify") & {"torch", "pytest"}


@pytest.mark.parametrize(
    "source",
    [
        "from gradecheck import Mistake",
        "from gradecheck import (\n    Guard,\n    Mistake,\n)",
        "import gradecheck\n\nWRONG = gradecheck.Mistake(...)",
        "def wrong():\n    import numpy, gradecheck as gc\n    return gc.Mistake(...)",
    ],
)
def test_a_worker_is_sent_the_home_of_a_public_name(tmp_path, monkeypatch, source):
    (tmp_path / "catalogue.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    pack = dataclasses.replace(PACK, mistakes="catalogue")
    sent = packed.sources.__wrapped__(pack, "catalogue")
    assert {"gradecheck", "gradecheck.mistakes.mistake"} <= sent.keys()
    assert "gradecheck.testing" not in sent


# -- verify


def test_a_right_function_is_told_in_each_precision():
    verified = gradecheck.verify("relu", manual.relu, examples=FEW)
    assert [v.dtype for v in verified.found] == ["float64", "float32"]
    assert str(verified) == repr(verified) == "\n".join(map(verification_sentence, verified.found))
    assert str(verified).startswith("activations.relu: relu equals torch to the last bit (exact, float64)\n")


def test_a_wrong_function_fails_with_all_that_is_known_of_it():
    with pytest.raises(AssertionError) as failed:
        gradecheck.verify("mse", lambda prediction, target: 2 * manual.mse(prediction, target), examples=FEW)
    said = str(failed.value).split("\n\n")
    assert [part.splitlines()[0] for part in said] == [
        "losses.mse: <lambda> disagrees with torch (wrong, float64)",
        "losses.mse: <lambda> disagrees with torch (wrong, float32)",
    ]
    assert all("\n  input " in part and "\n  witness " in part for part in said)


def test_a_function_of_another_library_may_be_held():
    assert gradecheck.verify("tanh", np.tanh, examples=FEW, dtypes=["float64"]).found[0].examples == FEW


def test_seed_and_inputs_are_as_told():
    seen = []

    def step(w, grad, lr):
        seen.append((w.dtype, lr, w.tobytes()))
        return w - lr * grad

    for seed in (0, 0, 1):
        gradecheck.verify("sgd_step", step, examples=10, seed=seed, dtypes=["float32"], lr=[0.5, 1])
    assert {(dtype, lr) for dtype, lr, _ in seen} == {(np.dtype("float32"), 0.5), (np.dtype("float32"), 1.0)}
    first, second, other = (seen[i : i + len(seen) // 3] for i in range(0, len(seen), len(seen) // 3))
    assert first == second != other


def test_everything_is_asked_where_it_is_said():
    def swallows(x):
        return np.where(x > 0, x, x.dtype.type(0))  # NaN becomes 0

    gradecheck.verify("relu", swallows, examples=200, dtypes=["float64"])
    with pytest.raises(AssertionError, match="nan"):
        gradecheck.verify("relu", swallows, examples=200, dtypes=["float64"], everything=True)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A pack in a file of its own, of a lecture that nobody installed."""
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "doubling_pack.py").write_text(DOUBLING, encoding="utf-8")
    (folder / "doubling_by_hand.py").write_text("def doubled(x):\n    return x + x\n", encoding="utf-8")
    (folder / "doubling_twin.py").write_text("def doubled(x):\n    return 2 * x\n", encoding="utf-8")
    file = folder / "doubling_pack.py"
    module = sys.modules[packs.find(str(file)).module]
    yield {"path": file, "text": str(file), "module": module, "record": module.PACK}
    sys.path.remove(str(folder))


@pytest.mark.parametrize("said", ["path", "text", "module", "record"])
def test_a_pack_is_found_by_whatever_it_is_called(foreign, said):
    verified = gradecheck.verify("doubled", lambda x: x * 2, pack=foreign[said], examples=FEW)
    assert str(verified).startswith("doubling.doubled: <lambda> equals torch to the last bit (exact, float64)")
    with pytest.raises(gradecheck.PackError, match="doubled is not one of lecture03"):
        gradecheck.verify("doubled", lambda x: x * 2)


def test_a_contract_is_its_own_pack():
    assert gradecheck.verify(CONTRACTS["relu"], manual.relu, examples=FEW).found[0].contract is CONTRACTS["relu"]


@pytest.mark.parametrize(
    ("what", "options", "error", "said"),
    [
        ("softmx", {}, gradecheck.PackError, "softmx is not one of lecture03; did you mean softmax"),
        ("relu", {"pack": "lecture3"}, gradecheck.PackError, "lecture3 is not installed"),
        (made_up.HEADS, {}, gradecheck.PackError, "heads: it is of no pack, but should be of one"),
        ("relu", {"dtype": "float64"}, TypeError, "dtype is not a key, but should be one of targets, rows, dtypes"),
        ("relu", {"lr": 0.5}, TypeError, "lr is not a key"),
        ("relu", {"dtypes": ["float16"]}, NarrowingError, "dtypes is 'float16', but should be \"float64\""),
        ("mse", {"regimes": ["nonfinite"]}, NarrowingError, "no submission is asked that"),
    ],
)
def test_what_cannot_be_meant_is_said_before_any_work(what, options, error, said):
    with pytest.raises(error, match=said):
        gradecheck.verify(what, lambda *arguments: pytest.fail("called"), **options)


# -- parametrize


@pytest.fixture(scope="module")
def lecturers(tmp_path_factory):
    """A lecturer's folder, with a test file and the functions that it holds."""
    folder = tmp_path_factory.mktemp("lecturers")
    (folder / "by_hand.py").write_text(BY_HAND, encoding="utf-8")
    (folder / "test_by_hand.py").write_text(LECTURERS, encoding="utf-8")
    return folder


def pytest_run(folder, *options):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_there_is_a_test_for_each_function_in_each_precision(lecturers):
    run = pytest_run(lecturers, "--collect-only")
    names = ("relu", "mse", "tanh", "sigmoid")
    assert run.stdout.splitlines()[:8] == [
        f"test_by_hand.py::test_by_hand[{name}-{dtype}]" for name in names for dtype in ("float64", "float32")
    ]


def test_a_wrong_and_a_missing_function_fail_with_our_message_alone(lecturers):
    run = pytest_run(lecturers)
    assert "4 failed, 4 passed" in run.stdout
    assert "losses.mse: by_hand.py disagrees with torch (wrong, float32)\n  MSE is " in run.stdout
    assert "\n  mistake  " in run.stdout
    assert "sigmoid is not defined, but should be a function of that name" in run.stdout
    assert "gradecheck/" not in run.stdout
    assert run.returncode == 1


def test_a_function_is_chosen_by_k(lecturers):
    run = pytest_run(lecturers, "-k", "relu and float32")
    assert "1 passed, 7 deselected" in run.stdout


@pytest.mark.parametrize(
    ("implementation", "arguments", "said"),
    [
        ("'by_hand.py'", "functions=['rlu']", "rlu is not one of lecture03; did you mean relu"),
        ("'nothing.py'", "", "nothing.py cannot be imported"),
        ("{}", "dtypes=['half']", "dtypes is 'half', but should be"),
        ("{}", "half=True", "half is not a key"),
    ],
)
def test_what_cannot_be_meant_stops_the_collection(lecturers, implementation, arguments, said):
    source = f"import gradecheck\n@gradecheck.parametrize('lecture03', {implementation}, {arguments})\n"
    (lecturers / "planted.py").write_text(f"{source}def test_it(verified): ...\n", encoding="utf-8")
    run = pytest_run(lecturers, "planted.py")
    assert said in run.stdout
    assert run.returncode == 2


@gradecheck.parametrize(PACK, manual, functions=["relu", "softmax"], examples=FEW, dtypes=["float64"])
def test_a_test_has_what_was_found_and_its_own_fixtures(verified, tmp_path):
    assert verified.found[0].verdict.passes
    assert tmp_path.is_dir()


@gradecheck.parametrize(PACK, {"relu": manual.relu}, functions=["relu"], examples=FEW)
def test_functions_may_be_given_by_name(verified):
    assert verified.found[0].contract is CONTRACTS["relu"]


def test_what_is_asked_no_number_of_a_regime_has_no_test():
    @gradecheck.parametrize(PACK, manual, regimes=["close"], dtypes=["float64"])
    def test(verified): ...

    ids = {found.id for found in test.pytestmark[0].args[1]}
    assert "relu-float64" in ids
    assert "cross_entropy-float64" not in ids
