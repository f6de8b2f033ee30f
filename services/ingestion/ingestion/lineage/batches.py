"""What a committed batch did, index by index."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from ingestion.committing.words import Batch, Draft
from ingestion.corpora.words import Corpus
from ingestion.lineage.words import Happened, Source

__all__ = ["told"]


def told(batch: Batch, versions: Mapping[UUID, int]) -> tuple[Happened, ...]:
    """Return what a batch did, for each index that it changed."""
    indexes = {draft.index.id: draft for draft in batch.drafts}
    happened = [_written(batch, first, versions) for first in indexes.values()]
    gone: dict[UUID, list[str]] = {}
    for removal in batch.removals:
        gone.setdefault(removal.corpus.id, []).append(removal.source_id)
    corpora = {removal.corpus.id: removal.corpus for removal in batch.removals}
    happened += [_removed(corpora[corpus], tuple(ids), versions) for corpus, ids in gone.items()]
    return tuple(happened)


def _written(batch: Batch, first: Draft, versions: Mapping[UUID, int]) -> Happened:
    mine = [draft for draft in batch.drafts if draft.index.id == first.index.id]
    return Happened(
        corpus=first.corpus,
        index=first.index,
        version=versions[first.corpus.id],
        pipeline=first.pipeline,
        written=tuple(map(_source, mine)),
        removed=(),
        rebuilt=all(draft.rebuilds for draft in mine),
    )


def _removed(corpus: Corpus, ids: tuple[str, ...], versions: Mapping[UUID, int]) -> Happened:
    version = versions[corpus.id]
    return Happened(corpus=corpus, index=corpus.index, version=version, pipeline="", written=(), removed=ids)


def _source(draft: Draft) -> Source:
    return Source(
        source_id=draft.source_id,
        generation=draft.source_generation,
        sha256=draft.sha256,
        size=draft.size,
        chunks=len(draft.chunks),
        by=draft.by,
        parser=draft.parser,
    )
