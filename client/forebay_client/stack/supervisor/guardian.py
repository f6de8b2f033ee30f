"""Run as a file: the parent of the supervisor, which cleans up after it when it can no longer do so itself.

It does nothing but wait, so nothing in it can fail; only the standard library is used, so it is small (`python -I -S`).
As a "sub-reaper" it inherits every process whose parent has died. When the supervisor has ended, in whatever way, the
guardian kills what is left, removes shared memory, and lets go of the lock that says that the stack is running.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
IPC_RMID = 0
KEY_LINE = 6
"""The line of postmaster.pid with key and id of the System V segment."""
ALREADY = 3
"""Exit status: another guardian holds the lock."""


def inherit_orphans() -> None:
    """Become the parent of every descendant whose own parent dies."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1) != 0:
        raise OSError(ctypes.get_errno(), "prctl failed")


def children(parent: int) -> Iterator[int]:
    """Yield the processes that have this parent now."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError, IndexError):
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(after_name[1]) == parent:
                    yield int(entry.name)


def kill_all_children() -> None:
    """Kill every child until there is none: the children of the killed become ours in turn."""
    while True:
        for child in children(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def remove_segments(home: Path, part: str = "") -> None:
    """Remove the shared memory that one part, or any, has left behind."""
    for segment in Path("/dev/shm").glob(f"{segment_prefix(home)}{part}*"):  # noqa: S108 - the kernel's folder for it
        segment.unlink(missing_ok=True)


def remove_shared_memory(home: Path) -> None:
    """Remove what killed processes leave outside of the state folder: Triton's segments and PostgreSQL's."""
    remove_segments(home)
    with contextlib.suppress(OSError, IndexError, ValueError):
        line = (home / "data" / "postgres" / "postmaster.pid").read_text().splitlines()[KEY_LINE]
        ctypes.CDLL(None).shmctl(int(line.split()[1]), IPC_RMID, None)


def segment_prefix(home: Path) -> str:
    """Return how the names of this stack's shared memory begin: the folder's inode tells stacks apart."""
    return f"forebay_{home.stat().st_ino}_"


def locked(home: Path) -> int:
    """Take the lock for as long as this process or the supervisor lives; exit if somebody has it."""
    lock = os.open(home / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(40):  # somebody may look whether it is taken, which takes it for a moment
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        time.sleep(0.05)
    sys.exit(ALREADY)


def detach() -> None:
    """Leave the starter's session; the starter does not have to wait for us."""
    if os.fork():
        os._exit(0)
    os.setsid()


def watch(lock: int, command: list[str]) -> int:
    """Run the supervisor to its end, and pass on the signals that ask for it."""
    supervisor = subprocess.Popen([*command, "--guardian", str(os.getpid())], pass_fds=[lock])  # noqa: S603 - our own
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # the starter waits for the end of these, so they must be the supervisor's alone
        os.dup2(silence, stream)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: os.kill(supervisor.pid, received))
    os.truncate(lock, 0)
    os.pwrite(lock, json.dumps({"guardian": os.getpid(), "supervisor": supervisor.pid}).encode(), 0)
    while True:
        pid, status = os.wait()
        if pid == supervisor.pid:
            supervisor.returncode = os.waitstatus_to_exitcode(status)
            return supervisor.returncode


def main() -> None:
    """Guard one supervisor."""
    options = argparse.ArgumentParser()
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("command", nargs=argparse.REMAINDER)
    wanted = options.parse_args()
    detach()
    inherit_orphans()
    lock = locked(wanted.home)
    remove_shared_memory(wanted.home)
    status = watch(lock, wanted.command)
    kill_all_children()
    remove_shared_memory(wanted.home)
    (wanted.home / "status.json").unlink(missing_ok=True)
    os.truncate(lock, 0)
    sys.exit(0 if status == 0 else 1)


if __name__ == "__main__":
    main()
