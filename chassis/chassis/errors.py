"""The failures that a caller may see, in words.

Rules raise these, or subclasses named in their own words; `chassis.status` alone knows how they travel.

    ServiceError
    ├── InvalidArgument      the request is wrong, whatever the state of the system
    ├── Unauthenticated      nobody knows who asks
    ├── PermissionDenied     it is known who asks, and it is not allowed
    ├── NotFound             the request names something that does not exist
    ├── AlreadyExists        the request makes something that exists
    ├── FailedPrecondition   the state of the system forbids it; asking again will not help
    ├── Aborted              somebody else was faster; start again from reading
    ├── Overloaded           a limit was reached; ask again, later
    ├── Unavailable          something that is needed is down; ask again, later
    ├── DeadlineExceeded     the time given was not enough
    ├── Cancelled            the caller went away
    ├── Unimplemented        this system does not do that
    └── Internal             a mistake of ours; its cause is in the log, never in the message

A message is a sentence for the caller. It never holds a secret, a document's text, or a vendor's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Violation:
    """One wrong field of a request."""

    field: str
    """Where it is: names and indexes joined by dots, such as `queries.3.text`."""

    why: str
    """What is wrong with it, in plain words."""


class ServiceError(Exception):
    """Base of every failure that a caller is meant to see."""

    def __init__(self, message: str = "", *, reason: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or reason_of(type(self))
        """The name of the failure for programs, such as `UNKNOWN_CORPUS`; by default the name of the class."""


class InvalidArgument(ServiceError):
    """The request is wrong, whatever the state of the system."""

    def __init__(self, message: str = "", *, violations: tuple[Violation, ...] = (), reason: str | None = None) -> None:
        super().__init__(message, reason=reason)
        self.violations = tuple(violations)


class Unauthenticated(ServiceError):
    """Nobody knows who asks: the credential is missing, wrong or too old."""


class PermissionDenied(ServiceError):
    """It is known who asks, and it is not allowed."""


class NotFound(ServiceError):
    """The request names something that does not exist."""


class AlreadyExists(ServiceError):
    """The request makes something that exists."""


class FailedPrecondition(ServiceError):
    """The state of the system forbids it; asking again will not help."""


class Aborted(ServiceError):
    """Somebody else was faster; start again from reading."""


class _Passing(ServiceError):
    """A failure that passes: it may say when to ask again."""

    def __init__(self, message: str = "", *, retry_after: float | None = None, reason: str | None = None) -> None:
        super().__init__(message, reason=reason)
        self.retry_after = retry_after
        """Seconds to wait before asking again; None when nobody knows."""


class Overloaded(_Passing):
    """A limit was reached; ask again, later and slower."""


class Unavailable(_Passing):
    """Something that is needed is down; ask again, later."""


class DeadlineExceeded(ServiceError):
    """The time given was not enough."""


class Cancelled(ServiceError):
    """The caller went away, or the other side gave the call up."""


class Unimplemented(ServiceError):
    """This system does not do that."""


class Internal(ServiceError):
    """A mistake of ours; its cause is in the log, never in the message."""


def reason_of(failure: type[ServiceError]) -> str:
    """Return the class's name as programs read it: `UnknownCorpus` becomes `UNKNOWN_CORPUS`."""
    return _WORD_START.sub("_", failure.__name__).upper()
