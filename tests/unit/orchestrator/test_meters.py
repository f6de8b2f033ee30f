from __future__ import annotations

import contextvars

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from chassis import names
from chassis.routing import shadowing
from orchestrator.answer.words import Usage
from orchestrator.meters import GenerationMeters
from orchestrator.search.words import Model


@pytest.fixture
def reader():
    return InMemoryMetricReader()


def test_what_a_shadow_generates_is_told_apart(reader):
    provider = MeterProvider([reader])
    meters = GenerationMeters(provider)

    def generated(*, shadow):
        shadowing.begin(shadow=shadow)
        meters.ended(1.0, Model("generator", "tiny", "1"), Usage(input_tokens=10, output_tokens=5))

    contextvars.copy_context().run(generated, shadow=False)
    contextvars.copy_context().run(generated, shadow=True)

    (scope,) = reader.get_metrics_data().resource_metrics[0].scope_metrics
    tokens = next(metric.data.data_points for metric in scope.metrics if metric.name == names.GEN_AI_TOKENS)
    shadows = [point.attributes.get(names.SHADOW) for point in tokens]
    assert sorted(shadows, key=str) == [None, None, "true", "true"]
    provider.shutdown()
