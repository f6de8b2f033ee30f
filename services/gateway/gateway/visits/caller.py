"""Whoever calls, as the door sees them, by whichever edge they came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Caller(Protocol):
    """The headers of a call, and what goes back beside the answer."""

    def headers(self, name: str) -> Sequence[str]:
        """Return every value that was sent under that name, in lower case."""
        ...

    def tell(self, name: str, value: str) -> None:
        """Send that value back under that name: as trailing metadata, or as a header of the response."""
        ...
