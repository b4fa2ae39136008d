"""The kit for PrairieLearn, in /grade as PrairieLearn lays it out, and its results by their schema."""

import json
import os
import shutil
import subprocess

import jsonschema
import pytest

from gradecheck.commands import kit_run
from gradecheck.grading.marks import QuestionMark, SubmissionMark
from reports.prairielearn import prairielearn
from tests.platforms.laid_out import FILES, MIB, RIGHT, lay_traps, marks, written

INFO_QUESTION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["uuid", "type", "title", "topic"],
    "properties": {
        "uuid": {"pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"},
        **{"type": {"const": "v3"}, "title": {"type": "string"}, "topic": {"type": "string"}},
        "gradingMethod": {"enum": ["Internal", "External", "Manual"]},
        "externalGradingOptions": {
            "additionalProperties": False,
            "required": ["image"],
            "properties": {
                **{"image": {"type": "string"}, "timeout": {"type": "integer", "maximum": 600}},
                **{"entrypoint": {"type": ["string", "array"]}, "enableNetworking": {"type": "boolean"}},
            },
        },
    },
}
"""Of infoQuestion.json, what is used here."""
TEST = {
    "additionalProperties": False,
    "required": ["name", "points", "max_points"],
    "properties": {
        **{"name": {"type": "string"}, "points": {"type": "number"}, "max_points": {"type": "number"}},
        **{"output": {"type": "string"}, "message": {"type": "string"}, "description": {"type": "string"}},
    },
}
RESULTS = {
    "additionalProperties": False,
    "required": ["gradable"],
    "properties": {
        **{"gradable": {"type": "boolean"}, "score": {"type": "number", "minimum": 0, "maximum": 1}},
        **{"message": {"type": "string"}, "tests": {"items": TEST}},
        "format_errors": {"items": {"type": "string"}},
    },
}


@pytest.fixture(scope="module")
def question(source, tmp_path_factory):
    return written("prairielearn", source, tmp_path_factory.mktemp("prairielearn") / "out")


@pytest.fixture
def grade(question, python, tmp_path):
    """/grade as PrairieLearn lays it out, without /grade/results; and a run of its entrypoint."""
    top = tmp_path / "grade"
    shutil.copytree(question / "tests", top / "tests")
    (top / "student").mkdir()
    (top / "serverFilesCourse").mkdir()
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(python)

    def graded(name, text):
        (top / "student" / name).write_text(text, encoding="utf-8")
        info = json.loads((question / "info.json").read_text(encoding="utf-8"))
        *shell, script = info["externalGradingOptions"]["entrypoint"]
        command = [*shell, script.replace("/grade", str(top))]
        plain = {"PATH": f"{programs}:{os.environ['PATH']}"}
        found = subprocess.run(command, cwd=top / "student", env=plain, capture_output=True, text=True, timeout=300)
        assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
        data = (top / "results" / "results.json").read_bytes()
        assert len(data) <= 1_000_000
        results = json.loads(data)
        jsonschema.validate(results, RESULTS)
        return results

    return graded


@pytest.mark.parametrize("name", FILES)
def test_prairielearn_gets_the_marks(grade, source, tmp_path, name):
    results = grade("submission.py", FILES[name])
    assert {test["name"]: test["points"] for test in results["tests"]} == marks(source, FILES[name], tmp_path)
    assert results["score"] == sum(test["points"] for test in results["tests"]) / 5
    if name == "wrong":
        assert "db is averaged over the batch" in results["tests"][1]["output"]


def test_prairielearn_runs_nothing_that_lies_beside_the_submission(grade, tmp_path):
    lay_traps(tmp_path / "grade" / "student", tmp_path / "traces")
    assert [test["points"] for test in grade("submission.py", RIGHT)["tests"]] == [2, 3]
    assert not [*(tmp_path / "traces").iterdir()]


def test_a_file_that_cannot_be_read_costs_no_attempt_on_prairielearn(grade):
    results = grade("notes.txt", "hello")
    assert (results["gradable"], "tests" in results, "score" in results) == (False, False, False)
    assert "it holds no .py and no .ipynb" in results["message"]


def test_a_question_of_prairielearn_is_as_its_schema_says(question):
    info = json.loads((question / "info.json").read_text(encoding="utf-8"))
    jsonschema.validate(info, INFO_QUESTION)
    assert info["gradingMethod"] == "External"
    assert info["externalGradingOptions"]["timeout"] == 60 + 20 * 2
    page = (question / "question.html").read_text(encoding="utf-8")
    assert '<pl-file-upload file-names="submission.py">' in page
    assert "<pl-external-grader-results>" in page


def test_results_of_prairielearn_stay_below_a_megabyte():
    said = "\N{MATHEMATICAL BOLD CAPITAL A}\x1b[31m" * MIB
    long = QuestionMark("f", 0.0, 1.0, "wrong", (), rationale=said)
    text = prairielearn(SubmissionMark("a.py", "graded", (long,) * 30, 30.0, (said,)), "public", "kind")
    assert len(text.encode()) <= 1_000_000
    results = json.loads(text)
    jsonschema.validate(results, RESULTS)
    assert results["tests"][0]["output"].endswith("... (more is cut off)")
    assert "\x1b" not in text
    assert "\\u001b" not in text


def test_a_fault_of_ours_costs_no_attempt_on_prairielearn(kit, tmp_path, nowhere):
    (tmp_path / "mine.py").write_text(RIGHT, encoding="utf-8")
    assert kit_run.main(["prairielearn", str(kit), str(tmp_path / "mine.py"), str(tmp_path / "results.json")]) == 0
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(results, RESULTS)
    assert (results["gradable"], "score" in results) == (False, False)
    assert "isolation is required, but no jail works here; this kit needs bubblewrap or" in results["message"]
