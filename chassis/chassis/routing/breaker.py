"""Stops calls to what is down, so that callers learn it at once and the dead is left in peace.

    closed ──too many deaths──▶ open ──after a while──▶ half-open ──a call succeeds──▶ closed
                                 ▲──────────a call dies──────────┘

Only death counts: the kinds of failure that the breaker is told to count, and a call that was given plenty of time and
got no answer. A server that refuses because it is full is alive, and a caller that gave one millisecond says nothing
about the server.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

from chassis.errors import DeadlineExceeded, ServiceError, Unavailable

Clock = Callable[[], float]


class State(StrEnum):
    """Whether calls are let through."""

    CLOSED = "closed"
    """All of them."""

    OPEN = "open"
    """None."""

    HALF_OPEN = "half_open"
    """One, to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerLimits:
    """When to stop calling, and when to try again; times in seconds."""

    window: float = 10.0
    """How far back calls count."""

    least_calls: int = 5
    """Fewer calls than this within the window prove nothing."""

    failure_rate: float = 0.5
    """The share of dead calls within the window that opens."""

    pause: float = 2.0
    """How long it stays open before one call may try."""

    patience: float = 10.0
    """A call that waited this long in vain counts as dead."""


class Breaker:
    """Guards the calls to one target. Not for threads: it lives on one event loop."""

    def __init__(
        self, limits: BreakerLimits, clock: Clock = monotonic, deaths: tuple[type[ServiceError], ...] = (Unavailable,)
    ) -> None:
        self._limits = limits
        self._deaths = deaths
        self._clock = clock
        self._calls: deque[tuple[float, bool]] = deque()
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        """Whether the next call would be let through."""
        if self._opened_at is None:
            return State.CLOSED
        return State.HALF_OPEN if self._left() <= 0 else State.OPEN

    @property
    def free(self) -> bool:
        """Whether a call would be let through now; when half open, one at a time."""
        state = self.state
        return state is State.CLOSED or (state is State.HALF_OPEN and not self._probing)

    def check(self) -> None:
        """Raise `Unavailable` when a call would be refused; for whoever would have to wait first."""
        if self.state is State.OPEN:
            raise self._refusal()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let the call inside through and learn from it; raise `Unavailable` instead when open."""
        tries, began = self.admitted(), self._clock()
        failure: BaseException | None = None
        try:
            yield
        except BaseException as caught:
            failure = caught
            raise
        finally:
            self.ended(failure, self._clock() - began, tries=tries)

    def ended(self, failure: BaseException | None, seconds: float, *, tries: bool) -> None:
        """Learn how a call ended that took so long; what is no failure in words says nothing."""
        if failure is None:
            self._lived()
        elif isinstance(failure, ServiceError):
            if self._is_death(failure, seconds):
                self._died()
            elif not isinstance(failure, DeadlineExceeded):
                self._lived()
        self._probing = self._probing and not tries

    def admitted(self) -> bool:
        """Let a call through, and return whether it is the one that tries; raise `Unavailable` when it may not."""
        state = self.state
        if state is State.CLOSED:
            return False
        if state is State.OPEN or self._probing:
            raise self._refusal()
        self._probing = True
        return True

    def _refusal(self) -> Unavailable:
        wait = max(self._left(), self._limits.pause / 10)
        return Unavailable("the model is not available", retry_after=wait, reason="MODEL_UNAVAILABLE")

    def _left(self) -> float:
        return 0.0 if self._opened_at is None else self._opened_at + self._limits.pause - self._clock()

    def _is_death(self, failure: ServiceError, waited: float) -> bool:
        hung = isinstance(failure, DeadlineExceeded) and waited >= self._limits.patience
        return hung or isinstance(failure, self._deaths)

    def _lived(self) -> None:
        if self._opened_at is not None:
            self._opened_at = None
            self._calls.clear()
        self._count(dead=False)

    def _died(self) -> None:
        self._count(dead=True)
        deaths = sum(dead for _, dead in self._calls)
        proved = len(self._calls) >= self._limits.least_calls
        if self._opened_at is not None or (proved and deaths >= self._limits.failure_rate * len(self._calls)):
            self._opened_at = self._clock()

    def _count(self, *, dead: bool) -> None:
        now = self._clock()
        self._calls.append((now, dead))
        while self._calls[0][0] < now - self._limits.window:
            self._calls.popleft()
