"""Hypothesis profiles, chosen by HYPOTHESIS_PROFILE (on CI: ci), and the threads of the tests' arithmetic."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = 100

# How long an example takes says more about the machine than about the formula.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("default", untimed, max_examples=EXAMPLES)
settings.register_profile("ci", untimed, max_examples=EXAMPLES, derandomize=True, database=None)
settings.register_profile("thorough", untimed, max_examples=10 * EXAMPLES)

usual = "ci" if os.environ.get("CI") == "true" else "default"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", usual))


def pytest_configure():
    """One thread each: arrays are small, and pytest-xdist's workers share the cores already.

    Read when NumPy and torch load, which is later than this; subprocesses inherit it.
    """
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
