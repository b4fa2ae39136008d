"""Users of this machine, as a submission may be one of its own."""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
from pathlib import Path


def unprivileged() -> int:
    """A user that no account and no other session has, as a user's keys and processes may outlive a session."""
    return secrets.choice(_unprivileged())


@functools.cache
def _unprivileged() -> range:
    """All such users: systemd uses none above 2 ** 31; where these are not mapped, its few for short-lived services."""
    wide, short_lived = range(1 << 31, (1 << 32) - (1 << 16)), range(61184, 65520)
    with open("/proc/self/uid_map") as lines:
        mapped = [(int(first), int(count)) for first, _, count in map(str.split, lines)]
    return wide if any(first <= wide[0] and wide[-1] < first + count for first, count in mapped) else short_lived


def threads_of_this_user() -> int:
    """How many there are: without a jail, they count towards a submission's processes."""
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.getuid():
                count += len(list((folder / "task").iterdir()))
    return count
