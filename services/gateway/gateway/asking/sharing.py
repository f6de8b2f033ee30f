"""Who bears the cost of work that several listen to: whoever has listened longest, for as long as they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from gateway.asking import accounting, replaying
from gateway.cache.flights import Flight
from gateway.visits.account import ANSWER, Account, Spent

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
        case "spending" if not bears:
            own.spending.ClearField("spent")
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
        account.spare(used.spent.values())
        return
    account.cache = replaying.STATES[pb.CACHE_STATE_MISS]
    borne = flight.borne or Account()
    account.note(_beyond(used.spent, borne.spent))
    account.spare(_beyond(used.saved, borne.saved))
    if len(flight.listeners) == 1:
        account.untold |= used.untold
    flight.borne = used


def _beyond(used: Mapping[Key, Spent], borne: Mapping[Key, Spent]) -> Iterable[Spent]:
    return (spent.beyond(borne.get(key)) for key, spent in used.items())


def _used(events: Iterable[pb.AnswerResponse]) -> Account:
    """Return the account of all that happened so far."""
    whole = Account(untold={ANSWER})
    for event in events:
        accounting.event(whole, event)
    return whole
