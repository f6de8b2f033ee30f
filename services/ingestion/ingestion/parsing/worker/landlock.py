"""Giving up whatever changes the file system, starts a program or opens a connection, by Linux's Landlock.

Limits on resources cannot do that: a limit on the size of files still lets empty ones be made. Reading stays allowed,
because vendors are imported when their format first comes up.
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Final

__all__ = ["give_up_writing", "offered"]

_CREATE_RULESET: Final = 444
_RESTRICT_SELF: Final = 446
_ASK_VERSION: Final = 1
_READING: Final = 1 << 2 | 1 << 3
"""Files and folders may be read."""
_FILES: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
"""Everything that each version of Landlock knows to deny about files."""
_TCP: Final = 1 << 0 | 1 << 1
_KNOWS_TCP: Final = 4


def offered(libc: ctypes.CDLL) -> int:
    """Return the version of Landlock that the kernel offers; less than 1 when none."""
    return int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))


def give_up_writing(libc: ctypes.CDLL) -> bool:
    """Deny this process all that, for good; return whether TCP is denied too. It needs "no new privileges".

    A kernel without Landlock denies nothing.
    """
    version = offered(libc)
    if version < 1:
        return False
    files = _FILES[min(version, max(_FILES))] & ~_READING
    rules = struct.pack("QQ", files, _TCP) if version >= _KNOWS_TCP else struct.pack("Q", files)
    ruleset = libc.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    if ruleset < 0:
        return False
    denied = libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(denied and version >= _KNOWS_TCP)
