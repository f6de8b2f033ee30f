"""Events of answers to what is kept of them, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from chassis.telemetry import trace_id
from gateway.cache.entries import Entry

STATES: Final = {pb.CACHE_STATE_MISS: "miss", pb.CACHE_STATE_HIT: "hit", pb.CACHE_STATE_NEAR: "near"}
"""What an account calls them."""

_PROMPT: Final = "prompt"


def entry(events: Sequence[pb.AnswerResponse]) -> Entry | None:
    """Return what is kept of an answer; None when it is not whole, or degraded."""
    first, *texts, last = events if len(events) > 1 else (None, None)
    if first is None or last is None or not (first.HasField("sources") and last.HasField("closing")):
        return None
    closing = last.closing
    if closing.degraded or not texts:
        return None
    return Entry(
        sources=first.sources.SerializeToString(),
        text="".join(event.text.text for event in texts),
        closing=closing.SerializeToString(),
        made=_made(closing.versions),
    )


def events(kept: Entry, state: pb.CacheState.ValueType) -> Iterator[pb.AnswerResponse]:
    """Yield a kept answer as it was given, but for what says how it came about this time."""
    sources = pb.Sources.FromString(kept.sources)
    del sources.spent[:]
    yield pb.AnswerResponse(sources=sources)
    for piece in kept.pieces():
        yield pb.AnswerResponse(text=pb.Text(text=piece))
    yield pb.AnswerResponse(closing=given_again(pb.Closing.FromString(kept.closing), state))


def given_again(closing: pb.Closing, state: pb.CacheState.ValueType) -> pb.Closing:
    """Return the closing event of an answer for which nothing was used this time."""
    again = pb.Closing()
    again.CopyFrom(closing)
    again.ClearField("usage")
    again.ClearField("spent")
    again.cache = state
    again.trace_id = trace_id()
    return again


def saved(kept: Entry) -> Iterable[pb.Spent]:
    """Return what the answer cost when it was made."""
    return pb.Closing.FromString(kept.closing).spent


def _made(versions: pb.Versions) -> dict[str, str]:
    made = {f"model {model.role}": f"{model.name}@{model.version}" for model in versions.models}
    return made | {_PROMPT: versions.prompt}
