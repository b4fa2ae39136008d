"""What is said of a cluster: where its scheduler is, and whether strangers can reach it."""

from __future__ import annotations

import json
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

LOCAL: Final = "local"
SHOULD: Final = "local, tcp://HOST:PORT, tls://HOST:PORT, or the file that dask scheduler --scheduler-file writes"


def address(said: str) -> str:
    """The address of a scheduler, or LOCAL. Raises ValueError for anything else, and for one that strangers reach."""
    if said == LOCAL:
        return LOCAL
    found = said if "://" in said else _in_file(Path(said))
    parts = urlsplit(found)
    if parts.scheme not in ("tcp", "tls") or not _is_host(found):
        raise ValueError(f"cluster: it is {found!r}, but should be {SHOULD}")
    if is_open(found):
        should = "should be tls://, or on this machine alone: who reaches a scheduler runs code as you"
        raise ValueError(f"cluster: {found} can be reached from elsewhere and is not encrypted, but {should}")
    return found


def _in_file(file: Path) -> str:
    """The address in a scheduler's file."""
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it holds no address of a scheduler"
        raise ValueError(f"cluster: {file} cannot be read ({why}), but should be {SHOULD}") from error


def _is_host(found: str) -> bool:
    """Whether it names a host and a port."""
    try:
        parts = urlsplit(found)
        return bool(parts.hostname) and parts.port is not None
    except ValueError:
        return False


def is_open(found: str) -> bool:
    """Whether an address is neither encrypted nor of this machine alone."""
    parts = urlsplit(found)
    if parts.scheme == "tls":
        return False
    host = parts.hostname or ""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"
