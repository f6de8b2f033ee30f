"""Who may generate now, who waits, and who is turned away.

The engine has a fixed number of slots that share each step. Requests beyond them wait here, where one that was
given up costs nothing, and the line has an end: a full line is said at once instead of answered too late.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol


class Job(Protocol):
    """One request."""

    def given_up(self) -> bool:
        """Tell whether nobody waits for it any more."""

    def run(self) -> None:
        """Generate; raises nothing."""

    def drop(self) -> None:
        """Close it without generating."""


class Slots:
    """Threads that generate, and the line in front of them."""

    def __init__(self, count: int, waiting: int, changed: Callable[[int, int], object]) -> None:
        self._limit = waiting
        self._changed = changed
        self._line: deque[Job] = deque()
        self._running = 0
        self._open = True
        self._turn = threading.Condition()
        self._threads = [threading.Thread(target=self._work, name=f"slot-{number}") for number in range(count)]
        for thread in self._threads:
            thread.start()

    def offer(self, job: Job) -> bool:
        """Put a job in the line; False when the line is full."""
        with self._turn:
            if self._full():
                self._clear()
            if self._full() or not self._open:
                return False
            self._line.append(job)
            self._tell()
            self._turn.notify()
            return True

    def close(self) -> None:
        """Finish what runs, drop what waits."""
        with self._turn:
            self._open = False
            left = list(self._line)
            self._line.clear()
            self._turn.notify_all()
        for job in left:
            job.drop()
        for thread in self._threads:
            thread.join()

    def _full(self) -> bool:
        free = len(self._threads) - self._running
        return len(self._line) >= self._limit + free

    def _clear(self) -> None:
        for job in [job for job in self._line if job.given_up()]:
            self._line.remove(job)
            job.drop()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                if job.given_up():
                    job.drop()
                else:
                    job.run()
            finally:
                with self._turn:
                    self._running -= 1
                    self._tell()

    def _next(self) -> Job | None:
        with self._turn:
            self._turn.wait_for(lambda: self._line or not self._open)
            if not self._line:
                return None
            self._running += 1
            job = self._line.popleft()
            self._tell()
            return job

    def _tell(self) -> None:
        self._changed(self._running, len(self._line))
