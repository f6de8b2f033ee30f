"""Answers from the cache, from work that is under way, or made and kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from chassis.identity import Identity
from gateway.asking import accounting, replaying, sharing
from gateway.asking.meters import CacheMeters
from gateway.cache.cache import Cache
from gateway.cache.entries import Entry
from gateway.cache.flights import Flight, Flights
from gateway.cache.near.near import Near
from gateway.cache.turns import Turns
from gateway.cache.words import Key, Scope, Stamp
from gateway.visits.account import ANSWER
from gateway.visits.visit import Visit

Events = AsyncGenerator[pb.AnswerResponse, None]


class Answers(Protocol):
    """Makes answers."""

    def answer(self, ask: pb.AnswerRequest) -> Events:
        """Yield the events as they come; closing the generator stops the work, down to the model."""
        ...


class CachedAnswers:
    """Answers by the cache where the tenant's policy says so."""

    def __init__(self, answers: Answers, cache: Cache, turns: Turns, near: Near, routes: Callable[[], str]) -> None:
        self._meters = CacheMeters()
        self._answers = answers
        self._cache = cache
        self._turns = turns
        self._near = near
        self._routes = routes
        self._flights: Flights[pb.AnswerResponse] = Flights()

    async def answer(self, visit: Visit, ask: pb.AnswerRequest) -> Events:
        """Yield the events as they come, each accounted for; closing the generator stops what nobody else waits for."""
        caching = visit.policy.caching
        key = Key(scope=_scope(visit.who, ask, self._routes()), question=ask.question)
        sight = await self._cache.look(key) if caching.exact or caching.near else None
        if sight is None or sight.stamp is None:
            events = self._made(visit, self._answers.answer(ask))
        elif sight.entry is not None:
            events = self._again(visit, sight.entry, pb.CACHE_STATE_HIT)
        elif near := await self._found_near(visit, key, sight.stamp):
            events = self._again(visit, near, pb.CACHE_STATE_NEAR)
        elif waited := await self._turns.waited(key, sight.stamp):
            events = self._again(visit, waited, pb.CACHE_STATE_HIT)
        else:
            events = self._shared(visit, ask, key, sight.stamp)
        try:
            async with aclosing(events):
                async for event in events:
                    yield event
        finally:
            self._meters.note(visit)

    async def _made(self, visit: Visit, events: Events) -> Events:
        visit.account.untold.add(ANSWER)
        async with aclosing(events):
            async for event in events:
                accounting.event(visit.account, event)
                yield event

    async def _again(self, visit: Visit, entry: Entry, state: pb.CacheState.ValueType) -> Events:
        visit.account.cache = replaying.STATES[state]
        visit.account.spare(map(accounting.spent, replaying.saved(entry)))
        for event in replaying.events(entry, state):
            accounting.event(visit.account, event)
            yield event

    async def _shared(self, visit: Visit, ask: pb.AnswerRequest, key: Key, stamp: Stamp) -> Events:
        """Listen to the work for this question, begun by whoever came first."""

        def begin() -> Events:
            return self._kept(visit, self._answers.answer(ask), key, stamp)

        def leaving(flight: Flight[pb.AnswerResponse]) -> None:
            sharing.settle(flight, listener, visit.account)

        listener, question = object(), (key.digest, str(stamp))
        async with aclosing(self._flights.join(question, listener, begin, leaving)) as joined:
            async for flight, event in joined:
                shown = sharing.shown(flight, listener, event)
                accounting.event(visit.account, shown)
                yield shown

    async def _kept(self, visit: Visit, events: Events, key: Key, stamp: Stamp) -> Events:
        seen = []
        async with self._turns.taken(key, stamp), aclosing(events):
            async for event in events:
                seen.append(event)
                if event.HasField("closing") and (entry := replaying.entry(seen)):
                    await self._keep(visit, key, stamp, event.closing.versions.corpus, entry)
                yield event

    async def _keep(self, visit: Visit, key: Key, stamp: Stamp, version: int, entry: Entry) -> None:
        caching = visit.policy.caching
        if await self._cache.keep(key, stamp, version, entry, caching.seconds) and caching.near:
            await self._near.note(key, stamp, caching.seconds, accounting.near(visit.account))

    async def _found_near(self, visit: Visit, key: Key, stamp: Stamp) -> Entry | None:
        """Return the answer to a question that means the same, if it is still there, at the same state."""
        if not visit.policy.caching.near:
            return None
        other = await self._near.find(key, stamp, accounting.near(visit.account))
        if other is None:
            return None
        sight = await self._cache.look(other)
        return sight.entry if sight.stamp == stamp else None


def _scope(who: Identity, ask: pb.AnswerRequest, routes: str) -> Scope:
    return Scope(
        tenant=who.tenant,
        groups=who.groups,
        corpus=ask.corpus,
        filter=ask.filter,
        max_sources=ask.max_sources,
        max_output_tokens=ask.max_output_tokens,
        temperature=ask.temperature,
        seed=ask.seed,
        routes=routes,
    )
