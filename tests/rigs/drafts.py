"""A corpus, and generations of documents that nobody sees yet."""

from __future__ import annotations

from uuid import uuid4

from fakes.embedder import MODEL, vector
from ingestion.committing.words import Draft, DraftChunk
from ingestion.corpora.words import Chunking, Corpus, Index, IndexSettings, Lexical

MADE_WITH = IndexSettings(chunking=Chunking(), embedding=MODEL, lexical=Lexical(analyser="a"))
INDEX = Index(id=uuid4(), number=1, settings=MADE_WITH, collection="chunks")
CORPUS = Corpus(id=INDEX.id, tenant="acme", name="library", index=INDEX)


def draft(name: str, chunks: int = 1, corpus: Corpus = CORPUS) -> Draft:
    rows = tuple(
        DraftChunk(
            ordinal=ordinal,
            text=f"Part {ordinal} of {name}.",
            headings=(),
            start=0,
            end=0,
            tokens=0,
            terms=0,
            weights={},
            term_ids=(),
            vector=vector(name, MODEL.dimension),
        )
        for ordinal in range(chunks)
    )
    return Draft(
        corpus=corpus,
        index=corpus.index,
        id=uuid4(),
        generation=1,
        replaces=None,
        source_id=name,
        title=name,
        uri="",
        mime="text/plain",
        sha256="0" * 64,
        size=1,
        fingerprint="",
        pipeline="1",
        groups=("everyone",),
        metadata={},
        chunks=rows,
    )
