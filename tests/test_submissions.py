"""Strangers' files: read as Python would where that can be, refused with a reason where not, never obeyed."""

import io
import json
import os
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gradecheck.grading.source import File, Source
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.finding import find
from gradecheck.grading.submissions.names import printable, readable, safe_name
from gradecheck.grading.submissions.submission import Content, parse, read

CODE = "def f(x):\n    return 'é'\n"
pytest.importorskip("nbformat", reason="not exercised: notebooks, which need nbformat")


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path, wanted=None):
    with pytest.raises(UnreadableError) as caught:
        read(path, (), wanted)
    return str(caught.value)


# -- Python files


@pytest.mark.parametrize(
    "data",
    [
        CODE.encode(),
        b"\xef\xbb\xbf" + CODE.encode(),
        CODE.replace("\n", "\r\n").encode(),
        CODE.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "byte order mark", "CRLF", "CR"],
)
def test_a_file_is_read_as_python_reads_it(tmp_path, data):
    assert read(put(tmp_path / "a.py", data)) == Source((CODE,), file="a.py")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-7", "mac-roman"])
def test_a_coding_line_is_obeyed(tmp_path, encoding):
    text = f"# -*- coding: {encoding} -*-\n{CODE}"
    assert read(put(tmp_path / "A.PY", text.encode(encoding))) == Source((text,), file="A.PY")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (CODE.encode("utf-16-le"), "encoding"),
        ("x = 'é\0'".encode("latin-1"), "encoding"),
        ("# coding: ascii\nx = 'é'".encode("latin-1"), "encoding"),
        (b"# coding: klingon\n", "encoding"),
        (b"# coding: hex\n00", "encoding"),
        (b"#" * (5 << 20), "512 KiB"),
        (b"#" * (33 << 20), "32 MiB"),
    ],
    ids=["no mark", "zeros", "ascii", "unknown", "no text", "large", "huge"],
)
def test_what_python_would_not_read_is_refused_with_a_reason(tmp_path, data, why):
    assert why in refusal(put(tmp_path / "a.py", data))


def test_what_a_coding_line_makes_of_bytes_is_only_text(tmp_path):
    path = put(tmp_path / "a.py", b"# coding: unicode_escape\nx = '\\ud800 \\q'\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (cell,) = read(path).cells
    assert cell.splitlines()[1] == "# x = '\\ud800 \\q'"


@pytest.mark.parametrize("suffix", [".txt", ".csv", "", ".py~", ".\x1b[31m"])
def test_another_kind_of_file_is_refused(tmp_path, suffix):
    why = refusal(put(tmp_path / f"a{suffix}", "x"))
    assert "but should be .py, .ipynb, .zip or a folder" in why
    assert "\x1b" not in why


def test_a_link_is_not_followed(tmp_path):
    secret = put(tmp_path / "secret.py", CODE)
    (tmp_path / "a.py").symlink_to(secret)
    (tmp_path / "folder").symlink_to(tmp_path)
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "b.py").symlink_to(secret)
    assert "link" in refusal(tmp_path / "a.py")
    assert "link" in refusal(tmp_path / "folder")
    assert "no .py" in refusal(tmp_path / "inside")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.py")
    os.mkfifo(tmp_path / ("b" * 100))
    assert "no file" in refusal(tmp_path / "a.py")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "folder" / "a.py")
    assert "no .py" in refusal(tmp_path / "folder")
    assert "no file" in refusal(tmp_path / "gone.py")


@given(st.binary(), st.sampled_from(["a.py", "a.ipynb", "a.zip", "a", "a.tar", "a.tgz", "a.txt", "a.json"]))
@example(b"[" * 100_000, "a.ipynb")
@example(b'{"cells": [], "nbformat": 4}', "a.py")
@example(b"\x00", "a.py")
def test_any_bytes_are_code_or_refused(data, name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            said = "".join(parse(Content(name, (File(name, data),)), ("f",)).notes)
        except UnreadableError as error:
            said = str(error)
    assert printable(said) == said


# -- notebooks


def notebook(*cells, **more):
    cells = [c if isinstance(c, dict) else {"cell_type": "code", "source": c, "metadata": {}} for c in cells]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more})


def cells_of(tmp_path, *cells, name="a.ipynb"):
    source = read(put(tmp_path / name, notebook(*cells)))
    return source.cells, source.notes


def test_the_code_cells_are_taken_and_no_others(tmp_path):
    text = {"cell_type": "markdown", "source": "# not code", "metadata": {}}
    assert cells_of(tmp_path, text, "a = 1", ["b = 2\n", "c = 3"]) == (("a = 1", "b = 2\nc = 3"), ())


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("%matplotlib inline", ""),
        ("!pip install numpy \\\n  scipy", ""),
        ("?np.array", ""),
        ("np.array??", ""),
        ("files = !ls", ""),
        ("%%time", "def f(x):\n    return x"),
    ],
)
def test_a_magic_line_is_skipped_and_said_so(tmp_path, line, rest):
    (cell,), (note,) = cells_of(tmp_path, f"{line}\n{rest}\nlast = 1")
    namespace = {}
    exec(cell, namespace)
    assert namespace["last"] == 1
    assert ("f" in namespace) == bool(rest)
    assert cell.count("\n") == f"{line}\n{rest}\nlast = 1".count("\n"), "every line keeps its number"
    assert note.startswith("code cell 1, line 1 was skipped, it is no Python: ")
    assert line.split("\n")[0][:5] in note


def test_a_magic_line_leaves_what_stands_around_it(tmp_path):
    (cell,), notes = cells_of(tmp_path, "if True:\n    %pip install x\nelse:\n    a = 1\nb = (7\n % 4)\n")
    namespace = {}
    exec(cell, namespace)
    assert namespace["b"] == 3
    assert len(notes) == 1


def test_a_cell_in_another_language_is_skipped_whole(tmp_path):
    (cell, other), (note,) = cells_of(tmp_path, "\n%%bash\nrm -rf /\n", "a = 1")
    assert all(line.startswith("#") for line in cell.splitlines())
    assert other == "a = 1"
    assert "code cell 1, line 2" in note


def test_plain_python_is_left_alone(tmp_path):
    code = 'x = 7 \\\n% 4\ny = """\n%time\n!ls\n"""\n'
    assert cells_of(tmp_path, code) == ((code,), ())
    assert read(put(tmp_path / "a.py", code)) == Source((code,), file="a.py")


def test_a_broken_cell_is_kept_and_sinks_no_other(tmp_path):
    odd = {"cell_type": "code", "source": {"no": "text"}, "metadata": {}, "outputs": "none"}
    cells, notes = cells_of(tmp_path, "def broken(:\n", odd, "a = 1")
    assert cells == ("# def broken(:\n", "", "a = 1")
    assert notes == ("code cell 2 was skipped, it is no text",)


def test_a_notebook_need_not_be_valid(tmp_path, capfd):
    cell = {"cell_type": "code", "source": "a = 1"}
    for document in ({"cells": [cell]}, {"cells": [{**cell, "outputs": [{"output_type": 7}], "id": "bad id"}]}):
        path = put(tmp_path / "a.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, **document}))
        assert read(path).cells == ("a = 1",)
    assert capfd.readouterr() == ("", "")


def test_an_old_notebook_is_read(tmp_path):
    cell = {"cell_type": "code", "input": ["a = 1"], "language": "python", "outputs": [], "collapsed": False}
    document = {"worksheets": [{"cells": [cell]}], "metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}
    assert read(put(tmp_path / "a.ipynb", json.dumps(document))).cells == ("a = 1",)


def test_pictures_do_not_count(tmp_path):
    picture = {"output_type": "display_data", "data": {"image/png": "A" * (6 << 20)}, "metadata": {}}
    cell = {"cell_type": "code", "source": "a = 1", "metadata": {}, "outputs": [picture], "execution_count": 1}
    assert cells_of(tmp_path, cell)[0] == ("a = 1",)
    assert "512 KiB" in refusal(put(tmp_path / "b.ipynb", notebook("#" * (5 << 20))))


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"cells": 3}', "[" * 100_000, notebook("a", nbformat=99)])
def test_what_is_no_notebook_is_refused(tmp_path, text):
    assert "notebook" in refusal(put(tmp_path / "a.ipynb", text))


def test_a_notebook_that_is_called_py_is_read_as_one(tmp_path):
    assert cells_of(tmp_path, "a = 1", "b = 2", name="a.py")[0] == ("a = 1", "b = 2")


@pytest.mark.parametrize("line", ["%run helpers.py", "%run -i ./lib/helpers.py", '%run "helpers.py"'])
def test_a_file_that_a_notebook_runs_gives_its_names(tmp_path, line):
    folder = tmp_path / "anna"
    (folder / "lib").mkdir(parents=True)
    for place in (folder, folder / "lib"):
        put(place / "helpers.py", "def relu(x):\n    return x\n")
    notebook = {"cells": [{"cell_type": "code", "source": f"{line}\ntanh = max"}], "nbformat": 4, "nbformat_minor": 5}
    put(folder / "hw.ipynb", json.dumps({**notebook, "metadata": {}}))
    source = read(folder, ["relu", "tanh"])
    assert source.file == "hw.ipynb"
    module = "lib.helpers" if "lib" in line else "helpers"
    assert source.cells[0].split("\n") == [f"from {module} import *  # {line}", "tanh = max"]


def test_what_nbconvert_makes_of_magics_is_skipped(tmp_path):
    code = "get_ipython().run_line_magic('matplotlib', 'inline')\n\ndef f(x):\n    return x\n"
    source = read(put(tmp_path / "a.py", code))
    exec(source.cells[0], {})
    assert source.notes[0].startswith("line 1 was skipped")


# -- archives and folders


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method, compresslevel=1) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name twice
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


LINK = zipfile.ZipInfo("link.py")
LINK.external_attr = 0o120777 << 16
JUNK = [("__MACOSX/._a.py", "x"), ("._b.py", "x"), ("__pycache__/c.py", "x"), (".git/d.py", "x"), ("venv/e.py", "x")]


@pytest.mark.parametrize(
    "name", ["a.py", "deep/er/a.PY", "../../../etc/a.py", "/etc/a.py", "deep\\a.py", "./a//b.py", "-rf.py"]
)
def test_the_one_file_of_code_in_an_archive_is_taken(tmp_path, name):
    before = sorted(tmp_path.rglob("*"))
    path = put(tmp_path / "A.ZIP", zipped((name, CODE), ("readme.txt", "x"), (LINK, "/etc/passwd"), *JUNK))
    source = read(path)
    assert source.cells == (CODE,)
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    assert source.notes == (f"{'/'.join(parts)} was marked",)
    assert sorted(tmp_path.rglob("*")) == [*before, path], "nothing is extracted"


def test_the_file_that_the_assignment_names_is_taken(tmp_path):
    members = [("mine/lecture03.py", CODE), ("mine/helpers.py", "x")]
    path = put(tmp_path / "a.zip", zipped(*members))
    for name, content in members:
        put(tmp_path / "folder" / name, content)
    for place in (path, tmp_path / "folder"):
        assert read(place, wanted="lecture03.py").cells == (CODE,)
        assert read(place, {"f"}).cells == (CODE,)
        assert read(place, {"f"}, "helpers.py").cells == (CODE,), "the one that defines what is asked"


BOMB = zipped(("a.py", b"#" * (200 << 20)))
MANY = zipped(*((f"{i}.txt", "") for i in range(1001)))


def lying():
    data = bytearray(zipped(("a.py", b"#" * 100_000)))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 10)
    return bytes(data)


def spoilt():
    return zipped(("a.py", CODE), method=zipfile.ZIP_STORED).replace("é".encode(), "è".encode())


def encrypted():
    data = bytearray(zipped(("a.py", CODE)))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BOMB, "MiB"),
        (MANY, "no .py"),
        (lying(), "no zip"),
        (zipped(*((f"{i}", "") for i in range(20_001))), "20000 files"),
        (encrypted(), "it is encrypted, but should be a plain .zip; pack it again without a password"),
        (zipped(("a.py", CODE), method=zipfile.ZIP_BZIP2), "plain zip"),
        (zipped(("a.py", CODE), method=zipfile.ZIP_LZMA), "plain zip"),
        (zipped(("a.py", CODE))[:-30], "no zip"),
        (spoilt(), "no zip"),
        (zipped((LINK, "/etc/passwd")), "no .py"),
        (zipped(), "no .py"),
        (zipped(*JUNK), "no .py"),
        (b"", "no zip"),
        (b"PK\x05\x06" + b"\xff" * 18, "no zip"),
    ],
)
def test_a_bad_archive_is_refused_with_a_reason(tmp_path, data, why):
    assert why in refusal(put(tmp_path / "a.zip", data))


def test_a_name_given_twice_in_an_archive_is_read_once(tmp_path):
    assert read(put(tmp_path / "a.zip", zipped(("a.py", "x"), ("a.py", CODE)))).cells == (CODE,)


def test_a_folder_holds_one_file_of_code(tmp_path):
    put(tmp_path / "s" / "deep" / "a.py", CODE)
    put(tmp_path / "s" / "data.csv", "x")
    for name, content in JUNK:
        put(tmp_path / "s" / name, content)
    found = read(tmp_path / "s")
    assert found == Source((CODE,), ("deep/a.py was marked",), "a.py", (File("data.csv", b"x"),))
    put(tmp_path / "wrapped" / "handed in.zip", zipped(("a.py", CODE)))
    notes = ("handed in.zip was unpacked", "a.py was marked")
    assert read(tmp_path / "wrapped") == Source((CODE,), notes, "a.py")
    (tmp_path / "empty").mkdir()
    assert "no .py" in refusal(tmp_path / "empty")
    for i in range(1001):
        put(tmp_path / "many" / str(i), "")
    put(tmp_path / "many" / "z" / "a.py", CODE)
    assert read(tmp_path / "many").cells == (CODE,), "code first"
    assert "and 1000 files" in read(tmp_path / "many").notes[0]


# -- names


ANY_NAME = st.text(st.characters(exclude_characters="\0/", codec=None), min_size=1)


@given(st.lists(ANY_NAME, min_size=2, max_size=4, unique=True))
@example(["Anna.py", "anna.py", "ANNA.PY"])
@example(["é.py", "e\u0301.py", "e.py", "\udce9.py"])
@example(["a b", "a-b", "a~b", "a_b"])
@example(["..", ".", "-", "CON", "con.py", "nul"])
def test_a_safe_name_leads_nowhere_and_no_two_are_the_same(names):
    safe = [safe_name(name) for name in names]
    assert len({name.casefold() for name in safe}) == len(names)
    for name in safe:
        assert 0 < len(name) < 100
        assert name[0].isalnum()
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        assert Path("out", name).parent == Path("out")


def test_a_name_with_a_digest_cannot_be_forged():
    """A submission cannot be called so that its feedback is written over another's."""
    assert safe_name("Anna.py").startswith("Anna.py~")
    assert safe_name(safe_name("Anna.py").lower()) != safe_name("Anna.py").lower()
    assert safe_name("anna_1-2.py") == "anna_1-2.py"


@given(st.text(st.characters(codec=None)))
@example("\x1b[31mred\r\n\u202egnp.py")
def test_a_printed_name_is_one_harmless_line(text):
    said = printable(text)
    assert said.isprintable()
    said.encode()
    assert printable(said) == said


HOSTILE = [b"-rf.py", b"=cmd().py", b"<script>.py", b"a\nb.py", b"a b.py", "ü.py".encode(), b"\xff.py", b"n" * 250]


def test_every_submission_of_a_folder_is_found_under_its_own_name(tmp_path):
    for name in HOSTILE:
        with open(os.path.join(os.fsencode(tmp_path), name), "w") as file:
            file.write("")
    for name in (".hidden.py", "__pycache__/x.py", "Thumbs.db", "out/results.json"):
        put(tmp_path / name, "")
    put(tmp_path / "folder" / "a.py", "")
    found = find([tmp_path], leave=[tmp_path / "out"])
    assert [e.name for e in found] == [readable(os.path.basename(os.fspath(e.items[0].path))) for e in found]
    assert {e.name for e in found} == {"folder", *(n.decode(errors="backslashreplace") for n in HOSTILE)}
    assert [os.fsencode(e.items[0].path) for e in found] == sorted(os.fsencode(e.items[0].path) for e in found)


def test_two_of_a_name_are_told_apart(tmp_path):
    one, two = put(tmp_path / "mon" / "a.py", ""), put(tmp_path / "tue" / "a.py", "")
    put(tmp_path / "tue" / "b.py", "")
    assert [e.name for e in find([one.parent, two.parent])] == ["mon/a.py", "tue/a.py", "b.py"]
    assert [e.name for e in find([one, one, one.parent])] == ["a.py"]
    with open(os.fsencode(tmp_path / "mon") + b"/\xff.py", "w"):
        put(tmp_path / "mon" / "\\xff.py", "")
    names = [e.name for e in find([one.parent])]
    assert len(set(names)) == len(names) == 3


def test_a_link_that_the_lecturer_names_is_followed(tmp_path):
    put(tmp_path / "a.py", CODE)
    (tmp_path / "b.py").symlink_to(tmp_path / "a.py")
    (entry,) = find([tmp_path / "b.py"])
    assert (entry.name, read(entry.items[0].path).cells) == ("b.py", (CODE,))
