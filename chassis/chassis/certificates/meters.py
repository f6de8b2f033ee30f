"""Tells when the certificates that this process uses end."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final, Protocol
from weakref import WeakSet

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from chassis import names
from chassis.certificates.files import Material

_SCOPE: Final = "forebay.certificates"


class Holder(Protocol):
    """Whoever uses certificates."""

    current: Material


class Meters:
    """Observes holders for as long as somebody else keeps them."""

    def __init__(self, provider: metrics.MeterProvider | None = None) -> None:
        self._holders: WeakSet[Holder] = WeakSet()
        metrics.get_meter(_SCOPE, meter_provider=provider).create_observable_gauge(
            names.CERTIFICATE_EXPIRY, [self._observe], "s", "When certificates in use end, since 1970"
        )

    def observe(self, holder: Holder) -> None:
        """Tell from now on when its certificates end."""
        self._holders.add(holder)

    def _observe(self, _options: CallbackOptions) -> Iterable[Observation]:
        # Server and clients hold the same files; while one of them has not looked again, the earlier end counts.
        ends: dict[str, float] = {}
        for holder in list(self._holders):
            for file, end in holder.current.ends.items():
                ends[str(file)] = min(end, ends.get(str(file), end))
        return [Observation(end, {names.FILE: file}) for file, end in ends.items()]


@cache
def meters() -> Meters:
    """Return the one observer; a process has one meter provider."""
    return Meters()
