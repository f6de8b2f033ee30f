"""The rule of searching: weigh the words, ask both halves, keep what is visible, fuse, order.

The words are at hand at once, the vector may still be on its way: the dense half alone waits for it.

A place in the vector store is no proof that its chunk may be read: it may belong to a generation that is not committed
or that was replaced. So more is fetched than asked for, what is not visible is dropped, and the halves are fused
afterwards: what nobody may see moves nobody's scores.

A document that is replaced between the two questions would be missing: its old chunks were found, and only its new
ones may be seen. So when all that was found of a document is outdated, and the corpus has changed meanwhile, the search
begins again.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chassis.errors import FailedPrecondition, InvalidArgument, Violation
from chassis.terms import terms as stems
from retrieval.records import Corpus, Place, Reader, Scored, Sight
from retrieval.search.halves import Half, asked
from retrieval.search.ranking import DENSE, LEXICAL, Scores, kept, likely, ranked, told
from retrieval.search.weighting import counted, query_vector, weighted
from retrieval.search.words import Embedded, Found, Mode, Query

DEPTH = 100
"""How many chunks of each half are fused at least."""

ROUNDS = 3
"""How often more is fetched when too much of it was not visible."""

GROWTH = 8
"""How many times as much the next round fetches."""

ATTEMPTS = 10
"""How often a search begins when documents that it found are replaced under it, one time after the other."""

MOST = 16_384
"""The most places that Milvus returns at once."""


class Vectors(Protocol):
    """The vector store; it returns only what lies in the corpus, what the reader may read there, and what they want."""

    async def dense(self, reader: Reader, corpus: Corpus, vector: Sequence[float], limit: int) -> list[Scored]:
        """Return the nearest places by cosine."""

    async def lexical(self, reader: Reader, corpus: Corpus, query: Mapping[int, float], limit: int) -> list[Scored]:
        """Return the best places by the inner product of sparse vectors."""


class Catalogue(Protocol):
    """The store that knows what is visible."""

    async def opened(
        self, tenant: str, name: str, terms: Sequence[int], number: int = 0
    ) -> tuple[Corpus, Mapping[int, int]]:
        """Return the corpus with that index, or its live one, and how many of the chunks hold each term.

        Raises `NotFound`.
        """

    async def seen(
        self, reader: Reader, corpus: Corpus, places: Sequence[Place], shown: Container[Place]
    ) -> Mapping[Place, Sight]:
        """Return what the reader may see of those places; the text only of those that are to be shown."""

    async def replaced(self, reader: Reader, corpus: Corpus, places: Sequence[Place]) -> bool:
        """Tell whether the reader may see a newer generation of a document than the one at its place."""


@dataclass(frozen=True, slots=True)
class _Visible:
    """What the reader may see of what was found."""

    scores: Scores
    """The best of each half."""

    sights: Mapping[Place, Sight]
    failed: tuple[str, ...]
    """Halves that did not answer."""

    lost: Sequence[Place]
    """Places that were dropped, of documents of which nothing else was found."""


class Searcher:
    """Finds chunks."""

    def __init__(self, catalogue: Catalogue, vectors: Vectors) -> None:
        self._catalogue = catalogue
        self._vectors = vectors

    async def search(self, reader: Reader, query: Query) -> Found:
        """Find the chunks of a corpus that answer the query best."""
        reader = replace(reader, wants=query.wants)
        for _ in range(ATTEMPTS - 1):
            found, lost, corpus = await self._searched(reader, query)
            if not lost or not await self._changed(reader, query, corpus, lost):
                return found
        return (await self._searched(reader, query))[0]

    async def _changed(self, reader: Reader, query: Query, then: Corpus, lost: Sequence[Place]) -> bool:
        """Tell whether what is missing may be there by now."""
        now, _ = await self._catalogue.opened(reader.tenant, query.corpus, (), query.index)
        if now.index != then.index:
            return True
        return now.version != then.version and await self._catalogue.replaced(reader, now, lost)

    async def _searched(self, reader: Reader, query: Query) -> tuple[Found, Sequence[Place], Corpus]:
        """Return what is found, what of it may have been replaced meanwhile, and the corpus that was searched."""
        terms = () if query.mode is Mode.DENSE else counted(stems(query.text))
        ids = [term.id for term in terms]
        corpus, frequencies = await self._catalogue.opened(reader.tenant, query.corpus, ids, query.index)
        halves = self._halves(reader, corpus, query, query_vector(terms, frequencies, corpus.chunks))
        depth = max(query.top_k, DEPTH) if query.mode is Mode.HYBRID else query.top_k
        visible = await self._visible(reader, corpus, halves, depth, query.top_k)
        scores, sights = visible.scores, visible.sights
        if query.mode is Mode.HYBRID:
            scores = {DENSE: {}, LEXICAL: {}, **scores}  # fused even when one half is missing: one scale for one mode
        ranks = ranked(scores, sights)[: query.top_k]
        sights = await self._with_text(reader, corpus, sights, [place for place, _ in ranks])
        hits = told(ranks, scores, sights)
        found = Found(
            hits=hits,
            corpus_version=corpus.version,
            terms=weighted(terms, frequencies, corpus.chunks),
            degraded=visible.failed,
        )
        textless = [place for place, _ in ranks if place not in sights or sights[place].chunk is None]
        return found, [*visible.lost, *textless], corpus

    def _halves(self, reader: Reader, corpus: Corpus, query: Query, words: dict[int, float]) -> dict[str, Half]:
        async def dense(limit: int) -> list[Scored] | None:
            embedded = _checked(await query.embedded(), query.mode, corpus)
            if embedded is None:
                return None
            return await self._vectors.dense(reader, corpus, embedded.vector, limit) if corpus.collection else []

        halves: dict[str, Half] = {}
        if query.mode is not Mode.LEXICAL:
            halves[DENSE] = dense
        if words and corpus.collection:
            halves[LEXICAL] = lambda limit: self._vectors.lexical(reader, corpus, words, limit)
        return halves

    async def _visible(
        self, reader: Reader, corpus: Corpus, halves: Mapping[str, Half], depth: int, top_k: int
    ) -> _Visible:
        """Ask until the best `depth` visible places of each half are known, or there are no more."""
        visible = _Visible({}, {}, (), ())
        limit = min(depth + max(depth // 8, 8), MOST)
        for _ in range(ROUNDS if halves else 0):
            answers = await asked(halves, limit)
            places = list({scored.place for half in answers.found.values() for scored in half})
            shown = likely(answers.found, top_k)
            sights = await self._catalogue.seen(reader, corpus, places, shown) if places else {}
            scores = {name: kept(half, sights, depth) for name, half in answers.found.items()}
            short = (len(scores[name]) < depth <= limit <= len(half) for name, half in answers.found.items())
            visible = _Visible(scores, sights, answers.failed, _lost(places, sights))
            if limit == MOST or not any(short):
                break
            limit = min(limit * GROWTH, MOST)
        return visible

    async def _with_text(
        self, reader: Reader, corpus: Corpus, sights: Mapping[Place, Sight], places: Sequence[Place]
    ) -> Mapping[Place, Sight]:
        """Fetch the text of what came further up than was likely."""
        missing = [place for place in places if sights[place].chunk is None]
        if not missing:
            return sights
        return {**sights, **await self._catalogue.seen(reader, corpus, missing, missing)}


def _lost(places: Sequence[Place], sights: Mapping[Place, Sight]) -> Sequence[Place]:
    there = {place.document for place in sights}
    return [place for place in places if place.document not in there]


def _checked(embedded: Embedded | None, mode: Mode, corpus: Corpus) -> Embedded | None:
    if embedded is None and mode is Mode.DENSE:
        raise InvalidArgument("a dense search needs a vector", violations=(Violation("vector", "is required"),))
    if embedded is not None and corpus.model is not None and embedded.model != corpus.model:
        raise FailedPrecondition(
            f"the index was made by {corpus.model.name}@{corpus.model.version}; the vector was not",
            reason="OTHER_EMBEDDING_MODEL",
        )
    return embedded
