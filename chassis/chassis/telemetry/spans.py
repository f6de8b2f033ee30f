"""Spans that services make themselves: calls to stores, and steps inside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType

from opentelemetry import context as contexts
from opentelemetry import metrics, trace
from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY
from opentelemetry.metrics import Histogram
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Status, StatusCode

from chassis import names
from chassis.errors import ServiceError
from chassis.telemetry.buckets import SECONDS

AttributeValue = str | bool | int | float | Sequence[str] | Sequence[bool] | Sequence[int] | Sequence[float]
Attributes = Mapping[str, AttributeValue]

_NONE: Attributes = MappingProxyType({})
_TRACER = trace.get_tracer(names.SCOPE)


@contextmanager
def span(name: str, attributes: Attributes = _NONE) -> Iterator[Span]:
    """Make a span of a step inside; it ends with the block.

    Do not `yield` to a caller from inside the block: the step would go on while the caller does something else.
    """
    with _current(name, SpanKind.INTERNAL, attributes) as step:
        yield step


@contextmanager
def client_span(name: str, peer: str, attributes: Attributes = _NONE) -> Iterator[Span]:
    """Make a span of a call to a store, and measure it; `peer` is the store's name in `chassis.edges`."""
    started, outcome = time.perf_counter(), ""
    with _current(name, SpanKind.CLIENT, {names.PEER: peer, **attributes}) as call:
        try:
            yield call
        except BaseException as failure:
            outcome = _kind(failure)
            raise
        finally:
            measured = {names.PEER: peer, names.DB_OPERATION: name}
            _durations().record(
                time.perf_counter() - started, measured | {names.ERROR_TYPE: outcome} if outcome else measured
            )


def trace_id() -> str:
    """Return the id of the current trace as 32 hexadecimal digits; empty when there is none."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


@contextmanager
def untraced() -> Iterator[None]:
    """Make no spans inside: for pings, which nobody asked for."""
    token = contexts.attach(contexts.set_value(_SUPPRESS_INSTRUMENTATION_KEY, value=True))
    try:
        yield
    finally:
        contexts.detach(token)


def suppressed() -> bool:
    """Tell whether spans are unwanted here."""
    return bool(contexts.get_value(_SUPPRESS_INSTRUMENTATION_KEY))


@contextmanager
def _current(name: str, kind: SpanKind, attributes: Attributes) -> Iterator[Span]:
    if suppressed():
        yield INVALID_SPAN
        return
    made = _TRACER.start_span(name, kind=kind, attributes=attributes)
    token = contexts.attach(trace.set_span_in_context(made))
    try:
        yield made
    except BaseException as failure:
        fail(made, _kind(failure))
        raise
    finally:
        contexts.detach(token)
        made.end()


def fail(failed: Span, kind: str) -> None:
    """Mark the span as failed. The message stays out: it may hold what a trace must not."""
    if failed.is_recording():
        failed.set_status(Status(StatusCode.ERROR))
        failed.set_attribute(names.ERROR_TYPE, kind)


def _kind(failure: BaseException) -> str:
    if isinstance(failure, (asyncio.CancelledError, GeneratorExit)):
        return "CANCELLED"
    return failure.reason if isinstance(failure, ServiceError) else type(failure).__qualname__


@cache
def _durations() -> Histogram:
    """Return the one histogram of calls to stores; a process has one meter provider."""
    return metrics.get_meter(names.SCOPE).create_histogram(
        names.STORE_DURATION, "s", "Time of calls to stores", explicit_bucket_boundaries_advisory=SECONDS
    )
