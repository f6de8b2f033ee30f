"""Counts and times what each target of a route was given, and tells which targets are ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Final

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from chassis import names
from chassis.deadline import given_up
from chassis.errors import ServiceError
from chassis.snapshot import Place
from chassis.telemetry.buckets import SECONDS

_SCOPE: Final = "forebay.routing"
LEFT: Final = "CANCELLED"
WELL: Final = "OK"


class Meters:
    """The instruments of all routes of a process."""

    def __init__(self, provider: metrics.MeterProvider | None = None) -> None:
        meter = metrics.get_meter(_SCOPE, meter_provider=provider)
        self.duration = meter.create_histogram(
            names.ROUTE_DURATION, "s", "Calls to targets, by outcome", explicit_bucket_boundaries_advisory=SECONDS
        )
        self._ready: dict[tuple[str, str], bool] = {}
        meter.create_observable_gauge(names.ROUTE_READY, [self._readiness], "", "Targets that may be given work")

    def of(self, key: str, place: Place, *, tier: str = "", shadow: bool = False) -> RoleMeters:
        """Return the instruments as one target of one route uses them."""
        said = {names.ROUTE: key, names.TARGET: place.name, names.TIER: tier, names.SHADOW: str(shadow).lower()}
        return RoleMeters(self, said)

    def know(self, key: str, target: str, *, ready: bool) -> None:
        """Note whether a target may be given work."""
        self._ready[key, target] = ready

    def forget(self, key: str, target: str) -> None:
        """Note that the route has that target no more."""
        self._ready.pop((key, target), None)

    def _readiness(self, _options: CallbackOptions) -> Iterable[Observation]:
        return [
            Observation(int(ready), {names.ROUTE: key, names.TARGET: target})
            for (key, target), ready in self._ready.items()
        ]


@dataclass(frozen=True, slots=True)
class RoleMeters:
    """The instruments with one target's attributes."""

    meters: Meters
    attributes: Mapping[str, str]

    @contextmanager
    def working(self, clock: Callable[[], float] = monotonic) -> Iterator[None]:
        """Note how the call inside ends."""
        began, outcome = clock(), LEFT
        try:
            yield
            outcome = WELL
        except ServiceError as failure:
            outcome = failure.reason
            raise
        except GeneratorExit:
            # A reader that leaves a stream early had enough, so the target did well.
            outcome = LEFT if given_up() else WELL
            raise
        except Exception as failure:
            outcome = type(failure).__name__
            raise
        finally:
            self.ended(outcome, clock() - began)

    def ended(self, outcome: str, seconds: float) -> None:
        """Note how a call ended: `OK`, `CANCELLED`, or the failure's reason or status."""
        self.meters.duration.record(seconds, {**self.attributes, names.OUTCOME: outcome})

    def ready(self, ready: bool) -> None:  # noqa: FBT001 - it is all that is said
        """Note whether the target may be given work."""
        self.meters.know(self.attributes[names.ROUTE], self.attributes[names.TARGET], ready=ready)

    def gone(self) -> None:
        """Note that the route has the target no more."""
        self.meters.forget(self.attributes[names.ROUTE], self.attributes[names.TARGET])


@cache
def meters() -> Meters:
    """Return the one set of instruments; they belong to the process."""
    return Meters()
