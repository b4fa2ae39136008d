"""Folders for processes without a jail, which have no /tmp of their own."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import tempfile
from pathlib import Path


class Folder:
    """A new folder, until it is removed.    name: its path."""

    def __init__(self, of_another: bool) -> None:
        """of_another: user, who can enter it. Raises OSError where there is no place for such a folder."""
        self.name = tempfile.mkdtemp(prefix="gradecheck-", dir=_open_to_all() if of_another else None)

    def remove(self) -> None:
        """Remove it with all that is in it, as far as this user may. Nobody may be changing it any more.

        What a folder holds is moved up before the folder goes: a stranger's may be nested deeper than anything that
        goes down into them can follow.
        """
        names = (os.path.join(self.name, f"{secrets.token_hex(8)}-{number}") for number in itertools.count())
        with contextlib.suppress(OSError):
            while found := list(os.scandir(self.name)):
                for entry in found:
                    if not entry.is_dir(follow_symlinks=False):
                        os.unlink(entry.path)
                        continue
                    os.chmod(entry.path, 0o700)
                    for below in list(os.scandir(entry.path)):
                        if below.is_dir(follow_symlinks=False):
                            os.chmod(below.path, 0o700)  # else its owner could not move it
                        os.rename(below.path, next(names))
                    os.rmdir(entry.path)
            os.rmdir(self.name)


def _open_to_all() -> str:
    """A folder for temporary files that every user may enter. Raises OSError where there is none."""
    for folder in map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp")):
        if folder.is_dir() and all(path.stat().st_mode & 1 for path in (folder, *folder.resolve().parents)):
            return str(folder)
    msg = "there is no folder for temporary files that every user may enter"
    raise OSError(msg)
