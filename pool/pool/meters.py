"""Counts and times the calls to models, per target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from opentelemetry import metrics

from chassis import names
from chassis.snapshot import Place
from chassis.telemetry.buckets import SECONDS

_SCOPE: Final = "forebay.pool"


class Meters:
    """The instruments of all targets of a process."""

    def __init__(self, provider: metrics.MeterProvider | None = None) -> None:
        meter = metrics.get_meter(_SCOPE, meter_provider=provider)
        self.calls = meter.create_counter(names.POOL_CALLS, "{call}", "Calls to models, by outcome.")
        timed = partial(meter.create_histogram, unit="s", explicit_bucket_boundaries_advisory=SECONDS)
        self.queue_wait = timed(names.POOL_QUEUE_WAIT, description="Time a call waited for its turn.")
        self.duration = timed(names.POOL_DURATION, description="Time a call took, the wait for its turn included.")
        self.first = timed(names.POOL_FIRST_ANSWER, description="Time to the first answer of a stream.")

    def of(self, target: Place, *, shadow: bool = False) -> TargetMeters:
        """Return the instruments as one target uses them, or the same target as a shadow."""
        said = {names.POOL_NAME: target.pool, names.POOL_MODEL: target.model, names.MODEL_VERSION: target.version}
        return TargetMeters(self, said | {names.SHADOW: "true"} if shadow else said)


@dataclass(frozen=True, slots=True)
class TargetMeters:
    """The instruments with one target's attributes."""

    meters: Meters
    attributes: Mapping[str, str]

    def started(self, waited: float) -> None:
        """Note the seconds that a call waited for its turn."""
        self.meters.queue_wait.record(waited, self.attributes)

    def first_answer(self, seconds: float) -> None:
        """Note the seconds to the first answer of a stream, the wait for its turn included."""
        self.meters.first.record(seconds, self.attributes)

    def ended(self, outcome: str, seconds: float) -> None:
        """Note how a call ended: `OK`, `CANCELLED`, or the failure's reason."""
        attributes = {**self.attributes, names.OUTCOME: outcome}
        self.meters.calls.add(1, attributes)
        self.meters.duration.record(seconds, attributes)
