"""An answerer over fakes, as most tests of answers want it."""

from __future__ import annotations

from typing import Any

from fakes.embedder_port import FakeEmbedder
from fakes.generator import FakeWriter, SilentMeters
from fakes.searcher import FakeSearcher, hit
from orchestrator.answer import confidence
from orchestrator.answer.answerer import Answerer, AnswerLimits, Steps
from orchestrator.answer.words import Ask, Text
from orchestrator.answer.writing import Writing, WritingLimits
from orchestrator.evidence import gate
from orchestrator.evidence.attribution import AttributionLimits, Attributor
from orchestrator.prompts.template import load
from orchestrator.search.words import Found

QUESTION = "Which port serves health?"
SAYS = hit("Health is served on port 8081. Probes know no TLS.", "Health", dense=0.8, lexical=20.0)
WEAK = [hit("Coffee is served at nine.", dense=0.2, lexical=1.0) for _ in range(8)]


class Rig:
    """Fakes that a test turns, and the answerer over them."""

    def __init__(self, result: Found, *words: str) -> None:
        self.searcher = FakeSearcher(result)
        self.embedder = FakeEmbedder()
        self.writer = FakeWriter(*words)
        self.template = load("answer@1")

    def answerer(self) -> Answerer:
        """Return the answerer over the fakes as they are now."""
        steps = Steps(
            searcher=self.searcher,
            gate=gate.fitted(0.5),
            template=lambda: self.template,
            writing=Writing(self.writer, SilentMeters(), WritingLimits()),
            attributor=Attributor(self.embedder, AttributionLimits()),
            confidence=confidence.fitted(),
        )
        return Answerer(steps, AnswerLimits(pace=0))

    async def ask(self, **changes: Any) -> list[Any]:
        """Return all events of an answer."""
        fields = {"max_sources": 4, "max_output_tokens": 64, "temperature": 0, "seed": 0} | changes
        ask = Ask(corpus="docs", question=QUESTION, **fields)
        return [event async for event in self.answerer().answer(ask)]


def text_of(events: list[Any]) -> str:
    """Return the text of an answer."""
    return "".join(event.text for event in events if isinstance(event, Text))
