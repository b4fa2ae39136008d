"""System calls that no computation with NumPy needs, by their numbers on x86-64 and on 64-bit ARM (None: not there).

Numbers from NEWER on are the same on both.
"""

from collections.abc import Mapping
from typing import Final

Numbers = tuple[int | None, int | None]
Calls = Mapping[str, Numbers]

UNNEEDED: Final[Calls] = {
    # other processes
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271)},
    **{"kcmp": (312, 272), "get_robust_list": (274, 100), "move_pages": (279, 239), "migrate_pages": (256, 238)},
    # the network, and whoever listens on this machine
    **{"socket": (41, 198), "bind": (49, 200), "connect": (42, 203), "listen": (50, 201)},
    **{"accept": (43, 202), "accept4": (288, 242)},
    # what outlives a process, or is memory that counts for nobody
    **{"keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218)},
    **{"shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180)},
    "memfd_create": (319, 279),
    # large parts of the kernel, where mistakes were found before
    **{"bpf": (321, 280), "userfaultfd": (323, 282), "perf_event_open": (298, 241), "seccomp": (317, 277)},
    **{"splice": (275, 76), "vmsplice": (278, 75), "tee": (276, 77), "personality": (135, 92)},
    **{"io_setup": (206, 0), "modify_ldt": (154, None), "uselib": (134, None), "lookup_dcookie": (212, 18)},
    # files beside their paths, and who touches them
    **{"name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265)},
    **{"fanotify_init": (300, 262), "fanotify_mark": (301, 263)},
    **{"inotify_init": (253, None), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27)},
    # the machine itself
    **{"mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51)},
    **{"unshare": (272, 97), "setns": (308, 268), "kexec_load": (246, 104), "kexec_file_load": (320, 294)},
    **{"init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106)},
    **{"reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60)},
    **{"iopl": (172, None), "ioperm": (173, None), "vhangup": (153, 58), "syslog": (103, 116)},
    **{"settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266)},
    **{"sethostname": (170, 161), "setdomainname": (171, 162)},
}

UNDONE: Final[Calls] = {
    **{"chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53)},
    **{"chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54)},
    **{"setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7)},
    **{"removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16)},
    **{"utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88)},
    **{"setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setattr": (314, 274)},
    **{"sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sync": (162, 81), "syncfs": (306, 267)},
}
"""Done as if they were: marks on files, which Landlock does not guard, and what changes the turn of other processes.
Honest work calls some of them, and misses nothing."""

OF_A_PROCESS: Final[Calls] = {
    **{"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131)},
    **{"rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)},
    **{"prlimit64": (302, 261), "sched_setaffinity": (203, 122)},
}
"""Their first argument is the process that is meant; 0 is the caller, or its group."""

CLONE: Final[Numbers] = (56, 220)
SOCKETPAIR: Final[Numbers] = (53, 199)
IOCTL: Final[Numbers] = (16, 29)
FCNTL: Final[Numbers] = (72, 25)
PRCTL: Final[Numbers] = (157, 167)
OPEN: Final[Numbers] = (2, None)
OPENAT: Final[Numbers] = (257, 56)
TRUNCATE: Final[Numbers] = (76, 45)
SECCOMP: Final[Numbers] = UNNEEDED["seccomp"]

NEWER: Final = 424
NEWER_NEEDED: Final = {"close_range": 436, "faccessat2": 439, "epoll_pwait2": 441, "futex_waitv": 449}
"""Of the newer ones, such as all of io_uring, only these are answered: of any other, Python and the C library believe
that the kernel is older, and do without."""
