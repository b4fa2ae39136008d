"""The plugin of pytest: functions that `agrees_with` decorates are tests; two options; nothing is imported for it.

It does not import what it collects: a decorated function can only be there where its module is loaded already.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any, Final

import pytest

from gradecheck.agreement.session import SESSION

SCHEMA: Final = 1
KEY: Final = "gradecheck"
"""Of a test's properties, and of the marker."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gradecheck", "functions held against torch")
    group.addoption(
        "--gradecheck-examples", type=int, metavar="N", help="draw N inputs in each precision, whatever a test says"
    )
    group.addoption("--gradecheck-json", type=Path, metavar="FILE", help="write how every function did beside its twin")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{KEY}: a function that gradecheck.agrees_with decorates")
    examples = config.getoption("gradecheck_examples")
    if examples is not None and examples < 1:
        raise pytest.UsageError(f"--gradecheck-examples is {examples}, but should be 1 or more")
    before, SESSION.examples = SESSION.examples, examples
    config.add_cleanup(lambda: setattr(SESSION, "examples", before))
    if config.getoption("gradecheck_json") is not None and not hasattr(config, "workerinput"):  # xdist's workers tell
        config.pluginmanager.register(Writer(config.getoption("gradecheck_json")))


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: Any, name: str, obj: Any) -> list[pytest.Item] | None:
    """A test for each precision of a decorated function, whatever its name is."""
    decorator = sys.modules.get("gradecheck.agreement.decorator")
    if decorator is None or not isinstance(obj, decorator.Agreeing):
        return None
    return [
        Agreement.from_parent(collector, name=f"{name}[{dtype}]", function=obj, dtype=dtype)
        for dtype in obj.plan.dtypes
    ]


class Agreement(pytest.Item):
    """The check of a decorated function in one precision."""

    def __init__(self, *, function: Any, dtype: str, **said: Any) -> None:
        super().__init__(**said)
        self.function, self.dtype = function, dtype
        self.add_marker(KEY)

    def runtest(self) -> None:
        self.function.check(self.dtype)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Our message as it is, and why there is no bound; below it, what the function raised."""
        error = excinfo.value
        errors = sys.modules["gradecheck.traced.errors"]
        if not isinstance(error, AssertionError | errors.Unbounded):
            return super().repr_failure(excinfo, style)
        cause = error.__cause__
        raised = [] if cause is None else ["\n", *traceback.format_exception(cause.with_traceback(_theirs(cause)))]
        return "\n".join([str(error), *getattr(error, "__notes__", []), "".join(raised)])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        code = getattr(self.function.__wrapped__, "__code__", None)
        return self.path, code.co_firstlineno - 1 if code is not None else None, self.name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """What the test hears goes with its report, from xdist's workers too."""
    with SESSION.listening() as heard:
        try:
            return (yield)
        finally:
            item.user_properties += [(KEY, asdict(one)) for one in heard]


def _theirs(error: BaseException) -> Any:
    """Its traceback from the first line that is not ours."""
    found = error.__traceback__
    return found.tb_next if found is not None else None


def _plain(x: float) -> float | str:
    """JSON has no infinity."""
    return x if isfinite(x) else str(x)


class Writer:
    """Writes what all tests have heard."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.heard: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            heard: list[Any] = [one for key, one in report.user_properties if key == KEY]
            self.heard += [{"test": report.nodeid, **one, "worst_ratio": _plain(one["worst_ratio"])} for one in heard]

    def pytest_sessionfinish(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        said = {"schema": SCHEMA, "agreements": self.heard}
        self.file.write_text(json.dumps(said, indent=2, allow_nan=False) + "\n", encoding="utf-8")
