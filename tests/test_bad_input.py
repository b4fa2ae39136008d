"""Bad input gets a clear error: which argument, what it was, what it should be, and what to do."""

import re
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

import manual
from gradecheck.cli import main
from gradecheck.machine.files import writable_folder, write
from gradecheck.verifying.implementation import load
from tests.agreement import example
from tests.lecture import CONTRACTS, PACK

ARRAYS = [(c.name, a.name) for c in CONTRACTS.values() for a in c.arguments if a.is_array]
NUMBERS = [(c.name, a.name) for c in CONTRACTS.values() for a in c.arguments if a.kind.name in ("lr", "mu", "alpha")]
ONE = np.ones


def with_argument(function, argument, change):
    """An ordinary call with one argument changed."""
    names = [a.name for a in CONTRACTS[function].arguments]
    return [change(x) if name == argument else x for name, x in zip(names, example(function), strict=True)]


def says(message):
    return "^" + re.escape(message) + "$"


# -- arrays of another kind


@pytest.mark.parametrize(
    ("kind", "was", "remedy"),
    [
        (lambda x: x.astype(np.int64), "is an int64 array", "convert it with {}.astype(np.float64)"),
        (lambda x: x.astype(np.float16), "is a float16 array", "convert it with {}.astype(np.float64)"),
        (lambda x: x.astype(object), "is an object array", "convert it with {}.astype(np.float64)"),
        (lambda x: x + 1j, "is a complex128 array", "take its real part with {}.real"),
        (lambda x: x.tolist(), "is a list", "convert it with np.asarray({}, dtype=np.float64)"),
        (lambda x: None, "is a NoneType", "convert it with np.asarray({}, dtype=np.float64)"),
    ],
    ids=["integer", "half", "object", "complex", "list", "None"],
)
@pytest.mark.parametrize(("function", "argument"), ARRAYS)
def test_an_array_of_another_kind(function, argument, kind, was, remedy):
    with pytest.raises(TypeError) as caught:
        getattr(manual, function)(*with_argument(function, argument, kind))
    message = str(caught.value)
    assert was in message
    assert "should be" in message
    assert message.startswith(f"{function}: {argument} {was}")
    assert message.endswith(remedy.format(argument))


@pytest.mark.parametrize("function", sorted({function for function, _ in ARRAYS}))
@pytest.mark.parametrize("dtype", [np.int64, np.float16, np.longdouble])
def test_all_arrays_of_another_kind(function, dtype):
    """That they are alike makes it no better."""
    arguments = [x.astype(dtype) if isinstance(x, np.ndarray) else x for x in example(function)]
    with pytest.raises(TypeError, match=rf"^{function}: \w+ is an? {np.dtype(dtype)} array, but should be float32 or"):
        getattr(manual, function)(*arguments)


@pytest.mark.parametrize(("function", "argument"), ARRAYS)
def test_arrays_of_two_precisions(function, argument):
    if sum(name == function for name, _ in ARRAYS) == 1:
        return
    with pytest.raises(TypeError, match=r"is a float(32|64) array, but should be float(64|32) as \S+ is"):
        getattr(manual, function)(*with_argument(function, argument, lambda x: x.astype(np.float32)))


@pytest.mark.parametrize("value", ["0.1", None, ONE(3), 1j])
@pytest.mark.parametrize(("function", "argument"), NUMBERS)
def test_a_number_that_is_none(function, argument, value):
    message = rf"^{function}: {argument} is a {type(value).__name__}, but should be a number$"
    with pytest.raises(TypeError, match=message):
        getattr(manual, function)(*with_argument(function, argument, lambda _: value))


@pytest.mark.parametrize(("function", "argument"), [pair for pair in NUMBERS if pair[1] != "alpha"])
def test_a_rate_below_0(function, argument):
    with pytest.raises(ValueError, match=rf"^{function}: {argument} is -0.1, but should be at least 0$"):
        getattr(manual, function)(*with_argument(function, argument, lambda _: -0.1))


# -- shapes


@pytest.mark.parametrize(("function", "argument"), ARRAYS)
def test_an_array_of_another_shape(function, argument):
    """Every function says so itself, and names an argument of its own."""
    if sum(name == function for name, _ in ARRAYS) == 1:
        return
    names = "|".join(a.name for a in CONTRACTS[function].arguments)
    with pytest.raises(ValueError, match=rf"^{function}: ({names}) has shape \("):
        getattr(manual, function)(*with_argument(function, argument, lambda x: np.stack([x] * 2)))


@pytest.mark.parametrize(
    ("function", "shapes", "message"),
    [
        ("sigmoid_backward", [3, 4], "sigmoid_backward: grad has shape (3,), but should be (4,), the shape of x"),
        ("softmax_backward", [(3, 1), (3, 4)], "grad has shape (3, 1), but should be (3, 4), the shape of x"),
        ("mse", [(2, 3), 3], "mse: target has shape (3,), but should be (2, 3), the shape of prediction"),
        ("cross_entropy", [(2, 3), 3], "cross_entropy: t has shape (3,), but should be (2, 3), the shape of p"),
        ("cross_entropy", [(2, 2, 2)] * 2, "p has shape (2, 2, 2), but should be (n, k), or (k,) for one row"),
        ("softmax_cross_entropy", [(2, 3), (3, 2)], "t has shape (3, 2), but should be (2, 3), the shape of x"),
        ("linear", [(5, 3), (3, 4), 3], "linear: W has shape (3, 4), but A (5, 3) needs W of shape (out, 3)"),
        ("linear", [(5, 3), (4, 3), 3], "linear: b has shape (3,), but W (4, 3) needs b of shape (4,)"),
        ("linear", [(5, 3), (4, 3), (1, 4)], "linear: b has shape (1, 4), but W (4, 3) needs b of shape (4,)"),
        ("linear", [3, (4, 3), 4], "linear: A has shape (3,), but should be (n, in)"),
        ("linear", [(5, 3), 3, 3], "linear: W has shape (3,), but A (5, 3) needs W of shape (out, 3)"),
        ("linear_backward", [(5, 3), (5, 3), (4, 3)], "grad has shape (5, 3), but should be (5, 4)"),
        ("train", [(5, 3), (5, 2), (4, 3), 4, None, None], "train: T has shape (5, 2), but should be (5, 4)"),
        ("train", [(5, 3), (5, 4), (4, 2), 4, None, None], "train: W has shape (4, 2), but A (5, 3) needs W of shape"),
        ("train", [(5, 3), (5, 4), (4, 3), 3, None, None], "train: b has shape (3,), but W (4, 3) needs b of shape"),
        ("sgd_step", [3, 1, None], "sgd_step: grad has shape (1,), but should be (3,), the shape of w"),
        ("momentum_step", [3, 4, 3, None, None], "momentum_step: v has shape (4,), but should be (3,)"),
        ("softmax_two_classes", [3, 2], "softmax_two_classes: x2 has shape (2,), but should be (3,)"),
        ("loss_contributions", [3, 2], "loss_contributions: t has shape (2,), but should be (3,)"),
        ("loss_contributions_base2", [3, 2], "loss_contributions_base2: t has shape (2,), but should be (3,)"),
    ],
)
def test_shapes_that_do_not_fit(function, shapes, message):
    """Which argument, which shape, and which was expected: nothing is broadcast in silence."""
    steps = [0] if function == "train" else []
    with pytest.raises(ValueError, match=re.escape(message)):
        getattr(manual, function)(*(0.1 if shape is None else ONE(shape) for shape in shapes), *steps)


@pytest.mark.parametrize("name", ["p", "x"])
@pytest.mark.parametrize("suffix", ["", "_backward"])
def test_a_loss_of_three_axes(name, suffix):
    function = f"{'softmax_' * (name == 'x')}cross_entropy{suffix}"
    message = f"{function}: {name} has shape (2, 2, 2), but should be (n, k), or (k,) for one row"
    with pytest.raises(ValueError, match=says(message)):
        getattr(manual, function)(ONE((2, 2, 2)), ONE((2, 2, 2)))


@pytest.mark.parametrize("function", ["tanh_exponentials", "tanh_sinh_cosh"])
def test_a_formula_as_printed_is_as_strict(function):
    with pytest.raises(TypeError, match=f"^{function}: x is a list, "):
        getattr(manual, function)([1.0])


@pytest.mark.parametrize("function", ["cross_entropy", "cross_entropy_backward", "cross_entropy_base2"])
@pytest.mark.parametrize("value", [2.0, -0.5, np.nan, np.inf])
def test_what_is_no_probability(function, value):
    p = np.array([[0.0, 1.0], [0.5, value]])
    advice = "softmax makes them from logits"
    message = f"{function}: p has the value {value}, but should hold probabilities from 0 to 1; {advice}"
    with pytest.raises(ValueError, match=says(message)):
        getattr(manual, function)(p, ONE((2, 2)))


# -- networks

LAYERS = [(ONE((4, 3)), ONE(4)), (ONE((2, 4)), ONE(2))]
NAMES = ["relu", "softmax"]
A, T = ONE((5, 3)), ONE((5, 2))


@pytest.mark.parametrize(
    ("parameters", "activations", "A", "message"),
    [
        ([], [], A, "parameters is empty, but should have (W, b) for each layer"),
        (LAYERS, ["relu"], A, "activations has length 1, but should be 2, one a layer"),
        (LAYERS, ["relu", "softmx"], A, "activations[1] is 'softmx', but should be one of identity, sigmoid, "),
        (LAYERS, NAMES, ONE((5, 2)), "A has shape (5, 2), but should be (n, 3), as the first W has shape (4, 3)"),
        (LAYERS, NAMES, ONE(3), "A has shape (3,), but should be (n, 3), as the first W has shape (4, 3)"),
        (LAYERS[::-1], NAMES, A, "W[1] has shape (4, 3), but should be (out, 2), as W[0] has 2 rows"),
        ([(ONE((4, 3)), ONE(3))], ["relu"], A, "b[0] has shape (3,), but should be (4,), as W[0] has 4 rows"),
        ([(ONE(3), ONE(3))], ["relu"], A, "W[0] has shape (3,), but should be (out, in)"),
    ],
)
def test_layers_that_do_not_fit(parameters, activations, A, message):
    for function, call in {
        "forward": lambda: manual.forward(A, parameters, activations),
        "fit": lambda: manual.fit([(A, T)], parameters, activations, "mse", 0.1, 0.9),
    }.items():
        with pytest.raises(ValueError, match=re.escape(f"{function}: {message}")):
            call()


def test_a_network_of_two_precisions_or_of_integers():
    mixed = [(W.astype(np.float32), b) for W, b in LAYERS]
    with pytest.raises(TypeError, match=r"forward: b\[0\] is a float64 array, but should be float32 as W\[0\] is"):
        manual.forward(A, mixed, NAMES)
    with pytest.raises(TypeError, match=r"forward: A is an int64 array, but should be float32 or float64"):
        manual.forward(A.astype(int), LAYERS, NAMES)


def test_samples_of_another_precision_than_the_network():
    message = r"forward: A is a float32 array, but should be float64 as W is"
    with pytest.raises(TypeError, match=message):
        manual.forward(A.astype(np.float32), LAYERS, NAMES)


@pytest.mark.parametrize("name", ["lr", "mu"])
def test_rates_that_do_not_fit_a_fit(name):
    for value, error, was in ((-0.1, ValueError, "-0.1, but should be at least 0"), ("x", TypeError, "a str")):
        with pytest.raises(error, match=f"^fit: {name} is {was}"):
            manual.fit([(A, T)], LAYERS, NAMES, "mse", **({"lr": 0.1, "mu": 0.9} | {name: value}))


def test_names_that_do_not_fit_on_the_way_back():
    outputs, Zs = manual.forward(A, LAYERS, NAMES)
    with pytest.raises(ValueError, match=r"^backward: activations has length 1, but should be 2, one a layer$"):
        manual.backward(outputs, Zs, T, LAYERS, NAMES[:1], "mse")


def test_an_unknown_loss():
    message = "loss is 'mean', but should be one of mse, cross_entropy, softmax_cross_entropy"
    outputs, Zs = manual.forward(A, LAYERS, NAMES)
    calls = {
        "backward": lambda: manual.backward(outputs, Zs, T, LAYERS, NAMES, "mean"),
        "step": lambda: manual.step(A, T, LAYERS, LAYERS, NAMES, "mean", 0.1, 0.9),
        "fit": lambda: manual.fit([(A, T)], LAYERS, NAMES, "mean", 0.1, 0.9),
    }
    for function, call in calls.items():
        with pytest.raises(ValueError, match=says(f"{function}: {message}")):
            call()
    with pytest.raises(ValueError, match=says(message.replace("loss is", "loss: name is"))):
        manual.loss(A, A, "mean")


def test_targets_that_do_not_fit_the_outputs():
    for call in (
        lambda: manual.step(A, A, LAYERS, LAYERS, NAMES, "mse", 0.1, 0.9),
        lambda: manual.fit([(A, A)], LAYERS, NAMES, "mse", 0.1, 0.9),
    ):
        with pytest.raises(ValueError, match=r"target has shape \(5, 3\), but should be \(5, 2\), the shape of"):
            call()


def test_lists_of_another_length():
    with pytest.raises(ValueError, match=says("update: velocities has length 1, but should be 2, one a layer")):
        manual.update(LAYERS, LAYERS[:1], LAYERS, 0.1, 0.9)
    with pytest.raises(ValueError, match=says("update: gradients has length 1, but should be 2, one a layer")):
        manual.update(LAYERS, LAYERS, LAYERS[:1], 0.1, 0.9)
    outputs, Zs = manual.forward(A, LAYERS, NAMES)
    with pytest.raises(ValueError, match=says("backward: Zs has length 1, but should be 2, one a layer")):
        manual.backward(outputs, Zs[:1], T, LAYERS, NAMES, "mse")
    with pytest.raises(ValueError, match=says("backward: outputs[1:] has length 1, but should be 2, one a layer")):
        manual.backward(outputs[:2], Zs, T, LAYERS, NAMES, "mse")


@pytest.mark.parametrize(
    ("steps", "error", "message"),
    [
        (-1, ValueError, "train: steps is -1, but should be at least 0"),
        (1.5, TypeError, "train: steps is 1.5, but should be a whole number"),
        ("3", TypeError, "train: steps is '3', but should be a whole number"),
    ],
)
def test_a_number_of_steps_that_is_none(steps, error, message):
    with pytest.raises(error, match=says(message)):
        manual.train(A, T, ONE((2, 3)), ONE(2), 0.1, 0.9, steps)


# -- the command line


def refused(*arguments, code):
    """What a call says that ends with that exit code, and nothing on standard output: no work was begun."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    return result.stderr


def test_an_unknown_formula_gets_the_nearest_names():
    said = refused("verify", "softmaxx", code=2)
    assert "formula: softmaxx is not one of lecture03; did you mean softmax?" in said


def test_a_name_like_no_formula_gets_all_names():
    said = refused("verify", "mse", "zzz", code=2)
    assert "zzz is not one of lecture03" in said
    assert all(name in said for name in CONTRACTS)


@pytest.mark.parametrize("device", ["cuda:99", "quantum"])
@pytest.mark.parametrize("command", ["verify", "report"])
def test_a_device_that_is_not_there(command, device, tmp_path):
    out = ["--out", str(tmp_path / "out")] if command == "report" else []
    said = refused(command, "--device", device, *out, code=2)
    assert f"verify: device is '{device}', but should be one that torch has" in said
    assert said.endswith("use --device cpu\n")


@pytest.mark.parametrize(
    "arguments",
    [["--examples", "0"], ["--examples", "many"], ["--dtype", "float16"], ["--seed", "x"], ["--rtol", "1"]],
)
def test_an_option_that_is_none(arguments):
    assert arguments[0] in refused("verify", *arguments, code=2)


@pytest.mark.parametrize("option", [("report", "--out", "{}"), ("verify", "--json", "{}/verify.json")])
def test_a_folder_that_cannot_be_written_to_is_said_before_any_work(option, tmp_path):
    file = tmp_path / "file"
    file.write_text("kept", encoding="utf-8")
    command, *rest = (part.format(file / "out") for part in option)
    named = option[1].removeprefix("--")
    said = refused(command, *rest, code=2)
    assert f"{named}: {file / 'out'} cannot be written to (Not a directory), but should be a folder of yours" in said
    assert file.read_text(encoding="utf-8") == "kept"


def test_a_file_where_the_folder_should_be(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ValueError, match=r"cannot be written to \(File exists\)"):
        writable_folder(file)
    assert "is a file" in refused("report", "--out", str(file), code=2)
    assert "is a directory" in refused("verify", "--json", str(tmp_path), code=2)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    old = tmp_path / "results.json"
    old.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write(old, "new \ud800")
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("results.json", "old")]


def test_an_implementation_that_is_not_there(tmp_path):
    assert "does not exist" in refused("verify", "--implementation", str(tmp_path / "no.py"), code=2)
    assert "is a directory" in refused("verify", "--implementation", str(tmp_path), code=2)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere', line 1"),
        ("def sigmoid(x:", "SyntaxError: "),
        ("\n1 / 0", "ZeroDivisionError: division by zero, line 2"),
        ("raise SystemExit('bye')", "SystemExit: bye, line 1"),
        ("import argparse\nargparse.ArgumentParser().parse_args(['--x'])", "SystemExit: 2, line 2"),
    ],
)
def test_an_implementation_that_does_not_import(source, reason, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(source, encoding="utf-8")
    said = refused("verify", "--implementation", str(file), code=2)
    assert f"implementation: {file} cannot be imported ({reason}" in said
    assert said.endswith("; run it with python first\n")


def test_an_implementation_that_is_no_python_file(tmp_path):
    file = tmp_path / "mine.txt"
    file.touch()
    said = refused("verify", "--implementation", str(file), code=2)
    assert f"implementation: {file} is no Python file; name a file that ends in .py" in said


def test_an_implementation_finds_its_neighbours_and_leaves_the_path_as_it_was(tmp_path):
    (tmp_path / "neighbour_of_mine.py").write_text("def relu(x): return x", encoding="utf-8")
    file = tmp_path / "mine.py"
    file.write_text("from neighbour_of_mine import relu", encoding="utf-8")
    before = list(sys.path)
    assert load(PACK, file).functions["relu"](3) == 3
    assert sys.path == before


def test_a_missing_function_is_reported_and_the_others_still_run(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("from manual import relu\n", encoding="utf-8")
    options = ["--examples", "40", "--dtype", "float64", "--implementation", str(file)]
    result = CliRunner().invoke(main, ["verify", "relu", "tanh", *options])
    assert result.exit_code == 1
    rows = {tuple(line.split()[:2]): line.split()[-1] for line in result.stdout.splitlines() if "float64" in line}
    assert rows == {("relu", "forward"): "exact"}
    assert "mine.py does not have: relu_backward, tanh, tanh_backward (3 of 4)" in result.stdout


def test_a_usage_error_is_quick_to_say():
    """Without torch in memory."""
    code = "import sys; from gradecheck.cli import main; main(['verify', 'no'], standalone_mode=False)"
    run = subprocess.run([sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=False)
    assert "formula: no is not one of lecture03" in run.stderr
    assert " torch" not in run.stderr
