"""The rule of searching: weigh the words, ask both halves, keep what is visible, fuse, order.

A place in the vector store is no proof that its chunk may be read: it may belong to a generation that is not committed
or that was replaced. So more is fetched than asked for, what is not visible is dropped, and the halves are fused
afterwards: what nobody may see moves nobody's scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from chassis.errors import FailedPrecondition, InvalidArgument, Violation
from chassis.terms import terms as stems
from retrieval.records import Chunk, Corpus, Model, Place, Reader, Scored
from retrieval.search.fusion import fused
from retrieval.search.halves import Half, asked
from retrieval.search.weighting import counted, query_vector, weighted
from retrieval.search.words import Found, Hit, Mode, Query

DEPTH = 100
"""How many chunks of each half are fused at least."""

ROUNDS = 3
"""How often more is fetched when too much of it was not visible."""

GROWTH = 8
"""How many times as much the next round fetches."""

MOST = 16_384
"""The most places that Milvus returns at once."""

Scores = dict[Place, float]


class Vectors(Protocol):
    """The vector store; it returns only what lies in the corpus and one of the reader's groups may read."""

    async def dense(self, reader: Reader, corpus: Corpus, vector: Sequence[float], limit: int) -> list[Scored]:
        """Return the nearest places by cosine."""

    async def lexical(self, reader: Reader, corpus: Corpus, query: Mapping[int, float], limit: int) -> list[Scored]:
        """Return the best places by the inner product of sparse vectors."""


class Catalogue(Protocol):
    """The store that knows what is visible."""

    async def opened(self, tenant: str, name: str, terms: Sequence[int]) -> tuple[Corpus, Mapping[int, int]]:
        """Return the corpus and how many of its chunks hold each term; raise `NotFound`."""

    async def chunks(self, reader: Reader, corpus: Corpus, places: Sequence[Place]) -> Mapping[Place, Chunk]:
        """Return the chunks of those places that the reader may see."""


class Searcher:
    """Finds chunks."""

    def __init__(self, catalogue: Catalogue, vectors: Vectors) -> None:
        self._catalogue = catalogue
        self._vectors = vectors

    async def search(self, reader: Reader, query: Query) -> Found:
        """Find the chunks of a corpus that answer the query best."""
        terms = () if query.mode is Mode.DENSE else counted(stems(query.text))
        ids = [term.id for term in terms]
        corpus, frequencies = await self._catalogue.opened(reader.tenant, query.corpus, ids)
        _check(query, corpus)
        halves = self._halves(reader, corpus, query, query_vector(terms, frequencies, corpus.chunks))
        depth = max(query.top_k, DEPTH) if query.mode is Mode.HYBRID else query.top_k
        scores, chunks, failed = await self._visible(reader, corpus, halves, depth)
        if query.mode is Mode.HYBRID and query.vector is None:
            failed = ("dense", *failed)
        return Found(
            hits=tuple(_ordered(query.mode, scores, chunks)[: query.top_k]),
            corpus_version=corpus.version,
            terms=weighted(terms, frequencies, corpus.chunks),
            degraded=failed,
        )

    def _halves(self, reader: Reader, corpus: Corpus, query: Query, words: dict[int, float]) -> dict[str, Half]:
        halves: dict[str, Half] = {}
        if query.vector is not None and query.mode is not Mode.LEXICAL and corpus.collection:
            vector = query.vector
            halves["dense"] = lambda limit: self._vectors.dense(reader, corpus, vector, limit)
        if words and corpus.collection:
            halves["lexical"] = lambda limit: self._vectors.lexical(reader, corpus, words, limit)
        return halves

    async def _visible(
        self, reader: Reader, corpus: Corpus, halves: Mapping[str, Half], depth: int
    ) -> tuple[dict[str, Scores], Mapping[Place, Chunk], tuple[str, ...]]:
        """Return the best `depth` visible places of each half, the chunks there, and the halves that failed."""
        scores: dict[str, Scores] = {}
        chunks: Mapping[Place, Chunk] = {}
        failed: tuple[str, ...] = ()
        limit = min(depth + max(depth // 8, 8), MOST)
        for _ in range(ROUNDS if halves else 0):
            answers = await asked(halves, limit)
            failed = answers.failed
            places = {scored.place for half in answers.found.values() for scored in half}
            chunks = await self._catalogue.chunks(reader, corpus, list(places)) if places else {}
            scores = {name: _kept(half, chunks, depth) for name, half in answers.found.items()}
            short = (len(scores[name]) < depth <= limit <= len(half) for name, half in answers.found.items())
            if limit == MOST or not any(short):
                break
            limit = min(limit * GROWTH, MOST)
        return scores, chunks, failed


def _check(query: Query, corpus: Corpus) -> None:
    if query.mode is Mode.DENSE and query.vector is None:
        raise InvalidArgument("a dense search needs a vector", violations=(Violation("vector", "is required"),))
    if query.vector is not None and corpus.model is not None and not _same(query.model, corpus.model):
        raise FailedPrecondition(
            f"the index was made by {corpus.model.name}@{corpus.model.version}; the vector was not",
            reason="OTHER_EMBEDDING_MODEL",
        )


def _same(ours: Model | None, theirs: Model) -> bool:
    return ours is not None and ours.name == theirs.name and ours.version == theirs.version


def _kept(half: Iterable[Scored], chunks: Mapping[Place, Chunk], depth: int) -> Scores:
    seen = [scored for scored in half if scored.place in chunks]
    return {scored.place: scored.score for scored in seen[:depth]}


def _ordered(mode: Mode, scores: Mapping[str, Scores], chunks: Mapping[Place, Chunk]) -> list[Hit]:
    dense, lexical = scores.get("dense", {}), scores.get("lexical", {})
    total = fused(dense, lexical) if mode is Mode.HYBRID else dense | lexical
    hits = [
        Hit(chunk=chunks[place], score=score, dense=dense.get(place), lexical=lexical.get(place))
        for place, score in total.items()
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.document_id, hit.chunk.ordinal))
