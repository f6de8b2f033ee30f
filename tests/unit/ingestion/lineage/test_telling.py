"""Commits are told of after they have succeeded, and never wait for it."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import replace

import pytest

from chassis.errors import Aborted
from ingestion.committing.words import Batch
from ingestion.lineage.telling import Teller, telling
from rigs.drafts import draft
from rigs.ingestion import corpus_of, document, fake_world, put


class Ear:
    def __init__(self):
        self.heard = []

    def hear(self, happened):
        self.heard.append(happened)


class DeafEar(Ear):
    def hear(self, happened):
        raise OSError("nobody listens")


class SlowEar(Ear):
    def __init__(self):
        super().__init__()
        self.go_on = threading.Event()

    def hear(self, happened):
        self.go_on.wait(10)
        super().hear(happened)


class Account:
    def __init__(self):
        self.counts = Counter()
        self.failures = []
        self.moved = asyncio.Event()

    def told(self, outcome, failure=None):
        self.counts[outcome] += 1
        self.failures += [failure] if failure else []
        self.moved.set()

    async def reaches(self, outcome, count):
        async with asyncio.timeout(10):
            while self.counts[outcome] < count:
                self.moved.clear()
                await self.moved.wait()


async def commits(ear, account, *steps):
    """Run the steps in a world whose commits are told of."""
    world = fake_world()
    async with telling(ear, account) as told:
        world.ports = replace(world.ports, telling=told)
        async with world.running() as ingestion:
            corpus = await corpus_of(ingestion)
            for step in steps:
                await step(ingestion, corpus)


def putting(*documents):
    async def step(ingestion, corpus):
        await put(ingestion, corpus, *documents)

    return step


async def deleting(ingestion, corpus):
    await ingestion.putter.delete(corpus, "a")


async def test_a_commit_is_told_with_all_that_was_written():
    ear = Ear()

    await commits(ear, Account(), putting(document("a", "Text.", mime="text/markdown")))

    (happened,) = ear.heard
    (source,) = happened.written
    assert (happened.corpus.name, happened.version, happened.index.number) == ("library", 1, 1)
    assert (source.source_id, source.generation, source.size, source.chunks) == ("a", 1, 5, 1)
    assert source.parser.name == "pyromark"
    assert source.parser.version
    assert not happened.rebuilt


async def test_a_deletion_is_told():
    ear = Ear()

    await commits(ear, Account(), putting(document("a")), deleting)

    assert (ear.heard[-1].removed, ear.heard[-1].version) == (("a",), 2)


async def test_a_commit_that_failed_is_not_told():
    ear, account = Ear(), Account()
    teller = Teller(ear, account)

    async def failing(batch):
        raise Aborted("changed meanwhile")

    with pytest.raises(Aborted):
        await teller.telling(failing)(Batch(drafts=(draft("a"),)))
    assert teller._waiting.empty()


async def test_a_listener_that_fails_is_counted_and_touches_no_commit():
    account = Account()

    async def told(ingestion, corpus):
        await account.reaches("failed", 1)

    await commits(DeafEar(), account, putting(document("a")), told, putting(document("b")))

    assert account.counts == {"failed": 2}
    assert all(isinstance(failure, OSError) for failure in account.failures)


async def test_a_listener_that_hangs_holds_no_commit_up_and_what_is_too_much_is_dropped():
    ear, account = SlowEar(), Account()
    teller = Teller(ear, account, most=2)
    task = asyncio.create_task(teller.work())

    async def fine(batch):
        return {each.corpus.id: 1 for each in batch.drafts}

    for number in range(6):
        async with asyncio.timeout(5):
            await teller.telling(fine)(Batch(drafts=(draft(f"d{number}"),)))
        await asyncio.sleep(0)

    assert account.counts["dropped"] >= 3
    ear.go_on.set()
    await account.reaches("sent", 6 - account.counts["dropped"])
    teller.stop()
    await task
    assert account.counts["sent"] + account.counts["dropped"] == 6


async def test_what_waits_at_the_end_is_still_told():
    ear, account = Ear(), Account()
    teller = Teller(ear, account)

    async def fine(batch):
        return {each.corpus.id: 1 for each in batch.drafts}

    for number in range(5):
        await teller.telling(fine)(Batch(drafts=(draft(f"d{number}"),)))
    teller.stop()
    await teller.work()

    assert len(ear.heard) == account.counts["sent"] == 5
