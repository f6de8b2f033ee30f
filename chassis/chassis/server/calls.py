"""One served call from its metadata to its status."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

import structlog
from grpc import StatusCode, aio

from chassis import deadline, identity, names
from chassis.errors import Cancelled, Internal, ServiceError, Unauthenticated
from chassis.identity import METADATA_KEY, Bearer, Verifier
from chassis.routing import pinning, shadowing
from chassis.routing.pinning import Choices
from chassis.server.callers import Callers
from chassis.status import code_of, status_of
from chassis.telemetry.context import enter, parent_of
from chassis.telemetry.rpc import OK, Observed, method_of, server_observer

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]

Work = Callable[[Any, Any, Observed], Awaitable[Any]]
"""A handler as a coroutine function of request, context and what observes the call."""

_log = structlog.get_logger("chassis.server")

_CLOCK_SLACK = 0.02
_ROUNDING = 0.01
"""gRPC rounds a deadline up by up to a hundredth on the wire: the client's clock runs out first, by so much."""


class Served:
    """Serves the calls of one method: trace, deadline, identity, errors."""

    def __init__(self, path: str, verifier: Verifier | None, callers: Callers) -> None:
        self._method = method_of(path)
        self._verifier = verifier
        self._callers = callers
        self._observer = server_observer()

    async def run(self, work: Work, request: Any, context: Context) -> Any:
        """Do the work and return its response; end the call with a status when it fails."""
        metadata: Iterable[tuple[str, Any]] = context.invocation_metadata() or ()
        observed = self._observer.begin(self._method, parent_of(metadata))
        enter(observed.span)
        allowed: float | None = context.time_remaining()
        deadline.begin(allowed)
        choices = self._placed(metadata, observed)
        try:
            self._callers.check(context)
            self._admit(metadata, observed)
            response = await work(request, context, observed)
        except BaseException as failure:  # noqa: BLE001 - every end of a call goes through here, and says so
            self._tell(choices, context, observed)
            return await self._fail(failure, context, observed, allowed)
        self._tell(choices, context, observed)
        observed.end(_said(context))
        return response

    def _placed(self, metadata: Iterable[tuple[str, Any]], observed: Observed) -> Choices:
        """Begin with what routes gave the request before; from outside nobody may say so."""
        ours = self._verifier is not None
        shadow = ours and any(key == shadowing.METADATA_KEY for key, _ in metadata)
        shadowing.begin(shadow=shadow)
        if shadow:
            observed.mark_shadow()
        return pinning.begin(pinning.read(metadata) if ours else ())

    def _tell(self, choices: Choices, context: Context, observed: Observed) -> None:
        """Tell the span and, inside, the caller which targets were chosen on the way."""
        made = choices.made()
        if not made:
            return
        if observed.span.is_recording():
            observed.span.set_attribute(names.ROUTES, [f"{choice.key}={choice.target}" for choice in choices.all()])
            observed.span.set_attribute(names.ROUTES_VERSION, max(choice.version for choice in made))
        if self._verifier is not None:
            context.set_trailing_metadata((*(context.trailing_metadata() or ()), *pinning.carried(made)))

    def _admit(self, metadata: Iterable[tuple[str, Any]], observed: Observed) -> None:
        """Bind the caller's identity; raise `Unauthenticated` when one is asked for and not proved."""
        identity.begin(None)
        if self._verifier is None:
            return
        token = next((value for key, value in metadata if key == METADATA_KEY), None)
        if not isinstance(token, str):
            raise Unauthenticated("the call came without an identity token", reason="MISSING_TOKEN")
        who = self._verifier.identity(token)
        identity.begin(Bearer(who, token))
        if observed.span.is_recording():
            observed.span.set_attribute(names.TENANT, who.tenant)

    async def _fail(self, failure: BaseException, context: Context, observed: Observed, allowed: float | None) -> None:
        if isinstance(failure, aio.AbortError):
            observed.end(_said(context))
            raise failure
        if _is_over(failure):
            observed.end(_why_over(context, allowed))
            # A write that failed because the client is gone is no news: gRPC would log it as an error, with a trace.
            raise asyncio.CancelledError from failure
        known = self._known(failure)
        observed.end(code_of(known).name, known.reason)
        status = status_of(known)
        trailing = (*(context.trailing_metadata() or ()), *status.trailing_metadata)
        await context.abort(status.code, status.details, trailing)

    def _known(self, failure: BaseException) -> ServiceError:
        if isinstance(failure, asyncio.CancelledError):
            return Cancelled("the work was given up")
        if isinstance(failure, ServiceError) and not isinstance(failure, Internal):
            return failure
        if not isinstance(failure, Exception):
            raise failure
        _log.error("a call failed for a reason that nobody foresaw", rpc=self._method.name, exc_info=failure)
        return failure if isinstance(failure, Internal) else Internal("internal error")


def _said(context: Context) -> str:
    code: Any = context.code()
    if isinstance(code, StatusCode):
        return code.name
    return next((known.name for known in StatusCode if known.value[0] == code), OK)


def _is_over(failure: BaseException) -> bool:
    """Tell whether the call is over already: the client is gone, the time is up, or the server stops."""
    if isinstance(failure, asyncio.CancelledError):
        return deadline.given_up()
    return isinstance(failure, aio.BaseError) and not isinstance(failure, aio.UsageError)


def _why_over(context: Context, allowed: float | None) -> str:
    if allowed is None:
        return StatusCode.CANCELLED.name
    slack = _CLOCK_SLACK + allowed * _ROUNDING
    return (StatusCode.DEADLINE_EXCEEDED if context.time_remaining() <= slack else StatusCode.CANCELLED).name
