"""Who hears of commits, and who counts it."""

from __future__ import annotations

from typing import Protocol

from ingestion.lineage.words import Happened

__all__ = ["Account", "Listener"]


class Listener(Protocol):
    """Who is told; may take its time."""

    def hear(self, happened: Happened) -> None:
        """Take an event in; called in a thread. Raises whatever it likes when it cannot."""
        ...


class Account(Protocol):
    """Who counts events."""

    def told(self, outcome: str, failure: Exception | None = None) -> None:
        """Note an event that was sent, failed or was dropped."""
        ...
