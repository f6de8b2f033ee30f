"""An answer, as it comes and as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator

from chassis.errors import Unavailable

Event = orchestrator.Sources | orchestrator.Text | orchestrator.Closing
"""What an answer's stream brings: sources once, text any number of times, the closing once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer."""

    text: str
    """What was said."""

    sources: Sequence[orchestrator.Source]
    """What it may draw on, best first."""

    closing: orchestrator.Closing
    """How it ended and how it came about."""


async def gathered(events: AsyncIterator[Event]) -> Answer:
    """Put the events of an answer together; raise `Unavailable` when the stream broke off."""
    sources: Sequence[orchestrator.Source] = ()
    texts: list[str] = []
    closing: orchestrator.Closing | None = None
    async for event in events:
        match event:
            case orchestrator.Sources():
                sources = event.sources
            case orchestrator.Text():
                texts.append(event.text)
            case orchestrator.Closing():
                closing = event
    if closing is None:
        raise Unavailable("the answer broke off; ask again")
    return Answer(text="".join(texts), sources=sources, closing=closing)
