"""Models by role: a service says what it needs, the routes say who serves it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from chassis import identity
from chassis.channel import ChannelSettings, connect
from chassis.errors import NotFound, ServiceError, Unauthenticated, Unavailable
from chassis.snapshot import Route, Target
from pool.breaker import Breaker
from pool.calls import Call, Inference, Server
from pool.gate import Gate
from pool.meters import Meters
from pool.routes import choose
from pool.settings import PoolSettings, TritonSettings
from pool.target import GuardedTarget
from pool.tensors import Array
from pool.triton import TritonServer

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Placement:
    """The target that serves a request; kept for as long as the request lives."""

    role: str
    target: Target


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
    """`Models` over the servers of the pools."""

    def __init__(
        self, servers: Mapping[str, Server], settings: PoolSettings, routes: Iterable[Route], meters: Meters
    ) -> None:
        self._servers = servers
        self._settings = settings
        self._meters = meters
        self._targets: dict[_Key, GuardedTarget] = {}
        self.apply(routes)

    def apply(self, routes: Iterable[Route]) -> None:
        """Replace the routes. Requests that are placed stay where they are; targets that remain keep their state."""
        self._routes = {route.role: route for route in routes}
        wanted = {_key(target) for route in self._routes.values() for target in route.targets}
        self._targets = {key: guarded for key, guarded in self._targets.items() if key in wanted}

    def place(self, role: str) -> Placement:
        """Choose the target for the tenant being served; raise `NotFound` for a role that nobody plays."""
        target = choose(self._route(role), _tenant(), lambda target: self._guarded(target).alive)
        return Placement(role, target)

    async def infer(
        self, role: str | Placement, inputs: Mapping[str, Array], outputs: Sequence[str] = (), *, priority: int = 0
    ) -> Inference:
        """Return the model's one answer."""
        placed = self._placed(role)
        call = _call(placed, inputs, outputs, priority)
        return _signed(await self._guarded(placed.target).infer(call), placed)

    async def stream(self, role: str | Placement, inputs: Mapping[str, Array]) -> AsyncGenerator[Inference, None]:
        """Yield the model's answers as they are made."""
        placed = self._placed(role)
        async with aclosing(self._guarded(placed.target).stream(_call(placed, inputs))) as parts:
            async for part in parts:
                yield _signed(part, placed)

    async def ready(self, role: str) -> None:
        """Return when one of the role's models can be called."""
        failure: ServiceError = Unavailable("the model is not available")
        for target in self._route(role).targets:
            try:
                return await self._guarded(target).ready(target.model, target.version)
            except ServiceError as caught:
                failure = caught
        raise failure

    def _route(self, role: str) -> Route:
        route = self._routes.get(role)
        if route is None:
            raise NotFound("no model plays the role that was asked for", reason="UNKNOWN_ROLE")
        return route

    def _placed(self, role: str | Placement) -> Placement:
        return self.place(role) if isinstance(role, str) else role

    def _guarded(self, target: Target) -> GuardedTarget:
        guarded = self._targets.get(_key(target))
        if guarded is None:
            guarded = self._targets[_key(target)] = self._made(target)
        return guarded

    def _made(self, target: Target) -> GuardedTarget:
        server = self._servers.get(target.pool)
        if server is None:
            raise Unavailable("the pool of the model has no address here", reason="MODEL_UNAVAILABLE")
        breaker = Breaker(self._settings.breaker())
        return GuardedTarget(server, breaker, Gate(self._settings.gate()), self._meters.of(target))


@asynccontextmanager
async def models(
    settings: PoolSettings,
    routes: Iterable[Route],
    triton: TritonSettings | None = None,
    channel: ChannelSettings | None = None,
) -> AsyncIterator[Pool]:
    """Connect to the pools that have an address, for as long as the context lasts."""
    async with AsyncExitStack() as stack:
        servers: dict[str, Server] = {}
        where = triton or TritonSettings()
        for pool, address in where.targets().items():
            connected = connect(address, f"triton-{pool}", channel, ours=False, certificates=where.files())
            servers[pool] = TritonServer(await stack.enter_async_context(connected))
        yield Pool(servers, settings, routes, Meters())


def _key(target: Target) -> _Key:
    """Name the target without its weight: what is known about it outlives a change of weights."""
    return target.pool, target.model, target.version


def _call(placed: Placement, inputs: Mapping[str, Array], outputs: Sequence[str] = (), priority: int = 0) -> Call:
    target = placed.target
    return Call(model=target.model, version=target.version, inputs=inputs, outputs=outputs, priority=priority)


def _signed(inference: Inference, placed: Placement) -> Inference:
    return replace(inference, role=placed.role, pool=placed.target.pool)


def _tenant() -> str:
    try:
        return identity.current().tenant
    except Unauthenticated:
        return ""
