"""What happens to every call before its work: who asks, may they, is there room, how long may it take."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from grpc import aio

from chassis import deadline, identity
from chassis.identity import Bearer
from chassis.telemetry import trace_id
from gateway.access.credentials import Credentials
from gateway.access.roles import RULES, Kind
from gateway.limits.admission import Slots
from gateway.settings import GatewaySettings

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]

TRACE: Final = "forebay-trace-id"
_KEY: Final = "authorization"


class Door:
    """Lets calls in."""

    def __init__(self, credentials: Credentials, settings: GatewaySettings) -> None:
        self._credentials = credentials
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
    async def open(self, call: str, context: Context) -> AsyncIterator[None]:
        """Let a call over gRPC in for the block, as whoever asks; raise when it may not come in."""
        context.set_trailing_metadata(((TRACE, trace_id()),))
        async with self.enter(call, _sent(context)):
            yield

    @asynccontextmanager
    async def enter(self, call: str, authorization: Sequence[str]) -> AsyncIterator[None]:
        """Let the call in for the block, as whoever the `authorization` proves; raise when it may not come in."""
        rule = RULES[call]
        identity.begin(Bearer(await self._credentials.identity(authorization, rule.role), None))
        if deadline.remaining() is None:
            deadline.begin(self._seconds[rule.kind])
        with self._slots[rule.kind].taking():
            yield


def _sent(context: Context) -> list[str]:
    """Return every `authorization` that the client sent."""
    metadata = context.invocation_metadata() or ()
    return [value for key, value in metadata if key == _KEY and isinstance(value, str)]
