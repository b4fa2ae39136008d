"""Known kinds of files that cannot be read here: what they are, and what to hand in in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

from gradecheck.grading.source import File
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.names import printable

ARCHIVE: Final = "{a} archive, which cannot be read here, but should be a .zip; pack it again as .zip"
DOCUMENT: Final = "{a} document, but should be .py or .ipynb; save the code alone, as plain text, and call it .py"
PAGE: Final = "{a} page, but should be .py or .ipynb; hand in the notebook itself"
KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys((".rar", ".7z", ".lzh", ".ace", ".arj", ".zst", ".dmg", ".iso", ".sit", ".cab"), ARCHIVE),
    **dict.fromkeys((".docx", ".doc", ".odt", ".pdf", ".rtf", ".pages", ".pptx", ".xlsx"), DOCUMENT),
    **dict.fromkeys((".html", ".htm", ".mhtml"), PAGE),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".heic", ".gif"), "{a} picture, but should be .py or .ipynb"),
    **dict.fromkeys((".pyc", ".pyo"), "{a} file, which Python makes of a .py; hand in the .py itself"),
    **dict.fromkeys((".webloc", ".url", ".lnk", ".gdoc"), "{a} link, but should be the file itself"),
}
BEGINNINGS: Final = (
    (b"Rar!", ".rar"),
    (b"7z\xbc\xaf", ".7z"),
    (b"%PDF", ".pdf"),
    (b"{\\rtf", ".rtf"),
    (b"\xd0\xcf\x11\xe0", ".doc"),
    (b"<!DOCTYPE html", ".html"),
    (b"<html", ".html"),
)


def refusal(name: str, data: bytes) -> str:
    """A sentence on a file that cannot be read, by its content; "" for any other."""
    suffix = PurePosixPath(name).suffix.lower()
    kind = next((kind for beginning, kind in BEGINNINGS if data.startswith(beginning)), suffix)
    if kind not in KINDS:
        return ""
    return KINDS[kind].format(a=f"{'an' if kind in ('.rtf', '.odt', '.html', '.htm', '.iso', '.xlsx') else 'a'} {kind}")


def check(file: File) -> None:
    """Raises UnreadableError where the file is one of those."""
    if said := refusal(file.path, file.data):
        raise UnreadableError(f"it is {said}")


def first(files: Iterable[File]) -> str:
    """The name of the first file that is refused."""
    for file in files:
        if said := refusal(file.path, file.data):
            return f"{printable(file.path)} is {said}"
    return ""
