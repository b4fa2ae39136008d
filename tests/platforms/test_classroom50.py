"""The kit for Classroom 50, run as an Action does, and its result by its schema and by the runner's own rules."""

import json
import os
import subprocess
import venv

import jsonschema
import pytest
from click.testing import CliRunner

from gradecheck.cli import main
from gradecheck.grading.assignments.assignment import load
from gradecheck.grading.bank.store import bank
from gradecheck.grading.kits import contents
from tests.platforms.laid_out import ASSIGNMENT, FILES, lay_traps, run, written

RESULT_V1 = {
    "type": "object",
    "additionalProperties": False,
    "required": ["schema", "score", "max-score", "tests"],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        **{name: {"type": "string"} for name in ("classroom", "assignment", "owner", "commit", "release", "review")},
        "assignment_type": {"enum": ["individual", "group"]},
        "submission": {"pattern": "^submit/"},
        "datetime": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        **{"score": {"type": "integer", "minimum": 0}, "max-score": {"type": "integer"}},
        "tests": {"items": {"required": ["test-name", "passed", "score", "max-score"]}},
    },
}
"""Of schemas/result-v1.schema.json, but for what the runner adds."""
RUNNERS = {
    **{"CLASSROOM": "nn", "ASSIGNMENT": "hw2", "ASSIGNMENT_TYPE": "individual", "OWNER": "ada", "USERNAME": "ada"},
    **{"SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://c", "RELEASE_URL": "https://r", "REVIEW_URL": "https://v"},
}


def validate_result(result):
    """What runner.py holds scores to: whole numbers, none of them a bool, none above its maximum."""
    for one in (result, *result["tests"]):
        for name in ("score", "max-score"):
            assert type(one[name]) is int, one
            assert one[name] >= 0, one
        assert one["score"] <= one["max-score"], one


@pytest.fixture(scope="module")
def classroom(source, tmp_path_factory):
    return written("classroom50", source, tmp_path_factory.mktemp("classroom50") / "out")


@pytest.fixture
def action(classroom, python, tmp_path):
    """Runs the autograder in the student's checkout, as the Action does."""
    (tmp_path / "checkout" / ".github").mkdir(parents=True)

    def run_action(text, name="hw.py"):
        (tmp_path / "checkout" / name).write_text(text, encoding="utf-8")
        plain = {"PATH": os.environ["PATH"], "CLASSROOM50_BUNDLE_DIR": str(classroom), **RUNNERS}
        command = [str(python), str(classroom / "autograder.py")]
        found = subprocess.run(
            command, cwd=tmp_path / "checkout", env=plain, capture_output=True, text=True, timeout=300
        )
        assert (found.returncode, found.stderr) == (0, "")
        result = json.loads((tmp_path / "checkout" / "result.json").read_text(encoding="utf-8"))
        jsonschema.validate(result, RESULT_V1)
        validate_result(result)
        return result, (tmp_path / "checkout" / "release-body.md").read_text(encoding="utf-8")

    return run_action


@pytest.mark.parametrize(("name", "scores"), {"right": [200, 300], "wrong": [200, 200], "none": [0, 0]}.items())
def test_classroom50_gets_whole_numbers(action, name, scores):
    result, told = action(FILES[name])
    assert [test["score"] for test in result["tests"]] == scores
    assert (result["score"], result["max-score"], result["owner"]) == (sum(scores), 500, "ada")
    assert [test["passed"] for test in result["tests"]] == [scores[0] == 200, scores[1] == 300]
    if name == "wrong":
        assert "every value is divided by n, the number of rows" in told


def test_classroom50_runs_nothing_that_lies_beside_the_submission(action, tmp_path):
    lay_traps(tmp_path / "checkout", tmp_path / "traces")
    result, _ = action(FILES["right"])
    assert [test["score"] for test in result["tests"]] == [200, 300]
    assert not [*(tmp_path / "traces").iterdir()]


def test_classroom50_installs_numpy_with_no_pip_that_lies_beside_the_submission(classroom, tmp_path):
    venv.create(tmp_path / "venv", symlinks=True)
    (packages,) = tmp_path.glob("venv/lib/python*/site-packages")
    (packages / "pip.py").write_text("import sys; sys.exit(' '.join(sys.argv[1:]))", encoding="utf-8")
    (tmp_path / "checkout").mkdir()
    lay_traps(tmp_path / "checkout", tmp_path / "traces")
    found = run([str(tmp_path / "venv" / "bin" / "python"), str(classroom / "autograder.py")], tmp_path / "checkout")
    assert found.returncode == 1
    assert found.stderr.startswith("install --quiet numpy\n")
    assert not [*(tmp_path / "traces").iterdir()]


def test_classroom50_writes_in_the_place_of_a_link_and_not_through_it(action, tmp_path):
    (tmp_path / "elsewhere").write_text("kept", encoding="utf-8")
    (tmp_path / "checkout" / "result.json").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "checkout" / "release-body.md").symlink_to("result.json")
    assert action(FILES["right"])[0]["score"] == 500
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "kept"


def test_classroom50_gets_no_points_for_what_cannot_be_read(action):
    result, told = action("hello", "notes.txt")
    assert (result["score"], result["max-score"], result["tests"]) == (0, 500, [])
    assert "it holds no .py" in told


def test_what_anyone_may_read_holds_no_formula_and_no_case_of_the_marking(classroom, source):
    assert {path.name for path in (classroom / "kit" / "packages").iterdir()} >= {"gradecheck", "reports"}
    assert not {"lectures", "manual", "reference"} & {path.name for path in (classroom / "kit" / "packages").iterdir()}
    kept = contents.read(classroom / "kit")
    marking = bank(load(str(source)))
    for name, own in marking.questions.items():
        assert not {*kept.bank.questions[name].recipes} & {*own.recipes}


def test_hidden_feedback_has_no_kit_that_anyone_may_read(tmp_path):
    (tmp_path / "kit.toml").write_text(ASSIGNMENT.format(more='feedback = "hidden"'), encoding="utf-8")
    result = CliRunner().invoke(main, ["kit", "classroom50", str(tmp_path / "kit.toml"), str(tmp_path / "out")])
    assert result.exit_code == 2
    assert 'feedback is "hidden", but it should be "public", as anyone may read this kit' in result.output
