"""What is changed about held documents before they are put again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chassis.errors import InvalidArgument, Violation
from ingestion.checking.held import Held
from ingestion.checking.words import Author
from ingestion.writing.words import Incoming

__all__ = ["Changes"]

MOST_METADATA: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is mended before documents are put again; what is empty stays as it was."""

    title: str = ""
    mime: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    """Names of metadata that are taken away."""

    def made(self, held: Held, content: bytes, author: Author) -> Incoming:
        """Return the document as it is put again; raise `InvalidArgument` when it has too much metadata."""
        kept = {name: value for name, value in held.metadata.items() if name not in self.without}
        metadata = {**kept, **self.metadata}
        if len(metadata) > MOST_METADATA:
            why = f"would make more than {MOST_METADATA} entries"
            raise InvalidArgument(f"metadata {why}", violations=(Violation("metadata", why),))
        return Incoming(
            source_id=held.source_id,
            content=content,
            mime=self.mime or held.mime,
            title=self.title or held.title,
            uri=held.uri,
            groups=held.groups,
            metadata=metadata,
            author=author,
        )
