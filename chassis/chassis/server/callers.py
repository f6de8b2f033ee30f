"""Who may call over TLS: those whose certificate holds one of some names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from chassis.errors import PermissionDenied

if TYPE_CHECKING:
    from grpc import aio

    Context = aio.ServicerContext[Any, Any]

_NAMES: Final = "x509_subject_alternative_name"


class Callers:
    """The names that callers may have; with none, any name that the authority signed will do."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(name.encode() for name in names)

    def check(self, context: Context) -> None:
        """Raise `PermissionDenied` when the certificate of the caller holds none of the names."""
        if not self._names:
            return
        shown: Mapping[str, Iterable[bytes]] = context.auth_context()
        if self._names.isdisjoint(shown.get(_NAMES, ())):
            raise PermissionDenied("the caller's certificate is that of nobody who calls here", reason="WRONG_CALLER")
