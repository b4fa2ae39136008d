"""What holds for the kit of every platform."""

import json
import stat
import tarfile
import zipfile

import pytest
from click.testing import CliRunner

from gradecheck.cli import main
from gradecheck.commands import kit_run
from tests.platforms.laid_out import ASSIGNMENT, RIGHT


def test_a_kit_holds_neither_torch_nor_a_compiled_file(kit):
    names = {path.name for path in (kit / "packages").iterdir()}
    assert not names & {"torch", "numpy", "hypothesis"}
    assert {"gradecheck", "reports", "lectures", "manual", "reference"} <= names
    assert not [path for path in kit.rglob("*") if path.suffix in (".so", ".pyc")]
    assert all(stat.S_ISREG(path.lstat().st_mode) or path.is_dir() for path in kit.rglob("*"))


@pytest.mark.parametrize("platform", ["gradescope", "autolab", "classroom50"])
def test_a_fault_of_ours_gives_no_score(kit, tmp_path, nowhere, capsys, platform):
    (tmp_path / "mine.py").write_text(RIGHT, encoding="utf-8")
    words = [platform, str(kit), str(tmp_path / "mine.py"), str(tmp_path / "results" / "results.json")]
    assert kit_run.main(words) == 1
    said = capsys.readouterr().out
    assert said.startswith("gradecheck: not judged, a fault of ours:\n")
    assert "isolation is required, but no jail works here; this kit needs bubblewrap or Landlock, or" in said
    assert not (tmp_path / "results").exists()
    assert '"scores"' not in said


@pytest.mark.parametrize("platform", ["gradescope", "autolab"])
def test_a_kit_marks_without_a_jail_only_where_that_was_asked_for(source, tmp_path, platform):
    command = ["kit", platform, str(source), str(tmp_path / "out"), "--isolation", "none"]
    result = CliRunner().invoke(main, command, catch_exceptions=False)
    assert result.output.endswith(
        "isolation: none, as asked for: where this kit marks, a submission can read the bank, the results and the "
        "network\n"
    )
    (file,) = (path for path in (tmp_path / "out").iterdir() if path.suffix in (".zip", ".tar"))
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            told = archive.read("kit/kit.json")
    else:
        with tarfile.open(file) as archive:
            told = archive.extractfile("kit/kit.json").read()
    assert json.loads(told)["isolation"] == "none"


def test_the_jail_is_required_by_default(kit):
    assert json.loads((kit / "kit.json").read_text())["isolation"] == "required"


PACK_OF_A_FILE = """
from dataclasses import replace
from lectures.lecture03 import PACK as OTHER
PACK = replace(OTHER, name="my_pack", module=__name__, models=(), assignments=())
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ASSIGNMENT.format(more='packages = ["tabulate"]'), "packages is tabulate, but should be none: a kit brings"),
        (ASSIGNMENT.format(more='pack = "my_pack.py"'), "pack is the path my_pack.py, but should be the name"),
    ],
)
def test_an_assignment_that_cannot_go_along_is_refused_before_anything_is_written(tmp_path, text, said):
    (tmp_path / "my_pack.py").write_text(PACK_OF_A_FILE, encoding="utf-8")
    (tmp_path / "kit.toml").write_text(text, encoding="utf-8")
    command = ["kit", "gradescope", str(tmp_path / "kit.toml"), str(tmp_path / "out")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "out").exists()
