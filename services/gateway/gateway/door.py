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
from gateway.admission.admission import Admission
from gateway.admission.sizing import Adaptive, Fixed
from gateway.requests import asked
from gateway.settings import GatewaySettings
from gateway.visits.caller import Caller
from gateway.visits.priority import wanted
from gateway.visits.visit import Visit

TRACE: Final = "forebay-trace-id"
_KEY: Final = "authorization"
_PRIORITY: Final = "forebay-priority"


class Door:
    """Lets calls in."""

    def __init__(self, credentials: Credentials, policies: Policies, settings: GatewaySettings) -> None:
        self._credentials = credentials
        self._policies = policies
        self._seconds: Mapping[Kind, float] = {
            Kind.ANSWER: settings.answer_timeout,
            Kind.PUT: settings.put_timeout,
            Kind.SEARCH: settings.timeout,
            Kind.QUICK: settings.timeout,
        }
        self._admission: Mapping[Kind, Admission] = {
            Kind.ANSWER: Admission(Adaptive(settings.max_answers), settings.max_answers),
            Kind.PUT: Admission(Fixed(settings.max_puts), 0),
            Kind.SEARCH: Admission(Adaptive(settings.max_searches), settings.max_searches),
            Kind.QUICK: Admission(Fixed(settings.max_calls), 0),
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
        policy = self._policies.of(who.tenant)
        visit = Visit(
            call=call,
            kind=rule.kind,
            who=who,
            policy=policy,
            priority=wanted(caller.headers(_PRIORITY), policy.priority),
            table=self._policies.table,
            asked=asked(call, request),
        )
        async with self._admission[rule.kind].admitted(who.tenant, visit.priority) as turn:
            yield visit
            turn.work = visit.work
