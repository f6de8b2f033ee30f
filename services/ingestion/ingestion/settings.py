"""What an operator may turn."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings

__all__ = ["IngestionSettings", "MilvusSettings", "StoreSettings"]


class StoreSettings(Settings):
    """Read from `FOREBAY_*`: where the other stores and the embedding service are."""

    valkey_url: str = "redis://127.0.0.1:6379/0"
    """Where Valkey is."""

    objects_url: str = "file:///var/lib/forebay/objects"
    """Where originals are kept; or `s3://bucket/prefix`, with its credentials in the environment."""

    objects_timeout: float = Field(default=30.0, gt=0, le=600)
    """Seconds that one call to the store of originals may take, its repetitions included."""

    embedding_target: str = "127.0.0.1:50051"
    """Where the embedding service is, as gRPC writes it."""


class MilvusSettings(Settings):
    """Read from `FOREBAY_INGESTION_MILVUS_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_INGESTION_MILVUS_")

    dense_index: Literal["FLAT", "HNSW", "AUTOINDEX"] = "FLAT"
    """Index of the vectors. FLAT finds exactly the nearest and is the cheapest to write; a large collection on a
    cluster wants HNSW or AUTOINDEX. Counts when a collection is made."""

    timeout: float = Field(default=30.0, gt=0, le=600)
    """Seconds that one call may take."""

    partitions: int = Field(default=0, ge=0, le=1024)
    """Partitions that tenants are spread over, by their hash; 0 leaves it to Milvus, which takes 16. A search reads
    one of them. Counts when a collection is made."""


class IngestionSettings(Settings):
    """Read from `FOREBAY_INGESTION_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_INGESTION_")

    tokenizer_file: Path = Path("tokenizer.json")
    """The embedding model's `tokenizer.json`; chunks are measured with it. `make models` puts it beside the model."""

    postgres_timeout: float = Field(default=30.0, gt=0, le=600)
    """Seconds that one transaction may take; a commit of a full batch takes well under one."""

    postgres_connections: int = Field(default=4, ge=1, le=64)
    """Connections for reads; writes have one of their own."""

    lineage_url: str = Field(default="", pattern=r"^(https?://[^\s]+|file:///[^\s]+)?$")
    """Where events of OpenLineage go: a collector's address (`http:` or `https:`), or `file:///…` for a file that
    grows; empty sends none."""

    lineage_namespace: str = Field(default="forebay", min_length=1, max_length=200)
    """The namespace of jobs and data sets in these events."""

    lineage_key: SecretStr = SecretStr("")
    """The API key of the collector; empty for none."""

    writer_patience: float = Field(default=15.0, ge=0, le=600)
    """Seconds to wait at start for another ingestion process to end, as in a rolling update."""

    start_patience: float = Field(default=60.0, ge=0, le=600)
    """Seconds to wait at start for stores that are away, and for their tables."""

    cutters: int = Field(default=4, ge=1, le=64)
    """Documents that are parsed and cut at the same time."""

    documents_in_flight: int = Field(default=512, ge=1, le=10_000)
    """Documents of one stream on their way; fewer, and the model waits for texts."""

    bytes_in_flight: int = Field(default=64 * 2**20, ge=2**23)
    """Bytes of documents on their way, of all streams together. Bounds memory."""

    embed_texts: int = Field(default=64, ge=1, le=512)
    """Texts in one call to the embedding service, which makes batches of its own; more only makes others wait."""

    embed_calls: int = Field(default=4, ge=1, le=64)
    """Calls of one stream to the embedding service at a time, so that the model never waits for the wire."""

    batch_chunks: int = Field(default=512, ge=1, le=10_000)
    """Chunks with which a commit is full."""

    batch_linger: float = Field(default=1.0, ge=0, le=60)
    """Seconds that a ready document waits for others on their way, to share the cost of a commit. One that is alone
    does not wait."""

    index_every: float = Field(default=5.0, gt=0)
    """Seconds between looks for documents that an index under construction lacks; a change of an index starts one."""

    restore_every: float = Field(default=5.0, gt=0)
    """Seconds between looks whether Valkey has lost the versions that answers are kept by, as after a restart."""

    sweep_every: float = Field(default=60.0, gt=0)
    """Seconds between looks for generations that nobody sees."""

    sweep_grace: float = Field(default=600.0, ge=0)
    """Seconds that such a generation is left alone. Longer than any search, and than any commit."""

    retention_every: float = Field(default=3600.0, gt=0)
    """Seconds between looks for documents that are older than their corpus keeps them."""

    originals_every: float = Field(default=3600.0, gt=0)
    """Seconds between looks for originals that no document refers to any more; each lists the store."""

    originals_grace: float = Field(default=86_400.0, ge=0)
    """Seconds after it was kept last that such an original is left alone. Longer than any backup takes."""
