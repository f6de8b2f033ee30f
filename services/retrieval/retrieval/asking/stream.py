"""The stream of a search, read beside it: the search begins with the words and takes the vector when it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from chassis.errors import InvalidArgument, Violation
from chassis.filters import parsed
from retrieval import requests
from retrieval.asking import query
from retrieval.search.words import Embedded, Query


@asynccontextmanager
async def asked(stream: AsyncIterator[pb.SearchRequest]) -> AsyncIterator[Query]:
    """Yield the query as soon as it is there; raise `InvalidArgument` for a stream that goes on as it must not."""
    first = await anext(stream, None)
    if first is None:
        raise InvalidArgument("the stream holds no query", violations=(Violation("query", "is required"),))
    search = query.search(first)
    coming = asyncio.create_task(_embedded(search, stream))

    async def embedded() -> Embedded | None:
        return await coming

    try:
        yield Query(
            corpus=search.corpus,
            text=search.query,
            embedded=embedded,
            mode=search.mode,
            top_k=search.top_k,
            index=search.index,
            wants=parsed(search.filter) if search.filter else None,
        )
        await coming
        if await anext(stream, None) is not None:
            last = Violation("request", "must be the last of its stream")
            raise InvalidArgument("nothing may follow the vector of a query", violations=(last,))
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def _embedded(search: requests.Search, stream: AsyncIterator[pb.SearchRequest]) -> Embedded | None:
    """Return the vector that came with the query, or the one that follows it; None when the stream ends before."""
    if search.vector is not None and search.model is not None:
        return query.embedded(search.vector, search.model)
    late = await anext(stream, None)
    return None if late is None else query.following(late)
