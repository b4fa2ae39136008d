"""pytest in a fork of a process that has imported what is slow: collects once, and runs what it is told."""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutants.forks import Write

ROOT = Path(__file__).parents[2]

# Hypothesis was imported before pytest could rewrite its assertions, and need not be rewritten.
OPTIONS = ("-q", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin", "--capture=sys")
UNREWRITTEN = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


def warm_up() -> None:
    """Import what the tests need and no mutant touches. Forks of a torch with several threads hang.

    pytest loads no installed plugin by itself: it would read all modules of gradecheck, whose plugin is one, in its own
    way, and none of a mutant's.
    """
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", HYPOTHESIS_PROFILE="mutants")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import flint  # noqa: F401  # imported for the forks
    import hypothesis.extra.numpy  # noqa: F401  # imported for the forks
    import torch

    torch.set_num_threads(1)
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1).step()


def start(paths: Sequence[str], work: Callable[[list[pytest.Item]], None]) -> None:
    """Collect the tests of these files and hand them to `work`. SystemExit where they cannot be collected."""
    os.chdir(ROOT)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    loop = _Loop(work)
    pytest.main([*OPTIONS, *UNREWRITTEN, *paths], plugins=[loop])
    if not loop.ran:
        raise SystemExit(1)


class _Loop:
    """A pytest plugin that hands the collected tests to somebody else."""

    def __init__(self, work: Callable[[list[pytest.Item]], None]) -> None:
        self.work, self.ran = work, False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.testsfailed:
            try:
                self.work(session.items)
                self.ran = True
            except Exception:  # ours, not the tests'; pytest would tell it to a stdout that is hidden
                traceback.print_exc(file=sys.__stderr__)
        return True


class _Failure:
    """A pytest plugin that hears of the first failure."""

    def __init__(self) -> None:
        self.of = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.of = self.of or report.nodeid


def run(items: Sequence[pytest.Item], write: Write) -> None:
    """Run tests until one fails; write which."""
    if not items:
        return
    failure = _Failure()
    items[0].config.pluginmanager.register(failure)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failure.of:
            write(failure.of.encode())
            break
    items[0].config.pluginmanager.unregister(failure)


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
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
