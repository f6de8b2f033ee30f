"""The last metrics of each service; a laptop needs the present, not the history."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from forebay_client.receiver.spans import Value

SERVICES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One instrument and its points."""

    name: str
    unit: str
    kind: str
    """gauge, sum, histogram, exponential_histogram or summary."""
    points: Sequence[dict[str, Value]]


@dataclass(slots=True)
class LatestMetrics:
    """What each service exported last; the longest silent one goes when there are too many."""

    _exports: OrderedDict[str, tuple[float, Sequence[Metric]]] = field(default_factory=OrderedDict)

    def put(self, service: str, metrics: Sequence[Metric]) -> None:
        """Replace what the service exported before."""
        self._exports[service] = (time.time(), metrics)
        self._exports.move_to_end(service)
        while len(self._exports) > SERVICES:
            self._exports.popitem(last=False)

    def to_json(self) -> dict[str, Any]:
        """Return the metrics by service, with the second of the export."""
        return {
            service: {"received": received, "metrics": [asdict(metric) for metric in metrics]}
            for service, (received, metrics) in self._exports.items()
        }
