"""Gateways over shared counts, in bad weather: they are put together as in production, die, and are replaced.

Other things that gateways share get a far end here, beside the counts, and a part of the truth of their own.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from chassis.errors import ServiceError
from chassis.snapshot import Limits, Policy
from gateway.limits.counting.local import LocalCounts
from gateway.limits.keeping import Keeper
from gateway.limits.limiting import DEGRADED, Limiting
from gateway.limits.words import Cost, Demand
from gateway.records.committing import Committer
from gateway.records.recorder import Recorder
from gateway.records.store import CommitLimits
from gateway.visits.visit import Visit
from rigs.limits import SNAPSHOT, demand, visit, written
from sim.gateway.counts import FarCounts, SharedCounts, now
from sim.gateway.model import Truth
from sim.gateway.records import FarRecords, SharedRecords
from sim.world.life import Life
from sim.world.weather import Weather, Wire, at_once

LEASE = 15.0
PROMPT = 20
CONCURRENT, PER_MINUTE, BUDGET = 3, 8, 300
LIMITS = Limits(concurrent=CONCURRENT, requests_per_minute=PER_MINUTE, tokens_per_day=BUDGET)
POLICY = Policy(tenant=LIMITS)
COMMITTING = CommitLimits(batch=3, anchoring=20.0)


@dataclass(frozen=True)
class Plan:
    """Which parts the gateways are made of; the real ones unless a bug is planted."""

    counts: Callable[[], SharedCounts] = SharedCounts
    committer: type[Committer] = Committer
    recorder: type[Recorder] = Recorder


REAL = Plan()


class WitnessedCounts(FarCounts):
    """Tells the model what the counts did, in the moment in which they did it."""

    def __init__(self, wire: Wire, counts: SharedCounts, truth: Truth) -> None:
        super().__init__(wire, counts)
        self._truth = truth

    async def reserve(self, demand: Demand, lease: float):
        def work():
            verdict = at_once(self._counts.reserve(demand, lease))
            if verdict.admitted:
                self._truth.reserved(demand.id, demand.cost.tokens, now())
            return verdict

        return await self._wire.call("reserve", work)

    async def settle(self, demand: Demand, used: Cost) -> None:
        def work():
            if self._counts.holds(demand):
                self._truth.settled(demand.id, used.tokens)
            at_once(self._counts.settle(demand, used))

        await self._wire.call("settle", work)


@dataclass
class Process:
    """One gateway's life, the limits that it holds, and what records its requests."""

    life: Life
    limiting: Limiting
    recorder: Recorder
    ended: dict[str, int] = field(default_factory=dict)
    """Tokens of each request that ended in it, however it did."""


class World:
    """Everything that outlives a gateway, and the gateways."""

    def __init__(self, dice: random.Random, weather: Weather, plan: Plan = REAL, gateways: int = 3) -> None:
        self.dice = dice
        self.weather = weather
        self.plan = plan
        self.counts = plan.counts()
        self.records = SharedRecords()
        self.truth = Truth(CONCURRENT, PER_MINUTE, BUDGET)
        self.log: list[tuple[float, str, str]] = []
        self._gateways = gateways
        self.processes: list[Process] = []

    def start(self) -> None:
        """Start all gateways."""
        self.processes = [self._started(number) for number in range(self._gateways)]

    def note(self, who: str, what: str) -> None:
        """Write down what happened, for whoever replays it."""
        self.log.append((asyncio.get_running_loop().time(), who, what))

    def _started(self, number: int) -> Process:
        life = Life()
        wire = Wire(self.weather, self._death(number), self.note)
        far = WitnessedCounts(wire, self.counts, self.truth)
        keeper = Keeper(far, LEASE, asyncio.get_running_loop().time)
        limiting = Limiting(far, LocalCounts(self._gateways, now), keeper, PROMPT)
        limiting.heed(SNAPSHOT)
        life.start(keeper.run())
        committer = self.plan.committer(FarRecords(wire, self.records), COMMITTING)
        life.start(_writing(committer))
        return Process(life, limiting, self.plan.recorder(committer))

    def _death(self, number: int) -> Callable[[], None]:
        def die() -> None:
            self.note(f"gateway {number}", "dies")
            self.processes[number].life.end()
            self.processes[number] = self._started(number)

        return die

    async def ask(self, who: str) -> None:
        """Send one request to a gateway, as a part of that gateway's life; return when it is over, however it ended."""
        process = self.dice.choice(self.processes)
        asked = visit(POLICY, output_tokens=self.dice.choice((10, 40, 80)))
        task = process.life.start(self._served(process, asked, who))
        if self.dice.random() < 0.1:
            await asyncio.wait([task], timeout=self.dice.choice((0.1, 2.0)))
            self.note(who, "goes away")
            task.cancel()
        await asyncio.wait([task])
        self.truth.ends(asked.id)
        if asked.id in self.truth.used:
            process.ended[asked.id] = asked.account.input_tokens + asked.account.output_tokens
        if not task.cancelled() and (failure := task.exception()) and not isinstance(failure, ServiceError):
            raise failure

    async def _served(self, process: Process, asked: Visit, who: str) -> None:
        async with process.recorder.around(asked), process.limiting.around(asked):
            shared = DEGRADED not in asked.account.degraded
            self.note(who, "is let in" if shared else "is let in by a share")
            if shared:
                self.truth.begins(asked.id)
            try:
                await self._work(asked, shared=shared)
            finally:
                self.truth.ends(asked.id)
        self.note(who, "is answered")
        self.truth.answered(asked.id, self.records.tokens())

    async def _work(self, asked: Visit, *, shared: bool) -> None:
        written_so_far = 0
        while written_so_far < asked.asked.output_tokens and self.dice.random() > 0.1:
            await asyncio.sleep(self.dice.choice((0.1, 1.0, 5.0)))
            written_so_far += 10
            if shared:
                self.truth.uses(asked.id, 10 if written_so_far > 10 else 20)
            asked.account.note([written(written_so_far)])

    def standing(self) -> tuple[int, int]:
        """Return how many places are taken and how many tokens are counted."""
        free, left = [
            standing.remaining
            for standing in at_once(
                self.counts.reserve(demand(concurrent=CONCURRENT, tokens_per_day=BUDGET), 0.0)
            ).standings
        ]
        return CONCURRENT - 1 - free, BUDGET - left


async def _writing(committer: Committer) -> None:
    async with committer.running():
        await asyncio.Event().wait()
