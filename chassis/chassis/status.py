"""Failures and gRPC statuses: one table, read in both directions.

Going out, a failure takes the status of its nearest ancestor in the table, and its particulars travel as `google.rpc`
details: what is wrong field by field, when to ask again, the failure's own name. Coming in, a status becomes the word
of the table again, with its particulars. A vendor's status never gets past this file unread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar, cast

import grpc
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode, aio
from grpc_status import rpc_status

from chassis import errors
from chassis.errors import InvalidArgument, Overloaded, ServiceError, Unavailable, Violation

D = TypeVar("D", ErrorInfo, BadRequest, RetryInfo)

DOMAIN: Final = "forebay"
"""Who gives the reasons that an `ErrorInfo` names."""

STATUS_OF: Final[Mapping[type[ServiceError], StatusCode]] = {
    errors.InvalidArgument: StatusCode.INVALID_ARGUMENT,
    errors.Unauthenticated: StatusCode.UNAUTHENTICATED,
    errors.PermissionDenied: StatusCode.PERMISSION_DENIED,
    errors.NotFound: StatusCode.NOT_FOUND,
    errors.AlreadyExists: StatusCode.ALREADY_EXISTS,
    errors.FailedPrecondition: StatusCode.FAILED_PRECONDITION,
    errors.Aborted: StatusCode.ABORTED,
    errors.Overloaded: StatusCode.RESOURCE_EXHAUSTED,
    errors.Unavailable: StatusCode.UNAVAILABLE,
    errors.DeadlineExceeded: StatusCode.DEADLINE_EXCEEDED,
    errors.Cancelled: StatusCode.CANCELLED,
    errors.Unimplemented: StatusCode.UNIMPLEMENTED,
    errors.Internal: StatusCode.INTERNAL,
}

_FAILURE_OF: Final = {status: failure for failure, status in STATUS_OF.items()} | {
    StatusCode.OUT_OF_RANGE: errors.InvalidArgument,
    StatusCode.DATA_LOSS: errors.Internal,
    StatusCode.UNKNOWN: errors.Internal,
}

_BROKEN_SEND: Final = "Internal error from Core"
"""What gRPC says here, of its own, when a stream ended while a message was on its way out, whatever ended it."""

_LONGEST_MESSAGE: Final = 1000
_MOST_VIOLATIONS: Final = 20
"""Details travel in a trailer, and a trailer beyond 8 KiB is refused by the other side."""


def code_of(failure: ServiceError) -> StatusCode:
    """Return the status of the failure's nearest ancestor in the table."""
    return next((STATUS_OF[kind] for kind in type(failure).__mro__ if kind in STATUS_OF), StatusCode.INTERNAL)


def status_of(failure: ServiceError) -> grpc.Status:
    """Return what a server ends the call with; a mistake of ours keeps its words to itself."""
    code = code_of(failure)
    message = "internal error" if code is StatusCode.INTERNAL else failure.message[:_LONGEST_MESSAGE]
    status = Status(code=code.value[0], message=message, details=_details(failure))
    outgoing: grpc.Status = rpc_status.to_status(status)
    return outgoing


def failure_by(code: StatusCode) -> ServiceError:
    """Return the failure that a status alone stands for."""
    return _FAILURE_OF.get(code, errors.Internal)()


def failure_of(error: aio.AioRpcError) -> ServiceError:
    """Return the failure that the other side reported, with its particulars."""
    code, message = error.code(), error.details() or ""
    if code is StatusCode.RESOURCE_EXHAUSTED and "message larger than max" in message:
        return InvalidArgument("the message is larger than this system takes", reason="MESSAGE_TOO_LARGE")
    if code is StatusCode.INTERNAL and message == _BROKEN_SEND:
        return Unavailable("the connection broke while it was written to")
    details = _unpacked(error)
    info = _first(details, ErrorInfo)
    reason = info.reason if info is not None and info.domain == DOMAIN else None
    kind = _FAILURE_OF.get(code, errors.Internal)
    if issubclass(kind, InvalidArgument):
        return kind(message, violations=_violations(_first(details, BadRequest)), reason=reason)
    if issubclass(kind, (Overloaded, Unavailable)):
        return kind(message, retry_after=_seconds(_first(details, RetryInfo)), reason=reason)
    return kind(message, reason=reason)


def _details(failure: ServiceError) -> list[Packed]:
    messages: list[ErrorInfo | BadRequest | RetryInfo] = [ErrorInfo(reason=failure.reason, domain=DOMAIN)]
    if isinstance(failure, InvalidArgument) and failure.violations:
        messages.append(_bad_request(failure.violations))
    if isinstance(failure, (Overloaded, Unavailable)) and failure.retry_after is not None:
        delay = Duration()
        delay.FromMilliseconds(round(failure.retry_after * 1000))
        messages.append(RetryInfo(retry_delay=delay))
    return [_packed(message) for message in messages]


def _packed(message: ErrorInfo | BadRequest | RetryInfo) -> Packed:
    packed = Packed()
    packed.Pack(message)
    return packed


def _bad_request(violations: tuple[Violation, ...]) -> BadRequest:
    return BadRequest(
        field_violations=[
            BadRequest.FieldViolation(field=violation.field[:100], description=violation.why[:200])
            for violation in violations[:_MOST_VIOLATIONS]
        ]
    )


def _unpacked(error: aio.AioRpcError) -> Sequence[Packed]:
    try:
        status = rpc_status.from_call(cast("grpc.Call", error))  # it asks for no more than the error has
    except (ValueError, DecodeError):  # the status and its details disagree: believe the status
        return ()
    return () if status is None else status.details


def _first(details: Sequence[Packed], kind: type[D]) -> D | None:
    for packed in details:
        message = kind()
        if packed.Is(kind.DESCRIPTOR) and packed.Unpack(message):
            return message
    return None


def _violations(bad: BadRequest | None) -> tuple[Violation, ...]:
    if bad is None:
        return ()
    return tuple(Violation(violation.field, violation.description) for violation in bad.field_violations)


def _seconds(retry: RetryInfo | None) -> float | None:
    return None if retry is None else retry.retry_delay.ToMilliseconds() / 1000
