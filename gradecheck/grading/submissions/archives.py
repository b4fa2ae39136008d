"""Reads strangers' archives in memory: nothing is written to disk, so no name in them can do harm."""

from __future__ import annotations

import bz2
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Final

from gradecheck.grading.source import File
from gradecheck.grading.submissions.carried import (
    MOST_BYTES,
    MOST_ENTRIES,
    TOO_MANY,
    Carried,
    Member,
    UnreadableError,
    carried,
)
from gradecheck.grading.submissions.names import printable

MEMBER: Final = b"PK\x01\x02"  # the first bytes of every entry in a zip's directory
MOST_UNPACKED: Final = 2 * MOST_BYTES
PACKED: Final[tuple[tuple[bytes, Callable[[], Any]], ...]] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(31)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", lambda: lzma.LZMADecompressor(memlimit=128 << 20)),
)


def unpacked(archive: File) -> Carried:
    """The plain files in an archive, without those of the system. Raises UnreadableError with the reason."""
    data = archive.data
    kind = "zip" if data[:2] == b"PK" or archive.path.lower().endswith(".zip") else "tar"
    try:
        return _of_zip(data) if kind == "zip" else _of_tar(_plain(data))
    except UnreadableError:
        raise
    except Exception as error:  # zipfile and tarfile raise whatever their decompressors do
        raise UnreadableError(f"it is no {kind} that can be read ({printable(str(error))[:200]})") from error


def _of_zip(data: bytes) -> Carried:
    if data.count(MEMBER) > MOST_ENTRIES:  # before zipfile reads its directory
        raise UnreadableError(TOO_MANY)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {}
        for member in archive.infolist():
            if not member.is_dir() and stat.S_IFMT(member.external_attr >> 16) in (0, stat.S_IFREG):
                found[inside_of(member.filename)] = Member(member.file_size, partial(of_member, archive, member))
        return carried(found)


def of_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    if member.flag_bits & 1:
        raise UnreadableError("it is encrypted, but should be a plain .zip; pack it again without a password")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableError("it is packed in a way of its own, but should be a plain zip")  # and bomb-proof
    with archive.open(member) as file:
        return file.read(most)


def _of_tar(data: bytes) -> Carried:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        found = {}
        for count, member in enumerate(archive):
            if count > MOST_ENTRIES:
                raise UnreadableError(TOO_MANY)
            if member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse():
                file = archive.extractfile(member)
                assert file is not None
                found[inside_of(member.name)] = Member(member.size, file.read)
        return carried(found)


def _plain(data: bytes) -> bytes:
    """A tar without its compression."""
    for beginning, decompressor in PACKED:
        if data.startswith(beginning):
            plain = b""
            while data.startswith(beginning):  # there may be several, one after another
                stream = decompressor()
                plain += stream.decompress(data, MOST_UNPACKED + 1 - len(plain))
                if len(plain) > MOST_UNPACKED:
                    raise UnreadableError(f"it has more than {MOST_UNPACKED >> 20} MiB, but should have less")
                if not stream.eof:
                    raise EOFError("it ends too early")
                data = stream.unused_data
            return plain
    return data


def inside_of(name: str) -> str:
    """A member's name as a path that cannot leave the archive."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "/".join(part for part in parts if part not in ("/", "..", "."))
