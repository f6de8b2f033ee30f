"""The rule of answering: search, show the sources, judge them, generate, attribute, close.

Each step has a next best. Without the vector the search is by words; without a language model, or without the time for
it, the answer is quoted from the sources; sources that do not hold the answer are not given to a model at all.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Protocol

from chassis.deadline import remaining
from chassis.errors import DeadlineExceeded, Internal, Overloaded, ServiceError, Unavailable
from chassis.snapshot import Prompt
from chassis.telemetry import span, trace_id
from orchestrator.answer.case import Case, open_case
from orchestrator.answer.confidence import Confidence
from orchestrator.answer.draft import Draft
from orchestrator.answer.pacing import paced
from orchestrator.answer.refusals import NO_ANSWER, gives_up
from orchestrator.answer.words import Ask, Closing, Event, Finish, Sources, Text, Usage
from orchestrator.answer.writing import GENERATOR, TIER, Writing
from orchestrator.evidence.attribution import Attribution, Attributor
from orchestrator.evidence.gate import Gate
from orchestrator.search.words import Found, Query

_PASSING: Final = (Unavailable, Overloaded, DeadlineExceeded, Internal)
"""Failures of the model that quotations make up for."""


class Search(Protocol):
    """Finds chunks."""

    async def search(self, query: Query) -> Found:
        """Return what was found."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLimits:
    """How answers are made."""

    candidates: int = 12
    """Chunks that the gate looks at; the caller's sources are the first of them."""

    pace: float = 0.04
    """Seconds between two pieces of text."""

    quote_tokens: int = 70
    """Tokens of the quotations that stand for an answer."""

    added_tokens: int = 70
    """Tokens of the quotation that follows an answer of the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an answer when its text is complete."""

    text: str
    finish: Finish
    attributions: tuple[Attribution, ...]
    broken: bool
    """Whether the model was given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What an answer is made with."""

    searcher: Search
    gate: Gate
    template: Callable[[], Prompt]
    """Chooses the template for whoever asks; an answer keeps the one that it was begun with."""

    writing: Writing
    attributor: Attributor
    confidence: Confidence


class Answerer:
    """Answers questions."""

    def __init__(self, steps: Steps, limits: AnswerLimits) -> None:
        self._steps = steps
        self._limits = limits

    async def answer(self, ask: Ask) -> AsyncGenerator[Event, None]:
        """Yield the sources, the text, and the closing event."""
        top_k = max(self._limits.candidates, ask.max_sources)
        query = Query(corpus=ask.corpus, text=ask.question, top_k=top_k, filter=ask.filter)
        found = await self._steps.searcher.search(query)
        yield Sources(found.hits[: ask.max_sources])
        case = open_case(ask, found, self._steps.gate, self._steps.template())
        if not case.verdict.opened:
            yield Text(NO_ANSWER)
            yield self._refused(case)
            return
        async with aclosing(self._opened(case)) as events:
            async for event in events:
                yield event

    async def _opened(self, case: Case) -> AsyncGenerator[Event, None]:
        draft = Draft(case.template.most_sentences)
        text, broken = "", False
        try:
            async with aclosing(self._generated(case, draft)) as pieces:
                async for piece in pieces:
                    text += piece
                    yield Text(piece)
        except _PASSING as failure:
            _unless_over(failure)
            broken = True
        broken = broken or not text
        finish = Finish.NO_ANSWER if gives_up(text) and not broken else draft.finish
        quotation = await self._quotation(case, draft, text, broken=broken) if finish is not Finish.NO_ANSWER else ""
        if quotation:
            added = f"\n\n{quotation}" if text else quotation
            text += added
            yield Text(added)
        attributions = await self._attributed(case, text)
        known = Known(text=text, finish=finish, attributions=attributions, broken=broken)
        yield self._closing(case, draft, known)

    async def _quotation(self, case: Case, draft: Draft, text: str, *, broken: bool) -> str:
        """Return what the sources say in their own words, where that is wanted after the model's."""
        if broken:
            return case.quotation(self._limits.quote_tokens)
        if not case.template.quotes and any(each.sources for each in await self._attributed(case, text)):
            return ""
        return case.quotation(self._limits.added_tokens, text, draft.usage.output_tokens)

    def _generated(self, case: Case, draft: Draft) -> AsyncGenerator[str, None]:
        order = case.order()
        return paced(self._steps.writing.texts(order, draft), self._limits.pace)

    async def _attributed(self, case: Case, text: str) -> tuple[Attribution, ...]:
        with span("attribute"):
            return await self._steps.attributor.attribute(text, case.read)

    def _closing(self, case: Case, draft: Draft, known: Known) -> Closing:
        confidence = self._steps.confidence.of(case, draft.text or known.text, known.attributions)
        models = (*case.found.models, draft.model) if draft.model else case.found.models
        return Closing(
            finish=known.finish,
            usage=draft.usage,
            confidence=confidence,
            degraded=(*case.found.degraded, *_given_up(draft, known)),
            attributions=known.attributions,
            corpus_version=case.found.corpus_version,
            prompt=case.template.label,
            models=models,
            trace_id=trace_id(),
        )

    def _refused(self, case: Case) -> Closing:
        """Close an answer that was none: the gate's certainty that there is nothing is the answer's."""
        return Closing(
            finish=Finish.NO_ANSWER,
            usage=Usage(),
            confidence=1 - case.verdict.probability,
            degraded=case.found.degraded,
            attributions=(Attribution(0, len(NO_ANSWER), (), 0.0),),
            corpus_version=case.found.corpus_version,
            prompt=case.template.label,
            models=case.found.models,
            trace_id=trace_id(),
        )


def _given_up(draft: Draft, known: Known) -> tuple[str, ...]:
    if known.broken:
        return (GENERATOR,)
    return (TIER,) if draft.fell else ()


def _unless_over(failure: ServiceError) -> None:
    """Raise when the request itself has no time left: nobody would read quotations."""
    if remaining() == 0:
        raise DeadlineExceeded("the time given was not enough to answer") from failure
