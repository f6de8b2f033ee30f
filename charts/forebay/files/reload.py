"""Runs a service while it is developed, and starts it again when our code changes: `reload.py SERVICE FOLDER`.

The old process drains as ever; the pod stays, and with it what was copied into it. A service that ends by itself, over
a mistake in the code, waits for the next change.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

INTERVAL = 0.5
"""Seconds between two looks."""


class Stop:
    """Whether the pod was asked to stop."""

    asked = False

    def __call__(self, _number: int, _frame: object) -> None:
        """Note that it was."""
        self.asked = True


def stamps(folder: Path) -> dict[str, float]:
    """Return when each file of code was changed; one that goes away meanwhile is left out."""
    found = {}
    for file in folder.rglob("*.py"):
        try:
            found[str(file)] = file.stat().st_mtime
        except FileNotFoundError:
            continue
    return found


def until_changed(folder: Path, stop: Stop) -> None:
    """Return when a file is another, or the pod is asked to stop."""
    before = stamps(folder)
    while not stop.asked and stamps(folder) == before:
        time.sleep(INTERVAL)


def main(service: str, folder: Path) -> None:
    """Run it until asked to stop."""
    stop = Stop()
    signal.signal(signal.SIGTERM, stop)
    while not stop.asked:
        with subprocess.Popen([sys.executable, "-P", "-m", service]) as process:  # noqa: S603 - what the chart names
            until_changed(folder, stop)
            process.terminate()
        print(
            f"{service} ended with {process.returncode}, {'as asked' if stop.asked else 'for its code changed'}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
