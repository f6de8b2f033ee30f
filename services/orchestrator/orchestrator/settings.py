"""What an operator may turn about searches and answers."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings
from orchestrator.answer.answerer import AnswerLimits
from orchestrator.answer.writing import WritingLimits
from orchestrator.evidence.attribution import AttributionLimits
from orchestrator.reranking.reranker import RerankLimits
from orchestrator.search.searcher import SearchLimits


class TargetSettings(Settings):
    """Where the siblings are: `host:port` or `dns:///name:port`."""

    embedding_target: str = "127.0.0.1:50062"
    """The embedding service."""

    retrieval_target: str = "127.0.0.1:50063"
    """The retrieval service."""


class CrossEncoderSettings(Settings):
    """Read from `FOREBAY_CROSS_ENCODER_…`: a model that reads question and candidate together."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_CROSS_ENCODER_")

    tokenizer: Path | None = None
    """The `tokenizer.json` of the model that plays the role `cross-encoder`; with it, that one reranks."""

    window: int = Field(default=512, ge=16, le=8192)
    """Tokens of a pair that the model reads; what is longer is cut, the longer of its two texts first."""

    rows: int = Field(default=32, ge=1, le=256)
    """Pairs of one call at most; no more than the model's `max_batch_size`."""

    slope: float | None = None
    """What the score is multiplied by before the logistic makes `relevance` of it; without one, none is said."""

    shift: float = 0.0
    """What is added to the product."""


class OrchestratorSettings(Settings):
    """Read from `FOREBAY_ORCHESTRATOR_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_ORCHESTRATOR_")

    prompt: str = "answer@1"
    """The prompt template, as name@version; it must be among those that come with the service."""

    gate_threshold: float = Field(default=0.45, ge=0, le=1)
    """The probability that the sources hold the answer from which one is given; higher refuses more."""

    candidates: int = Field(default=12, ge=1, le=100)
    """Chunks that the gate looks at; the sources are the first of them."""

    pace: float = Field(default=0.04, ge=0, le=1)
    """Seconds between two pieces of text; each piece is a message on every hop."""

    quote_tokens: int = Field(default=70, ge=10, le=1000)
    """Tokens of the quotations that stand for an answer when the language model is given up."""

    added_tokens: int = Field(default=70, ge=0, le=1000)
    """Tokens of the quotation that follows the language model's words, where the template or doubt asks for one."""

    embed_share: float = Field(default=0.5, gt=0, le=1)
    """The part of the time left that the embedding of a hybrid search may take."""

    embed_patience: float = Field(default=2.0, gt=0)
    """Seconds that the embedding of a hybrid search may take at most."""

    rerank_candidates: int = Field(default=50, ge=0, le=200)
    """Chunks of a hybrid search that the reranker looks at; 0 turns it off."""

    rerank_weight: float = Field(default=0.5, ge=0, le=1)
    """The reranker's share of the new score; fusion has the rest."""

    rerank_patience: float = Field(default=0.5, gt=0)
    """Seconds that reranking may take at most."""

    rerank_share: float = Field(default=0.3, gt=0, le=1)
    """The part of the time left that reranking may take."""

    support: float = Field(default=0.6, gt=0, le=1)
    """The support from which a source stands behind a sentence."""

    attribution_patience: float = Field(default=0.5, gt=0)
    """Seconds that comparing sentences by their vectors may take, after the text is out."""

    generation_least: float = Field(default=0.5, ge=0)
    """Seconds of time left below which the language model is not asked."""

    generation_reserve: float = Field(default=0.3, ge=0)
    """Seconds of time left that are kept for what follows the language model."""

    def search(self) -> SearchLimits:
        """Return how time is shared in a search."""
        return SearchLimits(embed_share=self.embed_share, embed_patience=self.embed_patience)

    def reranking(self) -> RerankLimits:
        """Return how much is looked at again, and for how long."""
        return RerankLimits(
            candidates=self.rerank_candidates,
            weight=self.rerank_weight,
            patience=self.rerank_patience,
            share=self.rerank_share,
        )

    def answer(self) -> AnswerLimits:
        """Return how answers are made."""
        return AnswerLimits(
            candidates=self.candidates,
            pace=self.pace,
            quote_tokens=self.quote_tokens,
            added_tokens=self.added_tokens,
        )

    def attribution(self) -> AttributionLimits:
        """Return when a source stands behind a sentence."""
        return AttributionLimits(enough=self.support, patience=self.attribution_patience)

    def writing(self) -> WritingLimits:
        """Return how much time the language model gets."""
        return WritingLimits(least=self.generation_least, reserve=self.generation_reserve)
