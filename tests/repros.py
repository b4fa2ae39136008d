"""The tests that failures end in, run as somebody would who pastes them into a file."""

import re

import pytest

CODE = re.compile(r"^as a test[^\n]*:\n\n(.*?^def test_agreement\(\):\n(?:    [^\n]*\n?)+)", re.DOTALL | re.MULTILINE)


def repros(said):
    return CODE.findall(said)


def run_as_test(code):
    """The first line of what it fails with."""
    names = {"__name__": "pasted"}
    exec(compile(code, "<pasted>", "exec"), names)
    with pytest.raises(AssertionError) as failed:
        names["test_agreement"]()
    return str(failed.value).splitlines()[0]
