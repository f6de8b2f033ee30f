"""What operators see of the cache of answers, over the wire."""

from __future__ import annotations

from collections import Counter

from opentelemetry.trace import SpanKind

from fakes.answers import FakeAnswers
from rigs.caching import WITH_OTHERS, answered, until
from rigs.gateway import gateway


async def test_what_the_cache_did_is_counted_and_stands_on_the_span_of_the_call(tmp_path, recorded):
    def counted():
        points = recorded.points("forebay.cache.looks")
        return Counter({point.attributes["forebay.cache.state"]: point.value for point in points})

    shelf = FakeAnswers(shown={("acme", "docs"): 7})
    async with gateway(tmp_path, shelf=shelf, snapshot=WITH_OTHERS) as front:
        front.orchestrator.degraded = []
        before = counted()
        await answered(front)
        await answered(front)
        shelf.shown.clear()
        await answered(front)

    def said():
        served = [span for span in recorded.of(SpanKind.SERVER) if span.name.endswith("GatewayService/Answer")]
        return [span.attributes["forebay.cache.state"] for span in served]

    await until(lambda: len(said()) == 3)
    assert said() == ["miss", "hit", "bypassed"]
    assert counted() - before == {"miss": 1, "hit": 1, "bypassed": 1}
