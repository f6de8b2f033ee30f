"""The quota of a corpus, counted as the real commit counts it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from ingestion.committing.ports import QuotaExceeded
from ingestion.committing.words import Batch, Draft
from ingestion.corpora.words import Corpus


def ensure_quota(corpus: Corpus, documents: Mapping[tuple[UUID, str], Draft], batch: Batch) -> None:
    """Raise `QuotaExceeded` when the batch would make the corpus hold more than it may."""
    puts = [draft for draft in batch.drafts if not draft.rebuilds and draft.corpus.id == corpus.id]
    before = {source: put for (owner, source), put in documents.items() if owner == corpus.id}
    after = before | {put.source_id: put for put in puts}
    old, new = (sum(put.size for put in each.values()) for each in (before, after))
    settings = corpus.settings
    if 0 < settings.max_documents < len(after) > len(before) or 0 < settings.max_bytes < new > old:
        raise QuotaExceeded("the corpus may not hold as much")
