from __future__ import annotations

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from embedding.batching.requested import Model, Vectors
from embedding.embedder import Embedded, Kind
from embedding.meters import Meters


def test_texts_tokens_and_cuts_are_counted_by_model_and_kind():
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    vectors = Vectors(data=b"", count=3, dimension=0, model=Model("embedding", "1"))

    Meters(provider).note(Embedded(vectors=vectors, tokens=40, truncated=1), Kind.QUERY)

    (scope,) = reader.get_metrics_data().resource_metrics[0].scope_metrics
    counted = {metric.name: metric.data.data_points[0] for metric in scope.metrics}
    provider.shutdown()
    assert {name: point.value for name, point in counted.items()} == {
        "forebay.embedding.texts": 3,
        "forebay.embedding.tokens": 40,
        "forebay.embedding.truncated": 1,
    }
    assert dict(counted["forebay.embedding.texts"].attributes) == {
        "forebay.pool.model": "embedding",
        "forebay.model.version": "1",
        "forebay.embedding.kind": "query",
    }
