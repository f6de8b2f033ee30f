"""Carries the trace over the wire, as W3C Trace Context says."""

from __future__ import annotations

from collections.abc import Iterable

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_W3C = TraceContextTextMapPropagator()
_FIELDS = frozenset({"traceparent", "tracestate"})


def parent_of(metadata: Iterable[tuple[str, str | bytes]]) -> Context:
    """Return the context that the caller sent, or an empty one, so that nothing around the server becomes a parent."""
    carrier = {key: value for key, value in metadata if key in _FIELDS and isinstance(value, str)}
    return _W3C.extract(carrier, Context()) if carrier else Context()


def carried(span: Span) -> list[tuple[str, str]]:
    """Return the metadata that makes the span the parent of what the callee does."""
    context = span.get_span_context()
    if not context.is_valid:
        return []
    said = [("traceparent", f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}")]
    if context.trace_state:
        said.append(("tracestate", context.trace_state.to_header()))
    return said


def enter(span: Span) -> None:
    """Make the span current in this task, for good.

    The task serves one call and ends with it, so there is no token to keep across a `yield` and to detach elsewhere.
    """
    contexts.attach(trace.set_span_in_context(span, Context()))
