"""Who asks, as rules see it.

The identity of the request being served is kept in the task that serves it. Rules read it with `current()`; nothing in
a request can change it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from chassis.errors import Unauthenticated


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks, from the credential and never from the request."""

    tenant: str
    """The team whose documents are read and written."""

    groups: frozenset[str]
    """The groups of readers that the asker belongs to."""

    roles: frozenset[str]
    """What the asker may do."""

    key_id: str
    """Which credential it was; safe to log and to record."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """An identity, and the token that proved it, if it came over the wire."""

    identity: Identity
    token: str | None


_bearer: ContextVar[Bearer | None] = ContextVar("forebay_bearer", default=None)


def current() -> Identity:
    """Return who asks; raise `Unauthenticated` when nobody is known to."""
    bearer = _bearer.get()
    if bearer is None:
        raise Unauthenticated("this needs an identity, and the call came without one")
    return bearer.identity


def bearer() -> Bearer | None:
    """Return who asks and the proof of it, or None when nobody is known to."""
    return _bearer.get()


@contextmanager
def bound(identity: Identity) -> Iterator[None]:
    """Ask as that identity inside: the gateway after it has checked a key, or a test."""
    token = _bearer.set(Bearer(identity, None))
    try:
        yield
    finally:
        _bearer.reset(token)


def begin(bearer: Bearer | None) -> None:
    """Set who asks for the request that this task serves; its context ends with it."""
    _bearer.set(bearer)
