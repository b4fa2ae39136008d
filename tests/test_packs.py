"""Finding packs, and what is said of one that cannot be used: the pack, the row and the remedy, before any work."""

import importlib
import sys
from importlib.metadata import EntryPoint

import pytest
from classroom import gradecheck

from gradecheck.new_pack import write
from gradecheck.packs import catalogues, registry
from gradecheck.packs.pack import PackError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A new pack, whose modules are imported for this test alone."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(registry, "loaded", {})
    monkeypatch.setattr(registry, "load", registry.load.__wrapped__)
    write(tmp_path / "waves")
    names = [name.removesuffix(".txt") for name in ("waves", "by_hand", "by_torch", "mistakes", "variants", "exhibits")]
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield tmp_path / "waves"
    for name in names:
        sys.modules.pop(name, None)


def change(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def sentence(*words, status=2):
    """What the command says, in one line."""
    return " ".join(gradecheck(*words, status=status).split())


def said_of(folder):
    with pytest.raises(PackError) as raised:
        registry.find(str(folder / "waves.py"))
    return str(raised.value)


# -- before any work, whoever asks for it


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("waves.py", "import numpy", "import nowhere", "its module is waves, which cannot be imported (ModuleNotFound"),
        ("waves.py", "import numpy", "import nowhere", "line 3 of {folder}/waves.py), but should be; mend it"),
        ("waves.py", "PACK = Pack(", "OTHER = Pack(", "its module waves has no PACK, but should have PACK = Pack(...)"),
        ("waves.py", "PACK = Pack(", "PACK = dict(", "its module waves has a PACK that is a dict, but should have"),
        ("waves.py", "module=__name__", "module=''", "its module is '', but should be 'waves'; write module=__name__"),
        ("waves.py", "module=__name__,", "", "missing 1 required positional argument: 'module', line "),
        ("waves.py", 'name="waves"', 'name="waves "', "its name should be a letter, then letters, digits, _ and -"),
        ("waves.py", "(SOFTPLUS, SOFT", "(SOFTPLUS, SOFTPLUS, SOFT", "2 rows are called softplus, but one should be"),
        ("waves.py", "(SOFTPLUS, SOFT", "('softplus', SOFT", "the row 'softplus' is no Contract, but should be; write"),
        ("waves.py", 'name="softplus"', 'name="soft-plus"', "the row 'soft-plus' should be called what its function"),
        ("waves.py", '("x", kinds.real', '("x", "real"', "argument x: its kind is 'real', but should be a Kind"),
        ("waves.py", "    returns=", "    sizes=('1 > 2',), returns=", "(ValueError: softplus: its sizes cannot be"),
        ("waves.py", '"by_hand"', '"no_such_module"', "by_hand is no_such_module, which cannot be imported (ModuleNo"),
        ("waves.py", '"by_torch"', '"theirs"', "by_torch is theirs, which cannot be imported (ModuleNotFoundError"),
        ("by_hand.py", "softplus(", "soft(", "by_hand is by_hand, which has no function softplus, but should; wri"),
        ("by_hand.py", "import numpy", "import", "by_hand is by_hand, which cannot be imported (SyntaxError"),
        ("by_torch.py", "def softplus(", "def soft(", "by_torch is by_torch, which has no function softplus, but sho"),
        ("waves.py", "    assignments", "    models=('m.py',), assignments", "m.py is not in {folder}, but should be"),
        ("waves.py", '"assignment.toml"', '"sheet.toml"', "sheet.toml is not in {folder}, but should be; write it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_when_it_is_found(folder, file, old, new, said):
    change(folder / file, old, new)
    found = said_of(folder)
    assert "pack waves: " in found.replace("'waves '", "waves")
    assert said.format(folder=folder) in found
    assert "/gradecheck/" not in found, "the line is theirs, not ours"


def test_a_command_says_it_as_a_mistake_in_the_call(folder):
    change(folder / "by_hand.py", "def softplus(", "def soft(")
    for words in (["verify", "--pack", folder / "waves.py"], ["starter", "--assignment", folder / "assignment.toml"]):
        said = sentence(*words)
        assert "Error: pack waves: by_hand is by_hand, which has no function softplus, but should; write it" in said


def test_a_twin_that_no_text_binds_is_looked_for_in_the_module(folder):
    change(folder / "by_torch.py", "def softplus(", "def soft(")
    with (folder / "by_torch.py").open("a") as file:
        file.write("\n\nglobals()['softplus'] = soft\n")
    assert registry.find(str(folder / "waves.py")).name == "waves"


# -- catalogues and exhibits, once they are asked for


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("MISTAKES = (", "WRONG = (", "which has no tuple MISTAKES of Mistakes, but should; write it"),
        ("MISTAKES = (", "MISTAKES = (1,", "which has no tuple MISTAKES of Mistakes, but should; write it"),
        ("import numpy as np", "1 / 0", "which cannot be imported (ZeroDivisionError: division by zero, line 3 of"),
        ('n="softplus"', 'n="softmax"', "softplus/overflow is about softmax, but should be about a row of it: softp"),
        ('id="softplus/', 'id="sigmoid/', "catalogue: the id 'sigmoid/overflow' should begin with 'softplus/'"),
    ],
)
def test_a_catalogue_is_looked_at_before_a_class_is_marked_and_once_an_answer_is_wrong(folder, old, new, said):
    change(folder / "mistakes.py", old, new)
    (folder / "submission.py").write_text("def softplus(x):\n    return x\n")
    for command in (["grade"], ["check"]):
        words = [*command, folder / "submission.py", "--assignment", folder / "assignment.toml"]
        found = sentence(*words)
        assert "Error: pack waves: mistakes" in found
        assert said in found
    registry.find(str(folder / "waves.py"))  # who marks nothing needs none


@pytest.mark.parametrize(("part", "what"), [("variants", "tuple VARIANTS of V"), ("exhibits", "function exhibits")])
def test_variants_and_exhibits_are_looked_at(folder, part, what):
    (folder / f"{part}.py").write_text("")
    change(folder / "waves.py", 'mistakes="mistakes"', f'{part}="{part}"')
    pack = registry.find(str(folder / "waves.py"))
    with pytest.raises(PackError, match=f"pack waves: {part} is {part}, which has no {what}"):
        registry.exhibits(pack) if part == "exhibits" else catalogues.check(pack)


def test_a_model_answer_of_several_files_has_to_be_named(folder):
    (folder / "by_hand").mkdir()
    (folder / "by_hand.py").rename(folder / "by_hand" / "__init__.py")
    said = sentence("assignment", "check", folder / "assignment.toml")
    assert "pack waves: it has no model answer, but should, for by_hand is no single file; write one" in said


# -- finding


def offered(monkeypatch, *entries):
    monkeypatch.setattr(registry, "entry_points", lambda group: [EntryPoint(*entry, group) for entry in entries])
    monkeypatch.setattr(registry, "installed", registry.installed.__wrapped__)


def test_two_distributions_with_a_pack_of_one_name(monkeypatch):
    """It is said where that name is asked for; other packs can be used."""
    lecture03 = ("lecture03", "lectures.lecture03:PACK")
    offered(monkeypatch, ("waves", "one:PACK"), ("waves", "other:PACK"), lecture03)
    with pytest.raises(PackError, match=r"pack waves: .* offer one of that name each, but only one should; uninstall"):
        registry.find("waves")
    assert registry.find("lecture03").name == "lecture03"
    said = sentence("packs", status=0)
    assert "waves cannot be used: pack waves: " in said
    assert "21 formulas" in said


def test_a_pack_that_cannot_be_imported_is_a_row_of_the_list(monkeypatch):
    offered(monkeypatch, ("lecture03", "lectures.lecture03:PACK"), ("broken", "nowhere.at_all:PACK"))
    said = sentence("packs", status=0)
    assert "lecture03 Lecture 03: The Neural Network" in said
    assert "broken cannot be used: pack broken: its module is nowhere.at_all, which cannot be imported" in said
    assert catalogues.mistake("relu/identity") is not None


def test_a_pack_that_is_offered_under_another_name(monkeypatch):
    offered(monkeypatch, ("lecture04", "lectures.lecture03:PACK"))
    with pytest.raises(PackError, match=r"pack lecture03: .* as lecture04, but should as lecture03; rename one"):
        registry.find("lecture04")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("lecture30", "pack: lecture30 is not installed, but should be lecture03, a module, or a path"),
        ("nowhere.at_all", "pack nowhere.at_all: its module is nowhere.at_all, which cannot be imported"),
        ("nowhere.py", "pack: nowhere.py is no file and no package"),
        ("my-pack.py", "pack: my-pack.py is not a name that can be imported, but should be letters, digits and _; ren"),
    ],
)
def test_a_pack_that_is_not_there(asked, said):
    assert said in sentence("formulas", "--pack", asked)


def test_another_module_of_that_name_keeps_its_place(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "json.py").write_text("from gradecheck.packs.pack import Pack\n")
    with pytest.raises(PackError, match="pack json: its module json has no PACK"):
        registry.find(str(tmp_path / "json.py"))
    monkeypatch.delitem(sys.modules, "json")
    assert importlib.import_module("json").JSONEncoder, "what else a process imports is Python's own"


# -- new-pack


@pytest.mark.parametrize("name", ["my-course", "3rd", "class", "torch", "json", "by_hand", "gradecheck", "_x"])
def test_a_bad_name_is_said_before_anything_is_written(tmp_path, name):
    said = sentence("new-pack", tmp_path / name)
    assert f"folder: {name} is " in said
    assert "name another" in said
    assert not (tmp_path / name).exists()


def test_a_folder_that_is_there_stays_as_it_is(tmp_path):
    (tmp_path / "waves").mkdir()
    assert "is there already, but should be new" in sentence("new-pack", tmp_path / "waves")
    assert list((tmp_path / "waves").iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    said = sentence("new-pack", tmp_path / "file" / "waves")
    assert "cannot be written (" in said
    assert "should be a folder of yours; name another" in said
