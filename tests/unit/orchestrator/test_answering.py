from __future__ import annotations

import pytest

from chassis.deadline import remaining, within
from chassis.errors import DeadlineExceeded, Internal, InvalidArgument, NotFound, Overloaded, Unavailable
from fakes.generator import MODEL, FakeWriter
from fakes.searcher import found, hit
from orchestrator.answer.refusals import NO_ANSWER
from orchestrator.answer.words import Ask, Closing, Finish, Sources, Text, Usage
from orchestrator.answer.writing import WritingLimits
from rigs.answering import QUESTION, SAYS, WEAK, Rig, text_of

STRANGERS = [hit("Bananas grow in warm countries.", "Fruit", dense=0.1, lexical=0.0) for _ in range(8)]


@pytest.fixture
def rig():
    return Rig(found(QUESTION, SAYS, *WEAK), "Health is ", "served on ", "port 8081.")


async def test_sources_come_first_then_text_then_the_closing(rig):
    events = await rig.ask()

    assert isinstance(events[0], Sources)
    assert all(isinstance(event, Text) for event in events[1:-1])
    assert isinstance(events[-1], Closing)
    assert text_of(events) == "Health is served on port 8081."
    assert all(event.text for event in events[1:-1])


async def test_the_closing_says_how_the_answer_came_about(rig):
    closing = (await rig.ask())[-1]

    assert closing.finish is Finish.STOP
    assert closing.usage == Usage(input_tokens=40, output_tokens=3)
    assert closing.degraded == ()
    assert closing.corpus_version == 7
    assert closing.prompt == "answer@1"
    assert MODEL in closing.models
    assert [each.sources for each in closing.attributions] == [(1,)]
    assert 0.5 < closing.confidence <= 1


async def test_no_more_sources_are_shown_than_asked_for(rig):
    (sources, *_) = await rig.ask(max_sources=2)

    assert len(sources.hits) == 2
    assert rig.searcher.asked[0].top_k == 12


async def test_the_model_gets_the_question_last_and_the_callers_limits(rig):
    await rig.ask(max_output_tokens=9, temperature=0.5, seed=3)

    (order,) = rig.writer.orders
    assert order.messages[-1].content.endswith(f"Question: {QUESTION}")
    assert "8081" in order.messages[-1].content
    assert (order.max_tokens, order.temperature, order.seed) == (9, 0.5, 3)


async def test_sources_that_do_not_hold_the_answer_are_not_given_to_a_model():
    rig = Rig(found(QUESTION, *STRANGERS), "Port 1.")

    events = await rig.ask()

    assert rig.writer.orders == []
    assert text_of(events) == NO_ANSWER
    assert events[-1].finish is Finish.NO_ANSWER
    assert events[-1].usage == Usage()
    assert [each.sources for each in events[-1].attributions] == [()]


async def test_nothing_found_is_said_with_an_empty_list_of_sources():
    events = await Rig(found(QUESTION)).ask()

    assert events[0] == Sources(())
    assert events[-1].finish is Finish.NO_ANSWER


async def test_a_model_that_gives_up_has_no_answer(rig):
    rig.writer.words = ["The text does not mention that."]

    assert (await rig.ask())[-1].finish is Finish.NO_ANSWER


async def test_an_answer_that_no_source_supports_is_followed_by_what_they_say(rig):
    rig.writer.words = ["Bananas grow in 99 warm countries."]

    events = await rig.ask()

    assert text_of(events).startswith("Bananas grow in 99 warm countries.\n\n“Health is served on port 8081.”")
    first, second, *_ = events[-1].attributions
    assert first.sources == ()
    assert second.sources == (1,)
    assert (
        events[-1].confidence < (await Rig(rig.searcher.result, "Health is served on port 8081.").ask())[-1].confidence
    )


async def test_a_caller_without_a_limit_left_for_text_gets_the_limit_as_reason(rig):
    rig.writer.finish = "length"

    assert (await rig.ask())[-1].finish is Finish.LENGTH


@pytest.mark.parametrize("failure", [Overloaded(), Unavailable(), DeadlineExceeded(), Internal()])
async def test_without_the_model_the_sources_are_quoted(rig, failure):
    rig.writer.words, rig.writer.failure = [], failure

    events = await rig.ask()

    assert "“Health is served on port 8081.”" in text_of(events)
    assert events[-1].degraded == ("generator",)
    assert events[-1].finish is Finish.STOP
    assert events[-1].usage == Usage()


async def test_a_model_that_dies_in_the_middle_is_followed_by_quotations(rig):
    rig.writer.words, rig.writer.failure = ["Health is ", "ser"], Unavailable()

    events = await rig.ask()

    assert text_of(events).startswith("Health is ser\n\n“Health is served on port 8081.”")
    assert events[-1].degraded == ("generator",)


async def test_a_model_that_says_nothing_is_given_up(rig):
    rig.writer.words = []

    events = await rig.ask()

    assert "8081" in text_of(events)
    assert events[-1].degraded == ("generator",)


async def test_too_little_time_for_the_model_means_quotations(rig):
    with within(0.6):
        events = await rig.ask()

    assert rig.writer.orders == []
    assert events[-1].degraded == ("generator",)


async def test_when_the_time_is_over_the_call_fails(rig):
    class Slow(FakeWriter):
        async def write(self, order):
            while remaining() > 0:
                pass
            raise DeadlineExceeded
            yield

    rig.writer = Slow()
    answerer = rig.answerer()
    answerer._steps.writing._limits = WritingLimits(least=0, reserve=0)
    ask = Ask(corpus="docs", question=QUESTION, max_sources=4, max_output_tokens=9, temperature=0, seed=0)

    with within(0.3), pytest.raises(DeadlineExceeded):
        [event async for event in answerer.answer(ask)]


async def test_steps_that_the_search_gave_up_are_named_too(rig):
    rig.searcher.result = found(QUESTION, SAYS, *WEAK, degraded=("dense",))
    rig.writer.words, rig.writer.failure = [], Overloaded()

    assert (await rig.ask())[-1].degraded == ("dense", "generator")


@pytest.mark.parametrize("failure", [NotFound("no such corpus"), InvalidArgument(), Unavailable()])
async def test_without_a_search_there_is_no_answer(rig, failure):
    rig.searcher.failure = failure

    with pytest.raises(type(failure)):
        await rig.ask()
    assert rig.writer.orders == []
