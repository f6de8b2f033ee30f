"""What may be decided about a corpus, and decided again later.

The model is also the form in which PostgreSQL keeps it: what was written by an older release is read with the defaults
of what it did not know, and what nobody knows is refused.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ingestion.contracts.words import Contract

__all__ = ["CorpusSettings"]


class CorpusSettings(BaseModel):
    """Settings of one corpus."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    """Rises when an older release could not read what is written."""

    retention_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    """Days after its last change when a document is deleted; 0 keeps it for ever."""

    max_documents: Annotated[int, Field(ge=0, le=2**53)] = 0
    """The most documents; 0 sets no limit."""

    max_bytes: Annotated[int, Field(ge=0, le=2**62)] = 0
    """The most bytes of originals; 0 sets no limit."""

    contract: Contract = Field(default_factory=Contract)
    """What documents must be; the default demands nothing."""

    own_collection: bool = False
    """Whether its vectors lie in a collection of their own. Counts for indexes made from then on."""
