"""The cases of tests/cases: run as cases.toml says, each command once, and read back."""

import hashlib
import html
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import traceback
from contextlib import chdir
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from click.testing import CliRunner

from gradecheck.cli import main

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases"
TABLES = tomllib.loads((CASES / "cases.toml").read_text(encoding="utf-8"))
LONGEST = 100
"""Seconds for a command in a process of its own."""


@dataclass(frozen=True)
class Ran:
    """A command that ended. kept: a digest of every file that was there before it."""

    exit: int
    stdout: str
    stderr: str
    kept: dict[str, str]

    @property
    def output(self):
        return f"{self.stdout}\n{self.stderr}"


@dataclass(frozen=True)
class Case:
    """One case with what came of its commands. folder: the copy in which they ran."""

    table: str
    right: dict
    folder: Path
    steps: tuple[Ran, ...]

    @property
    def ran(self):
        """Its last command."""
        return self.steps[-1]

    @property
    def words(self):
        return shlex.split(commands(self.right)[-1])

    @property
    def out(self):
        return self.folder / self.words[self.words.index("--out") + 1]

    @property
    def name(self):
        """The submission's: what stands in the class folder."""
        return Path(self.right["input"]).parts[1]

    @cached_property
    def marks(self):
        """Every submission's marks by its name."""
        results = json.loads((self.out / "results.json").read_text(encoding="utf-8"))
        return {mark["submission"]: mark for mark in results["submissions"]}

    @cached_property
    def students(self):
        """Every student's row by each text that says who it is."""
        rows = json.loads((self.out / "results.json").read_text(encoding="utf-8"))["students"]
        return {text: row for row in rows for text in (row["id"], row["name"], row["login"]) if text}

    @property
    def mark(self):
        return self.marks[self.name]

    @property
    def questions(self):
        return {question["function"]: question for question in self.mark["questions"]}

    @cached_property
    def verdicts(self):
        """Of `verify --json`: every row by function and dtype."""
        rows = json.loads((self.folder / "v.json").read_text(encoding="utf-8"))["comparisons"]
        ends = {"forward": "", "backward": "_backward"}
        return {(row["formula"] + ends[row["direction"]], row["dtype"]): row for row in rows}

    def verdict(self, function):
        """In both precisions."""
        return {row["verdict"] for (name, _), row in self.verdicts.items() if name == function}

    def said(self, where):
        """What is said there: of a function, in the notes, in the feedback, on the class page, or on a terminal."""
        if where in ("stdout", "stderr", "output"):
            return getattr(self.ran, where)
        if where == "class":
            return f"{self.ran.stdout}\n{page(self.out / 'class.html')}"
        if where == "notes":
            return "\n".join(self.mark.get("notes", ()))
        if where == "feedback":
            return page(self.out / "feedback" / f"{self.name}.html")
        question = self.questions[where]
        lost = [check["rationale"] for check in question["checks"] if check["outcome"] != "passed"]
        return "\n".join((question["rationale"], question["help"], *lost))


def page(path):
    """The words of a page."""
    text = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def commands(case):
    run = case["run"]
    return run if isinstance(run, list) else [run]


@dataclass
class Desk:
    """Where cases are run. Cases with the same commands in the same folder share one run."""

    base: Path
    found: dict = field(default_factory=dict)

    def case(self, table, case):
        run = commands(case)
        key = (table, case.get("folder", ""), *run)
        if key not in self.found:
            folder = self.base / f"{table}_{len(self.found)}"
            shutil.copytree(CASES / table, folder)
            # What these files do to the process that they run in is the matter.
            alone = "environment" in case or table == "verify_process_state"
            how = in_a_process if alone else in_this_process
            folder /= case.get("folder", "")
            self.found[key] = folder, tuple(how(command, folder, case.get("environment", {})) for command in run)
        return Case(table, case, *self.found[key])


def in_this_process(command, folder, environment=None):
    kept, words = digests(folder), shlex.split(command)[1:]
    alone = ["--jobs", "1"] if words[0] == "grade" else []  # a marker takes longer to start than to mark a few
    with chdir(folder):
        result = CliRunner().invoke(main, words + alone)
    raised = result.exception
    trace = "" if raised is None or isinstance(raised, SystemExit) else "".join(traceback.format_exception(raised))
    return Ran(result.exit_code, result.stdout, result.stderr + trace, kept)


def in_a_process(command, folder, environment):
    """The same in a process of its own."""
    kept = digests(folder)
    given = {name: value.replace("$PATH", os.environ["PATH"]) for name, value in environment.items()}
    started = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **given},
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    stdout, stderr = (text.decode(given.get("PYTHONIOENCODING", "utf-8")) for text in (started.stdout, started.stderr))
    return Ran(started.returncode, stdout, stderr, kept)


def put(path):
    """The path, in a folder that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def digests(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
