"""Counts decisions of limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from opentelemetry import metrics

from chassis import names
from gateway.limits.words import Verdict
from gateway.visits.visit import Visit

_SCOPE: Final = "forebay.gateway"


class Meters:
    """The instruments of limits; `held` tells how many reservations there are."""

    def __init__(self, held: Callable[[], int]) -> None:
        meter = metrics.get_meter(_SCOPE)
        self._decisions = meter.create_counter(names.LIMITS_DECISIONS, "{decision}", "Requests that limits judged.")

        def observe(_: metrics.CallbackOptions) -> Iterable[metrics.Observation]:
            yield metrics.Observation(held())

        meter.create_observable_gauge(names.LIMITS_HELD, [observe], "{reservation}", "Reservations under way.")

    def decided(self, visit: Visit, verdict: Verdict, *, local: bool) -> None:
        """Note what was decided: admitted, or refused by which limit; and by whom it was counted."""
        refusing = None if verdict.admitted else verdict.refusing
        self._decisions.add(
            1,
            {
                names.TENANT: visit.who.tenant,
                names.OUTCOME: refusing.limit.upper() if refusing else "OK",
                names.DEGRADED: local,
            },
        )

    def closed(self) -> None:
        """Note that nothing could be decided."""
        self._decisions.add(1, {names.OUTCOME: "LIMITS_UNKNOWN", names.DEGRADED: True})
