from __future__ import annotations

import asyncio

import pytest

from chassis.errors import Unavailable
from fakes.records import FakeRecords
from gateway.records.committing import LOST, CommitLimits, Committer
from gateway.records.verifying import verified
from gateway.records.words import Record

SOON = CommitLimits(batch=8, waiting=20, pause=0.001, anchoring=0.001)


def record(number: int) -> Record:
    return Record(id=f"{number:032x}", body={"id": f"{number:032x}", "outcome": "OK"})


@pytest.fixture
def store():
    return FakeRecords()


@pytest.fixture
async def committer(store):
    committer = Committer(store, SOON)
    async with committer.running():
        yield committer


async def until(condition):
    for _ in range(5000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came to pass")


async def written(store, count):
    await until(lambda: len(store.bodies) >= count)


async def test_a_record_is_in_the_store_when_its_caller_goes_on(store, committer):
    await committer.commit(record(1))

    assert [body["id"] for body in store.bodies] == [record(1).id]


async def test_what_comes_while_a_write_is_under_way_goes_along_with_the_next(store, committer):
    store.hold = asyncio.Event()
    first = asyncio.create_task(committer.commit(record(0)))
    await asyncio.sleep(0.01)
    rest = [asyncio.create_task(committer.commit(record(number))) for number in range(1, 12)]
    await asyncio.sleep(0)
    store.hold.set()
    await asyncio.gather(first, *rest)

    assert store.writes == [1, 8, 3]
    assert (await verified(store)).faults == []


async def test_who_is_given_up_keeps_nobody_from_being_recorded(store, committer):
    store.hold = asyncio.Event()
    tasks = [asyncio.create_task(committer.commit(record(number))) for number in range(4)]
    await asyncio.sleep(0.01)
    tasks[2].cancel()
    store.hold.set()
    await asyncio.gather(*tasks, return_exceptions=True)

    await written(store, 4)
    assert {body["outcome"] for body in store.bodies} == {"OK"}


async def test_while_the_store_is_away_nobody_is_let_in_and_what_was_used_is_recorded_later(store, committer):
    store.failure = Unavailable("away")
    with pytest.raises(Unavailable) as caught:
        await committer.commit(record(1))
    with pytest.raises(Unavailable) as refused:
        committer.check()
    committer.leave(record(2))

    store.failure = None
    await written(store, 2)

    assert caught.value.retry_after > 0
    assert refused.value.reason == LOST
    assert [body["outcome"] for body in store.bodies] == [LOST, "OK"]
    await asyncio.sleep(0)
    committer.check()


async def test_a_write_whose_end_is_not_known_is_not_written_twice(store, committer):
    await committer.commit(record(1))
    store.failure_after = Unavailable("the connection broke")
    with pytest.raises(Unavailable):
        await committer.commit(record(2))
    await committer_works(committer)
    await committer.commit(record(3))

    assert [body["id"] for body in store.bodies] == [record(number).id for number in (1, 2, 3)]
    assert len(store.chains) == 2
    assert (await verified(store)).faults == []


async def test_a_store_that_stays_away_does_not_fill_the_memory(store, committer):
    store.failure = Unavailable("away")
    for number in range(100):
        committer.leave(record(number))
    await asyncio.sleep(0.01)
    store.failure = None
    await written(store, 20)
    await committer_works(committer)

    assert [body["id"] for body in store.bodies] == [record(number).id for number in range(80, 100)]


async def test_what_waits_at_the_end_is_written_and_the_chain_anchored(store):
    committer = Committer(store, CommitLimits())
    async with committer.running():
        await committer.commit(record(1))
        committer.leave(record(2))

    assert len(store.bodies) == 2
    assert store.anchored[-1] == next(iter(store.latest.values()))


async def test_a_growing_chain_is_anchored_again_and_again(store, committer):
    for number in range(3):
        await committer.commit(record(number))
        await until(lambda last=number + 1: store.anchored[-1].sequence == last)

    assert [head.sequence for head in store.anchored] == [0, 1, 2, 3]


async def committer_works(committer):
    async with asyncio.timeout(5):
        while True:
            try:
                return committer.check()
            except Unavailable:
                await asyncio.sleep(0.001)
