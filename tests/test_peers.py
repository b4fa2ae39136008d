"""Published code under the contracts: the adapters verify, and the explanations of disagreements stay honest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradecheck.arguments.scope import Scope
from gradecheck.cli import main
from gradecheck.peers.book import explanation, judge, meet, read
from gradecheck.peers.hold import hold
from gradecheck.verifying.verify import Options
from lectures.beyond import PACK as BEYOND
from reports import peers as pages
from tests.lecture import PACK

ROOT = Path(__file__).parents[1]
ADAPTERS = ROOT / "examples" / "peers"
OF_BEYOND = ROOT / "examples" / "peers_beyond"
OPTIONS = Options(examples=30, scope=Scope(dtypes=("float64",)))

RIGHT = "import numpy as np\ndef relu(x):\n    return np.where(x < 0, 0, x)\n"
HALF = "def mse(prediction, target):\n    return 0.5 * ((prediction - target) ** 2).mean()\n"
SWALLOWS = "import numpy as np\ndef relu(x):\n    return np.where(x > 0, x, 0)\n"  # NaN becomes 0
IS_HALF = """
[[fake.explained]]
functions = ["mse"]
dtypes = ["float64"]
what = "values"
whose = "convention"
why = "It is half the mean."
"""


def found(folder, source, explained="", packages=("numpy",)):
    """The book's judgement of one adapter called fake, held in this process."""
    (folder / "fake.py").write_text(source, encoding="utf-8")
    (folder / "peers.toml").write_text(f"[fake]\npackages = {list(packages)}\n{explained}", encoding="utf-8")
    return judge(meet(PACK, folder, OPTIONS, apart=hold), {})


@pytest.mark.parametrize(
    ("adapter", "package", "pack", "formulas"),
    [
        (ADAPTERS / "scipy_special.py", "scipy", PACK, ("sigmoid", "softmax", "softmax_cross_entropy")),
        (ADAPTERS / "sklearn_neural_network.py", "sklearn", PACK, ("sigmoid_backward", "tanh", "relu", "sgd_step")),
        (OF_BEYOND / "onnx_reference.py", "onnx", BEYOND, ("silu", "softplus", "conv2d", "lstm", "attention")),
        (OF_BEYOND / "mygrad_nnet.py", "mygrad", BEYOND, ("softplus", "huber_backward", "batch_norm_backward")),
    ],
    ids=lambda x: getattr(x, "stem", None),
)
def test_an_adapter_verifies_as_any_implementation_does(adapter, package, pack, formulas):
    pytest.importorskip(package)
    names = [name for name in formulas if f"def {name}(" in adapter.read_text(encoding="utf-8")]
    arguments = ("verify", "--pack", pack.module, *names, "--implementation", str(adapter), "--examples", "30")
    result = CliRunner().invoke(main, [*arguments, "--dtype", "float32"])
    rows = [line for line in result.stdout.splitlines() if "float32" in line and "disagrees" not in line]
    assert names
    assert len([row for row in rows if row.endswith(("agrees", "exact"))]) >= len(names)


@pytest.mark.parametrize("folder", [ADAPTERS, OF_BEYOND], ids=lambda folder: folder.name)
def test_every_adapter_has_its_entry_and_every_explanation_is_whole(folder):
    book = read(folder)
    explained = [explanation(name, e) for name, entry in book.items() for e in entry.get("explained", ())]
    keys = [key for e in explained for key in e.keys]
    assert all(entry["packages"] for entry in book.values())
    assert explained
    assert len(set(keys)) == len(keys), "a disagreement is explained twice"


def test_what_agrees_needs_no_explanation(tmp_path):
    judged = found(tmp_path, RIGHT)
    assert judged.passes
    assert pages.matrix(judged).rows == [("relu", "exact")]


def test_an_unexplained_disagreement_fails(tmp_path):
    judged = found(tmp_path, HALF)
    (missing,) = judged.unexplained
    assert not judged.passes
    assert (missing.key.where, missing.key.what) == ("asked", "values")
    said = pages.evidence(missing)
    assert "every value is half of what it should be" in said
    assert "witness: torch 0 ulp, fake " in said


def test_an_explained_disagreement_passes_and_is_told_with_its_evidence(tmp_path):
    judged = found(tmp_path, HALF, IS_HALF)
    assert judged.passes
    assert pages.matrix(judged).rows == [("mse", "their convention [1]")]
    written = pages.markdown(judged)
    assert "[1] fake: their convention. It is half the mean." in written
    assert "MSE is 0.5, but should be 1" in written


def test_an_explanation_of_what_no_longer_happens_fails(tmp_path):
    judged = found(tmp_path, RIGHT, IS_HALF)
    (stale,) = judged.stale
    assert not judged.passes
    assert stale.function == "mse"
    assert "explained, but did not happen: mse, values" in pages.text(judged)


def test_what_is_not_asked_is_told_apart(tmp_path):
    judged = found(tmp_path, SWALLOWS)
    assert {d.key.where for d in judged.unexplained} == {"nonfinite"}
    assert pages.comparisons(judged, judged.peers[0]).rows[0][2:6:3] == ("exact", "wrong")


def test_blaming_torch_against_the_witness_fails(tmp_path):
    judged = found(tmp_path, HALF, IS_HALF.replace("convention", "torch"))
    assert not judged.passes
    assert len(judged.contradicted) == 1


def test_a_peer_that_is_not_installed_is_passed_over_with_its_explanations(tmp_path):
    judged = found(tmp_path, "import no_such_package", IS_HALF, packages=["no-such-package"])
    assert judged.passes
    assert "no-such-package not installed" in pages.text(judged)


def test_an_adapter_that_cannot_be_imported_fails(tmp_path):
    judged = found(tmp_path, "1 / 0")
    assert not judged.passes
    assert "cannot be imported (ZeroDivisionError" in pages.text(judged)


@pytest.mark.parametrize(
    ("book", "said"),
    [
        ("", "fake has no entry in peers.toml, but should have one"),
        ("[fake]\npackages = []\n[other]\npackages = []", "other has no adapter, but should have one"),
        ("[fake", "cannot be read"),
        (f"[fake]\npackages = []\n{IS_HALF}note = 1", "an explanation of fake has functions,"),
        (f"[fake]\npackages = []\n{IS_HALF.replace('convention', 'fault')}", "whose one of convention, bug, torch"),
    ],
)
def test_a_malformed_book_is_refused(tmp_path, book, said):
    (tmp_path / "fake.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "peers.toml").write_text(book, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        meet(PACK, tmp_path, OPTIONS, apart=hold)


def test_the_command_writes_both_files_and_exits_1_where_something_is_left_to_explain(tmp_path):
    (tmp_path / "fake.py").write_text(HALF, encoding="utf-8")
    (tmp_path / "peers.toml").write_text("[fake]\npackages = ['numpy']", encoding="utf-8")
    command = [sys.executable, "-m", "gradecheck.peers", str(tmp_path), "--examples", "20", "--out", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    assert "fake: not explained: mse, float32, asked, values" in run.stdout
    assert json.loads((tmp_path / "peers.json").read_text(encoding="utf-8"))["passes"] is False
    assert "## fake" in (tmp_path / "peers.md").read_text(encoding="utf-8")
