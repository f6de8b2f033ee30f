"""Disks that fail: one of its own for a stack's folder, small, full on demand; and a folder that goes away."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE = 768 * 2**20
"""Bytes: the stack asks for 512 MB of free space when it starts."""
LEFT = 64 * 2**10
"""Bytes that are left when the disk is made full: less than what is written meanwhile."""


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk on the folder until the block ends; say whether that was allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "forebay-faults", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:  # lazily: what might still hold a file open must not keep the mount
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Leave no room on the disk until the block ends."""
    for _ in range(20):  # what is written between the look and the order makes the order fail
        room = os.statvfs(folder)
        used = (room.f_blocks - room.f_bfree) * room.f_frsize
        with suppress(subprocess.CalledProcessError):
            _resize(folder, used + LEFT)
            break
    else:
        raise AssertionError("the disk could not be made full")
    try:
        yield
    finally:
        _resize(folder, SIZE)


@contextmanager
def replaced(folder: Path) -> Iterator[None]:
    """Have a file where a folder was until the block ends: nobody can read or write there, not even root."""
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


def _resize(folder: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True, capture_output=True)
