"""Messages of a search to checked words."""

from __future__ import annotations

from typing import Any, Final

from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from chassis.errors import InvalidArgument, Violation
from chassis.validation import checked
from retrieval import requests
from retrieval.records import Model
from retrieval.search.words import Embedded, Mode

_MODES: Final = {
    pb.SEARCH_MODE_UNSPECIFIED: Mode.HYBRID,
    pb.SEARCH_MODE_DENSE: Mode.DENSE,
    pb.SEARCH_MODE_LEXICAL: Mode.LEXICAL,
    pb.SEARCH_MODE_HYBRID: Mode.HYBRID,
}
DEFAULT_TOP_K: Final = 10
_LATE: Final = frozenset({"vector", "model"})
"""What may follow the query."""


def search(request: pb.SearchRequest) -> requests.Search:
    """Check the first message."""
    return checked(
        requests.Search,
        corpus=request.corpus,
        query=request.query,
        mode=_MODES.get(request.mode, request.mode),
        top_k=request.top_k or DEFAULT_TOP_K,
        filter=request.filter,
        index=request.index,
        **_vector(request),
    )


def following(request: pb.SearchRequest) -> Embedded:
    """Check the message that follows."""
    for field, _ in request.ListFields():
        if field.name not in _LATE:
            violation = Violation(field.name, "must stand in the first message")
            raise InvalidArgument("only a vector may follow a query", violations=(violation,))
    late = checked(requests.Following, **_vector(request))
    return embedded(late.vector, late.model)


def embedded(vector: requests.Vector, model: requests.Model) -> Embedded:
    """Return a checked vector in words."""
    return Embedded(vector.values(), Model(name=model.name, version=model.version))


def _vector(request: pb.SearchRequest) -> dict[str, Any]:
    vector, model = request.vector, request.model
    fields = {"data": vector.data, "count": vector.count, "dimension": vector.dimension, "dtype": vector.dtype}
    return {
        "vector": fields if request.HasField("vector") else None,
        "model": {"name": model.name, "version": model.version} if request.HasField("model") else None,
    }
