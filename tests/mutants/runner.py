"""Mutants of our own modules against our own tests: one forked process each, what is slow to import imported once.

A forked child imports the rooms anew, with one module's source replaced by the mutant's, and runs the tests of that
module until one fails. Its parent has imported torch and Hypothesis already, with one thread: forks of a threaded
torch hang, and a hang would count as a kill.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Literal

from gradecheck.files import writable_folder, write
from tests.mutants.operators import Mutant, mutants

ROOT = Path(__file__).parents[2]
PATIENCE = 180.0  # seconds; the slowest module's tests take a third of it unmutated
TESTS = {
    "manual/activations.py": ("activations", "slides", "bad_input"),
    "manual/arguments.py": ("bad_input", "losses", "network"),
    "manual/linear.py": ("linear", "bad_input"),
    "manual/losses.py": ("losses", "slides", "bad_input"),
    "manual/network.py": ("network", "bad_input"),
    "manual/sgd.py": ("sgd", "network"),
    "gradecheck/compare.py": ("compare", "check", "verify"),
    "gradecheck/rounding.py": ("ball", "rounding"),
    "gradecheck/trajectory.py": ("trajectory_engine", "network"),
}

Fate = Literal["killed", "survived", "timeout"]


@dataclass(frozen=True)
class Tried:
    file: str
    mutant: Mutant
    fate: Fate
    seconds: float


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds one module, and gives it the mutant's source."""

    def __init__(self, file: str, source: str) -> None:
        self.name = file.removesuffix(".py").replace("/", ".")
        self.path, self.source = str(ROOT / file), source

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def get_filename(self, fullname: str) -> str:
        return self.path

    def get_data(self, path: str | bytes) -> bytes:
        return self.source.encode()

    def path_stats(self, path: str) -> dict[str, float]:
        raise OSError  # no cached bytecode for a mutant


def warm_up() -> None:
    """Import what the tests need and no mutant touches."""
    os.environ.update(OMP_NUM_THREADS="1", HYPOTHESIS_PROFILE="mutants")
    import flint  # noqa: F401  # imported for the forks
    import hypothesis.extra.numpy  # noqa: F401  # imported for the forks
    import pytest  # noqa: F401  # imported for the forks
    import torch

    torch.set_num_threads(1)
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1).step()


def _child(file: str, source: str) -> int:
    import pytest

    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    os.chdir(ROOT)
    sys.meta_path.insert(0, _Mutated(file, source))
    chosen = [f"tests/test_{name}.py" for name in TESTS[file] if (ROOT / f"tests/test_{name}.py").exists()]
    # Hypothesis was imported before pytest could rewrite its assertions, and need not be rewritten.
    quiet_about = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *quiet_about, *chosen]))


def survives(file: str, source: str) -> Fate:
    """Run the module's tests with that source in a forked child."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        status = 1
        try:
            status = _child(file, source)
        finally:
            os._exit(status)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if status == 0 else "killed"
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def run(files: Sequence[str]) -> Iterator[Tried]:
    """Every mutant of the files. Raises RuntimeError where the tests fail without any mutation."""
    warm_up()
    for file in files:
        source = (ROOT / file).read_text(encoding="utf-8")
        if survives(file, source) != "survived":
            msg = f"mutate: the tests of {file} fail, but should pass before anything is mutated; run pytest first"
            raise RuntimeError(msg)
        for mutant in mutants(source):
            begun = time.monotonic()
            fate = survives(file, mutant.source)
            yield Tried(file, mutant, fate, time.monotonic() - begun)


def main(chosen: Sequence[str]) -> int:
    """Try all mutants of the chosen files, or of all; 1 where one survives."""
    folder = writable_folder(ROOT / "build")
    alive = []
    count = 0
    for tried in run(chosen or tuple(TESTS)):
        count += 1
        if tried.fate != "killed":
            alive.append({"file": tried.file, "fate": tried.fate, "mutant": tried.mutant.id})
            print(f"{tried.fate}: {tried.file}:{tried.mutant.id}", flush=True)
    write(folder / "mutations.json", json.dumps({"tried": count, "not killed": alive}, indent=1) + "\n")
    print(f"{count - len(alive)} of {count} killed")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
