"""What happens to every call before its work: who asks, may they, what for, and whether anything stands against it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from chassis import deadline, identity
from chassis.identity import Bearer
from chassis.telemetry import trace_id
from gateway.access.credentials import Credentials
from gateway.access.policies import Policies
from gateway.access.roles import RULES, Kind, permit
from gateway.requests import asked
from gateway.settings import GatewaySettings
from gateway.visits.caller import Caller
from gateway.visits.guard import Guard
from gateway.visits.priority import wanted
from gateway.visits.visit import Visit

TRACE: Final = "forebay-trace-id"
REQUEST: Final = "forebay-request-id"
PRIORITY: Final = "forebay-priority"
_KEY: Final = "authorization"


class Door:
    """Lets calls in.

    Each guard holds around those that follow. The first sees every call of somebody who is known; the others see only
    calls that are allowed and well formed.
    """

    def __init__(
        self, credentials: Credentials, policies: Policies, guards: Sequence[Guard], settings: GatewaySettings
    ) -> None:
        self._credentials = credentials
        self._policies = policies
        self._first, *self._guards = guards
        self._seconds: Mapping[Kind, float] = {
            Kind.ANSWER: settings.answer_timeout,
            Kind.PUT: settings.put_timeout,
            Kind.SEARCH: settings.timeout,
            Kind.QUICK: settings.timeout,
        }

    async def knows(self, caller: Caller) -> None:
        """Raise when nobody knows who asks: before anything large is read from them."""
        await self._credentials.identity(caller.headers(_KEY))

    @asynccontextmanager
    async def open(self, call: str, caller: Caller, request: Any = None) -> AsyncIterator[Visit]:
        """Let the call in for the block, as whoever asks; raise when it may not come in.

        `request` is the message of a call that has one; what is wrong with it is told before any work is done. What
        must not leave before the request is accounted for is sent after the block.
        """
        rule = RULES[call]
        trace = trace_id()
        caller.tell(TRACE, trace)
        who = await self._credentials.identity(caller.headers(_KEY))
        identity.begin(Bearer(who, None))
        if deadline.remaining() is None:
            deadline.begin(self._seconds[rule.kind])
        policy = self._policies.of(who.tenant)
        visit = Visit(
            call=call,
            kind=rule.kind,
            who=who,
            policy=policy,
            priority=policy.priority,
            table=self._policies.table,
            prices=self._policies.prices,
            tell=caller.tell,
            trace_id=trace,
        )
        caller.tell(REQUEST, visit.id)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._first.around(visit))
            permit(who, rule.role)
            visit.priority = wanted(caller.headers(PRIORITY), policy.priority)
            visit.asked = asked(call, request)
            for guard in self._guards:
                await stack.enter_async_context(guard.around(visit))
            yield visit
