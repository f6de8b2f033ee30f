"""The table of routes that holds now, and whom a change is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from chassis.routing.settings import RoutingSettings
from chassis.snapshot import Kind, Route, Snapshot

_log = structlog.get_logger("chassis.routing")


@dataclass(frozen=True, slots=True)
class Table:
    """The routes of one snapshot, by kind and role, and the tenants that they share out."""

    version: int
    routes: dict[str, Route] = field(default_factory=dict)
    tenants: tuple[str, ...] = ()

    @classmethod
    def of(cls, snapshot: Snapshot) -> Table:
        """Return the table of the snapshot's routes."""
        tenants = tuple(sorted(tenant.name for tenant in snapshot.tenants))
        return cls(snapshot.version, {route.key: route for route in snapshot.routes}, tenants)

    def model(self, role: str) -> Route | None:
        """Return which models play the role."""
        return self.routes.get(f"{Kind.MODEL}/{role}")

    def service(self, role: str) -> Route | None:
        """Return which tracks the service has."""
        return self.routes.get(f"{Kind.SERVICE}/{role}")


Listener = Callable[[Table], None]


class Routing:
    """The one table of a process. It lives on one event loop."""

    def __init__(self, snapshot: Snapshot, settings: RoutingSettings | None = None) -> None:
        self.table = Table.of(snapshot)
        self.settings = settings or RoutingSettings()
        self._listeners: list[Listener] = []

    def apply(self, snapshot: Snapshot) -> None:
        """Let the snapshot's routes hold from now on. Requests that have a target keep it."""
        table = Table.of(snapshot)
        changed = (table.routes, table.tenants) != (self.table.routes, self.table.tenants)
        self.table = table
        if not changed:
            return
        _log.info("the routes changed", version=table.version, routes=sorted(table.routes))
        for tell in self._listeners:
            tell(table)

    @contextmanager
    def told(self, listener: Listener) -> Iterator[None]:
        """Tell the listener of the table, and of each change while the block lasts."""
        listener(self.table)
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
