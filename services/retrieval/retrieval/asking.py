"""The stream of a search: the query first; its vector with it, or after it.

The stream is read beside the search, so that the search begins with the words and takes the vector when it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from chassis.errors import InvalidArgument, Violation
from chassis.validation import checked
from retrieval import requests
from retrieval.records import Model
from retrieval.search.words import Embedded, Mode, Query

_MODES: Final = {
    pb.SEARCH_MODE_UNSPECIFIED: Mode.HYBRID,
    pb.SEARCH_MODE_DENSE: Mode.DENSE,
    pb.SEARCH_MODE_LEXICAL: Mode.LEXICAL,
    pb.SEARCH_MODE_HYBRID: Mode.HYBRID,
}
DEFAULT_TOP_K: Final = 10
_LATE: Final = frozenset({"vector", "model"})
"""What may follow the query."""


@asynccontextmanager
async def asked(stream: AsyncIterator[pb.SearchRequest]) -> AsyncIterator[Query]:
    """Yield the query as soon as it is there; raise `InvalidArgument` for a stream that goes on as it must not."""
    first = await anext(stream, None)
    if first is None:
        raise _bad("query", "is required", "the stream holds no query")
    search = _search(first)
    coming = asyncio.create_task(_embedded(search, stream))

    async def embedded() -> Embedded | None:
        return await coming

    try:
        yield Query(corpus=search.corpus, text=search.query, embedded=embedded, mode=search.mode, top_k=search.top_k)
        await coming
        if await anext(stream, None) is not None:
            raise _bad("request", "must be the last of its stream", "nothing may follow the vector of a query")
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def _embedded(search: requests.Search, stream: AsyncIterator[pb.SearchRequest]) -> Embedded | None:
    """Return the vector that came with the query, or the one that follows it; None when the stream ends before."""
    if search.vector is not None and search.model is not None:
        return _words(search.vector, search.model)
    following = await anext(stream, None)
    if following is None:
        return None
    for field, _ in following.ListFields():
        if field.name not in _LATE:
            raise _bad(field.name, "must stand in the first message", "only a vector may follow a query")
    late = checked(requests.Following, **_vector(following))
    return _words(late.vector, late.model)


def _search(request: pb.SearchRequest) -> requests.Search:
    return checked(
        requests.Search,
        corpus=request.corpus,
        query=request.query,
        mode=_MODES.get(request.mode, request.mode),
        top_k=request.top_k or DEFAULT_TOP_K,
        **_vector(request),
    )


def _vector(request: pb.SearchRequest) -> dict[str, Any]:
    vector, model = request.vector, request.model
    return {
        "vector": {"data": vector.data, "count": vector.count, "dimension": vector.dimension, "dtype": vector.dtype}
        if request.HasField("vector")
        else None,
        "model": {"name": model.name, "version": model.version} if request.HasField("model") else None,
    }


def _words(vector: requests.Vector, model: requests.Model) -> Embedded:
    return Embedded(vector.values(), Model(name=model.name, version=model.version))


def _bad(field: str, why: str, message: str) -> InvalidArgument:
    return InvalidArgument(message, violations=(Violation(field, why),))
