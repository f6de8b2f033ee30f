"""What an operator may turn about records."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings
from gateway.records.store import CommitLimits


class RecordSettings(Settings):
    """Read from `FOREBAY_RECORDS_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_RECORDS_")

    connections: int = Field(default=4, ge=2, le=100)
    """Connections to PostgreSQL: one writes, the others read usage and records."""

    timeout: float = Field(default=5.0, gt=0, le=60)
    """Seconds that one write may take; an answer whose record takes longer is held back."""

    read_timeout: float = Field(default=60.0, gt=0, le=3600)
    """Seconds that one read of usage or records may take."""

    batch: int = Field(default=256, ge=1, le=10_000)
    """Records of one write at most."""

    waiting: int = Field(default=10_000, ge=1)
    """Records that may wait, in memory, for PostgreSQL; the oldest are dropped beyond that."""

    anchor_interval: float = Field(default=60.0, gt=0, le=86400)
    """Seconds between two anchors of a chain that grows."""

    expiry_interval: float = Field(default=3600.0, gt=0, le=86400)
    """Seconds between two looks for texts whose time is up."""

    def committing(self) -> CommitLimits:
        """Return how much is written at once, and how much may wait."""
        return CommitLimits(batch=self.batch, waiting=self.waiting, anchoring=self.anchor_interval)
