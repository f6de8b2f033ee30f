"""Who plays which role, as the routes say."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from chassis.errors import NotFound
from chassis.routing import RoutingSettings, Table
from chassis.routing.members import Asking, Judge, Members
from chassis.routing.meters import Meters, meters
from chassis.snapshot import Kind


class Roles:
    """The targets of every role that models play; entered, it watches those of roles with several."""

    def __init__(self, ask: Asking, judge: Judge, settings: RoutingSettings, instruments: Meters | None = None) -> None:
        self._ask = ask
        self._judge = judge
        self._settings = settings
        self._meters = instruments or meters()
        self._members: dict[str, Members] = {}
        self._left: dict[str, Members] = {}

    def apply(self, table: Table) -> None:
        """Replace the routes. Requests that are placed stay where they are."""
        routes = {route.role: route for route in table.routes.values() if route.kind is Kind.MODEL}
        for role in self._members.keys() - routes.keys():
            self._left[role] = self._members.pop(role)
            self._left[role].stop()
        for role, route in routes.items():
            if role in self._members:
                self._members[role].apply(route, table)
            else:
                self._members[role] = Members(route, table, self._ask, self._settings, self._meters, judge=self._judge)
                self._left.pop(role, None)

    def of(self, role: str) -> Members:
        """Return who plays the role; raise `NotFound` when nobody does."""
        members = self._members.get(role)
        if members is None:
            raise NotFound("no model plays the role that was asked for", reason="UNKNOWN_ROLE")
        return members

    def placed(self, role: str) -> Members:
        """Return who plays the role of a request that was placed, or played it then."""
        return self._members.get(role) or self._left[role]

    async def learn(self) -> None:
        """Ask all targets once whether they can serve."""
        await asyncio.gather(*(members.learn() for members in self._members.values()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(members.aclose() for members in self._members.values()))
