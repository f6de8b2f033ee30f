"""The snapshot that holds now, and whom a change is told."""

from __future__ import annotations

from collections.abc import Callable

from chassis.snapshot.types import Snapshot

Heed = Callable[[Snapshot], None]


class News:
    """The one newest snapshot of a process. It lives on one event loop."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.now = snapshot
        self._heeding: list[Heed] = []

    def told(self, *heeding: Heed) -> None:
        """Tell each of the snapshot now, and of every later one."""
        for heed in heeding:
            heed(self.now)
        self._heeding += heeding

    def publish(self, snapshot: Snapshot) -> None:
        """Let this snapshot hold."""
        self.now = snapshot
        for heed in self._heeding:
            heed(snapshot)
