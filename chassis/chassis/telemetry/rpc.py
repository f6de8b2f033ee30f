"""Observes RPCs: a span, a duration and the number in flight, for either side of the wire.

This file knows no gRPC: the server's interceptor and the channel tell it when a call begins and how it ended. A span
is started with an explicit parent and ended once, by whichever end of the call comes first. What is spent on a call
that is not sampled is a clock, a dictionary and one histogram record.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from chassis import names
from chassis.telemetry.buckets import SECONDS
from chassis.telemetry.spans import Attributes

OK = "OK"
_SERVER_FAULTS = frozenset({"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"})
"""What makes a server's span an error; the rest is the caller's doing. On a client's span all but OK is one."""


@dataclass(frozen=True, slots=True)
class Method:
    """An RPC's name, taken apart once."""

    name: str
    attributes: Attributes

    def measured(self, code: str, *, shadow: bool = False) -> Attributes:
        """Return what a metric of a call that ended so is recorded with."""
        said = {**self.attributes, names.RPC_STATUS_CODE: code}
        return said | {names.SHADOW: "true"} if shadow else said


@lru_cache(maxsize=1024)
def method_of(path: str) -> Method:
    """Take `/forebay.embedding.v1alpha1.EmbeddingService/Embed` apart."""
    service, _, method = path.lstrip("/").partition("/")
    attributes = {names.RPC_SYSTEM: "grpc", names.RPC_SERVICE: service, names.RPC_METHOD: method}
    return Method(f"{service}/{method}", attributes)


class Observed:
    """One call under way."""

    __slots__ = ("_ended", "_method", "_observer", "_started", "received", "sent", "shadow", "span")

    def __init__(self, observer: Observer, method: Method, span: Span) -> None:
        self.span = span
        self.shadow = False
        self.sent = self.received = 0
        """Messages of a stream; a single message is not counted."""
        self._observer = observer
        self._method = method
        self._ended = False
        self._started = time.perf_counter()

    def mark_shadow(self) -> None:
        """Say that the call is made for comparison alone."""
        self.shadow = True
        self.span.set_attribute(names.SHADOW, value=True)

    def end(self, code: str, reason: str | None = None) -> None:
        """End with that status; only the first end counts."""
        if self._ended:
            return
        self._ended = True
        elapsed = time.perf_counter() - self._started
        if self.span.is_recording():
            self._describe(code, reason)
        self._observer.ended(self._method, code, elapsed, self)
        self.span.end()

    def _describe(self, code: str, reason: str | None) -> None:
        said: dict[str, str | int] = {names.RPC_STATUS_CODE: code}
        if self.sent or self.received:
            said |= {names.MESSAGES_SENT: self.sent, names.MESSAGES_RECEIVED: self.received}
        if reason:
            said[names.REASON] = reason
        if self._observer.is_fault(code):
            said[names.ERROR_TYPE] = code
            self.span.set_status(Status(StatusCode.ERROR))
        self.span.set_attributes(said)


class Observer:
    """Observes the calls of one side, server or client."""

    def __init__(self, kind: SpanKind, duration: str, active: str, messages: str) -> None:
        self._kind = kind
        self._tracer = trace.get_tracer(names.SCOPE)
        self._active: Counter[str] = Counter()
        meter = metrics.get_meter(names.SCOPE)
        self._durations = meter.create_histogram(
            duration, "s", "Time of calls", explicit_bucket_boundaries_advisory=SECONDS
        )
        self._messages = meter.create_counter(messages, "{message}", "Messages of streams")
        # Read when exported, so that a call pays an addition and not a measurement.
        meter.create_observable_up_down_counter(active, [self._in_flight], "{call}", "Calls under way")

    def begin(self, method: Method, parent: Context | None, attributes: Attributes | None = None) -> Observed:
        """Start observing a call; `attributes` come on top of the method's own."""
        said = method.attributes if attributes is None else {**method.attributes, **attributes}
        span = self._tracer.start_span(method.name, context=parent, kind=self._kind, attributes=said)
        self._active[method.name] += 1
        return Observed(self, method, span)

    def is_fault(self, code: str) -> bool:
        """Tell whether a call that ended so is an error of this side."""
        return code in _SERVER_FAULTS if self._kind is SpanKind.SERVER else code != OK

    def ended(self, method: Method, code: str, elapsed: float, observed: Observed) -> None:
        """Measure a call that ended; its span gives the exemplar."""
        self._active[method.name] -= 1
        measured = method.measured(code, shadow=observed.shadow)
        context = trace.set_span_in_context(observed.span)
        self._durations.record(elapsed, measured, context)
        if count := observed.sent + observed.received:
            self._messages.add(count, method.attributes, context)

    def _in_flight(self, _options: CallbackOptions) -> Iterable[Observation]:
        return [Observation(count, {"rpc": name}) for name, count in self._active.items()]


@cache
def server_observer() -> Observer:
    """Return the one observer of served calls; instruments belong to the process."""
    return Observer(SpanKind.SERVER, names.SERVER_DURATION, names.SERVER_ACTIVE, names.SERVER_MESSAGES)


@cache
def client_observer() -> Observer:
    """Return the one observer of outgoing calls."""
    return Observer(SpanKind.CLIENT, names.CLIENT_DURATION, names.CLIENT_ACTIVE, names.CLIENT_MESSAGES)
