"""Decodes strangers' bytes: as Python does, and where Python cannot, by the encoding that was most likely meant."""

from __future__ import annotations

import codecs
import io
import tokenize
import warnings
from dataclasses import dataclass
from typing import Final

from gradecheck.grading.submissions.names import printable

MARKS: Final = (  # the longer ones first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WINDOWS: Final = "cp1252"


@dataclass(frozen=True)
class Text:
    """encoding: for Python to read the file.    note: if it was another one, else ""."""

    text: str
    encoding: str
    note: str = ""


def decode(data: bytes) -> Text:
    """The text by a byte order mark, a coding line, as UTF-8, or as Windows writes it. Raises ValueError, with why."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return Text(_decoded(data, encoding), "utf-8", _note(encoding.upper()))
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = _decoded(data, encoding)
    except (SyntaxError, ValueError, LookupError) as error:
        windows = _of_windows(data)
        if windows is not None:
            return Text(windows, "utf-8", _note(WINDOWS))
        msg = f"its encoding cannot be read ({printable(str(error))}), but should be UTF-8; save it again as UTF-8"
        raise ValueError(msg) from error
    if text.count("\0") * 4 > len(text):
        msg = "its encoding cannot be read (a quarter of it are zeros), but should be UTF-8; save it again as UTF-8"
        raise ValueError(msg)
    return Text(text, encoding)


def lines(text: str) -> str:
    r"""The text with \n at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, encoding: str) -> str:
    with warnings.catch_warnings():  # `coding: unicode_escape` warns of unknown escapes
        warnings.simplefilter("ignore")
        return lines(data.decode(encoding))


def _of_windows(data: bytes) -> str | None:
    """The text as Windows writes it; None if a coding line names another encoding, or zero bytes mean it is no text."""
    if b"\0" in data or _names_another(data):
        return None
    try:
        return _decoded(data.removeprefix(codecs.BOM_UTF8), WINDOWS)
    except UnicodeDecodeError:
        return None


def _names_another(data: bytes) -> bool:
    """Whether a coding line asks for anything but UTF-8."""
    first = b"\n".join(data.removeprefix(codecs.BOM_UTF8)[:1000].splitlines()[:2])
    plain = first.decode("ascii", "replace").encode("ascii", "replace")
    try:
        return not tokenize.detect_encoding(io.BytesIO(plain).readline)[0].startswith("utf-8")
    except SyntaxError:
        return True


def _note(encoding: str) -> str:
    return f"it was read as {encoding}, which Python does not read by itself; save it as UTF-8"
