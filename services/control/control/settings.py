"""What an operator may turn."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings


class ControlSettings(Settings):
    """Read from `FOREBAY_CONTROL_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_CONTROL_")

    first_operator: str = Field(default="", pattern=r"^[a-z0-9-]{0,32}$")
    """The id of a key of the configuration file that may operate and administrate from the first start on, whatever
    the file says of it; empty: what the file says."""

    routes_namespace: str = Field(default="", pattern=r"^[a-z0-9-]{0,63}$")
    """The namespace of a cluster whose Route resources are followed; empty follows none."""

    postgres_timeout: float = Field(default=10.0, gt=0, le=600)
    """Seconds that one transaction may take."""

    start_patience: float = Field(default=60.0, ge=0, le=600)
    """Seconds to wait at the start for PostgreSQL and its tables."""

    postgres_connections: int = Field(default=4, ge=1, le=64)
    """Connections besides the one that listens."""

    look_every: float = Field(default=5.0, gt=0, le=60)
    """Seconds between two looks for changes of which no word came."""
