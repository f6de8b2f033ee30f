"""The wire face of the orchestrator: messages in, messages out, no decisions."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, Protocol

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2
from grpc import aio

from chassis.telemetry import trace_id
from chassis.validation import checked
from orchestrator import messages, requests
from orchestrator.answer.answerer import Search
from orchestrator.answer.words import Ask, Event
from orchestrator.search import spending
from orchestrator.search.words import Mode, Query

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]

_MODES: Final = {
    retrieval_pb2.SEARCH_MODE_UNSPECIFIED: Mode.HYBRID,
    retrieval_pb2.SEARCH_MODE_DENSE: Mode.DENSE,
    retrieval_pb2.SEARCH_MODE_LEXICAL: Mode.LEXICAL,
    retrieval_pb2.SEARCH_MODE_HYBRID: Mode.HYBRID,
}
_RERANKS: Final = {pb.RERANK_UNSPECIFIED: True, pb.RERANK_ON: True, pb.RERANK_OFF: False}
_SPENDING: Final = "forebay-spending-bin"
"""The trailer that says what a search used that failed."""

_MAX_SOURCES: Final = 4
_MAX_OUTPUT_TOKENS: Final = 192
_TOP_K: Final = 10


class Answering(Protocol):
    """Makes answers."""

    def answer(self, ask: Ask) -> AsyncGenerator[Event, None]:
        """Yield the events of one answer."""
        ...


class OrchestratorServicer(rpc.OrchestratorServiceServicer):
    """Serves `forebay.orchestrator.v1alpha1.OrchestratorService`."""

    def __init__(self, answering: Answering, searching: Search) -> None:
        self._answering = answering
        self._searching = searching

    async def Answer(self, request: pb.AnswerRequest, context: Context) -> AsyncIterator[pb.AnswerResponse]:
        """Answer a question."""
        used = spending.begin()
        try:
            async with aclosing(self._answering.answer(_ask(request))) as events:
                async for event in events:
                    yield messages.event(event, used)
        except Exception:
            yield pb.AnswerResponse(spending=messages.spending(used))
            raise

    async def Search(self, request: pb.SearchRequest, context: Context) -> pb.SearchResponse:
        """Find chunks."""
        used = spending.begin()
        try:
            return messages.found(await self._searching.search(_query(request)), used, trace_id())
        except Exception:
            context.set_trailing_metadata(((_SPENDING, messages.spending(used).SerializeToString()),))
            raise


def _ask(request: pb.AnswerRequest) -> Ask:
    asked = checked(
        requests.Answer,
        corpus=request.corpus,
        question=request.question,
        max_sources=request.max_sources or _MAX_SOURCES,
        max_output_tokens=request.max_output_tokens or _MAX_OUTPUT_TOKENS,
        temperature=request.temperature,
        seed=request.seed,
        filter=request.filter,
    )
    return Ask(**asked.model_dump())


def _query(request: pb.SearchRequest) -> Query:
    asked = checked(
        requests.Search,
        corpus=request.corpus,
        query=request.query,
        mode=_MODES.get(request.mode, request.mode),
        top_k=request.top_k or _TOP_K,
        filter=request.filter,
        index=request.index,
        rerank=_RERANKS.get(request.rerank, request.rerank),
    )
    return Query(
        corpus=asked.corpus,
        text=asked.query,
        mode=asked.mode,
        top_k=asked.top_k,
        filter=asked.filter,
        index=asked.index,
        rerank=asked.rerank,
    )
