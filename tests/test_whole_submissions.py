"""A submission is all that was handed in: which file is marked, what lies beside it, what can be read and what not."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import pytest

from gradecheck.grading.bank import digests
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.submission import fetch, read
from gradecheck.grading.submissions.texts import decode

pytest.importorskip("nbformat", reason="not exercised: notebooks, which need nbformat")

ASKED = ("relu", "mse")
RELU = "def relu(x):\n    return x * (x > 0)\n"
MSE = "def mse(y, t):\n    return ((y - t) ** 2).mean()\n"
BOTH = RELU + MSE
STUBS = 'def relu(x):\n    """max(x, 0)"""\n    raise NotImplementedError\ndef mse(y, t): ...\n'


def notebook(*cells):
    kinds = [c if isinstance(c, tuple) else ("code", c) for c in cells]
    found = [{"cell_type": kind, "source": source, "metadata": {}} for kind, source in kinds]
    return json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def laid(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def zipped(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files, links=()):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content.encode()))
        for name, kind in links:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    return data.getvalue()


def refusal(path, asked=ASKED):
    with pytest.raises(UnreadableError) as caught:
        read(path, asked)
    return str(caught.value)


# -- which file


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ({"hw3.ipynb": notebook(RELU, MSE), "scratch.ipynb": notebook("1 + 1")}, "hw3.ipynb"),
        ({"a.py": STUBS, "hw3 (1).py": BOTH}, "hw3 (1).py"),
        ({"a.py": "def ReLU(x): pass\ndef Mse(y, t): pass", "b.py": "def f(x): pass"}, "a.py"),
        ({"__init__.py": BOTH, "hw3.py": BOTH}, "hw3.py"),
        ({"__init__.py": BOTH}, "__init__.py"),
        ({"tests/test_hw3.py": "from hw3 import *\n" + BOTH, "hw3.py": RELU}, "hw3.py"),
        ({"test_all.py": "from hw3 import relu, mse", "hw3.py": BOTH, "setup.py": "x = 1"}, "hw3.py"),
        ({"main.py": "from acts import *\n" + MSE, "acts.py": RELU, "loss.py": MSE}, "main.py"),
        ({"run.py": "from hw3 import *\nprint(relu(1))", "hw3.py": BOTH}, "hw3.py"),
        ({"src/hw3.py": BOTH, "notes/old/hw3.py": RELU}, "hw3.py"),
        ({"notes.txt": "relu is easy", "hw3.py": BOTH}, "hw3.py"),
        ({"scratch.py": "x = 1", "answers.txt": BOTH}, "answers.txt"),
        ({"bad.ipynb": "{", "hw3.py": BOTH}, "hw3.py"),
        ({"empty.py": "", "hw3.py": "x = 1\nprint 'y'\n" + BOTH}, "hw3.py"),
        ({"myenv/pyvenv.cfg": "", "myenv/hw3.py": BOTH, "hw3.py": RELU}, "hw3.py"),
        ({"env/lib/python3.12/site.py": BOTH, "hw3.py": RELU}, "hw3.py"),
        ({".ipynb_checkpoints/hw3-checkpoint.ipynb": notebook(BOTH), "hw3.ipynb": notebook(RELU)}, "hw3.ipynb"),
    ],
)
def test_the_file_that_defines_what_is_asked_is_marked(tmp_path, files, chosen):
    assert read(laid(tmp_path, files), ASKED).file == chosen


@pytest.mark.parametrize(
    ("files", "wanted", "chosen"),
    [
        ({"HW3.ipynb": notebook(BOTH), "A.ipynb": notebook(BOTH)}, "hw3.ipynb", "HW3.ipynb"),
        ({"hw3 (1).ipynb": notebook(BOTH), "a.ipynb": notebook(BOTH)}, "hw3.ipynb", "hw3 (1).ipynb"),
        ({"hw3-1.py": BOTH, "a.py": BOTH}, "hw3.ipynb", "hw3-1.py"),
        ({"Copy of hw3.ipynb": notebook(BOTH), "a.ipynb": notebook(BOTH)}, "hw3.ipynb", "Copy of hw3.ipynb"),
        ({"hw3 - Copy (2).py": BOTH, "a.py": BOTH}, "hw3.py", "hw3 - Copy (2).py"),
        ({"hw3.py": BOTH, "hw3-1.py": BOTH}, "hw3.py", "hw3.py"),
        ({"hw3.py": "x = 1", "final.py": BOTH}, "hw3.py", "final.py"),
        ({"hw3.py": STUBS, "hw3 (1).py": BOTH}, "hw3.py", "hw3 (1).py"),
    ],
)
def test_the_name_in_the_assignment_is_a_preference(tmp_path, files, wanted, chosen):
    assert read(laid(tmp_path, files), ASKED, wanted).file == chosen


def test_a_tie_is_told_and_an_export_is_no_second_submission(tmp_path):
    found = read(laid(tmp_path / "a", {"hw3.ipynb": notebook(RELU, MSE), "hw3.py": BOTH}), ASKED)
    assert found.file == "hw3.ipynb"
    assert found.notes == ("hw3.ipynb, hw3.py define equally many of the functions; hw3.ipynb was marked",)
    assert found.look == ()
    found = read(laid(tmp_path / "b", {"one.py": BOTH, "two.py": BOTH}), ASKED)
    assert found.look == found.notes == ("one.py, two.py define equally many of the functions; one.py was marked",)
    found = read(laid(tmp_path / "c", {"hw3.py": RELU, "two.py": BOTH}), ASKED, "hw3.py")
    assert found.look == ("two.py was marked, it defines more of the functions than hw3.py",)


# -- what lies beside it


def beside(source):
    return {file.path: file.data.decode() for file in source.beside}


def test_all_files_lie_where_the_main_one_finds_them(tmp_path):
    files = {"src/hw3.py": BOTH, "src/utils.py": "u", "src/data/x.csv": "x", "top.py": "t", "data.json": "{}"}
    litter = {".git/a": "x", "venv/x.py": "x", "__MACOSX/a.py": "x", "src/__pycache__/hw3.pyc": "x", "~$a.docx": "x"}
    expected = {"utils.py": "u", "src/utils.py": "u", "data/x.csv": "x", "top.py": "t", "data.json": "{}"}
    folder = laid(tmp_path / "a", {**files, **litter})
    assert beside(read(folder, ASKED)) == expected
    (tmp_path / "a.zip").write_bytes(zipped({**files, **litter}))
    assert beside(read(tmp_path / "a.zip", ASKED)) == expected


def test_a_file_by_itself_has_no_neighbours(tmp_path):
    laid(tmp_path, {"anna.py": BOTH, "bela.py": BOTH})
    assert read(tmp_path / "anna.py", ASKED).beside == ()


def test_what_cells_write_lies_beside_them(tmp_path):
    writing = ("%%writefile acts.py\n" + RELU, "%%writefile -a 'acts.py'\n" + MSE, "%%file ../../up.txt\nx")
    cells = (*writing, "from acts import *")
    found = read(laid(tmp_path, {"hw3.ipynb": notebook(*cells)}) / "hw3.ipynb", ASKED)
    assert found.file == "hw3.ipynb"
    assert beside(found) == {"acts.py": BOTH, "up.txt": "x"}
    assert len(found.cells) == 4
    assert "code cell 1 writes acts.py" in found.notes


def test_what_cells_write_and_nobody_imports_is_marked_where_it_defines_more(tmp_path):
    found = read(laid(tmp_path, {"hw3.ipynb": notebook("%%writefile sol.py\n" + BOTH, "!python sol.py")}), ASKED)
    assert (found.file, found.cells) == ("sol.py", (BOTH,))


def test_a_helper_that_cannot_be_read_loses_what_breaks(tmp_path):
    files = {"hw3.py": "from acts import *\n" + MSE, "acts.py": "x = 1\nprint 'x'\n" + RELU, "other.py": "print 'x'"}
    found = read(laid(tmp_path, files), ASKED)
    assert beside(found) == {"acts.py": "x = 1\n# print 'x'\n" + RELU, "other.py": "print 'x'"}
    assert [lost.place for lost in found.lost] == ["acts.py, line 2"], "of what is imported alone"


def test_what_there_is_no_room_for_is_named(tmp_path):
    found = read(laid(tmp_path, {"hw3.py": BOTH, "big.bin": b"0" * (33 << 20), "small.bin": "x"}), ASKED)
    assert beside(found) == {"small.bin": "x"}
    assert found.notes[0].startswith("big.bin left out")


def test_the_journal_knows_every_file(tmp_path):
    folder = laid(tmp_path, {"hw3.py": BOTH, "acts.py": RELU})
    before = digests.content(fetch(folder))
    assert digests.content(fetch(folder)) == before
    laid(tmp_path, {"acts.py": RELU + "#"})
    assert digests.content(fetch(folder)) != before


# -- what can be read


TAR = tarred({"deep/hw3.py": BOTH})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.tar", TAR),
        ("a.tar.gz", gzip.compress(TAR)),
        ("a.tgz", gzip.compress(TAR)),
        ("a.tar.bz2", bz2.compress(TAR)),
        ("a.tar.xz", lzma.compress(TAR)),
        ("a.zip", zipped({"inner/b.zip": zipped({"hw3.py": BOTH})})),
        ("a.zip", zipped({"b.tar.gz": gzip.compress(TAR)})),
        ("a.zip", zipped({"b.zip": zipped({"c.zip": zipped({"hw3.py": BOTH})})})),
        ("a.zip", zipped({"b.zip": zipped({"hw3.py": BOTH}), "c.zip": zipped({"x.csv": "1"})})),
        ("a.py", zipped({"hw3.py": BOTH})),
        ("a.py.txt", BOTH.encode()),
        ("a.txt", BOTH.encode()),
        ("a", BOTH.encode()),
        ("a.ipynb.json", notebook(BOTH).encode()),
        ("a.json", notebook(BOTH).encode()),
        ("a.ipynb.txt", notebook(BOTH).encode()),
        ("a.ipynb", BOTH.encode()),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_what_can_be_read_is_read_with_a_note(tmp_path, name, data, wrapped):
    folder = laid(tmp_path / "folder", {name: data})
    found = read(folder if wrapped else folder / name, ASKED)
    assert found.cells == (BOTH,)
    assert found.notes or name == "a.ipynb"


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (BOTH.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + BOTH.encode("utf-16-be"), "UTF-16"),
        (BOTH.encode("utf-32"), "UTF-32"),
        (f"# Übung\n{BOTH}".encode("cp1252"), "cp1252"),
        (f"# -*- coding: utf-8 -*-\n# Übung “3”\n{BOTH}".encode("cp1252"), "cp1252"),
        (b"\xef\xbb\xbf" + f"# Übung\n{BOTH}".encode("cp1252"), "cp1252"),
    ],
)
def test_another_encoding_is_read_with_a_note(tmp_path, data, note):
    found = read(laid(tmp_path, {"a.py": data}) / "a.py", ASKED)
    assert found.cells[0].endswith(BOTH)
    assert "Übung" in found.cells[0] or note != "cp1252"
    assert note in found.notes[0]
    assert decode(found.cells[0].encode()).note == ""


def test_a_helper_in_another_encoding_is_one_that_python_reads(tmp_path):
    files = {"hw3.py": "from acts import *\n" + MSE, "acts.py": f"# ü\n{RELU}".encode("cp1252")}
    found = read(laid(tmp_path, files), ASKED)
    assert beside(found)["acts.py"] == f"# ü\n{RELU}"
    assert found.notes[-1].startswith("acts.py: it was read as cp1252")


def test_an_archive_is_never_obeyed(tmp_path):
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)
    links = [(f"{kind.decode()}.py", kind) for kind in kinds]
    data = tarred({"../../../hw3.py": BOTH, "/etc/passwd": "x", "a/../../b.txt": "y"}, links)
    folder = laid(tmp_path, {"a.tar": data})
    assert beside(read(folder / "a.tar", ASKED)) == {"etc/passwd": "x", "a/b.txt": "y"}
    assert [path.name for path in folder.iterdir()] == ["a.tar"]


ZEROS = b"\0" * (100 << 20)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.rar", b"Rar!", "it is a .rar archive, which cannot be read here, but should be a .zip; pack it again"),
        ("a.zip", b"Rar!\x1a\x07", "it is a .rar archive"),
        ("a.7z", b"7z", "a .7z archive"),
        ("a.docx", b"PK\x03\x04", "it is a .docx document, but should be .py or .ipynb"),
        ("a.py", b"%PDF-1.7", "a .pdf document"),
        ("a.py", b"\xd0\xcf\x11\xe0\xa1", "a .doc document"),
        ("a.html", b"<html>", "an .html page"),
        ("a.tar.gz", gzip.compress(ZEROS), "64 MiB"),
        ("a.tar.xz", lzma.compress(ZEROS), "64 MiB"),
        ("a.tar.gz", gzip.compress(TAR)[:-20], "no tar that can be read"),
        ("a.tar.gz", b"x", "no tar that can be read"),
        ("a.tar", tarred({"readme.md": "x"}), "it holds no .py"),
        ("a.zip", zipped({"hw3.rar": "Rar!"}), "hw3.rar is a .rar archive"),
        ("a.py", bytes(range(256)), "encoding"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(tmp_path, name, data, why):
    folder = laid(tmp_path / "folder", {name: data})
    assert why in refusal(folder / name)
    if "archive" in why or "document" in why:
        assert why.removeprefix("it is ") in refusal(folder)


TEXT = '"""Write\nimport numpy\ndef f(x)\n"""\n'
EMPTY = ["", "\n\n\n", "\ufeff", "# to do\n", '"""Exercise 3."""\n', TEXT, "pass", "\ufeff# -*- coding: utf-8 -*-\r\n"]


@pytest.mark.parametrize("text", EMPTY)
def test_what_holds_no_code_is_empty_whatever_it_is_called(tmp_path, text):
    files = {"a.py": text, "b.ipynb": "", "c.ipynb": notebook(), "d.ipynb": notebook(("markdown", "x"), text, "%pwd")}
    laid(tmp_path / "all", files)
    for name in files:
        assert refusal(tmp_path / "all" / name) == "it is empty, but should hold the functions"
    (tmp_path / "a.zip").write_bytes(zipped({"hw3.py": text}))
    for path in (tmp_path / "all", tmp_path / "a.zip"):
        assert refusal(path) == "it is empty, but should hold the functions"


def test_of_what_holds_no_code_the_functions_that_are_not_run_are_told(tmp_path):
    code = "def relu(x):\n    return x\n"
    commented = "".join(f"# {line}\n" for line in (STUBS + code).splitlines())
    files = {
        "a.py": f'"""My answers.\n{code}"""\n',
        "b.py": "# Exercise\n# def relu(x): return x\n",
        "c.ipynb": notebook(("markdown", f"```\n{code}```")),
        "d.zip": zipped({"hw3.py": commented}),
    }
    laid(tmp_path, files)
    asked = ("relu", "tanh")
    told = {name: refusal(tmp_path / name, asked) for name in files}
    empty = "it is empty, but should hold the functions; "
    assert told["a.py"] == f"{empty}line 1 begins a text in quotes that holds relu, and text is not run"
    assert told["b.py"] == f"{empty}line 2 holds relu as a comment, and comments are not run"
    assert told["c.ipynb"] == f"{empty}the text cell after the top (Markdown) holds relu, and text is not run"
    assert "holds relu as a comment" in told["d.zip"]
    laid(tmp_path, {"e.py": "# def relu(x): return x\n# def mse(y, t): return y\n'def tanh(x): pass'\n"})
    several = (
        f"{empty}line 2 holds mse as a comment, and comments are not run, and the same holds for relu; "
        "line 3 begins a text in quotes that holds tanh, and text is not run"
    )
    assert refusal(tmp_path / "e.py", ("relu", "mse", "tanh")) == several


def test_a_starter_is_not_empty(tmp_path):
    assert read(laid(tmp_path, {"a.py": STUBS}) / "a.py", ASKED).cells == (STUBS,)
