"""Words to messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from forebay.embedding.v1alpha1 import embedding_pb2
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2

from chassis.routing import taken
from orchestrator.answer.words import Closing, Event, Finish, Sources, Text
from orchestrator.search.spending import Spending, Spent, Step
from orchestrator.search.words import Chunk, Found, Hit, Model

_FINISH: Final = {
    Finish.STOP: pb.FINISH_REASON_STOP,
    Finish.LENGTH: pb.FINISH_REASON_LENGTH,
    Finish.NO_ANSWER: pb.FINISH_REASON_NO_ANSWER,
}
_STEPS: Final = {
    Step.EMBED: pb.STEP_EMBED,
    Step.SEARCH: pb.STEP_SEARCH,
    Step.RERANK: pb.STEP_RERANK,
    Step.GENERATE: pb.STEP_GENERATE,
}


def event(words: Event, spending: Spending) -> pb.AnswerResponse:
    """Put an event on the wire, with what was used up to it."""
    match words:
        case Sources():
            listed = [_source(number, hit) for number, hit in enumerate(words.hits, start=1)]
            return pb.AnswerResponse(sources=pb.Sources(sources=listed, spent=map(_spent, spending.all())))
        case Text():
            used = spending.of(Step.GENERATE)
            return pb.AnswerResponse(text=pb.Text(text=words.text, spent=_spent(used) if used else None))
        case Closing():
            return pb.AnswerResponse(closing=_closing(words, spending))


def found(words: Found, spending: Spending, trace_id: str) -> pb.SearchResponse:
    """Put what was found on the wire."""
    return pb.SearchResponse(
        hits=map(_hit, words.hits),
        degraded=words.degraded,
        versions=_versions(words.corpus_version, "", words.models),
        trace_id=trace_id,
        spent=map(_spent, spending.all()),
    )


def spending(used: Spending) -> pb.Spending:
    """Say what was used by work that failed."""
    return pb.Spending(spent=map(_spent, used.all()))


def _closing(words: Closing, spending: Spending) -> pb.Closing:
    return pb.Closing(
        finish_reason=_FINISH[words.finish],
        usage=pb.TokenUsage(input_tokens=words.usage.input_tokens, output_tokens=words.usage.output_tokens),
        confidence=words.confidence,
        degraded=words.degraded,
        cache=pb.CACHE_STATE_UNSPECIFIED,
        versions=_versions(words.corpus_version, words.prompt, words.models),
        trace_id=words.trace_id,
        attributions=[
            pb.Attribution(start=each.start, end=each.end, sources=each.sources, support=each.support)
            for each in words.attributions
        ],
        spent=map(_spent, spending.all()),
    )


def _spent(words: Spent) -> pb.Spent:
    return pb.Spent(
        step=_STEPS[words.step],
        model=_model(words.model) if words.model else None,
        inferences=words.inferences,
        input_tokens=words.input_tokens,
        output_tokens=words.output_tokens,
        saved_inferences=words.saved_inferences,
        saved_input_tokens=words.saved_input_tokens,
        untold=words.untold,
    )


def _versions(corpus: int, prompt: str, models: Iterable[Model]) -> pb.Versions:
    routes = [
        pb.RouteChoice(role=choice.role, target=choice.target, version=choice.version, tier=choice.tier)
        for choice in taken()
    ]
    return pb.Versions(corpus=corpus, prompt=prompt, models=map(_model, models), routes=routes)


def _model(model: Model) -> embedding_pb2.ModelVersion:
    return embedding_pb2.ModelVersion(role=model.role, name=model.name, version=model.version)


def _source(number: int, hit: Hit) -> pb.Source:
    return pb.Source(number=number, chunk=_chunk(hit.chunk), score=hit.score, relevance=hit.relevance)


def _hit(words: Hit) -> retrieval_pb2.Hit:
    return retrieval_pb2.Hit(
        chunk=_chunk(words.chunk),
        score=words.score,
        dense_score=words.dense,
        lexical_score=words.lexical,
        relevance=words.relevance,
        duplicates=[
            retrieval_pb2.ChunkPlace(document_id=place.document_id, ordinal=place.ordinal) for place in words.duplicates
        ],
    )


def _chunk(words: Chunk) -> retrieval_pb2.Chunk:
    return retrieval_pb2.Chunk(
        document_id=words.document_id,
        ordinal=words.ordinal,
        text=words.text,
        headings=words.headings,
        title=words.title,
        uri=words.uri,
        generation=words.generation,
    )
