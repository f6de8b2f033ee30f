from __future__ import annotations

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from chassis.errors import Overloaded
from gateway.access.roles import Kind
from gateway.admission.admission import Admission
from gateway.admission.refusal import TooManyCalls
from gateway.admission.room import Room
from gateway.admission.sizing import Adaptive, Fixed
from rigs.limits import visit


@pytest.fixture
def reader():
    reader = InMemoryMetricReader()
    yield reader
    reader.shutdown()


def told(reader):
    (scope,) = reader.get_metrics_data().resource_metrics[0].scope_metrics
    return {
        (metric.name, *point.attributes.values()): point.value
        for metric in scope.metrics
        for point in metric.data.data_points
    }


async def test_what_is_under_way_its_bounds_and_who_found_no_room_are_told_by_kind(reader):
    admission = {Kind.ANSWER: Admission(Fixed(1), 0), Kind.SEARCH: Admission(Adaptive(64), 64)}
    room = Room(admission, MeterProvider([reader]))
    for _ in range(40):
        admission[Kind.SEARCH].size.took(0.5, 8)

    async with room.around(visit()):
        with pytest.raises(TooManyCalls):
            async with room.around(visit()):
                pass
        figures = told(reader)

    assert figures.pop(("forebay.admission.floor", "search")) == pytest.approx(0.5)
    assert figures.pop(("forebay.admission.size", "search")) == admission[Kind.SEARCH].size.now
    assert figures == {
        ("forebay.admission.under_way", "answer"): 1,
        ("forebay.admission.under_way", "search"): 0,
        ("forebay.admission.waiting", "answer"): 0,
        ("forebay.admission.waiting", "search"): 0,
        ("forebay.admission.size", "answer"): 1,
        ("forebay.admission.refusals", "answer", "standard", "full"): 1,
    }


async def test_a_limit_that_is_reached_further_in_is_no_refusal_of_admission(reader):
    room = Room({Kind.ANSWER: Admission(Fixed(1), 0)}, MeterProvider([reader]))

    with pytest.raises(Overloaded):
        async with room.around(visit()):
            raise Overloaded("a limit is reached", retry_after=1.0)

    assert not [name for name, *_ in told(reader) if name == "forebay.admission.refusals"]
