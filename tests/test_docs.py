"""What the README and the guides show is run as it stands there.

A guide's blocks are run from its top to its end, in a folder that holds a copy of examples/:

- console: each line behind a $ is run, and what stands below it has to come out. "..." stands for anything. Where a
  line tells of accuracy or of time, its numbers differ between machines: there a number stands for any number.
- python: is run, or written to the file that its first line names. Lines behind >>> give what stands below them.
- toml: is an assignment, in the file that its first line names.
- sh: takes long, or changes the machine: each command, target and option has to exist.
- text: is only shown.
"""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gradecheck.cli import main
from gradecheck.commands.narrowing import META
from gradecheck.grading.assignments.assignment import load
from gradecheck.packs import registry

ROOT = Path(__file__).parents[1]
GUIDES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"# (\S+\.(?:py|toml))\n")
"""The first line of a block that is a file."""

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MEASURED = re.compile(r"(agrees|exact|less accurate|wrong|unstable) *$|\bulp\b|rounding explains|\d s\b|a second")
NUMBER = re.compile(r"(?<![\w.])-?\d+(\.\d+)?(e[+-]?\d+)?(?!\w)")
LEFT_ALONE = ("git", "cd", "python", "sudo", "apt-get", "cp")
"""Of the commands of sh blocks those that are not ours."""


def each_guide(test):
    return pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)(test)


def text_of(guide):
    return guide.read_text(encoding="utf-8")


def blocks(guide):
    return BLOCK.findall(text_of(guide))


def name_of(block):
    """The file that the block is; "" where it is none."""
    named = NAMED.match(block)
    return named[1] if named else ""


# -- what is run


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Where a reader of a guide works."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def printed(command):
    """What a command prints: one that cannot be run, or that is called in a wrong way, fails the test."""
    first, *words = shlex.split(command)
    if first == "gradecheck":
        result = CliRunner().invoke(main, words, catch_exceptions=False, prog_name="gradecheck")
        status, said = result.exit_code, result.output
    else:
        assert first == "python", f"{command}: a console block runs gradecheck or python"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment["PYTHONPATH"] = f"{ROOT}"
        run = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
        status, said = run.returncode, run.stdout + run.stderr
    assert status in (0, 1), f"{command}\n{said}"
    return said


def comparable(output):
    lines = [NUMBER.sub("#", line) if MEASURED.search(line) else line for line in output.splitlines()]
    return re.sub(r"-{3,}", "---", "\n".join(lines)) + "\n"


def assert_shown(command, shown, output):
    shown, output = comparable(shown), comparable(output)
    assert doctest.OutputChecker().check_output(shown, output, FLAGS), f"{command}\n-- shown\n{shown}-- came\n{output}"


def run_console(text):
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        output = printed(command)
        if shown.strip():
            assert_shown(command, shown, output)


def run_python(text, names):
    if ">>>" not in text:
        exec(compile(text, "<a guide>", "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(text, names, "a guide", None, 0)
    said = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append, clear_globs=False)
    names |= test.globs
    assert not said, "".join(said)


@each_guide
def test_a_guide_does_what_it_shows(guide, desk):
    names = {"__name__": "guide"}
    for language, text in blocks(guide):
        file = name_of(text)
        if file and not (ROOT / file).exists():  # a file of our tree is added to: see test_recipe.py
            path = desk / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if language == "console":
            run_console(text)
        elif language == "python" and not file:
            run_python(text, names)
        elif language == "toml" and file != "pyproject.toml":
            assert file, "an assignment is a file: name it in the first line"
            assert load(file).questions


@each_guide
def test_a_block_says_what_it_is(guide):
    languages = {language for language, _ in blocks(guide)}
    assert languages <= {"console", "python", "toml", "sh", "text"}
    shown = [text for language, text in blocks(guide) if language == "text"]
    assert not re.search(r"^(\$|gradecheck|make|python) ", "\n".join(shown), re.MULTILINE)


def test_a_pack_is_offered_as_the_guide_says():
    offered = [
        tomllib.loads(text)["project"]["entry-points"]
        for guide in GUIDES
        for _, text in blocks(guide)
        if name_of(text) == "pyproject.toml"
    ]
    assert offered
    assert all(set(groups) == {registry.GROUP} for groups in offered)


# -- what has to exist


def commands(group=main, before=()):
    """Every command by its words."""
    for name, command in group.commands.items():
        words = (*before, name)
        yield words, command
        if isinstance(command, click.Group):
            yield from commands(command, words)


COMMANDS = dict(commands())


def command_of(words):
    """The longest command that the words begin with."""
    found = [known for known in COMMANDS if tuple(words[: len(known)]) == known]
    assert found, f"gradecheck {' '.join(words)}: there is no such command"
    return max(found, key=len)


def options_of(words):
    command = COMMANDS[words]
    context = click.Context(command)
    context.meta[META] = registry.find().contracts.values()
    return {option for param in command.get_params(context) for option in param.opts}


OF_PYTEST = set(re.findall(r'"(--[a-z-]+)"', (ROOT / "gradecheck" / "pytest_plugin.py").read_text(encoding="utf-8")))
ALL_OPTIONS = {option for words in COMMANDS for option in options_of(words)} | {"--version"} | OF_PYTEST
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def assert_exists(line):
    words = [word for word in shlex.split(line, comments=True) if not re.match(r"[A-Z_]+=", word)]
    if not words or words[0] in LEFT_ALONE:
        return
    if words[0] == "make":
        assert set(words[1:]) <= TARGETS, line
        return
    assert words[0] == "gradecheck", f"{line}: what is this?"
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert options <= options_of(command_of(words[1:])) | {"--help"}, line


@each_guide
def test_what_a_guide_names_exists(guide):
    for language, text in blocks(guide):
        if language == "sh":
            for line in text.splitlines():
                assert_exists(line)
    for code in re.findall(r"`([^`\n]+)`", BLOCK.sub("", text_of(guide))):
        if code.startswith("make "):
            assert_exists(code)
        elif re.match("gradecheck [a-z]", code):
            command_of(code.split()[1:])
        elif re.match(r"--[a-z]", code):
            assert code.split()[0] in ALL_OPTIONS, code


def anchors(guide):
    """Headings as links name them."""
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", BLOCK.sub("", text_of(guide)), re.MULTILINE)
    }


@each_guide
def test_links_lead_somewhere(guide):
    for target in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", text_of(guide))):
        if target.startswith("http"):
            continue
        file, _, anchor = target.partition("#")
        path = (guide.parent / file) if file else guide
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


def test_the_rooms_are_those_that_are_there():
    """Each line of the list begins with a folder; one that is moved in stands in the folder above it."""
    (rooms,) = (text for _, text in blocks(ROOT / "docs" / "development.md") if text.startswith("manual/"))
    above = ROOT
    for indent, room, what in re.findall(r"^( *)(\w+)/ +(.*)$", rooms, re.MULTILINE):
        folder = (above if indent else ROOT) / room
        assert folder.is_dir(), folder
        above = above if indent else folder
        _, _, inner = what.partition("in this order: ")
        assert all((folder / name).is_dir() for name in re.findall(r"\w+", inner)), inner
    named = set(re.findall(r"^(\w+)/", rooms, re.MULTILINE))
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} <= named


def test_the_readme_leads_to_every_guide_and_is_short():
    readme = text_of(GUIDES[0])
    assert {f"docs/{guide.name}" for guide in GUIDES[1:]} <= set(re.findall(r"\]\(([^)#\s]+)", readme))
    assert len(readme.splitlines()) <= 100


# -- the tests themselves


def test_another_output_is_noticed():
    with pytest.raises(AssertionError):
        assert_shown("a command", "db is averaged\n", "db is summed\n")
    with pytest.raises(AssertionError):
        assert_shown("a command", "1.5\n", "2.5\n")


def test_numbers_that_a_machine_chooses_are_not_held():
    assert_shown("verify", "relu  float64  0.079  6   agrees\n", "relu  float64  0.0788  74  agrees\n")
    with pytest.raises(AssertionError):
        assert_shown("verify", "relu  0.079  6  agrees\n", "relu  0.079  6  wrong\n")


@pytest.mark.parametrize(
    "line", ["make nothing", "gradecheck nothing", "gradecheck grade class --nothing", "nothing at all"]
)
def test_what_does_not_exist_is_noticed(line):
    with pytest.raises(AssertionError):
        assert_exists(line)
