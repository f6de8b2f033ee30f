"""Where the snapshot comes from."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from chassis.settings import Settings


class SnapshotSettings(Settings):
    """Read from `FOREBAY_*`: control, or else a file."""

    control_target: str = ""
    """The control service, `host:port` or `dns:///name:port`; empty reads the file instead."""

    snapshot_file: Path | None = None
    """Where the last good snapshot of control is kept, for a start while control is away; None keeps it nowhere."""

    control_patience: float = Field(default=5.0, ge=0, le=600)
    """Seconds that a start waits for control before it takes the snapshot that was kept, if one was."""

    config_file: Path = Path("config.yaml")
    """The YAML file with tenants, keys and routes, where there is no control."""

    config_interval: float = Field(default=1.0, gt=0, le=3600)
    """Seconds between two looks at that file."""
