"""One history from its seed: askers, writers, gateways that die, and a Valkey that forgets."""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing
from dataclasses import replace
from itertools import product
from uuid import UUID

from chassis import deadline, identity
from chassis.errors import ServiceError
from chassis.identity import Bearer
from gateway.asking.caching import CachedAnswers
from gateway.asking.vectors import QuestionVectors
from gateway.cache.near.near import Near
from gateway.cache.turns import Turns
from ingestion.committing.publishing import Versions
from ingestion.committing.restoring import Restorer
from ingestion.keeping.chores import repeated
from rigs.drafts import CORPUS
from sim.caching.asked import Asked
from sim.caching.library import Embeddings, Library, Orchestrator
from sim.caching.plan import REAL, Plan, Truth
from sim.caching.valkey import LATEST, Passing
from sim.world.history import Failed, Log
from sim.world.loop import VirtualLoop
from sim.world.weather import Weather, Wire

TENANTS, CORPORA, FILTERS = ("acme", "beta"), ("docs", "plans"), ("", 'lang == "en"')
GROUPS = (frozenset({"everyone"}), frozenset({"everyone", "hr"}), frozenset({"everyone", "hr", "it"}))
QUESTIONS = ("How do I delete a corpus?", "How can I remove a corpus?", "How do I delete 2 corpora?")

RESTORING = 2.0
"""Seconds between two looks for versions that are not shown."""


class World:
    """All that there is in one history."""

    def __init__(self, seed: int, plan: Plan) -> None:
        self.dice = random.Random(seed)
        self.plan = plan
        self.log: Log = []
        self.loop = VirtualLoop(self.dice)
        self.weather = Weather(self.dice, self.dice.choice((0.0, 0.05, 0.2)), LATEST)
        self.weather.calm = True
        self.corpora = {
            (tenant, name): replace(CORPUS, id=UUID(int=number), tenant=tenant, name=name)
            for number, (tenant, name) in enumerate(product(TENANTS, CORPORA), start=1)
        }
        self.library = Library(dict.fromkeys(self.corpora, 1), dict.fromkeys(self.corpora, 1))
        self.orchestrator = Orchestrator(self.library, self.weather, self.dice)
        self.valkey = plan.valkey()
        self.wire = Wire(self.weather, lambda: None, lambda what, fate: self.say(f"{what}: {fate}"))
        shelf = Passing(self.valkey, self.wire)
        self.versions = Versions(shelf)
        self.restorer = Restorer(shelf, Truth(self), self.versions, lambda: plan.still(self))
        self.writing = {place: asyncio.Lock() for place in self.corpora}
        self.shelves: dict[int, Passing] = {}
        self.gateways = [self._gateway(0), self._gateway(1)]
        self.asking: list[list[asyncio.Task]] = [[], []]
        self.states: set[str] = set()
        self.likely = {
            "place": self._some(list(self.corpora)),
            "groups": self._some(GROUPS),
            "question": self._some(QUESTIONS),
            "filter": self._some(FILTERS),
        }

    def _some(self, all_) -> list:
        """Return a few of them: what is asked again is asked often."""
        return self.dice.sample(list(all_), self.dice.randint(1, 2))

    def say(self, what: str) -> None:
        self.log.append((self.loop.time(), "", what))

    async def live(self) -> None:
        for place, corpus in self.corpora.items():
            await self.versions.withdraw([corpus])
            await self.versions.publish([corpus], {corpus.id: self.library.committed[place]})
        restoring = asyncio.create_task(repeated(self.restorer.restore, RESTORING, lambda _failure: None))
        await self.turmoil()
        self.weather.calm = True
        await self.wire.arrived()
        await asyncio.sleep(15 * RESTORING)
        restoring.cancel()
        for place in self.corpora:
            assert self.valkey.shows(*place), f"no version of {place} is shown, though all is well"
        for place in self.corpora:
            await self.write(place)
            asked = Asked(place=place, groups=GROUPS[0], question=QUESTIONS[0], filter=FILTERS[0])
            await self.ask(0, asked, sure=True)
        await asyncio.sleep(10)
        await self.versions.aclose()
        if self.orchestrator.under_way:
            raise AssertionError(f"{self.orchestrator.under_way} answers are made for nobody")

    async def turmoil(self) -> None:
        self.weather.calm = False
        tasks = []
        for _ in range(self.dice.randint(20, 60)):
            await asyncio.sleep(self.dice.random() * 0.5)
            tasks.append(asyncio.create_task(self._event()))
        done = await asyncio.gather(*tasks, return_exceptions=True)
        for failure in done:
            if isinstance(failure, AssertionError):
                raise failure

    async def _event(self) -> None:
        draw, place = self.dice.random(), self.dice.choice(self.likely["place"])
        if draw < 0.72:
            await self.asked(self.dice.randrange(2), place)
        elif draw < 0.88:
            await self.write(place)
        elif draw < 0.91:
            self.die(self.dice.randrange(2))
        elif draw < 0.93:
            self.say("valkey restarts")
            self.valkey.restart()
        elif draw < 0.96:
            self.valkey.save()
        elif draw < 0.98:
            self.library.prompt += 1
        else:
            await self.purge(place)

    async def asked(self, gateway: int, place: tuple[str, str]) -> None:
        likely = {name: self.dice.choice(self.likely[name]) for name in ("groups", "question", "filter")}
        task = asyncio.create_task(self.ask(gateway, Asked(place=place, **likely)))
        self.asking[gateway].append(task)
        if self.dice.random() < 0.2:
            await asyncio.sleep(self.dice.random())
            task.cancel()
        await asyncio.wait([task])
        self.asking[gateway].remove(task)
        if not task.cancelled() and task.exception():
            raise task.exception()

    async def ask(self, gateway: int, asked: Asked, *, sure: bool = False) -> None:
        least, visit = self.library.acknowledged[asked.place], asked.visit()
        identity.begin(Bearer(visit.who, None))
        deadline.begin(3600.0)
        text, closed = "", False
        try:
            async with aclosing(self.gateways[gateway].answer(visit, asked.request())) as events:
                async for event in events:
                    text += event.text.text
                    closed = closed or event.HasField("closing")
        except ServiceError as failure:
            if sure:
                raise AssertionError(f"nobody is served though all is well: {failure}") from failure
            return
        self.states.add(visit.account.cache)
        self.say(f"{asked} hears {text!r} {visit.account.cache}")
        assert closed, "an answer without an end"
        asked.check(text, least, self.library.committed[asked.place])

    async def write(self, place: tuple[str, str]) -> None:
        async with self.writing[place]:
            try:
                await self.plan.commit(self, place)
            except ServiceError:
                return
            self.library.acknowledged[place] = self.library.committed[place]
            self.say(f"{place} is at {self.library.committed[place]}, acknowledged")

    async def purge(self, place: tuple[str, str]) -> None:
        try:
            await Passing(self.valkey, self.wire).purge(place[0], self.dice.choice(("", place[1])))
        except ServiceError:
            return

    def die(self, number: int) -> None:
        self.say(f"gateway {number} dies")
        self.shelves[number].die()
        for task in self.asking[number]:
            task.cancel()
        self.gateways[number] = self._gateway(number)

    def _gateway(self, number: int) -> CachedAnswers:
        shelf = self.shelves[number] = Passing(self.valkey, self.wire)
        cache = self.plan.cache(shelf, 2**20, clock=self.loop.time)
        near = Near(shelf, QuestionVectors(Embeddings()))
        return CachedAnswers(self.orchestrator, cache, Turns(cache, 10.0), near, lambda: "routes")


def run(seed: int, plan: Plan = REAL) -> tuple[Log, set[str]]:
    """Live through a history; return what happened and what the cache gave; raise `Failed`."""
    world = World(seed, plan)
    try:
        world.loop.run(world.live())
    except AssertionError as failure:
        raise Failed(seed, failure, world.log) from failure
    return world.log, world.states | ({"waited"} if world.valkey.refused else set())
