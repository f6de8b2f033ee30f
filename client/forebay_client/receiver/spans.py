"""A span as the receiver keeps and shows it, whatever encoding it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Scalar = str | bool | int | float | None
Value = Scalar | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at one moment of a span."""

    name: str
    time_ns: int
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One step of one request; ids are lower-case hex, times are nanoseconds since 1970."""

    trace_id: str
    span_id: str
    parent_id: str
    """Empty for a root."""
    name: str
    kind: str
    """internal, server, client, producer, consumer or unspecified."""
    service: str
    start_ns: int
    end_ns: int
    status: str
    """unset, ok or error."""
    message: str = ""
    """What the status adds, such as the reason of an error."""
    attributes: Mapping[str, Value]
    events: tuple[Event, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the span as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Span:
        """Return the span that `to_json` wrote; raises TypeError or KeyError on anything else."""
        events = tuple(Event(**event) for event in fields["events"])
        return cls(**{**fields, "events": events})


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One trace in a list of traces."""

    trace_id: str
    name: str
    """Name of the span that started first."""
    services: tuple[str, ...]
    start_ns: int
    end_ns: int
    spans: int

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON holds it."""
        return asdict(self)
