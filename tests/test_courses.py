"""Every course of examples/courses: its right answer gets all points, and one mistake costs what it should."""

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gradecheck.grading.assignments.assignment import load
from gradecheck.grading.bank.store import bank
from gradecheck.grading.classrun.marking import mark
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.proof import prove
from gradecheck.grading.submissions.submission import read
from tests.classroom import gradecheck

COURSES = Path(__file__).parents[1] / "examples" / "courses"
NAMES = ("layers_as_classes", "layers_with_caches", "results_in_arguments", "samples_in_columns")

# For each mistake: the question that it costs, the points lost of it, and what is said.
MISTAKES = {
    "layers_as_classes/wrong_half_the_gradient": ("MSELoss.backward", 1.0, "The 2 of the square's derivative"),
    "layers_as_classes/wrong_nothing_returned": ("Linear.backward", 3.0, "Linear.backward gave None for one of ∂L/∂A"),
    "layers_as_classes/wrong_slope_at_0": ("ReLU.backward", 0.15, "At x = 0 the slope is taken as 1"),
    "layers_with_caches/wrong_arguments": ("affine_backward", 3.0, "affine_backward raised TypeError"),
    "layers_with_caches/wrong_mean_in_db": ("affine_backward", 1.0, "db is averaged over the batch"),
    "layers_with_caches/wrong_uphill": ("sgd_momentum", 1.5, "The velocity is subtracted from W"),
    "results_in_arguments/wrong_another_array": ("sgd", 1.0, "It is wrong only where grad is not 0"),
    "results_in_arguments/wrong_old_velocity": ("momentum", 1.0, "the velocity from before this step"),
    "results_in_arguments/wrong_overflow": ("softmax", 0.3, "overflows for large x"),
    "samples_in_columns/wrong_name": ("compute_cost", 2.0, "compute_cost is missing"),
    "samples_in_columns/wrong_rows_of_softmax": ("softmax", 1.0, "The sum runs down the columns"),
    "samples_in_columns/wrong_without_m": ("linear_backward", 1.0, "The 1/n of dW is missing"),
}

# What runs beside the student's file: its own functions, with its own arguments.
REPRO = {
    "layers_as_classes/wrong_slope_at_0": ("relu = ReLU()", "relu.forward(Z)", "relu.backward(dLdA)"),
    "layers_as_classes/wrong_half_the_gradient": ("mseloss = MSELoss()", "mseloss.backward()"),
    "layers_with_caches/wrong_mean_in_db": ("affine_forward(x, w, b)", "affine_backward(dout, result[1])"),
    "layers_with_caches/wrong_uphill": ("sgd_momentum(w, dw, config)", "'velocity': np.array("),
    "results_in_arguments/wrong_another_array": ("sgd(theta, grad, 0.5)", "print(theta)"),
    "results_in_arguments/wrong_overflow": ("softmax(x, out)", "print(out)"),
    "samples_in_columns/wrong_rows_of_softmax": ("softmax(Z)", "print(result.T)"),
    "samples_in_columns/wrong_without_m": ("linear_backward(dZ, result[1])",),
}


@cache
def asked(course):
    return load(str(COURSES / course / "assignment.toml"))


@cache
def marked(course, file):
    assignment = asked(course)
    path = COURSES / course / f"{file}.py"
    found = mark(path.name, read(path, assignment.names), assignment, bank(assignment), isolation("auto"))
    assert found.status == "graded"
    return {question.function: question for question in found.questions}


def lost(questions):
    return {name: round(q.max_points - q.points, 3) for name, q in questions.items() if q.points < q.max_points}


@pytest.mark.parametrize("course", NAMES)
def test_the_right_answer_of_a_course_gets_all_points(course):
    found = marked(course, "right")
    assert lost(found) == {}
    assert len(found) >= 6


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_costs_its_own_question_alone(mistake):
    course, file = mistake.split("/")
    function, points, said = MISTAKES[mistake]
    found = marked(course, file)
    assert lost(found) == {function: points}
    assert said in found[function].rationale


@pytest.mark.parametrize("mistake", REPRO)
def test_a_repro_calls_the_students_function_and_runs_beside_their_file(mistake):
    course, file = mistake.split("/")
    example = marked(course, file)[MISTAKES[mistake][0]].counterexample
    for line in REPRO[mistake]:
        assert line in example.repro
    own = f"import sys; sys.path.insert(0, {str(COURSES / course)!r})\n{example.repro}"
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", own], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def test_every_stand_in_of_a_course_is_tried():
    there = {f"{path.parent.name}/{path.stem}" for path in COURSES.glob("*/wrong_*.py")}
    assert there == set(MISTAKES)
    assert {path.name for path in COURSES.iterdir() if path.is_dir()} == set(NAMES)


@pytest.mark.parametrize("course", NAMES)
def test_a_starter_of_a_course_names_all_that_its_adapter_takes(course):
    text = gradecheck("starter", "--assignment", COURSES / course / "assignment.toml")
    assert text == (COURSES / course / "starter.py").read_text(encoding="utf-8")
    found = {question.outcome for question in marked(course, "starter").values()}
    assert found == {"error"}
    for name in asked(course).adapter.takes:
        assert f"def {name}(" in text or f"class {name}" in text


def test_a_course_is_proved_by_its_own_model_answer():
    """And by the contract's mistakes, which do not go through the adapter."""
    assignment = asked("results_in_arguments")
    small = replace(assignment, questions=assignment.questions[:1], cases=40)
    proof = prove(small, "auto", 1, lambda share: None)
    assert [(t.id, t.points) for t in proof.trials if not t.function] == [("right.py", 1.0), ("nothing", 0.0)]
    assert len(proof.trials) > 10
    assert proof.breaches == ()
