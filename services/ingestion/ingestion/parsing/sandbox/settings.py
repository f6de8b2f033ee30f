"""What the sandbox allows one document."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings

__all__ = ["SandboxSettings"]


class SandboxSettings(Settings):
    """Read from `FOREBAY_PARSER_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_PARSER_")

    workers: int = Field(default=1, ge=1, le=64)
    """Processes that parse at the same time; one is far ahead of the embedding model."""

    max_bytes: int = Field(default=32 * 1024 * 1024, ge=1)
    """Size of a document, in bytes; larger ones are refused before they reach a worker."""

    max_characters: int = Field(default=8_000_000, ge=1)
    """Of text that one document may unfold into."""

    max_blocks: int = Field(default=200_000, ge=1)
    """Paragraphs, lists, tables and headings that one document may unfold into."""

    memory_mib: int = Field(default=1024, ge=256)
    """Address space of a worker, in MiB. A document that needs more is refused; 256 is what starting takes."""

    cpu_seconds: int = Field(default=10, ge=1)
    """Processor time for one document. Real documents take milliseconds."""

    wall_seconds: float = Field(default=30.0, gt=0)
    """Time on the clock for one document; a busy machine needs more than `cpu_seconds`."""

    start_seconds: float = Field(default=30.0, gt=0)
    """Time on the clock until a new worker answers."""

    documents_per_worker: int = Field(default=2000, ge=1)
    """After so many documents a worker is replaced, so that no leak of a vendor's adds up."""

    niceness: int = Field(default=5, ge=0, le=19)
    """How far parsing gives way to answering."""
