"""Random callers that come, go and fail at any time."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Internal
from fakes.engine import FakeEngine
from unit.embedding.lanes import LIMITS, firsts, lane_of

CALLER = st.fixed_dictionaries(
    {
        "lengths": st.lists(st.integers(1, 40), min_size=1, max_size=30),
        "starts": st.integers(0, 20),
        "gives_up": st.none() | st.integers(0, 20),
    }
)


@given(st.lists(CALLER, max_size=10), st.randoms(use_true_random=False), st.booleans())
def test_order_is_kept_and_each_text_is_embedded_once(callers, random, breaks):
    asyncio.run(told(callers, random, breaks))


async def told(callers, random, breaks):
    async def working(_rows):
        for _ in range(random.randrange(6)):
            await asyncio.sleep(0)
        if breaks and random.random() < 0.2:
            raise Internal("broken")

    engine = FakeEngine(working)
    lane = lane_of(engine)
    ends = await asyncio.gather(*(called(lane, index, caller) for index, caller in enumerate(callers)))

    sent = [row[0] for batch in engine.batches for row in batch]
    assert len(sent) == len(set(sent))
    assert engine.most_at_once <= LIMITS.in_flight
    for caller, (asked_for, end) in zip(callers, ends, strict=True):
        if end is None:
            assert breaks or caller["gives_up"] is not None
        else:
            assert firsts(end) == [row[0] for row in asked_for]
            assert set(firsts(end)) <= set(sent)


async def called(lane, index, caller):
    asked_for = [[index * 1000 + place] * length for place, length in enumerate(caller["lengths"])]
    for _ in range(caller["starts"]):
        await asyncio.sleep(0)
    task = asyncio.create_task(lane.embed(asked_for))
    if caller["gives_up"] is not None:
        for _ in range(caller["gives_up"]):
            await asyncio.sleep(0)
        task.cancel()
    (end,) = await asyncio.gather(task, return_exceptions=True)
    return asked_for, None if isinstance(end, BaseException) else end
