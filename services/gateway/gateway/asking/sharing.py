"""Who bears the cost of work that several listen to: whoever has listened longest, for as long as they do."""

from __future__ import annotations

from collections.abc import Iterable

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from gateway.asking import accounting, replaying
from gateway.cache.flights import Flight
from gateway.visits.account import Account, Spent

Key = tuple[str, str, str]


def shown(flight: Flight[pb.AnswerResponse], listener: object, event: pb.AnswerResponse) -> pb.AnswerResponse:
    """Return the event as that listener is shown it: what was used is told to the one who bears it."""
    bears = flight.listeners[0] is listener
    own = pb.AnswerResponse()
    own.CopyFrom(event)
    match event.WhichOneof("event"):
        case "closing" if bears:
            own.closing.cache = pb.CACHE_STATE_MISS
        case "closing":
            own.closing.CopyFrom(replaying.given_again(event.closing, pb.CACHE_STATE_HIT))
        case "text" if not bears or flight.borne:
            own.text.ClearField("spent")
        case "sources" if not bears or flight.borne:
            own.sources.ClearField("spent")
    return own


def settle(flight: Flight[pb.AnswerResponse], listener: object, account: Account) -> None:
    """Note what was used for the listener who leaves, or what was saved."""
    used = _used(flight.events)
    if flight.listeners[0] is not listener:
        account.cache = replaying.STATES[pb.CACHE_STATE_HIT]
        account.saved = tuple(used.values())
        return
    account.cache = replaying.STATES[pb.CACHE_STATE_MISS]
    account.note(spent.beyond(flight.borne.get(key)) for key, spent in used.items())
    flight.borne = used


def _used(events: Iterable[pb.AnswerResponse]) -> dict[Key, Spent]:
    """Return the sums of all that was used so far."""
    whole = Account()
    for event in events:
        accounting.event(whole, event)
    return whole.spent
