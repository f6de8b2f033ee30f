"""Demands as tests write them, and everything that counts, under one clock."""

from __future__ import annotations

from itertools import count

from chassis.identity import Identity
from chassis.snapshot import Limits, Policy, Price, PriceList, Priority, Route, Snapshot, Target
from fakes.clock import FakeClock
from fakes.counts import FakeCounts
from gateway.access.roles import RULES
from gateway.limits.counting.local import LocalCounts
from gateway.limits.keeping import Keeper
from gateway.limits.limiting import Limiting
from gateway.limits.words import Cost, Demand, Scope, amounts
from gateway.visits.account import Spent
from gateway.visits.visit import Asked, Visit

START = 1_700_000_000.0
"""14 November 2023, 22:13:20 UTC."""

_number = count()

CLOCK = "local function now() return tonumber(redis.call('GET', 'clock')) end\n"
"""Valkey's clock, but for one that a test sets."""


def demand(tokens=0, money=0, tenant="acme", of=None, **limits) -> Demand:
    """Return what one request asks of a tenant's limits, or of several scopes' by name."""
    scopes = of or {"tenant": Limits(**limits)}
    return Demand(
        id=f"r{next(_number)}",
        tenant=tenant,
        scopes=tuple(Scope(name, amounts(most)) for name, most in scopes.items()),
        cost=Cost(tokens, money),
    )


def visit(policy=None, call="Answer", tell=lambda name, value: None, spent=(), **asked) -> Visit:
    """Return a request of the key `k1` that was let in."""
    made = Visit(
        call=call,
        kind=RULES[call].kind,
        who=Identity(tenant="acme", groups=frozenset(), roles=frozenset({"read"}), key_id="k1"),
        policy=policy or Policy(),
        priority=Priority.STANDARD,
        table=1,
        prices=PRICES,
        tell=tell,
        asked=Asked(**asked),
    )
    made.account.note(spent)
    return made


def written(tokens: int, model: str = "small") -> Spent:
    """Return the work of a language model that wrote so many tokens from ten."""
    return Spent(step="generate", role="generator", model=model, inferences=1, input_tokens=10, output_tokens=tokens)


PRICES = PriceList(
    version=1,
    prices=(
        Price(model="small", input_tokens="0.5", output_tokens=2),
        Price(model="large", input_tokens=5, output_tokens=20),
        Price(model="embedding", inferences="0.01"),
    ),
)
SNAPSHOT = Snapshot(
    version=1,
    prices=PRICES,
    routes=(
        Route(
            role="generator",
            targets=(Target(pool="generator", model="small"), Target(pool="generator", model="large", weight=0)),
        ),
        Route(role="embedding", targets=(Target(pool="embedding", model="embedding"),)),
    ),
)


LEASE = 15.0


class Told(FakeClock):
    """A clock that Valkey reads, too."""

    def __init__(self, client=None):
        self.now = START
        self.client = client

    async def advance(self, seconds):
        self.now += seconds
        await self.tell()

    async def tell(self):
        if self.client:
            await self.client.set("clock", int(self.now * 1_000_000))


class Front:
    """Limits over counts that a test commands."""

    def __init__(self, share=1):
        self.clock = FakeClock()
        self.counts = FakeCounts(self.clock)
        self.keeper = Keeper(self.counts, LEASE, self.clock)
        self.limiting = Limiting(self.counts, LocalCounts(share, self.clock), self.keeper, prompt=300)
        self.limiting.heed(SNAPSHOT)

    async def serve(self, seen):
        async with self.limiting.around(seen):
            pass
