"""Failures of the services behind, as the client has to read them.

What a service says of a field of its own message is true of a field of the client's message, one level deeper. That a
service does not trust the gateway is a mistake of ours and no news for the client.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chassis.errors import Internal, InvalidArgument, Unauthenticated, Violation


@contextmanager
def blaming(field: str) -> Iterator[None]:
    """Turn what is said of the inner message into words about the client's field of that name."""
    try:
        yield
    except InvalidArgument as failure:
        raise _deeper(failure, field) from None
    except Unauthenticated as failure:
        raise Internal("a service does not accept the gateway's token") from failure


def _deeper(failure: InvalidArgument, field: str) -> InvalidArgument:
    violations = tuple(Violation(f"{field}.{violation.field}", violation.why) for violation in failure.violations)
    said = any(failure.message.startswith(violation.field) for violation in failure.violations)
    message = f"{field}.{failure.message}" if said else failure.message
    return InvalidArgument(message, violations=violations, reason=failure.reason)
