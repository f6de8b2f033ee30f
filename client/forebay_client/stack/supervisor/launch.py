"""Run as a file in front of each program: ties its life to the starter's, gives up root where asked, becomes it.

A parent-death signal must be set by the process itself after its last change of identity, which rules out doing it from
the starter. Only the standard library is used, so that this costs a few milliseconds (`python -I -S launch.py …`).

PostgreSQL refuses to run as root. In a user namespace of its own the same root is an ordinary user: no account is made,
no folder changes hands. Where namespaces are forbidden, another account takes over the folder instead.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOBODY = 65534


def checked(result: int, call: str) -> None:
    """Turn the C library's way of failing into ours."""
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{call} failed")


def account() -> pwd.struct_passwd:
    """Return an ordinary account that exists everywhere; programs look up the name of who runs them."""
    return next(entry for entry in pwd.getpwall() if entry.pw_uid not in {0, NOBODY})


def hand_over(folder: Path, user: int, group: int) -> None:
    """Make somebody the owner of a folder and all in it."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid != user:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, group, follow_symlinks=False)


def enter_namespace(libc: ctypes.CDLL, folder: Path) -> None:
    """Become an ordinary user in a namespace where that user is who we were outside."""
    inner, outer, group = account().pw_uid, os.geteuid(), os.getegid()
    hand_over(folder, outer, group)
    checked(libc.unshare(CLONE_NEWUSER), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inner} {outer} 1")
    Path("/proc/self/gid_map").write_text(f"{inner} {group} 1")


def become_other(folder: Path) -> None:
    """Hand the folder to an ordinary account and become it."""
    other = account()
    hand_over(folder, other.pw_uid, other.pw_gid)
    for parent in folder.parents[:2]:
        parent.chmod(parent.stat().st_mode | 0o011)
    os.setgroups([])
    os.setgid(other.pw_gid)
    os.setuid(other.pw_uid)


def main() -> None:
    """Prepare this process, then become the program."""
    options = argparse.ArgumentParser()
    options.add_argument("--parent", type=int, required=True)
    options.add_argument("--unprivileged", type=Path)
    options.add_argument("command", nargs=argparse.REMAINDER)
    wanted = options.parse_args()
    libc = ctypes.CDLL(None, use_errno=True)
    if wanted.unprivileged is not None and os.geteuid() == 0:
        try:
            enter_namespace(libc, wanted.unprivileged)
        except OSError:
            become_other(wanted.unprivileged)
    checked(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL), "prctl")
    if os.getppid() != wanted.parent:
        sys.exit("the starter died first")
    os.execvp(wanted.command[0], wanted.command)  # noqa: S606 - the program takes over this process


if __name__ == "__main__":
    main()
