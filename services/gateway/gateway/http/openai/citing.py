"""From sources and attributions to what OpenAI calls annotations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2

from gateway.asking.replaying import STATES
from gateway.http.openai.completions import Annotation, Particulars, Source, UrlCitation, Versions

_REASONS: Final = {pb.FINISH_REASON_LENGTH: "length", pb.FINISH_REASON_NO_ANSWER: "no_answer"}


def sources(listed: pb.Sources) -> list[Source]:
    """Return the sources as they are told."""
    return [
        Source(
            number=source.number,
            document_id=source.chunk.document_id,
            ordinal=source.chunk.ordinal,
            title=source.chunk.title,
            headings=list(source.chunk.headings),
            uri=source.chunk.uri,
            text=source.chunk.text,
            score=source.score,
            relevance=source.relevance if source.HasField("relevance") else None,
        )
        for source in listed.sources
    ]


def citations(attributions: Iterable[pb.Attribution], listed: pb.Sources, corpus: str) -> list[Annotation]:
    """Return one citation for each sentence and source that supports it."""
    chunks = {source.number: source.chunk for source in listed.sources}
    return [
        Annotation(
            url_citation=UrlCitation(
                start_index=attribution.start,
                end_index=attribution.end,
                url=_place(chunks[number], corpus),
                title=chunks[number].title or chunks[number].document_id,
            )
        )
        for attribution in attributions
        for number in attribution.sources
        if number in chunks
    ]


def particulars(closing: pb.Closing) -> Particulars:
    """Return how the answer came about."""
    models = {model.role: f"{model.name}@{model.version}" for model in closing.versions.models}
    return Particulars.model_validate(
        {
            "finish_reason": _REASONS.get(closing.finish_reason, "stop"),
            "confidence": closing.confidence,
            "degraded": list(closing.degraded),
            "cache": STATES.get(closing.cache, "none"),
            "versions": Versions(corpus=closing.versions.corpus, prompt=closing.versions.prompt, models=models),
            "trace_id": closing.trace_id,
        }
    )


def _place(chunk: retrieval_pb2.Chunk, corpus: str) -> str:
    return chunk.uri or f"forebay:{corpus}/{quote(chunk.document_id, safe='')}#{chunk.ordinal}"
