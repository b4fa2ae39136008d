"""The three tiers of isolation, each for itself, whatever is the strongest here."""

import functools

import pytest

from gradecheck.grading.jail import bubblewrap, landlocked
from gradecheck.grading.jail.isolation import first, isolation

TIERS = ("bubblewrap", "landlock", "none")


@functools.cache
def _found(name, packages):
    if name == "none":
        return isolation("none", packages), ""
    kinds = {"bubblewrap": bubblewrap, "landlock": landlocked}[name]
    found, said = first(kinds.candidates(packages))
    return found, kinds.why_none_starts(said) if found is None else ""


def lacking(name):
    """Why this machine cannot give a tier; "" where it can."""
    return _found(name, ())[1]


def tier(name, packages=()):
    """Its isolation; skips the test where this machine cannot give it."""
    found, why = _found(name, tuple(packages))
    return found or pytest.skip(f"not exercised: the tier {name} ({why})")
