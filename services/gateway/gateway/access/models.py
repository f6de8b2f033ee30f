"""Which models clients may name, by the newest snapshot."""

from __future__ import annotations

from typing import Final

from chassis.snapshot import Snapshot

EMBEDDING: Final = "embedding"
"""What the role of an embedding model begins with."""


class Models:
    """Knows the roles of embedding models."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.replace(snapshot)

    def replace(self, snapshot: Snapshot) -> None:
        """Know those of this snapshot from now on."""
        roles = {route.role for route in snapshot.routes if route.role.startswith(EMBEDDING)}
        self.embedding = tuple(sorted(roles))
