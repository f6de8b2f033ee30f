"""What an operator may turn."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings


class StoreSettings(Settings):
    """Where the stores are."""

    postgres_dsn: SecretStr = SecretStr("postgresql://127.0.0.1:5432/forebay")
    """The PostgreSQL that ingestion writes, as a connection string; a user that may only read is enough."""


class ObjectSettings(Settings):
    """Where originals are."""

    objects_url: str = "file:///var/lib/forebay/objects"
    """Where ingestion keeps originals; or `s3://bucket/prefix`, with credentials in the environment that may read."""

    objects_timeout: float = Field(default=30.0, gt=0, le=600)
    """Seconds that one call to the store of originals may take, its repetitions included."""


class RetrievalSettings(Settings):
    """How the stores are asked."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_RETRIEVAL_")

    postgres_connections: int = Field(default=8, ge=1, le=200)
    """The most connections to PostgreSQL; a search holds one for a few milliseconds, twice."""

    postgres_timeout: float = Field(default=5.0, gt=0, le=60)
    """Seconds that one query may take, waiting for a connection included."""

    milvus_timeout: float = Field(default=5.0, gt=0, le=60)
    """Seconds that one half of a search may take."""

    milvus_consistency: Literal["Strong", "Bounded", "Session", "Eventually"] = "Strong"
    """What a Milvus cluster promises: with less than Strong a document may be found later than it was acknowledged."""
