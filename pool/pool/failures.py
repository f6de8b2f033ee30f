"""What a Triton means by its errors.

Triton says UNAVAILABLE both when its queue is full and when it is dead, and NOT_FOUND while it shuts down, so that the
status alone does not tell what to do. The words are read here, once, and never passed on: they are the server's own
affair. A server that refuses because it has enough to do is alive: `Overloaded`, never `Unavailable`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chassis.errors import (
    Cancelled,
    DeadlineExceeded,
    Internal,
    NotFound,
    Overloaded,
    ServiceError,
    Unavailable,
)

RETRY_SOON: Final = 0.5
"""Seconds after which a full queue has moved on."""

RETRY_LATER: Final = 2.0
"""Seconds after which a restarted server may be back."""


def overloaded() -> ServiceError:
    """Return: the model has enough to do."""
    return Overloaded("the model's queue is full", retry_after=RETRY_SOON, reason="MODEL_QUEUE_FULL")


def too_late() -> ServiceError:
    """Return: the time was over before the model came to it."""
    return DeadlineExceeded("the model did not answer in the time given")


def down() -> ServiceError:
    """Return: the model cannot be called at present."""
    return Unavailable("the model is not available", retry_after=RETRY_LATER, reason="MODEL_UNAVAILABLE")


def broken() -> ServiceError:
    """Return: the call or the model is wrong; the cause is in the log."""
    return Internal("the model call failed")


_WORDS: Final[tuple[tuple[str, Callable[[], ServiceError]], ...]] = (
    ("exceeds maximum queue size", overloaded),
    ("request timeout expired", too_late),
    ("no available versions", down),
    ("unknown model", down),
    ("is not ready", down),
    ("is unloading", down),
    ("stub process", down),
    ("server is stopping", down),
)
"""Parts of Triton's sentences, and what each means. The first match counts."""

_KINDS: Final[tuple[tuple[type[ServiceError], Callable[[], ServiceError]], ...]] = (
    (Unavailable, down),
    (NotFound, down),
    (Cancelled, down),
    (DeadlineExceeded, too_late),
)
"""What a status means when the words say nothing; the rest is a call or a model that is wrong."""


def meaning(failure: ServiceError) -> ServiceError:
    """Return what the failure of a call means to whoever made the call."""
    told = failure.message.lower()
    for words, made in _WORDS:
        if words in told:
            return made()
    for kind, made in _KINDS:
        if isinstance(failure, kind):
            return made()
    return broken()
