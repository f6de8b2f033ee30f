"""Models by role: a service says what it needs, the routes say who serves it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from chassis.channel import ChannelSettings, connect
from chassis.errors import Overloaded, ServiceError, Unavailable
from chassis.routing import Routing
from chassis.snapshot import Place, Target
from pool.calls import Call, Inference, Server
from pool.meters import Meters
from pool.roles import Roles
from pool.servers import Servers
from pool.settings import PoolSettings, TritonSettings
from pool.tensors import Array
from pool.triton import TritonServer

_CANNOT_SERVE: Final = (Unavailable, Overloaded)
"""Failures that another tier makes up for."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The target that serves a request; kept for as long as the request lives. A weight makes no other one of it."""

    role: str
    target: Target = field(compare=False)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.target.name)


class Models(Protocol):
    """What a service sees of the models."""

    def place(self, role: str) -> Placement:
        """Choose the target for the tenant being served; raise `NotFound` for a role that nobody plays."""
        ...

    async def infer(
        self, role: str | Placement, inputs: Mapping[str, Array], outputs: Sequence[str] = (), *, priority: int = 0
    ) -> Inference:
        """Return the model's one answer; raise `Overloaded`, `Unavailable`, `DeadlineExceeded` or `Internal`."""
        ...

    def stream(self, role: str | Placement, inputs: Mapping[str, Array]) -> AsyncGenerator[Inference, None]:
        """Yield the model's answers; closing the generator, or cancelling its reader, stops the model."""
        ...

    async def ready(self, role: str) -> None:
        """Return when a model that plays the role can be called; raise `Unavailable` when none can."""
        ...


class Pool:
    """`Models` over the servers of the pools.

    A role, asked by name, is served by the next tier when one cannot; a placement is served by its target or not at
    all. A shadow is offered each call as it is made, and never the answer's time.
    """

    def __init__(self, servers: Servers, roles: Roles) -> None:
        self._servers = servers
        self._roles = roles

    def place(self, role: str) -> Placement:
        """Choose the target for the tenant being served; raise `NotFound` for a role that nobody plays."""
        return Placement(role, self._roles.of(role).choose())

    async def infer(
        self, role: str | Placement, inputs: Mapping[str, Array], outputs: Sequence[str] = (), *, priority: int = 0
    ) -> Inference:
        """Return the model's one answer."""
        placed = self._placed(role)
        if shadowing := self._roles.placed(placed.role).shadow:
            shadow = shadowing.shadow
            asked = _call(shadow, inputs, outputs, priority)
            shadowing.offer(lambda: self._servers.shadow(shadow).infer(asked))
        while True:
            try:
                with self._roles.placed(placed.role).standing(placed.target).meters.working():
                    answer = await self._servers.of(placed.target).infer(
                        _call(placed.target, inputs, outputs, priority)
                    )
                    return self._signed(answer, placed)
            except _CANNOT_SERVE as failure:
                placed = self._lower(role, placed, failure)

    async def stream(self, role: str | Placement, inputs: Mapping[str, Array]) -> AsyncGenerator[Inference, None]:
        """Yield the model's answers as they are made."""
        placed, begun = self._placed(role), False
        if shadowing := self._roles.placed(placed.role).shadow:
            shadow = shadowing.shadow
            asked = _call(shadow, inputs)
            shadowing.offer(lambda: _whole(self._servers.shadow(shadow).stream(asked)))
        while True:
            try:
                with self._roles.placed(placed.role).standing(placed.target).meters.working():
                    async with aclosing(self._servers.of(placed.target).stream(_call(placed.target, inputs))) as parts:
                        async for part in parts:
                            begun = True
                            yield self._signed(part, placed)
            except _CANNOT_SERVE as failure:
                if begun:
                    raise
                placed = self._lower(role, placed, failure)
            else:
                return

    async def ready(self, role: str) -> None:
        """Return when one of the role's models can be called."""
        failure: ServiceError = Unavailable("the model is not available")
        for target in self._roles.of(role).route.targets:
            try:
                return await self._servers.ready(target)
            except ServiceError as caught:
                failure = caught
        raise failure

    def _placed(self, role: str | Placement) -> Placement:
        return self.place(role) if isinstance(role, str) else role

    def _lower(self, asked: str | Placement, placed: Placement, failure: ServiceError) -> Placement:
        target = self._roles.of(asked).lower(placed.target.tier) if isinstance(asked, str) else None
        if target is None:
            raise failure
        return Placement(placed.role, target)

    def _signed(self, inference: Inference, placed: Placement) -> Inference:
        fell = self._roles.placed(placed.role).fell(placed.target)
        return replace(inference, role=placed.role, pool=placed.target.pool, fell=fell)


@asynccontextmanager
async def models(
    settings: PoolSettings,
    routing: Routing,
    triton: TritonSettings | None = None,
    channel: ChannelSettings | None = None,
) -> AsyncIterator[Pool]:
    """Connect to the pools that have an address, for as long as the context lasts; follow the routes."""
    async with AsyncExitStack() as stack:
        servers: dict[str, Server] = {}
        where = triton or TritonSettings()
        for pool, address in where.targets().items():
            connected = connect(address, f"triton-{pool}", channel, ours=False, certificates=where.files())
            servers[pool] = TritonServer(await stack.enter_async_context(connected))
        guarded = Servers(servers, settings, routing.settings.breaker(), Meters())
        roles = await stack.enter_async_context(Roles(guarded.ready, guarded.breaker, routing.settings))
        stack.enter_context(routing.told(roles.apply))
        stack.enter_context(routing.told(guarded.apply))
        await roles.learn()
        yield Pool(guarded, roles)


def _call(place: Place, inputs: Mapping[str, Array], outputs: Sequence[str] = (), priority: int = 0) -> Call:
    return Call(model=place.model, version=place.version, inputs=inputs, outputs=outputs, priority=priority)


async def _whole(stream: AsyncGenerator[Inference, None]) -> None:
    async with aclosing(stream) as parts:
        async for _ in parts:
            pass
