"""Refuses a document that its corpus has no room for, before it costs anything.

What is looked at is what was visible a moment ago, and what a document replaces is not known here. So this lets some
through that have no room; the commit, which counts exactly, does not.
"""

from __future__ import annotations

from ingestion.committing.ports import QuotaExceeded
from ingestion.writing.drafting import Drafting

__all__ = ["ensure_room"]


def ensure_room(drafting: Drafting) -> None:
    """Raise `QuotaExceeded` when the document cannot be committed for sure."""
    corpus, size = drafting.corpus, len(drafting.document.content)
    most_documents, most_bytes = corpus.settings.max_documents, corpus.settings.max_bytes
    new = drafting.known is None
    if new and 0 < most_documents <= corpus.documents:
        raise QuotaExceeded(f"the corpus may hold {most_documents} documents, and holds them")
    if 0 < most_bytes < size + (corpus.size if new else 0):
        raise QuotaExceeded(f"the corpus may hold {most_bytes} bytes of originals; this one is too much")
