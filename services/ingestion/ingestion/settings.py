"""What an operator may turn."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from chassis.settings import Settings
from pydantic import Field
from pydantic_settings import SettingsConfigDict

__all__ = ["IngestionSettings", "MilvusSettings", "PostgresSettings", "StoreSettings"]


class PostgresSettings(Settings):
    """Read from `FOREBAY_POSTGRES_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_POSTGRES_")

    dsn: str = Field(min_length=1)
    """Where PostgreSQL is, as libpq writes it. No default: writing to the wrong place is worse than not starting."""

    timeout: float = Field(default=30.0, gt=0, le=600)
    """Seconds that one transaction may take; a commit of a full batch takes well under one."""

    pool: int = Field(default=4, ge=1, le=64)
    """Connections for reads; writes have one of their own."""

    patience: float = Field(default=15.0, ge=0, le=600)
    """Seconds to wait at start for another ingestion process to end, as in a rolling update."""


class StoreSettings(Settings):
    """Read from `FOREBAY_*`: where the other stores and the embedding service are."""

    milvus_uri: str = Field(min_length=1)
    """Where Milvus is, such as `http://127.0.0.1:19530`."""

    valkey_url: str = Field(min_length=1)
    """Where Valkey is, such as `redis://127.0.0.1:6379/0`."""

    objects_url: str = Field(min_length=1)
    """Where originals are kept: `file:///…`, or `s3://bucket/prefix` with its credentials in the environment."""

    embedding_target: str = Field(min_length=1)
    """Where the embedding service is, as gRPC writes it."""


class MilvusSettings(Settings):
    """Read from `FOREBAY_INGESTION_MILVUS_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_INGESTION_MILVUS_")

    dense_index: Literal["FLAT", "HNSW", "AUTOINDEX"] = "FLAT"
    """Index of the vectors. FLAT finds exactly the nearest and is the cheapest to write; a large collection on a cluster
    wants HNSW or AUTOINDEX. Counts when a collection is made."""

    timeout: float = Field(default=30.0, gt=0, le=600)
    """Seconds that one call may take."""

    token: str = ""
    """Credential, `user:password` or a token; empty for none."""


class IngestionSettings(Settings):
    """Read from `FOREBAY_INGESTION_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_INGESTION_")

    tokenizer_file: Path
    """The embedding model's `tokenizer.json`; chunks are measured with it."""

    cutters: int = Field(default=4, ge=1, le=64)
    """Documents that are parsed and cut at the same time."""

    documents_in_flight: int = Field(default=512, ge=1, le=10_000)
    """Documents of one stream on their way; fewer, and the model waits for texts."""

    bytes_in_flight: int = Field(default=64 * 2**20, ge=2**23)
    """Bytes of documents on their way, of all streams together. Bounds memory."""

    embed_texts: int = Field(default=128, ge=1, le=512)
    """Texts in one call to the embedding service."""

    embed_calls: int = Field(default=4, ge=1, le=64)
    """Calls of one stream to the embedding service at a time, so that the model never waits for the wire."""

    batch_chunks: int = Field(default=512, ge=1, le=10_000)
    """Chunks with which a commit is full."""

    batch_linger: float = Field(default=1.0, ge=0, le=60)
    """Seconds that a ready document waits for others on their way, to share the cost of a commit. One that is alone does
    not wait."""

    sweep_every: float = Field(default=60.0, gt=0)
    """Seconds between looks for generations that nobody sees."""

    sweep_grace: float = Field(default=600.0, ge=0)
    """Seconds that such a generation is left alone. Longer than any search, and than any commit."""
