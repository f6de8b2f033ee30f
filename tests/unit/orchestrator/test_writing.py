from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from chassis.deadline import remaining, within
from chassis.errors import DeadlineExceeded, Unavailable
from fakes.generator import FakeWriter, SilentMeters
from orchestrator.answer.draft import Draft
from orchestrator.answer.pacing import paced
from orchestrator.answer.words import Usage
from orchestrator.answer.writer import Order
from orchestrator.answer.writing import Writing, WritingLimits

ORDER = Order(messages=(), max_tokens=9, temperature=0, seed=0, stop=())


def writing(writer, **limits):
    return Writing(writer, SilentMeters(), WritingLimits(**limits))


async def collected(texts):
    async with aclosing(texts):
        return [text async for text in texts]


async def test_the_texts_of_the_draft_come_through():
    assert await collected(writing(FakeWriter("One ", "two.")).texts(ORDER, Draft(3))) == ["One", " two."]


async def test_figures_are_noted():
    meters = SilentMeters()

    await collected(Writing(FakeWriter("One ", "two."), meters, WritingLimits()).texts(ORDER, Draft(3)))

    assert len(meters.firsts) == 1
    assert meters.usages == [Usage(input_tokens=40, output_tokens=2)]


async def test_whoever_leaves_stops_the_model():
    writer = FakeWriter("One ", "two ")
    writer.hangs = True
    texts = writing(writer).texts(ORDER, Draft(3))

    assert await anext(texts) == "One"
    await texts.aclose()

    assert writer.stopped.is_set()


async def test_a_cancelled_reader_stops_the_model():
    writer = FakeWriter("One ")
    writer.hangs = True
    reader = asyncio.create_task(collected(writing(writer).texts(ORDER, Draft(3))))
    await writer.waiting.wait()
    reader.cancel()

    with pytest.raises(asyncio.CancelledError):
        await reader
    assert writer.stopped.is_set()


async def test_a_full_draft_stops_the_model_early():
    writer = FakeWriter("One here. ", "Two here. ", "Three here. ", "Four here. ")

    await collected(writing(writer).texts(ORDER, Draft(1)))

    assert writer.written == 2


async def test_a_failure_comes_after_what_was_written():
    writer = FakeWriter("One ", "two")
    writer.failure = Unavailable()
    shown = []

    async def read():
        async for text in writing(writer).texts(ORDER, Draft(3)):
            shown.append(text)  # noqa: PERF401 - the texts before the failure are what is asked for

    with pytest.raises(Unavailable):
        await read()
    assert shown == ["One", " two"]


async def test_a_generation_that_cannot_finish_is_not_started():
    writer = FakeWriter("One")

    with within(0.5), pytest.raises(DeadlineExceeded):
        await collected(writing(writer, least=0.5, reserve=0.3).texts(ORDER, Draft(3)))
    assert writer.orders == []


async def test_the_model_gets_less_time_than_the_request_has():
    class Timed(FakeWriter):
        async def write(self, order):
            self.left = remaining()
            async for piece in super().write(order):
                yield piece

    writer = Timed("One")
    with within(10):
        await collected(writing(writer, reserve=2).texts(ORDER, Draft(3)))

    assert 7 < writer.left <= 8


async def test_without_a_deadline_the_model_has_none():
    assert await collected(writing(FakeWriter("One")).texts(ORDER, Draft(3))) == ["One"]


async def given(*texts, failure=None):
    for text in texts:
        yield text
    if failure:
        raise failure


async def test_the_first_text_leaves_at_once_and_the_rest_in_bundles():
    ticks = iter([0.0, 0.0, 0.01, 0.02, 0.05, 0.05, 0.06])

    texts = await collected(paced(given("a", "b", "c", "d", "e"), 0.04, lambda: next(ticks)))

    assert texts == ["a", "bcd", "e"]


async def test_what_waits_when_the_model_fails_is_not_lost():
    texts = []
    ticks = iter([0.0, 0.0, 0.01])

    async def read():
        async for text in paced(given("a", "b", failure=Unavailable()), 0.04, lambda: next(ticks)):
            texts.append(text)  # noqa: PERF401 - the texts before the failure are what is asked for

    with pytest.raises(Unavailable):
        await read()
    assert texts == ["a", "b"]


async def test_no_text_is_no_text():
    assert await collected(paced(given(), 0.04)) == []
