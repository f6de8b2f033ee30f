"""The retrieval service, called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Final

from forebay.embedding.v1alpha1 import embedding_pb2
from forebay.retrieval.v1alpha1 import indexes_pb2
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as rpc
from grpc import aio

from chassis.errors import NotFound
from orchestrator.search.searcher import Embedded
from orchestrator.search.spending import Spent, Step, note
from orchestrator.search.words import Chunk, Found, Hit, Mode, Query, Term

_MODES: Final = {
    Mode.DENSE: pb.SEARCH_MODE_DENSE,
    Mode.LEXICAL: pb.SEARCH_MODE_LEXICAL,
    Mode.HYBRID: pb.SEARCH_MODE_HYBRID,
}


class Retrieval:
    """Finds chunks that the caller may read."""

    def __init__(self, channel: aio.Channel) -> None:
        self._channel = channel
        self._stub = rpc.RetrievalServiceStub(channel)

    async def retrieve(self, query: Query, embedding: Awaitable[Embedded | None]) -> Found:
        """Return the best chunks; without a vector a hybrid search is by words alone."""
        response = await self._stub.Search(_requests(query, embedding))
        note(Spent(step=Step.SEARCH, inferences=1))
        return Found(
            hits=tuple(map(_hit, response.hits)),
            terms=tuple(Term(term.text, term.idf) for term in response.terms),
            corpus_version=response.corpus_version,
            degraded=tuple(response.degraded),
        )

    async def role(self, corpus: str, index: int) -> str:
        """Return the role of an index's embedding model; index 0 is the live one."""
        response = await self._stub.ListIndexes(indexes_pb2.ListIndexesRequest(corpus=corpus))
        for one in response.indexes:
            if one.number == index or (not index and one.state == indexes_pb2.INDEX_STATE_LIVE):
                return one.embedding_model.role
        raise NotFound(f"corpus {corpus} has no index {index}", reason="UNKNOWN_INDEX")

    async def ping(self) -> None:
        """Return when there is a connection."""
        await self._channel.channel_ready()


async def _requests(query: Query, embedding: Awaitable[Embedded | None]) -> AsyncIterator[pb.SearchRequest]:
    """Yield the query at once, and its vector when it is there."""
    yield pb.SearchRequest(
        corpus=query.corpus,
        query=query.text,
        mode=_MODES[query.mode],
        top_k=query.top_k,
        filter=query.filter,
        index=query.index,
    )
    if (embedded := await embedding) is not None:
        yield _vector(embedded)


def _vector(embedded: Embedded) -> pb.SearchRequest:
    vectors, model = embedded.vectors, embedded.model
    return pb.SearchRequest(
        vector=embedding_pb2.Vectors(
            data=vectors.data,
            count=vectors.count,
            dimension=vectors.dimension,
            dtype=embedding_pb2.DATA_TYPE_FLOAT32,
        ),
        model=embedding_pb2.ModelVersion(role=model.role, name=model.name, version=model.version),
    )


def _hit(hit: pb.Hit) -> Hit:
    chunk = hit.chunk
    return Hit(
        chunk=Chunk(
            document_id=chunk.document_id,
            ordinal=chunk.ordinal,
            text=chunk.text,
            headings=tuple(chunk.headings),
            title=chunk.title,
            uri=chunk.uri,
            generation=chunk.generation,
        ),
        score=hit.score,
        dense=hit.dense_score if hit.HasField("dense_score") else None,
        lexical=hit.lexical_score if hit.HasField("lexical_score") else None,
    )
