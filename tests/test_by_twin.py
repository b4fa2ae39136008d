"""Rows without forms: tolerance, truth and a gradient's contract from the twin; and what a twin cannot give, said."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from drawn import several

from gradecheck.arguments.scope import DTYPES, EVERYTHING, SUBMISSION
from gradecheck.cases.inputs import sample
from gradecheck.cli import main
from gradecheck.grading.bank.questions import build_question
from gradecheck.grading.feedback.examples import ladder_of
from gradecheck.grading.judging import calls
from gradecheck.numbers.compare import Verdict, compare, worst
from gradecheck.numbers.truth import ENOUGH_BITS, enclosed, truth
from gradecheck.packs import registry
from gradecheck.packs.pack import PackError
from gradecheck.reporting.accuracy import accuracy
from gradecheck.reporting.bound import bound
from gradecheck.verifying.by_twin import Traced
from gradecheck.verifying.check import check, ensure_bounds, expect, pristine
from gradecheck.verifying.implementation import load
from gradecheck.verifying.tensors import run_reference
from gradecheck.verifying.verify import Options, verify
from gradecheck.verifying.witness import hear_witness, true_results
from lectures.lecture03.mistakes import MISTAKES
from lectures.lecture03.variants import VARIANTS
from tests.by_twin import beside
from tests.lecture import CONTRACTS, PACK

FEW = 8
LOOSER = {
    "train": "W - λ gradᵀA is one sum: whoever subtracts row by row rounds n times",
    "softmax_backward": "a product more, f grad, may underflow",
}
"""Rows whose twin allows more than 4 times what the form does, and why."""

TIGHTER = {
    "leaky_relu": "alpha x rounds nothing where alpha is 1, which a form does not see",
    "leaky_relu_backward": "the same",
}
"""Rows whose twin allows far less, and why it may. Forms that count an error twice, as e / (1 + e) does, allow more."""

quick = pytest.mark.parametrize("name", ["sigmoid", "tanh_backward", "softmax_backward", "mse", "linear_backward"])


def bare(contract, *kept):
    """The row without its forms."""
    forms = {"stable": None, "literal": None, "roundabout": ()}
    return replace(contract, **{name: form for name, form in forms.items() if name not in kept})


def expected(contract, dtype="float64", scope=SUBMISSION, count=FEW):
    return [(case, expect(contract, case, run_reference)) for case in sample(contract, dtype, count, 0, scope)]


# -- beside the forms


@pytest.mark.parametrize("name", [name for name in CONTRACTS if name != "train"])
def test_the_twins_bound_is_about_as_wide_as_the_forms(name):
    ratios = np.concatenate([beside(CONTRACTS[name], SUBMISSION, dtype, FEW).ratios for dtype in DTYPES])
    assert ratios.size or name in ("relu", "relu_backward")
    assert ratios.max(initial=1) <= (32 if name in LOOSER else 4)
    assert ratios.min(initial=1) >= (0.4 if name not in TIGHTER else 0)


@pytest.mark.parametrize("name", CONTRACTS)
def test_right_variants_pass_and_mistakes_do_not(name):
    """Under the twin's bound, beside the slide's own form and those that lose digits."""
    contract = replace(CONTRACTS[name], stable=None)
    cases = [pair for dtype in DTYPES for pair in expected(contract, dtype, count=2 if name == "train" else FEW)]
    with np.errstate(all="ignore"):
        for variant in (v for v in VARIANTS if v.function == name):
            found = worst([check(variant.right, case, e).values for case, e in cases])
            assert found.severity <= variant.at_worst.severity, variant.id
        for mistake in (m for m in MISTAKES if m.function == name and m.costs == "correctness"):
            assert not worst([check(mistake.wrong, case, e).verdict for case, e in cases]).passes, mistake.id


# -- what such a row gives


@quick
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_packs_own_side_agrees(name, dtype):
    contract = bare(CONTRACTS[name])
    found = verify(contract, load(PACK), dtype, Options(4 * FEW, scope=EVERYTHING))
    assert found.verdict in (Verdict.EXACT, Verdict.AGREES)
    assert found.judged


@quick
def test_no_bound_is_wider_for_want_of_a_form_and_none_says_unstable(name):
    found = []
    for _, e in expected(bare(CONTRACTS[name])):
        assert all((loose >= tight).all() for loose, tight in zip(e.loose, e.tight, strict=True))
        assert not any(where.any() for where in e.unstable)
        found.append(compare(tuple(2 * value for value in e.values), e).values)
    assert worst(found) is Verdict.WRONG


def test_a_literal_form_alone_gives_the_truth_and_says_where_it_overflows():
    contract = bare(CONTRACTS["softmax"], "literal")
    x = np.array([[1000.0, 999.0], [1.0, 2.0]])
    e = expect(contract, replace(next(sample(contract, "float64", 1, 0, SUBMISSION)), arguments=(x,)), run_reference)
    assert e.unstable[0].tolist() == [[True, True], [False, False]]
    assert true_results(contract, (x,))[0].shape == (2, 2)


@quick
def test_the_truth_of_float32_is_the_twins_in_float64(name):
    contract = CONTRACTS[name]
    known = 0
    for case in sample(contract, "float32", FEW, 0, SUBMISSION):
        both = true_results(bare(contract), case.arguments), truth(contract, case.arguments)
        for mine, exact in zip(*both, strict=True):
            assert mine.shape == exact.shape
            for a, b in zip(mine.flat, exact.flat, strict=True):
                if a.is_finite() and b.is_finite():
                    known += 1
                    assert a.overlaps(b)
    assert known > FEW / 2


def test_nothing_more_exact_is_known_than_the_twin_in_float64():
    contract = bare(CONTRACTS["sigmoid"])
    assert true_results(contract, (np.array([1.0]),)) is None
    (_, e), *_ = expected(contract)
    assert hear_witness(e, compare(tuple(value + 1 for value in e.values), e)) is None
    assert accuracy(contract, load(PACK), "float64") == ()
    assert accuracy(contract, load(PACK), "float32")


def test_a_truth_that_its_radius_hides_is_none():
    near, far = enclosed(np.array([1.0, 1.0]), np.array([2.0**-ENOUGH_BITS, 2.0 ** (1 - ENOUGH_BITS)]))
    assert near.is_finite()
    assert far.is_nan()


def test_the_words_of_the_bound_tell_of_the_twin():
    text = bound(bare(CONTRACTS["softmax_backward"]))
    assert "twice the radius of the twin" in text
    assert "_softmax, _softmax_backward_data" in text
    assert "for float64 itself nothing more exact is known" in text
    assert "nothing more exact" not in bound(bare(CONTRACTS["softmax_backward"], "literal"))


def test_right_values_without_torch_are_those_by_hand():
    assert registry.right(CONTRACTS["relu"]) is CONTRACTS["relu"].stable
    assert registry.right(bare(CONTRACTS["relu"])) is load(PACK).functions["relu"]


# -- the bank


def test_a_bank_keeps_what_a_counterexample_is_looked_for_among():
    contract = bare(CONTRACTS["sigmoid_backward"])
    banked = build_question(contract, 8, 0)
    ladder = ladder_of(banked, SUBMISSION)
    assert len(ladder.expectations) > 100
    for e in ladder.expectations[::40]:
        live = Traced(contract, e.arguments)
        for kept, now in zip((*e.tight, *e.loose), (*live.tight, *live.loose), strict=True):
            np.testing.assert_array_equal(kept, now)
        assert compare(several(load(PACK).functions[contract.name](*e.arguments)), e).verdict.passes
    case = len(banked.recipes) - 1
    e, live = (
        banked.expectation(case, calls.arguments(banked, case)),
        Traced(contract, pristine(calls.arguments(banked, case))),
    )
    np.testing.assert_array_equal(e.tight[0], live.tight[0])
    np.testing.assert_array_equal(e.loose[0], live.loose[0])


def test_a_bank_of_forms_keeps_none_of_them():
    assert build_question(CONTRACTS["relu"], 4, 0).rungs.shapes == ()


# -- twins that give no bound

UNRULED = """library = torch.library.Library("silly", "FRAGMENT")
    if not hasattr(torch.ops.silly, "operator"):
        library.define("operator(Tensor x) -> Tensor")
    library.impl("operator", lambda x: 2 * x, "CPU")
    return torch.ops.silly.operator(x)"""
TWINS = {
    "unruled": (UNRULED, "silly::operator, called at "),
    "random": ("return torch.nn.functional.dropout(x, 0.5, True)", "draws random numbers"),
    "whole": ("return (x > 0).long()", "without a floating-point tensor"),
    "two": ("return x, x", "it returns 2 tensors of real numbers, but should return 1: y"),
    "forked": ("return x if (x.exp() * 0 + 1).sum() * 3 == 3 * len(x) else -x", "comparison that rounding decides"),
}


def pack_of(folder: Path, twin: str) -> Path:
    """A pack of one row, f(x), without a form."""
    module = folder.name
    files = {
        f"{module}_hand.py": "def f(x):\n    return x\n",
        f"{module}_torch.py": f"import torch\n\ndef f(x):\n    {twin}\n",
        f"{module}.py": ROW.format(module=module),
        "sheet.toml": f'pack = "{module}.py"\n[[question]]\nfunction = "f"\n',
    }
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder / f"{module}.py"


ROW = """
from gradecheck import Argument, Contract, Pack, kinds

F = Contract(
    name="f", chapter="c", formula="f", latex="f", arguments=(Argument("x", kinds.real, ("n",)),), results=("y",),
    slide="s", twin="t",
)
PACK = Pack(
    name="{module}", title="t", module=__name__, rows=(F,), by_hand="{module}_hand", by_torch="{module}_torch"
)
"""


@pytest.mark.parametrize("what", TWINS)
def test_a_twin_without_a_bound_is_named_before_any_work(tmp_path, what, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    twin, said = TWINS[what]
    pack = registry.find(str(pack_of(tmp_path / f"no_{what}", twin)))
    with pytest.raises(PackError) as error:
        ensure_bounds(pack.contracts.values())
    assert str(error.value).startswith(f"pack no_{what}: f has no stable form, and its twin has no bound: ")
    assert said in str(error.value)
    assert str(error.value).endswith("; or write the row's stable form")


@pytest.mark.parametrize(
    "words", [("verify", "--pack"), ("report", "--pack"), ("assignment", "check")], ids=lambda words: words[0]
)
def test_a_command_says_so_in_a_sentence(tmp_path, words, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    path = pack_of(tmp_path / f"{words[0]}_random", TWINS["random"][0])
    given = path.parent / "sheet.toml" if words[0] == "assignment" else path
    found = CliRunner().invoke(main, [*words, str(given)])
    assert found.exit_code == 2
    assert f"pack {path.stem}: f has no stable form, and its twin has no bound: aten::" in found.output


def test_the_list_of_packs_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    pack = registry.find(str(pack_of(tmp_path / "listed", TWINS["random"][0])))
    monkeypatch.setattr("gradecheck.packs.registry.installed", lambda: {"listed": ()})
    monkeypatch.setattr("gradecheck.packs.registry.find", lambda name: pack)
    assert "cannot be used: pack listed: f has no stable form" in CliRunner().invoke(main, ["packs"]).output


def test_a_row_with_a_form_is_not_traced():
    ensure_bounds([replace(CONTRACTS["relu"], pack="nowhere")])
    (_, e), *_ = expected(CONTRACTS["relu"])
    assert e.traced is None
