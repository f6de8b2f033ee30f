"""Failures as clients of OpenAI read them: one table from words to statuses, as `chassis.status` is for gRPC."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from chassis import errors
from chassis.errors import InvalidArgument, Overloaded, ServiceError, Unavailable
from gateway.http.openai.listing import Error, ErrorBody

INVALID: Final = "invalid_request_error"
SERVER: Final = "server_error"

TABLE: Final[Mapping[type[ServiceError], tuple[int, str]]] = {
    errors.InvalidArgument: (400, INVALID),
    errors.Unauthenticated: (401, "authentication_error"),
    errors.PermissionDenied: (403, "permission_error"),
    errors.NotFound: (404, INVALID),
    errors.AlreadyExists: (409, INVALID),
    errors.FailedPrecondition: (409, INVALID),
    errors.Aborted: (409, INVALID),
    errors.Overloaded: (429, "rate_limit_error"),
    errors.Unavailable: (503, SERVER),
    errors.DeadlineExceeded: (504, "timeout_error"),
    errors.Cancelled: (503, SERVER),
    errors.Unimplemented: (501, INVALID),
    errors.Internal: (500, SERVER),
}

_STATUS_OF: Final = {
    "UNKNOWN_PATH": 404,
    "WRONG_METHOD": 405,
    "SLOW_REQUEST": 408,
    "MESSAGE_TOO_LARGE": 413,
    "WRONG_MEDIA_TYPE": 415,
    "HEADERS_TOO_LARGE": 431,
}
"""What HTTP has a status of its own for."""

_CODE_OF: Final = {
    "UNKNOWN_CORPUS": "model_not_found",
    "UNKNOWN_MODEL": "model_not_found",
    "UNSUPPORTED_PARAMETER": "unsupported_parameter",
    "MISSING_KEY": "invalid_api_key",
    "MALFORMED_KEY": "invalid_api_key",
    "WRONG_KEY": "invalid_api_key",
    "SEVERAL_KEYS": "invalid_api_key",
}
"""Codes that programs know from OpenAI; the rest are our own names in lower case."""

_LONGEST: Final = 1000


def status(failure: ServiceError) -> int:
    """Return the failure's status."""
    return _STATUS_OF.get(failure.reason) or _row(failure)[0]


def body(failure: ServiceError) -> bytes:
    """Return the failure in OpenAI's form; a mistake of ours keeps its words to itself."""
    code, kind = _row(failure)
    ours = code == TABLE[errors.Internal][0]
    violations = failure.violations if isinstance(failure, InvalidArgument) else ()
    said = ErrorBody(
        message="internal error; the trace that `x-request-id` names tells us more" if ours else _words(failure),
        type=kind,
        param=violations[0].field if violations else None,
        code=_CODE_OF.get(failure.reason, failure.reason.lower()),
    )
    return Error(error=said).model_dump_json().encode()


def headers(failure: ServiceError) -> dict[str, str]:
    """Return what a client is told beside: whether and when to ask again."""
    said = {"x-should-retry": "true" if _passes(failure) else "false"}
    if isinstance(failure, Overloaded | Unavailable) and failure.retry_after is not None:
        said["retry-after"] = str(math.ceil(failure.retry_after))
        said["retry-after-ms"] = str(math.ceil(failure.retry_after * 1000))
    if isinstance(failure, errors.Unauthenticated):
        said["www-authenticate"] = "Bearer"
    return said


def _passes(failure: ServiceError) -> bool:
    """Tell whether the same request may be served later; what is too large for a limit never will be."""
    if isinstance(failure, Overloaded):
        return failure.retry_after is not None
    return isinstance(failure, Unavailable | errors.Aborted)


def _row(failure: ServiceError) -> tuple[int, str]:
    return next((TABLE[kind] for kind in type(failure).__mro__ if kind in TABLE), TABLE[errors.Internal])


def _words(failure: ServiceError) -> str:
    return failure.message[:_LONGEST] or failure.reason.replace("_", " ").lower()
