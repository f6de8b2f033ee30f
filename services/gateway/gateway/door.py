"""What happens to every call before its work: who asks, may they, is there room, how long may it take."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from chassis import deadline, identity
from chassis.identity import Bearer
from chassis.telemetry import trace_id
from gateway.access.credentials import Credentials
from gateway.access.policies import Policies
from gateway.access.roles import RULES, Kind
from gateway.limits.admission import Slots
from gateway.requests import asked
from gateway.settings import GatewaySettings
from gateway.visits.caller import Caller
from gateway.visits.visit import Visit

TRACE: Final = "forebay-trace-id"
_KEY: Final = "authorization"


class Door:
    """Lets calls in."""

    def __init__(self, credentials: Credentials, policies: Policies, settings: GatewaySettings) -> None:
        self._credentials = credentials
        self._policies = policies
        self._seconds: Mapping[Kind, float] = {
            Kind.ANSWER: settings.answer_timeout,
            Kind.PUT: settings.put_timeout,
            Kind.QUICK: settings.timeout,
        }
        self._slots: Mapping[Kind, Slots] = {
            Kind.ANSWER: Slots(settings.max_answers),
            Kind.PUT: Slots(settings.max_puts),
            Kind.QUICK: Slots(settings.max_calls),
        }

    @asynccontextmanager
    async def open(self, call: str, caller: Caller, request: Any = None) -> AsyncIterator[Visit]:
        """Let the call in for the block, as whoever asks; raise when it may not come in.

        `request` is the message of a call that has one; what is wrong with it is told before any work is done.
        """
        rule = RULES[call]
        caller.tell(TRACE, trace_id())
        who = await self._credentials.identity(caller.headers(_KEY), rule.role)
        identity.begin(Bearer(who, None))
        if deadline.remaining() is None:
            deadline.begin(self._seconds[rule.kind])
        with self._slots[rule.kind].taking():
            yield Visit(
                call=call,
                kind=rule.kind,
                who=who,
                policy=self._policies.of(who.tenant),
                table=self._policies.table,
                asked=asked(call, request),
            )
