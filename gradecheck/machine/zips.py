"""Writes a zip: the same bytes for the same files, as no clock and no order of theirs goes in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping


def zipped(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """The zip of these files by their paths.    programs: those that may be run."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (0o755 if path in programs else 0o644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return data.getvalue()
