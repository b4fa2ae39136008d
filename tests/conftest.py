"""Hypothesis profiles, chosen by HYPOTHESIS_PROFILE (on CI: ci), and the threads of the tests' arithmetic."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from gradecheck.machine.cores import THREADS

collect_ignore = ["cases"]  # strangers' files, of which some are called test_*.py

EXAMPLES = 50
"""Of every property. With as many the tests notice every mutant that can be noticed (`make mutants`)."""

# How long an example takes says more about the machine than about the formula.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("default", untimed, max_examples=EXAMPLES)
settings.register_profile("ci", untimed, max_examples=2 * EXAMPLES, derandomize=True, database=None)
settings.register_profile("thorough", untimed, max_examples=20 * EXAMPLES)
# A mutant is dead at its first failure: nothing is shrunk, kept or drawn at random.
one_shot = settings(untimed, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
settings.register_profile("mutants", one_shot, max_examples=EXAMPLES)

usual = "ci" if os.environ.get("CI") == "true" else "default"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", usual))


def pytest_configure():
    """One thread each: arrays are small, and pytest-xdist's workers share the cores already.

    Read when NumPy and torch load, which is later than this; subprocesses inherit it.
    """
    for variable in THREADS:
        os.environ.setdefault(variable, "1")


@pytest.fixture(scope="session", autouse=True)
def _banks(tmp_path_factory):
    """Banks of cases are kept for this run alone, and by all of pytest-xdist's workers in one place."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADECHECK_CACHE", str(shared / "banks"))
        yield
