"""Tells how much is let in, who waits, and who was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Final

from opentelemetry import metrics

from chassis import names
from chassis.snapshot import Priority
from gateway.access.roles import Kind
from gateway.admission.admission import Admission
from gateway.admission.refusal import Why

_SCOPE: Final = "forebay.gateway"

Figure = Callable[[Admission], float]


class Meters:
    """The instruments of admission; each call's kind is an attribute."""

    def __init__(self, admission: Mapping[Kind, Admission], provider: metrics.MeterProvider | None = None) -> None:
        meter = metrics.get_meter(_SCOPE, meter_provider=provider)
        self._refusals = meter.create_counter(names.ADMISSION_REFUSALS, "{call}", "Calls that found no room.")

        def gauge(name: str, figure: Figure, unit: str, description: str) -> None:
            def observe(_: metrics.CallbackOptions) -> Iterable[metrics.Observation]:
                for kind, one in admission.items():
                    if isfinite(value := figure(one)):
                        yield metrics.Observation(value, {names.CALL_KIND: kind.value})

            meter.create_observable_gauge(name, [observe], unit, description)

        gauge(names.ADMISSION_UNDER_WAY, lambda one: one.under_way, "{call}", "Calls that are being served.")
        gauge(names.ADMISSION_WAITING, lambda one: one.waiting, "{call}", "Calls that stand in line.")
        gauge(names.ADMISSION_SIZE, lambda one: one.size.now, "{call}", "Calls that may be served at once.")
        gauge(names.ADMISSION_FLOOR, lambda one: one.size.floor, "s", "Time of a unit of work that nobody hinders.")

    def refused(self, kind: Kind, priority: Priority, why: Why) -> None:
        """Note a call that was not let in."""
        said = {names.CALL_KIND: kind.value, names.PRIORITY: priority.value, names.OUTCOME: why.value}
        self._refusals.add(1, said)
