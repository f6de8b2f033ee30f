"""The corpus that a command fills."""

from __future__ import annotations

from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from forebay_client.aio import AsyncClient


async def ensured(putting: AsyncClient, corpus: str, chunking: retrieval.Chunking | None = None) -> None:
    """Create the corpus; one that exists is taken as it is unless other settings were asked for."""
    asked = chunking is not None and (chunking.max_tokens or chunking.whole_documents)
    existing = {known.name for known in await putting.corpora()}
    if asked or corpus not in existing:
        await putting.create_corpus(corpus, chunking)
