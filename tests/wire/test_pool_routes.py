"""Routes over models: readiness before traffic, tiers, pins, shadows; the pool against Tritons that a test breaks."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import aclosing

import pytest
from opentelemetry.trace import SpanKind

from chassis import names
from chassis.errors import Internal, Overloaded, Unavailable
from chassis.routing import pinning
from chassis.snapshot import Shadow
from rigs.two_pools import COUNTED, EMBEDDING, GENERATOR, INPUTS, TENANTS, model, pools, route
from wire.chassis.probe import until


async def test_weights_share_out_the_tenants_of_a_model():
    async with pools(model(EMBEDDING, weight=90), model(GENERATOR, weight=10)) as made:
        first, again = await made.everybody(), await made.everybody()

    assert first == again
    assert Counter(first.values())[GENERATOR] / len(TENANTS) == 0.1


async def test_a_model_that_is_not_ready_is_given_nobody_and_found_when_it_is():
    async with pools(model(EMBEDDING), model(GENERATOR, weight=1_000_000, model="late")) as made:
        assert {(await made.ask()).pool for _ in range(20)} == {EMBEDDING}

        made.second.models.add("late")

        async def found():
            return (await made.ask()).pool == GENERATOR

        await until(found)


async def test_a_model_that_is_taken_away_loses_its_tenants_before_one_of_them_fails():
    async with pools(model(EMBEDDING), model(GENERATOR, weight=1_000_000)) as made:
        assert (await made.ask()).pool == GENERATOR
        made.second.models.discard("echo")
        await asyncio.sleep(0.5)

        assert {(await made.ask()).pool for _ in range(20)} == {EMBEDDING}


async def test_a_version_that_fails_its_callers_is_out():
    async with pools(model(EMBEDDING), model(GENERATOR, weight=1_000_000, model="broken")) as made:
        ends = []
        for _ in range(12):
            try:
                ends.append((await made.ask()).pool)
            except Internal:
                ends.append("failed")

    assert Counter(ends) == {"failed": 5, EMBEDDING: 7}


@pytest.mark.parametrize("failure", [Unavailable("gone"), Overloaded("full")])
async def test_the_next_tier_answers_when_one_cannot_and_the_answer_says_so(failure):
    async def fail(context):
        words = "no available versions" if isinstance(failure, Unavailable) else "Exceeds maximum queue size"
        await context.abort(14, words)

    async with pools(model(EMBEDDING, tier="large"), model(GENERATOR, tier="small")) as made:
        assert not (await made.ask()).fell
        made.first.instead = fail

        answer = await made.ask()

    assert (answer.pool, answer.fell) == (GENERATOR, True)


async def test_the_next_tier_writes_when_one_fails_before_its_first_word():
    large, small = model(EMBEDDING, tier="large", model="count"), model(GENERATOR, tier="small", model="count")
    async with pools(large, small) as made:

        async def fail(context):
            await context.abort(14, "no available versions")

        made.first.instead = fail
        async with aclosing(made.pool.stream("writer", COUNTED)) as parts:
            said = [(part.pool, part.fell, int(part["number"][0])) async for part in parts]

    assert said == [(GENERATOR, True, number) for number in range(3)]


async def test_a_placement_is_served_by_its_target_or_not_at_all():
    async def fail(context):
        await context.abort(14, "no available versions")

    async with pools(model(EMBEDDING, tier="large"), model(GENERATOR, tier="small")) as made:
        placed = made.pool.place("writer")
        made.first.instead = fail

        with pytest.raises(Unavailable):
            await made.pool.infer(placed, INPUTS)


async def test_a_request_keeps_its_model_and_says_which_it_was():
    async with pools(model(EMBEDDING), model(GENERATOR, weight=0)) as made:

        async def request():
            choices = pinning.begin()
            first = await made.ask()
            made.apply(route(model(EMBEDDING, weight=0), model(GENERATOR)))
            second = await made.ask()
            made.apply(route(model(GENERATOR)))
            return [first.pool, second.pool, (await made.ask()).pool], choices.all()

        served, (choice,) = await asyncio.create_task(request())

        assert served == [EMBEDDING] * 3
        assert (choice.role, choice.target, choice.version) == ("writer", "embedding/echo", 1)
        assert (await made.ask()).pool == GENERATOR


def shadowed(**budget):
    generous = {"share": 1, "in_flight": 1000, "per_second": 1000}
    return Shadow(pool=GENERATOR, model=budget.pop("model", "echo"), **(generous | budget))


async def test_a_shadow_is_asked_the_same_and_nobody_waits_for_it(recorded):
    async with pools(model(EMBEDDING), shadow=shadowed()) as made:
        answering = asyncio.Event()

        async def late(context):
            await answering.wait()
            await context.abort(13, "nobody shall know")

        made.second.instead = late
        async with asyncio.timeout(2):
            assert {(await made.ask()).pool for _ in range(5)} == {EMBEDDING}
        answering.set()
        await until(lambda: len(made.second.asked) == 5)
        await until(lambda: sum(names.SHADOW in span.attributes for span in recorded.of(SpanKind.CLIENT)) == 5)


async def test_a_shadow_is_asked_no_more_than_its_budget():
    async with pools(model(EMBEDDING), shadow=shadowed(per_second=2)) as made:
        for _ in range(50):
            await made.ask()
        await asyncio.sleep(0.1)

        assert 2 <= len(made.second.asked) <= 4


async def test_a_shadow_of_a_stream_reads_it_to_its_end():
    async with pools(model(EMBEDDING, model="count"), shadow=shadowed(model="count")) as made:
        async with aclosing(made.pool.stream("writer", COUNTED)) as parts:
            assert {part.pool async for part in parts} == {EMBEDDING}

        await until(lambda: len(made.second.asked) == 1)


async def test_a_model_that_died_is_given_tenants_again_soon_after_it_is_back():
    async with pools(model(EMBEDDING), model(GENERATOR, weight=1_000_000)) as made:

        async def dead(context):
            await context.abort(14, "no available versions")

        made.second.instead = dead
        ends = Counter()
        for _ in range(12):
            try:
                ends[(await made.ask()).pool] += 1
            except Unavailable:
                ends["failed"] += 1
        assert ends == {"failed": 5, EMBEDDING: 7}

        made.second.instead = None
        await asyncio.sleep(0.35)  # the pause of this breaker
        assert (await made.ask()).pool == GENERATOR
