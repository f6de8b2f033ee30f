from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from pydantic import ValidationError

from chassis import names
from chassis.edges import EDGES, STORES, callees, callers
from chassis.settings import Settings
from chassis.telemetry import TelemetrySettings, client_span, span, trace_id, untraced
from chassis.telemetry.context import carried, parent_of
from chassis.telemetry.rpc import method_of
from chassis.telemetry.spans import suppressed

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_names_are_written_once_each():
    values = [value for key, value in vars(names).items() if key.isupper()]

    assert len(values) == len(set(values))
    assert all(re.fullmatch(r"[a-z][a-z0-9_.]+", value) for value in values)


def test_edges_name_callers_and_callees():
    assert "orchestrator" in callees("gateway")
    assert callers("milvus") == {"retrieval", "ingestion"}
    assert callees("milvus") == frozenset()
    assert {callee for _, callee in EDGES} >= STORES


def test_a_method_is_taken_apart():
    method = method_of("/forebay.embedding.v1alpha1.EmbeddingService/Embed")

    assert method.name == "forebay.embedding.v1alpha1.EmbeddingService/Embed"
    assert method.attributes[names.RPC_SERVICE] == "forebay.embedding.v1alpha1.EmbeddingService"
    assert method.attributes[names.RPC_METHOD] == "Embed"


def test_a_caller_is_the_parent():
    context = trace.get_current_span(parent_of([("traceparent", PARENT), ("x", b"y")])).get_span_context()

    assert f"{context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert context.trace_flags.sampled


@pytest.mark.parametrize("said", ["", "00-zz-zz-01", "garbage", PARENT[:-1], "00-" + "0" * 32 + "-b7ad6b7169203331-01"])
def test_a_broken_parent_is_no_parent(said):
    assert not trace.get_current_span(parent_of([("traceparent", said)])).get_span_context().is_valid


def test_a_span_is_carried_with_its_flag():
    context = SpanContext(
        0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331, is_remote=False, trace_flags=TraceFlags(1)
    )

    assert carried(NonRecordingSpan(context)) == [("traceparent", PARENT)]
    assert carried(trace.INVALID_SPAN) == []


def test_spans_cost_nothing_to_write_where_telemetry_is_off():
    with span("step", {"a": 1}) as step, client_span("search", "milvus"):
        step.set_attribute("b", 2)

    assert trace_id() == "" or len(trace_id()) == 32


def test_a_span_lets_its_failure_through():
    with pytest.raises(KeyError), span("step"), client_span("search", "milvus"):
        raise KeyError


def test_nothing_is_traced_where_it_is_unwanted():
    with untraced():
        assert suppressed()
        with span("step") as step:
            assert not step.is_recording()

    assert not suppressed()


def test_settings_are_frozen_and_know_their_fields():
    settings = TelemetrySettings(trace_ratio=0.5)

    with pytest.raises(ValidationError):
        settings.trace_ratio = 1
    with pytest.raises(ValidationError):
        TelemetrySettings(trace_ration=0.5)
    with pytest.raises(ValidationError):
        TelemetrySettings(trace_ratio=2)


def test_every_setting_has_a_docstring():
    chassis = Path(sys.modules["chassis"].__file__).parent
    assert chassis.is_dir()
    undocumented = [
        f"{kind.__name__}.{name}"
        for kind in _all(Settings)
        if kind.__module__.startswith("chassis.")
        for name, field in kind.model_fields.items()
        if not field.description
    ]

    assert undocumented == []


def _all(kind):
    for sub in kind.__subclasses__():
        yield sub
        yield from _all(sub)
