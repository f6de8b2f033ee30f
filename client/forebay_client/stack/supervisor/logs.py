"""The logs of the processes: bounded in size, and read when a process has failed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

LARGEST = 8 * 2**20
"""Bytes of one log; one older copy of it is kept."""
TAIL = 64 * 2**10


def rotate(logs: Iterable[Path], largest: int = LARGEST) -> None:
    """Put large logs aside.

    Processes keep their log open, so it is copied and emptied; they append, so that they go on at its new end. A line
    that is written in between is lost.
    """
    for log in logs:
        if log.exists() and log.stat().st_size > largest:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            with log.open("r+b") as file:
                file.truncate(0)


def tail(log: Path, lines: int, start: int = 0) -> str:
    """Return the last lines of a log, as far as they were written after the byte `start`."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - TAIL, min(start, size)))
        text = file.read().decode("utf-8", "replace")
    return "\n".join(text.rstrip().splitlines()[-lines:])
