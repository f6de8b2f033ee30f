"""How long to wait before something that died is started again."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Doubles the wait with each death; forgets the past once a life was long enough."""

    first: float = 0.5
    """Seconds before the first restart."""
    most: float = 30.0
    """Seconds that a wait never exceeds."""
    stable: float = 60.0
    """Seconds of life after which the next death counts as the first."""
    _deaths: int = field(default=0, init=False)

    def after(self, lived: float) -> float:
        """Return the seconds to wait after a life of so many seconds."""
        if lived >= self.stable:
            self._deaths = 0
        self._deaths += 1
        return min(self.most, self.first * 2.0 ** min(self._deaths - 1, 30))
