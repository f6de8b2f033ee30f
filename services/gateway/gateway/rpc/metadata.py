"""A caller by gRPC: headers are metadata, and what goes back is trailing metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from grpc import aio

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class Metadata:
    """The metadata of one call."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._told: tuple[tuple[str, str], ...] = ()

    def headers(self, name: str) -> Sequence[str]:
        """Return every value that was sent under that name."""
        sent = self._context.invocation_metadata() or ()
        return [value for key, value in sent if key == name and isinstance(value, str)]

    def tell(self, name: str, value: str) -> None:
        """Send that value back when the call ends."""
        self._told = (*self._told, (name, value))
        self._context.set_trailing_metadata(self._told)
