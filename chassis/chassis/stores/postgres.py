"""Where PostgreSQL is."""

from __future__ import annotations

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings


class PostgresSettings(Settings):
    """Read from `FOREBAY_POSTGRES_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_POSTGRES_")

    dsn: SecretStr = SecretStr("postgresql://127.0.0.1:5432/forebay")
    """Where PostgreSQL is, as libpq writes it; holds a password."""
