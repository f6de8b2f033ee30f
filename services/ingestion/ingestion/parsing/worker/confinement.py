"""What a worker gives up before it reads a single byte of a document.

It does so itself, after start: code between fork and exec is not safe in a process that has threads. What the kernel
does not permit (namespaces inside some containers) is left out; the limits on memory, time and files always hold.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Final

from ingestion.parsing.worker.landlock import give_up_writing

__all__ = ["allow_cpu", "confine"]

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_CLONE_NEWIPC: Final = 0x08000000
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_OPEN_FILES: Final = 64


def confine(parent: int, memory: int, niceness: int) -> bool:
    """Give up files, memory, network and privileges; return whether it can no longer reach the network.

    `parent` is the process to die with, `memory` the address space in bytes. Exits when the parent is gone already.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    alone = bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) == 0)
    alone = give_up_writing(libc) or alone
    os.nice(niceness)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    return alone


def allow_cpu(seconds: int) -> None:
    """Allow this process so much more processor time; the kernel kills it with SIGXCPU after that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _limit(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (most, most))
