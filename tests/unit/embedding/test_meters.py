from __future__ import annotations

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from embedding.batching.requested import Model, Vectors
from embedding.embedder import Embedded, Kind
from embedding.meters import Meters

VECTORS = Vectors(data=b"", count=3, dimension=0, model=Model("embedding", "1"))


def counted(embedded):
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    Meters(provider).note(embedded, Kind.QUERY)
    (scope,) = reader.get_metrics_data().resource_metrics[0].scope_metrics
    provider.shutdown()
    return {metric.name.removeprefix("forebay.embedding."): metric.data.data_points[0] for metric in scope.metrics}


@pytest.mark.parametrize(
    ("remembered", "figures"),
    [
        (False, {"texts": 3, "remembered": 0, "tokens": 40, "truncated": 1}),
        (True, {"texts": 0, "remembered": 3, "tokens": 0, "truncated": 1}),
    ],
)
def test_texts_tokens_and_cuts_are_counted_by_model_and_kind(remembered, figures):
    points = counted(Embedded(vectors=VECTORS, tokens=40, truncated=1, remembered=remembered))

    assert {name: point.value for name, point in points.items()} == figures
    assert dict(points["texts"].attributes) == {
        "forebay.pool.model": "embedding",
        "forebay.model.version": "1",
        "forebay.embedding.kind": "query",
    }
