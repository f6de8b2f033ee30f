"""What is known of a question once the search is done: its sources, read and judged."""

from __future__ import annotations

from dataclasses import dataclass

from chassis import names
from chassis.snapshot import Prompt
from chassis.telemetry import span
from orchestrator.answer.words import Ask
from orchestrator.answer.writer import Order
from orchestrator.evidence.choosing import Scored, chosen, near, passages, ranked
from orchestrator.evidence.gate import Gate, Verdict
from orchestrator.evidence.lines import Page, pages
from orchestrator.evidence.quoting import quotation
from orchestrator.evidence.weights import weigh
from orchestrator.prompts.composing import compose
from orchestrator.prompts.tokens import estimate
from orchestrator.search.words import Found, Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question, what was found, and what the gate thinks of it."""

    ask: Ask
    found: Found
    sources: tuple[Hit, ...]
    read: tuple[Page, ...]
    lines: tuple[Scored, ...]
    """The lines of the sources that are to the point, best first."""

    verdict: Verdict
    template: Prompt

    def order(self) -> Order:
        """Return what the model is to write."""
        with span("prompt"):
            shown = passages(chosen(self.lines, self.template.source_tokens, estimate))
            return Order(
                messages=compose(self.template, self.ask.question, shown),
                max_tokens=self.ask.max_output_tokens,
                temperature=self.ask.temperature,
                seed=self.ask.seed,
                stop=self.template.stop,
            )

    def quotation(self, tokens: int, text: str = "", spent: int = 0) -> str:
        """Return the best lines as quotations, without what the text says; no more tokens than the caller has left."""
        left = min(tokens, self.ask.max_output_tokens - spent)
        return quotation(self.lines, left, estimate, text) if left > 0 else ""


def open_case(ask: Ask, found: Found, gate: Gate, template: Prompt) -> Case:
    """Read the sources and judge them."""
    sources = found.hits[: ask.max_sources]
    with span("gate") as step:
        read = pages(sources)
        weights = weigh(ask.question, found.terms)
        verdict = gate.judge(ask.question, found, read, weights)
        step.set_attribute(names.GATE_PROBABILITY, verdict.probability)
    lines = tuple(near(ranked(read, weights))) if verdict.opened else ()
    return Case(ask=ask, found=found, sources=sources, read=read, lines=lines, verdict=verdict, template=template)
