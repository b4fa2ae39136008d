"""What a worker gives up, for good, before a stranger's line runs."""

import os
import resource
from typing import Any

from . import landlock, seccomp
from .libc import KEEP_CAPABILITIES, end_with_the_parent, keep, set_process

PASS_AND_READ = 2  # CAP_DAC_READ_SEARCH


def _limit(which: int, soft: int, hard: int | None = None) -> None:
    """Lower a resource limit, never above the one in force already."""
    ceiling = resource.getrlimit(which)[1]
    wanted = [soft, soft if hard is None else hard]
    if ceiling != resource.RLIM_INFINITY:
        wanted = [min(value, ceiling) for value in wanted]
    resource.setrlimit(which, (wanted[0], wanted[1]))


def confine(settings: dict[str, Any]) -> None:
    """Give up rights, and lower all limits but those of `confine_sizes`."""
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # where the machine runs out of memory, the kernel ends us before the marker
    if settings["user"]:  # root outside: become a user of its own, so that the limit on processes binds
        set_process(KEEP_CAPABILITIES, settings["enters"])
        os.setgroups([])
        os.setresgid(settings["user"], settings["user"], settings["user"])
        os.setresuid(settings["user"], settings["user"], settings["user"])
        keep(settings["enters"] << PASS_AND_READ)
        end_with_the_parent()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 64)
    _limit(resource.RLIMIT_CPU, settings["cpu"], settings["cpu"] + 5)
    _limit(resource.RLIMIT_NPROC, settings["processes"])


def confine_sizes(settings: dict[str, Any]) -> None:
    """Limit memory and the size of a file. Laying out what was handed in comes first: it need not keep to these."""
    _limit(resource.RLIMIT_FSIZE, settings["written"] + (1 << 20))  # answers fit `written`; their headers beside
    with open("/proc/self/statm") as sizes:
        used = int(sizes.read().split()[0]) * resource.getpagesize()
    _limit(resource.RLIMIT_AS, used + settings["memory"])


def prepare(settings: dict[str, Any]) -> None:
    """Make once what every worker needs for `close_doors`."""
    if settings["filtered"] and settings["jailed"]:
        seccomp.filtering(os.uname().machine, None)


def close_doors(settings: dict[str, Any]) -> None:
    """Give up files and system calls: nothing of ours needs them from here on."""
    if settings["readable"]:
        readable = [*settings["readable"], *os.environ["PYTHONPATH"].split(":")]
        landlock.restrict(readable, settings["listed"], settings["folder"])
    if settings["filtered"]:
        seccomp.refuse(among_others=not settings["jailed"])
