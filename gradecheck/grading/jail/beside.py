"""The files that a worker gets beside the code that it runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradecheck.grading.jail.inside.loading import is_below
from gradecheck.grading.jail.inside.protocol import TEXT
from gradecheck.grading.source import File

MOST_BESIDE = 32 << 20  # bytes of all files beside the cells; the worker has twice that
MOST_FILES = 1000


def that_fit(files: Sequence[File]) -> Iterator[File]:
    """The files with a place below the submission's folder, while there is room for them."""
    size = 0
    for file in files[:MOST_FILES]:
        size += len(file.data)
        if is_below(file.path) and len(file.path) <= TEXT and size <= MOST_BESIDE:
            yield file
