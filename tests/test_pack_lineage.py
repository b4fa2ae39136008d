"""Packs that build on others: what can be asked, who is found for it, and what is refused."""

import sys
from importlib.metadata import EntryPoint

import pytest

from gradecheck.grading.assignments.assignment import Written, parse
from gradecheck.grading.bank import digests, packed, store
from gradecheck.packs import registry
from gradecheck.packs.pack import PackError
from lectures import conventions, lecture03

ROW = '''
_{name} = Contract(
    name="{name}", chapter="numbers", formula="f = 2 x", latex="f", arguments=(Argument("x", real, ("...",)),),
    results=("f",), stable=lambda x: 2 * x, literal=lambda x: 2 * x, slide="Numbers", twin="torch.mul",
)

def {name}(x):
    return 2 * x
'''
MODULE = '''
from gradecheck.packs.contract import Argument, Contract
from gradecheck.arguments.kinds import real
from gradecheck.packs.pack import Pack
{imports}
{rows}
PACK = Pack(name={name!r}, title="", module=__name__, rows=({listed}), by_hand=__name__, by_torch=__name__,
            builds_on={builds_on!r})
'''


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes a pack's module with these rows, in a folder of its own; it is forgotten when the test is over."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)

    def write(name, *rows, builds_on=(), imports=""):
        text = MODULE.format(
            imports=imports,
            rows="".join(ROW.format(name=row) for row in rows),
            listed="".join(f"_{row}, " for row in rows),
            name=name,
            builds_on=builds_on,
        )
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").write_text(text)
        sys.path.append(str(tmp_path / name))

    yield write
    for name in set(sys.modules) - before:
        del sys.modules[name]
    for found in (registry.load, registry.lineage, registry.rows):
        found.cache_clear()
    monkeypatch.setattr(registry, "loaded", {})


def test_a_pack_can_be_asked_its_own_rows_and_those_of_the_packs_beneath(written):
    written("third", "halved")
    written("second", "tripled", builds_on=("third",))
    written("first", "doubled", builds_on=("second", "third"))
    first = registry.load("first")
    assert [pack.name for pack in registry.lineage(first)] == ["first", "second", "third"]
    assert list(registry.rows(first)) == ["doubled", "tripled", "halved"]
    assert list(first.contracts) == ["doubled"]
    assert {name: row.pack for name, row in registry.rows(first).items()} == {
        "doubled": "first",
        "tripled": "second",
        "halved": "third",
    }


def test_a_row_that_two_packs_have_is_refused(written):
    written("second", "doubled")
    written("first", "doubled", builds_on=("second",))
    with pytest.raises(PackError, match=r"pack first: first and second both have a row doubled, but one should; "):
        registry.load("first")


def test_two_packs_beneath_may_not_have_the_same_row_either(written):
    written("third", "doubled")
    written("second", "doubled")
    written("first", "halved", builds_on=("second", "third"))
    with pytest.raises(PackError, match=r"pack first: second and third both have a row doubled"):
        registry.load("first")


def test_a_pack_that_builds_on_itself_is_refused(written):
    written("second", "doubled", builds_on=("first",))
    written("first", "halved", builds_on=("second",))
    with pytest.raises(PackError, match="first builds on second builds on first, but none should build on itself"):
        registry.load("first")


def test_a_pack_beneath_that_is_not_there_is_refused(written):
    written("first", "halved", builds_on=("nowhere",))
    with pytest.raises(PackError, match="pack nowhere: its module is nowhere, which cannot be imported"):
        registry.load("first")


def test_what_a_pack_imports_of_those_beneath_is_part_of_it(written):
    written("second", "doubled")
    written("first", "halved", builds_on=("second",), imports="import second")
    assert {"first", "second"} <= set(packed.sources(registry.load("first"), "first"))
    assert packed.sources(registry.load("second"), "second").keys() >= {"second"}


# -- that of the lecture's conventions

ASKED = """
pack = "other_conventions"
[[question]]
function = "mse_half"
name = "mse"
[[question]]
function = "softmax"
"""


def test_the_usual_pack_is_the_first_that_builds_on_no_other(monkeypatch):
    assert registry.find() is lecture03.PACK
    module = {"other_conventions": "lectures.conventions", "lecture03": "lectures.lecture03"}
    found = {name: (EntryPoint(name, f"{path}:PACK", registry.GROUP),) for name, path in module.items()}
    monkeypatch.setattr(registry, "installed", lambda: found)
    assert registry.find() is lecture03.PACK
    monkeypatch.setattr(registry, "installed", lambda: {"other_conventions": found["other_conventions"]})
    with pytest.raises(PackError, match="none is installed that builds on no other"):
        registry.find()


def test_an_assignment_of_two_packs_finds_each_function_in_its_own():
    asked = parse(Written(ASKED, "mixed.toml"))
    assert asked.packs == (conventions.PACK, lecture03.PACK)
    assert [q.contract.pack for q in asked.questions] == ["lectures.conventions", "lectures.lecture03"]
    softmax = lecture03.PACK.contracts["softmax"]
    assert asked.questions[1].contract is softmax
    assert store.key(asked.questions[1].contract, 16, 0) == store.key(softmax, 16, 0)


def test_marks_depend_on_the_code_of_every_pack_that_is_asked():
    both, one = digests.code(conventions.PACK, lecture03.PACK), digests.code(conventions.PACK)
    assert len({both, one, digests.code(lecture03.PACK)}) == 3


def test_numbers_of_the_pack_beneath_can_be_fixed_in_the_assignment():
    text = ASKED + '[[question]]\nfunction = "leaky_relu"\nalpha = 0.2\n'
    assert parse(Written(text, "mixed.toml")).questions[2].scope.only("alpha") == (0.2,)


@pytest.mark.parametrize("name", ["mse_half", "softmax"])
def test_an_unknown_function_is_met_with_those_of_both_packs(name):
    with pytest.raises(ValueError, match=rf"function is '{name}ed', but should be one of {name}"):
        parse(Written(ASKED.replace(f'"{name}"', f'"{name}ed"'), "mixed.toml"))
