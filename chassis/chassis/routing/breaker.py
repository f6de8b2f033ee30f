"""Judges a target by how its calls ended of late: the one place where that is done.

    closed ──too many bad ends──▶ open ──after a while──▶ half-open ──a call ends well──▶ closed
                                   ▲───────────a call ends badly──────────┘

While it is open the target is given no tenants, as long as there is somebody else. Where there is nobody else it may
still be called, unless it is dead: then calls are refused, so that callers learn it at once and the dead has its peace.

An end is bad when the target is to blame: it was not there or gave no answer though it had plenty of time (dead), or it
made a mistake of its own (faulty). A server that refuses because it is full is alive, and a caller that gave one
millisecond says nothing about the server.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from time import monotonic
from typing import Final

from chassis.errors import DeadlineExceeded, Internal, ServiceError, Unavailable, Unimplemented

Clock = Callable[[], float]
MISTAKES: Final = (Internal, Unimplemented)


class State(StrEnum):
    """Whether the target is given tenants."""

    CLOSED = "closed"
    """All of them."""

    OPEN = "open"
    """None."""

    HALF_OPEN = "half_open"
    """One call, to see."""


class End(Enum):
    """How a call ended."""

    WELL = auto()
    FAULTY = auto()
    DEAD = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerLimits:
    """When to open, and when to try again; times in seconds."""

    window: float = 10.0
    """How far back calls count."""

    least_calls: int = 5
    """Fewer calls than this within the window prove nothing."""

    failure_rate: float = 0.5
    """The share of bad ends within the window from which it opens, and of dead ones from which it refuses."""

    pause: float = 2.0
    """How long it stays open before one call may try."""

    patience: float = 10.0
    """A call that waited this long in vain counts as dead."""


class Breaker:
    """Judges one target. Not for threads: it lives on one event loop."""

    def __init__(self, limits: BreakerLimits, clock: Clock = monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._ends: deque[tuple[float, End]] = deque()
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        """How the target stands."""
        if self._opened_at is None:
            return State.CLOSED
        return State.HALF_OPEN if self._left() <= 0 else State.OPEN

    @property
    def free(self) -> bool:
        """Whether the target may be given a tenant now; when half open, one call at a time."""
        state = self.state
        return state is State.CLOSED or (state is State.HALF_OPEN and not self._probing)

    @property
    def refuses(self) -> bool:
        """Whether a call would be refused now."""
        return not self.free and self._share(End.DEAD) >= self._limits.failure_rate

    def check(self) -> None:
        """Raise `Unavailable` when a call would be refused."""
        if self.refuses:
            wait = max(self._left(), self._limits.pause / 10)
            raise Unavailable("the model is not available", retry_after=wait, reason="MODEL_UNAVAILABLE")

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let the call inside through and learn from it; raise `Unavailable` instead when it is refused."""
        self.check()
        tries, began = self.begun(), self._clock()
        failure: BaseException | None = None
        try:
            yield
        except BaseException as caught:
            failure = caught
            raise
        finally:
            self.ended(failure, self._clock() - began, tries=tries)

    def begun(self) -> bool:
        """Let a call through, whatever is known; return whether it is the one that tries."""
        tries = self.state is State.HALF_OPEN and not self._probing
        self._probing |= tries
        return tries

    def ended(self, failure: BaseException | None, seconds: float, *, tries: bool) -> None:
        """Learn how a call ended that took so long; what is no failure in words says nothing."""
        end = self._end(failure, seconds)
        if end is End.WELL:
            self._lived()
        elif end is not None:
            self._failed(end)
        self._probing = self._probing and not tries

    def _end(self, failure: BaseException | None, seconds: float) -> End | None:
        if isinstance(failure, Unavailable):
            return End.DEAD
        if isinstance(failure, DeadlineExceeded):
            return End.DEAD if seconds >= self._limits.patience else None
        if isinstance(failure, MISTAKES):
            return End.FAULTY
        return End.WELL if failure is None or isinstance(failure, ServiceError) else None

    def _lived(self) -> None:
        if self._opened_at is not None:
            self._opened_at = None
            self._ends.clear()
        self._count(End.WELL)

    def _failed(self, end: End) -> None:
        self._count(end)
        proved = len(self._ends) >= self._limits.least_calls
        if self._opened_at is not None or (proved and 1 - self._share(End.WELL) >= self._limits.failure_rate):
            self._opened_at = self._clock()

    def _share(self, wanted: End) -> float:
        return sum(end is wanted for _, end in self._ends) / len(self._ends)

    def _left(self) -> float:
        return 0.0 if self._opened_at is None else self._opened_at + self._limits.pause - self._clock()

    def _count(self, end: End) -> None:
        now = self._clock()
        self._ends.append((now, end))
        while self._ends[0][0] < now - self._limits.window:
            self._ends.popleft()
