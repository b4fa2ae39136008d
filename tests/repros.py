"""The tests that failures end in, run as somebody would who pastes them into a file."""

import re

import pytest

CODE = re.compile(r"^as a test[^\n]*:\n\n(.*?^def test_agreement\(\):\n(?:    [^\n]*\n?)+)", re.DOTALL | re.MULTILINE)


def repros(said):
    return CODE.findall(said)


def head(said):
    """The verdict and the number that is off."""
    return "\n".join(said.splitlines()[:3])


def run_as_test(code):
    """The head of what it fails with."""
    names = {"__name__": "pasted"}
    exec(compile(code, "<pasted>", "exec"), names)
    with pytest.raises(AssertionError) as failed:
        names["test_agreement"]()
    return head(str(failed.value))
