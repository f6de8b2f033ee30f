"""The figures of generations, in OpenTelemetry's words for language models, and of reranking."""

from __future__ import annotations

from functools import partial
from typing import Final

from opentelemetry import metrics, trace

from chassis import names
from chassis.routing import shadowed
from chassis.telemetry.buckets import SECONDS
from orchestrator.answer.words import Usage
from orchestrator.search.words import Model

_SCOPE: Final = "forebay.orchestrator"


class GenerationMeters:
    """Records tokens, times and the time to the first piece."""

    def __init__(self, provider: metrics.MeterProvider | None = None) -> None:
        meter = metrics.get_meter(_SCOPE, meter_provider=provider)
        timed = partial(meter.create_histogram, unit="s", explicit_bucket_boundaries_advisory=SECONDS)
        self._first = timed(names.GEN_AI_FIRST_CHUNK, description="Time to the first piece of text.")
        self._duration = timed(names.GEN_AI_DURATION, description="Time of a whole generation.")
        self._tokens = meter.create_histogram(names.GEN_AI_TOKENS, "{token}", "Tokens of a generation, by kind.")

    def first(self, seconds: float, model: Model) -> None:
        """Note the seconds to the first piece, and on the span when it came."""
        trace.get_current_span().add_event(names.GEN_AI_FIRST)
        self._first.record(seconds, _attributes(model))

    def ended(self, seconds: float, model: Model, usage: Usage) -> None:
        """Note the seconds of the whole generation and its tokens."""
        attributes = _attributes(model)
        self._duration.record(seconds, attributes)
        self._tokens.record(usage.input_tokens, attributes | {names.GEN_AI_TOKEN_TYPE: "input"})
        self._tokens.record(usage.output_tokens, attributes | {names.GEN_AI_TOKEN_TYPE: "output"})


class RerankMeters:
    """Records what reranking took."""

    def __init__(self, provider: metrics.MeterProvider | None = None) -> None:
        meter = metrics.get_meter(_SCOPE, meter_provider=provider)
        self._duration = meter.create_histogram(names.RERANK_DURATION, "s", "Time of one look at the candidates.")

    def reranked(self, seconds: float, outcome: str) -> None:
        """Note one attempt."""
        self._duration.record(seconds, {names.OUTCOME: outcome})


def _attributes(model: Model) -> dict[str, str]:
    said = {
        names.GEN_AI_OPERATION: "chat",
        names.GEN_AI_REQUEST_MODEL: model.role,
        names.GEN_AI_RESPONSE_MODEL: model.name,
    }
    return said | {names.SHADOW: "true"} if shadowed() else said
