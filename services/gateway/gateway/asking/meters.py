"""Counts what the cache of answers did, and writes it on the span of the request."""

from __future__ import annotations

from typing import Final

from opentelemetry import metrics, trace

from chassis import names
from gateway.visits.visit import Visit

_SCOPE: Final = "forebay.gateway"
_BYPASSED: Final = "bypassed"
"""No cache was asked."""


class CacheMeters:
    """The instruments of the cache."""

    def __init__(self, provider: metrics.MeterProvider | None = None) -> None:
        meter = metrics.get_meter(_SCOPE, meter_provider=provider)
        self._looks = meter.create_counter(names.CACHE_LOOKS, "{call}", "Calls, by what the cache did for them.")

    def note(self, visit: Visit) -> None:
        """Note what became of a visit."""
        state = visit.account.cache or _BYPASSED
        self._looks.add(1, {names.CALL_KIND: visit.kind.value, names.CACHE_STATE: state})
        trace.get_current_span().set_attribute(names.CACHE_STATE, state)
