"""Counts what was embedded, and writes it on the span of the request."""

from __future__ import annotations

from typing import Final

from opentelemetry import metrics, trace

from chassis import names
from embedding.embedder import Embedded, Kind

_SCOPE: Final = "forebay.embedding"


class Meters:
    """The instruments of the service."""

    def __init__(self, provider: metrics.MeterProvider | None = None) -> None:
        meter = metrics.get_meter(_SCOPE, meter_provider=provider)
        self._texts = meter.create_counter(names.EMBEDDING_TEXTS, "{text}", "Texts embedded.")
        self._remembered = meter.create_counter(names.EMBEDDING_REMEMBERED, "{text}", "Texts known from before.")
        self._tokens = meter.create_counter(names.EMBEDDING_TOKENS, "{token}", "Tokens read, padding not included.")
        self._truncated = meter.create_counter(names.EMBEDDING_TRUNCATED, "{text}", "Texts longer than the window.")

    def note(self, embedded: Embedded, kind: Kind) -> None:
        """Note one request."""
        model = embedded.vectors.model
        attributes = {names.POOL_MODEL: model.name, names.MODEL_VERSION: model.version, names.INPUT_KIND: kind.value}
        computed, tokens = (0, 0) if embedded.remembered else (embedded.vectors.count, embedded.tokens)
        self._texts.add(computed, attributes)
        self._remembered.add(embedded.vectors.count - computed, attributes)
        self._tokens.add(tokens, attributes)
        self._truncated.add(embedded.truncated, attributes)
        trace.get_current_span().set_attributes(
            {
                names.STEP: "embed",
                names.INFERENCES: computed,
                names.GEN_AI_OPERATION: "embeddings",
                names.GEN_AI_RESPONSE_MODEL: model.name,
                names.MODEL_VERSION: model.version,
                names.GEN_AI_INPUT_TOKENS: tokens,
            }
        )
