"""Who may call over TLS where certificates of callers are asked for: those with one of some names, as over gRPC."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from chassis.errors import PermissionDenied


class Callers:
    """The names that callers may have; with none, any name that the authority signed will do."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(names)

    def check(self, request: web.BaseRequest) -> None:
        """Raise `PermissionDenied` when the certificate of the caller holds none of the names."""
        if not self._names:
            return
        shown = request.transport.get_extra_info("peercert") if request.transport else None
        if self._names.isdisjoint(name for _, name in (shown or {}).get("subjectAltName", ())):
            raise PermissionDenied("the caller's certificate is that of nobody who calls here", reason="WRONG_CALLER")
