"""The rule of reranking: more candidates than asked for, a closer look at the best, and back to what was asked for.

A search that cannot be reranked is still a search: without the model, or without the time, the order stays that of the
fusion, and the step is named.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from chassis import names
from chassis.deadline import remaining, within
from chassis.errors import DeadlineExceeded, Internal, NotFound, Overloaded, ServiceError, Unavailable
from chassis.telemetry import Span, span
from orchestrator.reranking.blending import blended, ordered
from orchestrator.reranking.features import Rows
from orchestrator.search.spending import Spent, Step
from orchestrator.search.words import Found, Hit, Mode, Model, Query, Term

RERANKER: Final = "reranker"
"""The role of the model, and how the step is called in `degraded`."""

_PASSING: Final = (Unavailable, Overloaded, DeadlineExceeded, Internal)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A score for each candidate, higher is better, and the model that gave them."""

    scores: Sequence[float]
    model: Model
    rows: Rows = ()
    """What the ranker saw of each candidate, where that is features; a calibration looks at them too."""


class Ranker(Protocol):
    """Scores candidates."""

    async def rank(self, query: Query, hits: Sequence[Hit], asked: Sequence[Term]) -> Ranking:
        """Return a score for each hit; raise `NotFound` where nobody plays the role, or what models raise."""
        ...


class Calibration(Protocol):
    """Knows what the scores of a ranker mean."""

    def relevance(self, ranking: Ranking, blends: Sequence[float]) -> Sequence[float | None]:
        """Return how likely each candidate is relevant, given its blended score too; None where that is not known."""
        ...


class Search(Protocol):
    """Finds chunks."""

    async def search(self, query: Query) -> Found:
        """Find the chunks of a corpus that fit the query best."""
        ...


class Meters(Protocol):
    """Records what reranking took."""

    def reranked(self, seconds: float, outcome: str) -> None:
        """Note one attempt; `outcome` is OK or the failure's reason."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankLimits:
    """How much is looked at, and for how long."""

    candidates: int = 50
    """Chunks that are looked at; 0 looks at none."""

    weight: float = 0.5
    """The ranker's share of the new score; fusion has the rest."""

    patience: float = 0.5
    """Seconds that the step may take at most."""

    share: float = 0.3
    """The part of what is left that the step may take."""

    least: float = 0.04
    """Seconds below which the step is not started."""


class Reranker:
    """Searches, and looks at the best candidates again."""

    def __init__(
        self, searcher: Search, ranker: Ranker, calibration: Calibration, meters: Meters, limits: RerankLimits
    ) -> None:
        self._searcher = searcher
        self._ranker = ranker
        self._calibration = calibration
        self._meters = meters
        self._limits = limits

    async def search(self, query: Query) -> Found:
        """Find the chunks of a corpus that fit the query best."""
        wanted = query.rerank and query.mode is Mode.HYBRID and self._limits.candidates > 0
        if not wanted:
            return await self._searcher.search(query)
        found = await self._searcher.search(replace(query, top_k=max(query.top_k, self._limits.candidates)))
        if found.hits and not found.degraded:
            found = await self._reranked(query, found)
        return replace(found, hits=found.hits[: query.top_k])

    async def _reranked(self, query: Query, found: Found) -> Found:
        left = remaining()
        allowed = self._limits.patience if left is None else min(self._limits.patience, left * self._limits.share)
        with span("rerank", {names.CORPUS: query.corpus, names.CANDIDATES: len(found.hits)}) as step:
            clock = asyncio.get_running_loop().time
            begin, outcome = clock(), "OK"
            try:
                if allowed < self._limits.least:
                    raise DeadlineExceeded("there is no time to rerank")
                with within(allowed):
                    async with asyncio.timeout(allowed):
                        return await self._closer(query, found, step)
            except NotFound as nobody:
                outcome = nobody.reason
                return found
            except (*_PASSING, TimeoutError) as failure:
                outcome = failure.reason if isinstance(failure, ServiceError) else "TIMEOUT"
                step.set_attribute(names.DEGRADED, (RERANKER,))
                return replace(found, degraded=(*found.degraded, RERANKER))
            finally:
                self._meters.reranked(clock() - begin, outcome)

    async def _closer(self, query: Query, found: Found, step: Span) -> Found:
        hits, rest = found.hits[: self._limits.candidates], found.hits[self._limits.candidates :]
        ranking = await self._ranker.rank(query, hits, found.terms)
        step.set_attributes(Spent(step=Step.RERANK, model=ranking.model, inferences=len(hits)).attributes())
        scores = blended([hit.score for hit in hits], ranking.scores, self._limits.weight)
        likely = self._calibration.relevance(ranking, scores)
        judged = [replace(hit, relevance=probability) for hit, probability in zip(hits, likely, strict=True)]
        return replace(found, hits=ordered(judged, scores, rest), models=(*found.models, ranking.model))
