"""Reads the spans that the collector of a release kept: JSON of OTLP, a batch a line, in its log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rigs.cluster import RELEASE, Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What tests ask of a span."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    service: str
    peer: str
    """Whom a client span called; empty for others."""


def spans_of(release: Release) -> list[Kept]:
    """Return all spans that the collector has written so far."""
    log = release.kubectl("logs", f"deployment/{RELEASE}-collector", "--tail=-1")
    batches = [json.loads(line) for line in log.splitlines() if line.startswith('{"resourceSpans"')]
    return [span for batch in batches for span in _spans(batch)]


def _spans(batch: Any) -> Iterator[Kept]:
    for resource in batch["resourceSpans"]:
        service = _texts(resource["resource"])["service.name"]
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                yield Kept(
                    trace_id=span["traceId"],
                    span_id=span["spanId"],
                    parent_id=span.get("parentSpanId", ""),
                    name=span["name"],
                    service=service,
                    peer=_texts(span).get("forebay.peer", ""),
                )


def _texts(holder: Any) -> dict[str, str]:
    return {each["key"]: each["value"].get("stringValue", "") for each in holder.get("attributes", [])}
