"""The advisory locks of PostgreSQL, all of them: two with one number would wait for each other."""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Lock(IntEnum):
    """What is held by one process at a time."""

    WRITER = 0x464F_5245_0001
    """Writing documents: ingestion's, as long as it lives."""

    MIGRATION = 0x464F_5245_0002
    """Changing the shape of tables: whoever migrates, for one transaction."""

    LEAD = 0x464F_5245_0003
    """Following the cluster: one replica of control's, as long as it lives."""
