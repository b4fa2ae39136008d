"""The kit for students, as students use it: on a machine with Python and NumPy alone, on any system, in a notebook."""

import ast
import errno
import inspect
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from gradecheck.cli import main
from gradecheck.grading.assignments.assignment import load
from gradecheck.grading.bank.store import bank
from gradecheck.grading.kits import carried
from gradecheck.grading.kits.student.asked import read
from gradecheck.grading.kits.student.words import plain
from gradecheck.grading.kits.students import ENTRY, files

ASSIGNMENT = """
title = "Kit"
cases = 24
seed = 4711
{more}
[[question]]
function = "relu"
points = 2
also = ["Rectify"]
[[question]]
function = "softmax_backward"
points = 5
[[question]]
function = "linear_backward"
points = 3
[limits]
seconds = 1
"""
RIGHT = """
import numpy as np
def relu(x):
    return np.maximum(x, 0)
def softmax_backward(grad, x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))
def linear_backward(grad, A, W):
    return grad @ W, grad.T @ A, grad.sum(axis=0)
"""
WRONG = RIGHT.replace("grad.sum(axis=0)", "grad.mean(axis=0)")

WINDOWS = """
import importlib.abc, os, runpy, select, signal, sys
GONE = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "syslog", "_posixsubprocess", "torch", "click"}
GONE |= {"hypothesis", "tabulate", "flint", "nbformat", "jinja2", "lectures", "manual", "reference", "reports"}
class Gone(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in GONE:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Gone())
for name in GONE & sys.modules.keys():
    del sys.modules[name]
for module, names in {
    os: "fork memfd_create pidfd_open sched_getaffinity getuid geteuid O_NOFOLLOW killpg setsid waitid",
    signal: "SIGALRM SIGPROF setitimer ITIMER_REAL SIGKILL",
    select: "poll epoll",
}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
numpy, *sys.argv = sys.argv[1:]
sys.path.append(numpy)
"""
"""Takes away what only Linux has, and every package but NumPy."""

RUN = f"{WINDOWS}\nrunpy.run_path(sys.argv[0], run_name='__main__')"
IMPORT_ALL = f"""{WINDOWS}
sys.path.insert(0, sys.argv[0])
import importlib, zipfile
for file in zipfile.ZipFile(sys.argv[0]).namelist():
    if file.endswith(".py") and file != "__main__.py":
        importlib.import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
print(*sorted({{name.partition(".")[0] for name in sys.modules}} - {{"__main__", *sys.stdlib_module_names}}))
"""


@pytest.fixture(scope="module")
def numpy_alone(tmp_path_factory):
    """A folder with NumPy and nothing else."""
    folder = tmp_path_factory.mktemp("packages")
    own = Path(np.__file__).parent
    for path in (own, own.with_name("numpy.libs")):
        if path.exists():
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """The folder that students get."""
    return written(tmp_path_factory.mktemp("kit"))


@pytest.fixture(scope="module")
def hidden(tmp_path_factory):
    return written(tmp_path_factory.mktemp("hidden"), 'feedback = "hidden"')


def written(folder, more="", text=ASSIGNMENT):
    source = folder / "kit.toml"
    source.write_text(text.format(more=more), encoding="utf-8")
    result = CliRunner().invoke(main, ["kit", "students", str(source), str(folder / "out")], catch_exceptions=False)
    assert result.output == f"written to {folder / 'out'}: submission.py, submission.ipynb, check.pyz\n"
    return folder / "out"


@pytest.fixture
def check(kit, numpy_alone, tmp_path):
    """Checks a text as a student does, without what only Linux has; returns the exit status and all that is said."""

    def checked(text, name="submission.py", folder=kit, code=RUN, **environment):
        (tmp_path / name).write_text(text, encoding="utf-8")
        command = [sys.executable, "-I", "-S", "-c", code, str(numpy_alone), str(folder / "check.pyz"), name]
        if environment:
            command.remove("-I")
        surroundings = {"PATH": os.environ["PATH"], "PYTHONUTF8": "0", "LC_ALL": "C.UTF-8", **environment}
        run = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, timeout=120)
        return run.returncode, (run.stdout + run.stderr).decode(environment.get("PYTHONIOENCODING", "utf-8"))

    return checked


def flat(said):
    """What is said, on one line."""
    return " ".join(said.split())


# -- what is in it


def test_the_archive_holds_what_its_entry_imports_and_nothing_else(kit):
    with zipfile.ZipFile(kit / "check.pyz") as archive:
        names = {name for name in archive.namelist() if archive.read(name)}
    ours = {file.relative_to(carried.TOP.parent).as_posix() for file in carried.modules(ENTRY).values()}
    functions = ("relu", "softmax_backward", "linear_backward")
    data = {"check/asked/asked.json", *(f"check/asked/{name}.npz" for name in functions)}
    assert names == ours | data | {"__main__.py", "check/__init__.py"}


def test_every_module_of_the_archive_loads_with_numpy_alone(kit, check):
    assert check("", code=IMPORT_ALL) == (0, "check gradecheck numpy\n")


def left_behind(kept):
    """What functions of these modules import that is ours and not among them: each module with what it imports."""
    for name, file in kept.items():
        functions = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef))
        for node in (node for function in functions for node in ast.walk(function)):
            if isinstance(node, ast.ImportFrom):
                named = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)} - kept.keys()
                places = {module: carried.TOP.parent / f"{module.replace('.', '/')}.py" for module in named}
                yield from ((name, module) for module, place in places.items() if place.exists())


def test_what_is_left_behind_is_only_what_students_do_not_run():
    """Each of these is imported by a function that no check of a student calls: see `carried`."""
    engine, grading = "gradecheck.", "gradecheck.grading."
    assert {*left_behind(carried.modules(ENTRY))} == {
        (f"{grading}bank.questions", f"{engine}cases.inputs"),  # a bank is read, and not built
        (f"{grading}bank.questions", f"{engine}verifying.check"),
        (f"{grading}bank.questions", f"{engine}verifying.tensors"),
        (f"{grading}classrun.marking", f"{grading}jail.session"),  # there is no jail
        (f"{grading}feedback.counterexample", f"{engine}cases.shrink"),  # only of a formula that is at hand
        (f"{grading}feedback.rationale", f"{grading}judging.catalogue"),  # there is no catalogue
        (f"{grading}judging.asking", f"{grading}judging.diagnosis"),
        (f"{grading}judging.asking", f"{grading}judging.probing"),
    }


def test_an_entry_that_needs_linux_is_refused():
    with pytest.raises(ValueError, match=r"jail\.session does not run on every system: it imports gradecheck\."):
        carried.modules("gradecheck.grading.jail.session")


def test_no_formula_is_in_it(kit):
    with zipfile.ZipFile(kit / "check.pyz") as archive:
        held = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    for question in load(str(kit.parent / "kit.toml")).questions:
        for form in (question.contract.stable, question.contract.literal):
            body = ast.parse(textwrap.dedent(inspect.getsource(form))).body[0].body
            last = ast.unparse(body[-1].value)
            assert last not in held, last
    assert not re.search(r"seed\W+4711\b", held)


def test_its_cases_are_not_those_of_the_marking(kit):
    with zipfile.ZipFile(kit / "check.pyz") as archive:
        asked, kept = read(lambda name: archive.read(f"check/asked/{name}"))
    marking = bank(load(str(kit.parent / "kit.toml")))
    assert [q.name for q in asked.questions] == list(marking.questions)
    for name, own in marking.questions.items():
        assert len(kept.questions[name].recipes) == len(own.recipes)
        assert not {*kept.questions[name].recipes} & {*own.recipes}


def test_the_same_assignment_gives_the_same_bytes(kit):
    assignment = load(str(kit.parent / "kit.toml"))
    assert files(assignment)["check.pyz"] == (kit / "check.pyz").read_bytes()
    assert files(replace(assignment, seed=1))["check.pyz"] != (kit / "check.pyz").read_bytes()


# -- what a student reads


def test_a_right_file_agrees(check):
    assert check(RIGHT) == (
        0,
        "submission.py: 3 of 3 functions agree on all that was tried.\n"
        "This is a self-check, not the marking: the marking tries other inputs. There are\nno points here.\n\n"
        "function          correctness  edges  stability  hygiene\n"
        "----------------  -----------  -----  ---------  -------\n"
        "relu              ok           ok     ok         ok\n"
        "softmax_backward  ok           ok     ok         ok\n"
        "linear_backward   ok           ok     ok         ok\n",
    )


def test_a_mistake_is_shown_on_a_small_input_that_can_be_run(check, tmp_path):
    status, said = check(WRONG)
    assert (status, said.split("\n")[0]) == (1, "submission.py: 2 of 3 functions agree on all that was tried.")
    assert "∂L/∂b: every value is divided by n, the number of rows: the formula has no mean here." in flat(said)
    assert flat(said).count("point") == flat(said).count("There are no points here.") == 1
    lines = re.search(r"  import numpy as np\n.*?(?=  # gave)", said, re.DOTALL)[0]
    gave = re.search(r"# gave .*∂L/∂b = (\[.*\])", said)[1]
    (tmp_path / "show.py").write_text(textwrap.dedent(lines), encoding="utf-8")
    run = subprocess.run([sys.executable, "show.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"array({gave})" in run.stdout


def test_hidden_feedback_shows_no_input_and_no_print(check, hidden):
    loud = WRONG.replace("return np.maximum", "print('lo' 'ud')\n    raise ValueError('qui' 'et')\n    np.maximum")
    status, said = check(loud, folder=hidden)
    assert status == 1
    assert "The inputs are not shown in this assignment" in said
    assert "relu raised ValueError at line 5: raise ValueError('qui' 'et') (" in said
    assert not re.search("import numpy|# should be|loud|quiet", said)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_signs_that_the_output_lacks_are_written_in_letters(check, encoding):
    status, said = check(WRONG, PYTHONIOENCODING=encoding)
    assert status == 1
    assert ("∂L/∂b" if encoding == "utf-8" else "dL/db") in said
    assert "?" not in said


def test_every_sign_has_some_letters():
    assert [plain(sign) for sign in "∂ᵀιλμ²é×漢"] == ["d", "^T", "iota", "lambda", "mu", "2", "e", "x", "?"]


# -- what is wrong with files


BROKEN = "import numpy as np\ndef relu(x)\n    return x\n" + RIGHT.split("\n", 4)[4]


def test_a_line_that_cannot_be_read_costs_only_its_function(check):
    status, said = check(BROKEN)
    assert (status, said.split("\n")[0]) == (1, "submission.py: 2 of 3 functions agree on all that was tried.")
    assert "relu was not read, as Python cannot read lines 2 to 3 (expected ':')" in said


def test_functions_that_are_missing_or_called_otherwise_are_named(check):
    status, said = check("import numpy as np\ndef Rectify(x):\n    return np.maximum(x, 0)\ndef Softmax_backward(): 1")
    assert status == 1
    assert "relu              ok" in said, "under a name that is taken, too"
    assert "Line 4 defines Softmax_backward." in flat(said)
    assert "linear_backward is not defined" in said
    assert "linear_backward   error        -      -          -" in said


def test_what_is_still_to_be_written_is_no_error(check, kit):
    for name in ("submission.py", "submission.ipynb"):
        status, said = check((kit / name).read_text(encoding="utf-8"), name)
        assert status == 1
        assert "still to be written: relu, softmax_backward, linear_backward\n" in said
        assert "error" not in said


def test_a_helper_that_is_wrong_is_named(check):
    status, said = check(RIGHT.replace("np.maximum(x, 0)", "-x").replace("return p *", "return relu(p) *"))
    assert status == 1
    assert "  It calls relu, which is not right yet: mend that first.\n" in said


def test_a_loop_that_prints_ends_by_itself(check):
    status, said = check(RIGHT.replace("return np.maximum", "while True: print('ahoy')\n    return np.maximum"))
    assert status == 1
    assert "relu did not end within 1 s: is there a loop that never ends?" in said
    assert said.count("    ahoy\n") == 10
    assert "2 of 3 functions agree" in said


def test_too_much_output_is_a_limit(tmp_path, check):
    document = ASSIGNMENT.replace("seconds = 1", "output_mib = 1")
    narrow = written(tmp_path, text=document)
    status, said = check(RIGHT.replace("return np.max", "print('x' * 2**21)\n    return np.max"), folder=narrow)
    assert status == 1
    assert "relu printed, wrote or returned more than 1 MiB" in said


def test_an_endless_loop_is_stopped_by_the_student_and_costs_only_itself(kit, tmp_path):
    (tmp_path / "loop.py").write_text(RIGHT.replace("return np.max", "open('on', 'w')\n    while 1: 1\n    np.max"))
    started = subprocess.Popen(
        [sys.executable, str(kit / "check.pyz"), "loop.py"],
        cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    while not (tmp_path / "on").exists():
        assert started.poll() is None
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    said, _ = started.communicate(timeout=60)
    assert started.returncode == 1
    assert "relu had not answered when you stopped it; in the marking it has 1 s. Is there a loop" in flat(said)
    assert "2 of 3 functions agree" in said


def test_what_a_file_does_at_its_top_costs_nothing(check):
    odd = "import sys, matplotlib.pyplot as plt\nplt.plot([1])\nsys.stdin.read()\nsys.exit(3)\n"
    status, said = check(odd + RIGHT)
    assert status == 0, said
    assert "the file wanted to end at line 4" in said


def test_a_package_that_is_only_here_is_told(check, numpy_alone, tmp_path):
    (tmp_path / "ours.py").write_text("half = 0.5")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "scipy.py").touch()
    status, said = check(
        "import scipy\nimport ours\n" + RIGHT, PYTHONPATH=str(tmp_path / "elsewhere"), PYTHONIOENCODING="utf-8"
    )
    assert status == 0
    assert "line 1 imports scipy, which is not there when marked: only NumPy is\n" in said
    assert "ours" not in said


def test_kept_state_and_random_numbers_are_told_apart(check):
    count = "n = []\n" + RIGHT.replace("return np.max", "n.append(1)\n    return (len(n) > 3) + np.max")
    assert "relu is right the first time that it is called, and wrong after that" in flat(check(count)[1])
    drawn = RIGHT.replace("np.maximum(x, 0)", "np.maximum(x, 0) + np.random.rand()")
    assert "draw no random numbers" in flat(check(drawn)[1])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.py", "", "check: a.py: it is empty, but should hold the functions\n"),
        ("a.txt", "hello", "check: a.txt: it is a .txt, but should be .py, .ipynb, .zip or a folder\n"),
        ("a.ipynb", "{}", "check: a.ipynb: it is no notebook that can be read (KeyError: 'nbformat')\n"),
        ("a.ipynb", '{"nbformat": 3}', "check: a.ipynb: it is a notebook of another format than 4, which needs "),
    ],
)
def test_what_is_no_submission_is_said_in_a_sentence(check, name, text, said):
    status, told = check(text, name)
    assert status == 1
    assert told.startswith(said)


def test_without_numpy_or_with_an_old_python_it_says_what_is_needed(kit, tmp_path):
    command = [sys.executable, "-I", "-S", str(kit / "check.pyz"), "a.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "check: NumPy is not installed for this Python, but should be; python -m pip install numpy\n"
    )
    old = f"import runpy, sys; sys.version_info = (3, 9); runpy.run_path({str(kit / 'check.pyz')!r}, None, '__main__')"
    run = subprocess.run([sys.executable, "-c", old], cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (1, "check: Python is 3.9, but should be 3.11 or newer\n")


def test_a_file_in_another_folder_runs_beside_its_own_modules_and_data(kit, numpy_alone, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "check.pyz").write_bytes((kit / "check.pyz").read_bytes())
    (tmp_path / "mine" / "acts.py").write_text("import numpy as np\ndef relu(x):\n    return np.maximum(x)\n")
    (tmp_path / "mine" / "half.txt").write_text("0.5")
    mine = "from acts import relu\nassert open('half.txt').read() == '0.5'\n" + RIGHT.replace("def relu", "def _")
    (tmp_path / "mine" / "hw.py").write_text(mine)
    command = [sys.executable, "-S", "-c", RUN, str(numpy_alone), "check.pyz", "mine/hw.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout.startswith("hw.py: 2 of 3 functions agree"), run.stderr
    assert "at acts.py, line 3: return np.maximum(x) (26 of 26 cases)." in flat(run.stdout)


# -- notebooks


def cells(kit, code):
    """The kit's notebook, with these functions filled in."""
    document = json.loads((kit / "submission.ipynb").read_text(encoding="utf-8"))
    functions = {f"def {part.split('(')[0]}": f"def {part}" for part in code.split("def ")[1:]}
    for cell in document["cells"]:
        source = "".join(cell["source"])
        cell["source"] = functions.get(source.split("(")[0], source)
    return document


def test_a_notebook_file_is_checked_without_a_kernel(check, kit):
    status, said = check(json.dumps(cells(kit, RIGHT)), "mine.ipynb")
    assert (status, said.split("\n")[0]) == (0, "mine.ipynb: 3 of 3 functions agree on all that was tried.")
    _, said = check(json.dumps(cells(kit, WRONG)), "mine.ipynb")
    assert "  # in a cell of mine.ipynb, below linear_backward\n" in said


def test_a_notebook_is_checked_in_its_kernel(kit, tmp_path):
    nbformat = pytest.importorskip("nbformat", reason="it reads notebooks; pip install 'gradecheck[notebooks]'")
    client = pytest.importorskip("nbclient", reason="it runs notebooks; pip install 'gradecheck[test]'")
    pytest.importorskip("ipykernel", reason="it runs notebooks; pip install 'gradecheck[test]'")
    (tmp_path / "check.pyz").write_bytes((kit / "check.pyz").read_bytes())
    raising = WRONG.replace("return np.maximum", "print('here')\n    raise TypeError('no')\n    np.maximum")
    notebook = nbformat.from_dict(cells(kit, raising))
    state = "(random.getstate(), np.random.get_state()[1].sum())"
    seeded = "import gradecheck, random\nrandom.seed(7)\nnp.random.seed(7)"
    more = f"{seeded}\nprint(gradecheck.__file__)\nbefore = {state}"
    last = notebook.cells[-1].source
    notebook.cells += [nbformat.v4.new_code_cell(code) for code in (more, last, f"assert before == {state}")]
    client.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    said, where, again = ("".join(o.text for o in cell.outputs) for cell in notebook.cells[-4:-1])
    assert said.startswith("your notebook: 1 of 3 functions agrees on all that was tried.\n")
    assert "relu raised TypeError: no at the cell that begins with 'def relu(x):', line 3: raise Type" in flat(said)
    assert "# in a cell of notebook.ipynb, below linear_backward" in said
    assert "here" in said
    assert where == f"{Path('check.pyz/gradecheck/__init__.py')}\n"
    assert again == said


def test_a_notebook_is_told_what_functions_takes(kit):
    code = "import sys; sys.path.insert(0, 'check.pyz'); import check; check.functions(1)"
    run = subprocess.run([sys.executable, "-c", code], cwd=kit, capture_output=True, text=True)
    assert run.stderr.endswith("TypeError: check: functions takes globals(), but was given a int\n")


# -- the command


def test_what_is_there_is_left_alone(kit, tmp_path):
    before = sorted(kit.iterdir())
    for out in (kit, kit / "check.pyz", tmp_path):
        result = CliRunner().invoke(main, ["kit", "students", str(kit.parent / "kit.toml"), str(out)])
        assert result.exit_code == 2
        assert f"out: {out} is there already, and is not written over" in flat(result.output)
    assert sorted(kit.iterdir()) == before
    assert not [*tmp_path.iterdir()]


def test_a_kit_is_written_whole_or_not_at_all(kit, tmp_path, monkeypatch):
    written = []

    def full(path, data, real=Path.write_bytes):
        written.append(path.name)
        if path.name == "check.pyz":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    result = CliRunner().invoke(main, ["kit", "students", str(kit.parent / "kit.toml"), str(tmp_path / "new")])
    assert result.exit_code == 1
    assert flat(result.output).endswith("cannot be written (No space left on device); nothing was")
    assert len(written) == 3, "two files were written before"
    assert not [*tmp_path.iterdir()]


def test_an_assignment_that_has_no_kit_is_refused_before_anything_is_written(tmp_path):
    course = "examples/courses/layers_as_classes/assignment.toml"
    result = CliRunner().invoke(main, ["kit", "students", str(Path(__file__).parents[1] / course), str(tmp_path / "o")])
    assert result.exit_code == 2
    assert result.output.startswith("Error: assignment: assignment has an adapter, but a kit for students needs")
    assert not (tmp_path / "o").exists()
