"""What stands between the door and the work: room, limits, the record."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from gateway.visits.visit import Visit


class Guard(Protocol):
    """Something that holds for the whole of a visit."""

    def around(self, visit: Visit) -> AbstractAsyncContextManager[None]:
        """Hold for the block; raise a failure when the visit may not go on.

        When the block ends, the account says what was done, also when it ends by a failure. A stream that is broken
        off ends it too, by `CancelledError` or `GeneratorExit`.
        """
        ...
