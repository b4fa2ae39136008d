"""Who may import whom, by what the files say and by what really loads; and no one chooses a tolerance."""

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import gradecheck
from tests.lecture import CONTRACTS, PACK, PROVED

ROOT = Path(__file__).parents[1]
ROOMS = ("manual", "reference", "gradecheck", "lectures", "reports")
PUBLIC = tuple(f"gradecheck.{name}" for name in gradecheck.__all__)


def engine(*names: str) -> tuple[str, ...]:
    return tuple(f"gradecheck.{name}" for name in names)


def grading(*names: str) -> tuple[str, ...]:
    return tuple(f"gradecheck.grading.{name}" for name in names)


# Beside itself and the standard library, in functions too. The longest path that fits a file speaks for it.
MAY_IMPORT = {
    "manual": ["numpy"],
    "reference": ["torch"],
    "reports": [
        *("numpy", "tabulate", "jinja2", "markupsafe", "matplotlib", "pygments", "latex2mathml"),
        *engine("numbers.compare", "verifying.records", "verifying.wording", "reporting.parts", "reporting.records"),
        *engine("peers.findings", "operators.findings"),
        *grading(
            *("marks", "proof", "submissions.names", "people.person"),
            *("classrun.bins", "classrun.mistakes", "classrun.rows", "classrun.summary", "classrun.diff"),
        ),
    ],
    "reports/screen.py": ["click", "reports.tones"],
    "lectures": ["numpy", "gradecheck"],
    "lectures/lecture03/contracts": ["numpy", *PUBLIC, *engine("arguments")],
    "lectures/training/digits.py": ["numpy", "sklearn"],
    "lectures/lecture03/exhibits/steps.py": ["numpy", "torch", "reference", "lectures", *engine("verifying.tensors")],
    "lectures/beyond/contracts": [
        "numpy",
        "lectures.lecture03.contracts",
        "lectures.beyond",
        *PUBLIC,
        *engine("arguments"),
    ],
    "lectures/beyond/exhibits/steps.py": ["numpy", "torch", "reference", "lectures", "gradecheck"],
    "gradecheck": ["numpy", "hypothesis"],
    "gradecheck/arguments": ["numpy", *engine("cases.case", "packs.contract")],
    "gradecheck/agreement": [
        *("numpy", "torch", "ml_dtypes"),
        *engine("arguments", "cases", "numbers", "packs.contract", "traced", "verifying"),
        *grading("assignments.assignment", "bank.questions", "defined", "jail", "marks", "repair.search"),
        *grading("source", "submissions"),
    ],
    "gradecheck/agreement/session.py": [*grading("marks")],
    "gradecheck/pytest_plugin.py": ["pytest", *engine("agreement.session")],
    "gradecheck/packs": ["numpy", *engine("arguments", "numbers.compare", "grading.defined")],
    "gradecheck/numbers": ["numpy", *engine("packs.contract")],
    "gradecheck/numbers/radii.py": [],
    "gradecheck/numbers/rounding.py": ["numpy", *engine("numbers.radii")],
    "gradecheck/numbers/truth.py": ["numpy", "flint", *engine("packs.contract")],
    "gradecheck/cases": ["numpy", "hypothesis", *engine("arguments", "packs.contract")],
    "gradecheck/verifying/tensors.py": ["numpy", "torch", *engine("packs")],
    "gradecheck/verifying/wording.py": ["numpy", *engine("cases", "numbers", "verifying.records")],
    "gradecheck/reporting/parts.py": [*engine("numbers.compare")],
    "gradecheck/reporting/records.py": [*engine("reporting.parts", "verifying.records")],
    "gradecheck/operators/__main__.py": engine("commands.operators"),
    "gradecheck/operators": ["numpy", "torch", *engine("reporting.environment", "traced")],
    "gradecheck/operators/findings.py": [],
    "gradecheck/traced": ["numpy", "torch", *engine("numbers.radii")],
    "gradecheck/machine": [],
    "gradecheck/testing.py": ["pytest", "gradecheck"],
    "gradecheck/cli.py": ["click", "gradecheck"],
    # The one seam between what finds and what renders: nothing else of gradecheck imports reports.
    "gradecheck/commands": ["click", "gradecheck", "reports"],
    "gradecheck/grading/source.py": [],
    "gradecheck/grading/defined.py": [],
    "gradecheck/grading/adapter.py": [*grading("defined")],
    "gradecheck/grading/people": [*grading("people", "source", "submissions")],
    "gradecheck/grading/teacher": [
        *engine("verifying.wording"),
        *grading("assignments", "classrun.rows", "people", "submissions.names"),
    ],
    "gradecheck/grading/people/layouts/gradescope.py": ["yaml", *grading("people", "submissions")],
    "gradecheck/grading/exporting": [
        *engine("machine.files", "machine.zips", "verifying.wording"),
        *grading("classrun", "people", "submissions.names"),
    ],
    "gradecheck/grading/exporting/targets/nbgrader.py": [
        *("nbgrader", "sqlalchemy"),
        *grading("classrun.rows", "exporting"),
    ],
    "gradecheck/grading/exporting/targets/workbook.py": ["openpyxl", *grading("exporting")],
    "gradecheck/grading/submissions": ["numpy", *grading("defined", "source")],
    "gradecheck/grading/submissions/notebooks.py": ["nbformat", *grading("submissions", "source")],
    "gradecheck/grading/jail": ["numpy", *engine("machine.cores"), *grading("adapter", "defined", "source")],
    "gradecheck/grading/jail/inside": ["numpy", *grading("jail.inside")],
    "gradecheck/grading/assignments": [
        *("numpy", *engine("arguments", "cases.narrowing", "packs")),
        *grading("adapter", "defined", "jail.packages", "marks"),
    ],
    "gradecheck/grading/bank": [
        *("numpy", *engine("HOMES", "arguments", "cases", "machine.files", "numbers.compare", "packs")),
        *engine("verifying.check", "verifying.tensors"),
        *grading("assignments", "jail", "submissions"),
    ],
    "gradecheck/grading/judging": [
        *("numpy", *engine("arguments", "machine.files", "numbers", "packs")),
        *grading("assignments", "bank", "defined", "jail", "marks", "source"),
    ],
    "gradecheck/grading/repair": [
        *("numpy", *engine("arguments", "cases", "machine.files", "numbers", "packs")),
        *grading("adapter", "assignments", "bank", "defined", "jail", "judging", "marks", "source", "submissions"),
    ],
    "gradecheck/grading/repair/edit.py": [*grading("source")],
    "gradecheck/grading/feedback": [
        *("numpy", *engine("arguments", "cases", "numbers", "packs", "verifying.wording")),
        *grading("adapter", "bank", "jail", "judging", "marks", "source", "submissions"),
    ],
    "gradecheck/grading/cluster": [
        *("distributed", *grading("bank", "classrun.markers", "classrun.pool", "jail.isolation")),
    ],
    "gradecheck/grading/kits": [
        *engine("__version__", "machine.zips", "packs"),
        *grading("assignments", "bank", "classrun", "jail", "judging", "marks", "submissions"),
    ],
    "gradecheck/grading/kits/platforms": [
        *("numpy", *engine("machine.zips")),
        *grading("assignments.assignment", "kits.contents"),
    ],
    "gradecheck/grading/kits/student": [
        *("numpy", *engine("arguments", "packs.contract")),
        *grading("assignments", "bank", "classrun", "feedback", "jail", "judging", "marks", "source", "submissions"),
    ],
}

# Of WATCHED, what may be in memory once all modules at a path are imported, whoever brought it in.
WATCHED = {
    *(*ROOMS, "numpy", "torch", "hypothesis", "flint"),
    *("click", "tabulate", "sklearn", "matplotlib", "jinja2", "pytest"),
}
MAY_LOAD = {
    "manual": {"manual", "numpy"},
    "reference": {"reference", "numpy", "torch"},
    "reports": {"reports", "gradecheck", "numpy", "tabulate", "click"},
    "lectures/lecture03/exhibits/__init__.py": {"lectures", "gradecheck", "numpy", "hypothesis", "flint"},
    "gradecheck/__init__.py": {"gradecheck"},
    "gradecheck/cli.py": {"gradecheck", "click"},
    **{
        f"lectures/lecture03/{path}": {"gradecheck", "lectures", "numpy"}
        for path in ("__init__.py", "contracts", "mistakes", "variants")
    },
    **{path: {"gradecheck", "lectures", "numpy"} for path in ("lectures/conventions", "lectures/beyond/contracts")},
    **{f"lectures/beyond/{path}": {"gradecheck", "lectures", "numpy"} for path in ("mistakes", "variants", "model")},
    "gradecheck/numbers/compare.py": {"gradecheck", "numpy"},
    "gradecheck/verifying/wording.py": {"gradecheck", "numpy"},
    "gradecheck/cases/inputs.py": {"gradecheck", "numpy", "hypothesis"},
    "gradecheck/numbers/truth.py": {"gradecheck", "numpy", "flint"},
    "gradecheck/testing.py": {"gradecheck", "numpy", "hypothesis", "flint"},
    "gradecheck/grading/jail/inside": {"gradecheck", "numpy"},
    "gradecheck/pytest_plugin.py": {"gradecheck", "pytest"},
    "gradecheck/grading/kits/student": {"gradecheck", "numpy"},
}

TOLERANCES = {
    *("rtol", "atol", "rel_tol", "abs_tol"),
    *("isclose", "allclose", "approx", "assert_allclose", "assert_close"),
    *("assert_almost_equal", "assert_array_almost_equal", "assertAlmostEqual"),
}

# Chapters and functions that are also words: "no network", "attention".
WORDS = {"network", "attention"}
NAMES = {PACK.name, *PROVED, *(contract.chapter for contract in CONTRACTS.values())} - WORDS
# What may stand in a file all the same, and why.
MAY_SAY = {
    **{  # the formula of the pack that it writes
        f"gradecheck/new_pack/templates/{file}.txt": {"softplus", *also}
        for file, also in {
            "NAME.py": (),
            "assignment.toml": ("softplus_backward",),
            "by_hand.py": ("softplus_backward",),
            "by_torch.py": ("softplus_backward",),
            "mistakes.py": ("softplus_backward",),
        }.items()
    },
    "gradecheck/numbers/rounding.py": {"tanh"},  # NumPy's, which balls take
    "gradecheck/numbers/radii.py": {"tanh"},
    "gradecheck/traced/rules/functions.py": {"tanh", "sigmoid"},  # torch's operators, each by its name
    "gradecheck/traced/rules/choices.py": {"relu"},
    "gradecheck/traced/rules/composites.py": {
        *("softmax", "softmax_backward", "sigmoid", "sigmoid_backward", "tanh", "tanh_backward"),
        *("gelu", "gelu_backward", "silu", "silu_backward"),
    },
    "gradecheck/traced/rules/normalised.py": {"rms_norm"},
    "gradecheck/traced/rules/pooling.py": {"avg_pool2d", "avg_pool2d_backward"},
    "gradecheck/traced/rules/structure.py": {"embedding", "im2col"},
    "gradecheck/traced/tracing.py": {"rms_norm"},
    "gradecheck/operators/kinds.py": {
        *("cross_entropy", "linear", "softmax", "embedding", "gru", "kl_div", "lstm", "rnn"),
    },
    "gradecheck/operators/witness.py": {"softplus"},
    "gradecheck/grading/repair/operators/calls.py": {"tanh"},  # NumPy's
    "gradecheck/reporting/bound.py": {"tanh"},  # the same, told of a form
}

IMPORT = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*sys.modules)
"""
HELP = """
import sys
from gradecheck.cli import main
sys.argv = ["gradecheck", "--help"]
try:
    main()
except SystemExit:
    print(*sys.modules)
"""


def files(*paths: str, root: Path = ROOT) -> list[str]:
    """The Python files at the paths: those named, and all in the folders named, but for those of strangers."""
    found = {file for path in paths for file in (root / path).rglob("*.py") if root / "tests/cases" not in file.parents}
    found |= {root / path for path in paths if path.endswith(".py")}
    return sorted(file.relative_to(root).as_posix() for file in found)


def module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(file: str, root: Path) -> Iterator[str]:
    """Every name imported in a file, with its whole address: `from a.b import c` is a.b.c."""
    package = file.rpartition("/")[0].replace("/", ".")
    for node in ast.walk(ast.parse((root / file).read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=origin, names=names, level=level):
                origin = importlib.util.resolve_name("." * level + (origin or ""), package)
                yield from (f"{origin}.{name.name}" for name in names)
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def breaches(*paths: str, root: Path = ROOT) -> list[str]:
    """The imports that MAY_IMPORT does not allow."""
    found = []
    for file in files(*paths, root=root):
        row = max((path for path in MAY_IMPORT if file == path or file.startswith(f"{path}/")), key=len)
        allowed = [*MAY_IMPORT[row], module(row), *sys.stdlib_module_names]
        found += [
            f"{file} imports {name}, but should import only {', '.join(MAY_IMPORT[row])}"
            for name in imports(file, root)
            if not any(f"{name}.".startswith(f"{prefix}.") for prefix in allowed)
        ]
    return found


def loaded(code: str, *arguments: str, root: Path = ROOT) -> set[str]:
    """What of WATCHED is in memory after a fresh Python ran the code in the root folder."""
    run = subprocess.run([sys.executable, "-c", code, *arguments], cwd=root, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stdout.splitlines()[-1].split()} & WATCHED


def tolerances(*paths: str, root: Path = ROOT) -> list[str]:
    """Where a tolerance is named, or a function that has one built in."""
    found = []
    for file in files(*paths, root=root):
        for node in ast.walk(ast.parse((root / file).read_text(encoding="utf-8"))):
            match node:
                case (
                    ast.keyword(arg=word)
                    | ast.arg(arg=word)
                    | ast.Name(id=word)
                    | ast.Attribute(attr=word)
                    | ast.alias(name=word)
                ) if word in TOLERANCES or (word == "decimal" and isinstance(node, ast.keyword)):
                    found.append(f"{file}:{node.lineno}: {word}")
    return found


def said(*rooms: str, root: Path = ROOT) -> list[str]:
    """Where a function or a chapter of the lecture is named: in code, texts, comments, templates."""
    return [
        f"{file.relative_to(root).as_posix()}:{number}: {word}"
        for room in rooms
        for file in sorted((root / room).rglob("*"))
        if file.suffix in {".py", ".pyi", ".html", ".css", ".js", ".toml", ".txt", ".md"}
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for word in NAMES.intersection(re.findall(r"\w+", line))
        if word not in MAY_SAY.get(file.relative_to(root).as_posix(), ())
    ]


def plant(root: Path, file: str, source: str) -> None:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room):
    assert files(room)
    assert breaches(room) == []


@pytest.mark.parametrize("path", MAY_LOAD)
def test_a_room_loads_only_what_it_may(path):
    assert loaded(IMPORT, *map(module, files(path))) - MAY_LOAD[path] == set()


def test_help_loads_only_the_command_line():
    assert loaded(HELP) - MAY_LOAD["gradecheck/cli.py"] == set()


def test_every_path_of_the_tables_is_there():
    assert [path for path in {**MAY_IMPORT, **MAY_LOAD} if not (ROOT / path).exists()] == []


def test_no_tolerance_is_chosen():
    assert tolerances(*ROOMS, "tests", "benchmarks") == []


def test_the_engine_names_nothing_of_a_lecture():
    assert said("gradecheck", "reports") == []


def test_every_file_that_may_name_something_does():
    named = {file: set(re.findall(r"\w+", (ROOT / file).read_text(encoding="utf-8"))) for file in MAY_SAY}
    assert {file: words & named[file] for file, words in MAY_SAY.items()} == MAY_SAY


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("gradecheck/numbers/signs.py", "if contract.name == 'relu': ..."),
        ("gradecheck/cases/shrink.py", 'def shrink():\n    """As with softmax_backward."""'),
        ("gradecheck/verifying/wording.py", "from manual import losses"),
        ("gradecheck/verifying/check.py", "x = 1  # train has no gradient"),
        ("gradecheck/arguments/kinds.py", "f = np.tanh"),
        ("gradecheck/commands/common.py", "usual = 'lecture03'"),
        ("reports/templates/report.html", "<p>linear.forward</p>"),
    ],
)
def test_a_planted_name_is_found(tmp_path, file, source):
    plant(tmp_path, file, source)
    assert len(said(file.partition("/")[0], root=tmp_path)) == 1


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("manual/losses.py", "import torch"),
        ("manual/losses.py", "def f():\n    from reference import losses"),
        ("manual/losses.py", "import importlib\nimportlib.import_module('gradecheck.numbers.compare')"),
        ("reference/losses.py", "import manual.losses"),
        ("reports/terminal.py", "from manual.losses import mse"),
        ("gradecheck/numbers/compare.py", "from gradecheck import inputs"),
        ("gradecheck/numbers/compare.py", "from ..cases import inputs"),
        ("gradecheck/verifying/verify.py", "import torch"),
        ("gradecheck/verifying/verify.py", "from reports import terminal"),
        ("gradecheck/reporting/report.py", "def f():\n    from lectures.lecture03 import exhibits"),
        ("gradecheck/verifying/verify.py", "import pytest"),
        ("lectures/lecture03/contracts/sgd.py", "from gradecheck.packs import registry"),
        ("lectures/lecture03/exhibits/runs.py", "import torch"),
        ("lectures/lecture03/exhibits/runs.py", "from reports.plots import Plot"),
        ("reports/page.py", "from lectures.lecture03.exhibits import runs"),
        ("gradecheck/grading/jail/inside/worker.py", "from ...compare import compare"),
        ("gradecheck/grading/jail/inside/running.py", "from ..answers import Returned"),
        ("gradecheck/grading/kits/student/words.py", "from reports import screen"),
    ],
)
def test_a_planted_import_is_found(tmp_path, file, source):
    plant(tmp_path, file, source)
    assert len(breaches(file.partition("/")[0], root=tmp_path)) == 1


def test_a_planted_load_is_found(tmp_path):
    plant(tmp_path, "manual/__init__.py", "__import__('tor' + 'ch')")
    plant(tmp_path, "torch.py", "")
    assert loaded(IMPORT, "manual", root=tmp_path) == {"manual", "torch"}


@pytest.mark.parametrize(
    "source",
    ["close(rtol=1)", "def f(atol): ...", "from math import isclose", "np.allclose(a, b)", "f(decimal=3)"],
)
def test_a_planted_tolerance_is_found(tmp_path, source):
    plant(tmp_path, "manual/losses.py", source)
    assert len(tolerances("manual", root=tmp_path)) == 1
