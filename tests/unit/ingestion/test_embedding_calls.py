"""Texts of many documents travel in large calls, and come back to whom they belong."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from chassis.errors import FailedPrecondition, Internal, Overloaded, Unavailable
from fakes.embedder import MODEL, FakeEmbedder, vector
from ingestion.writing.vectors.batching import Calls, Embeddings


class Held(FakeEmbedder):
    """Answers when it is let."""

    def __init__(self):
        super().__init__()
        self.free = asyncio.Event()
        self.most = self.now = 0

    async def embed(self, role, texts):
        self.now += 1
        self.most = max(self.most, self.now)
        await self.free.wait()
        self.now -= 1
        return await super().embed(role, texts)


class Pauses:
    def __init__(self):
        self.seconds: list[float] = []

    async def __call__(self, seconds):
        self.seconds.append(seconds)


def texts(name: str, count: int) -> list[str]:
    return [f"{name} {number}" for number in range(count)]


def rows(name: str, count: int) -> list[bytes]:
    return [vector(text, MODEL.dimension) for text in texts(name, count)]


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_every_document_gets_its_own_rows_in_order():
    async with aclosing(Embeddings(FakeEmbedder(), MODEL, Calls(most_texts=7))) as embeddings:
        found = await asyncio.gather(*(embeddings.embed(texts(str(size), size)) for size in (1, 20, 3, 5)))

    assert found == [rows(str(size), size) for size in (1, 20, 3, 5)]


async def test_while_calls_are_out_texts_gather_for_the_next():
    embedder = Held()
    async with aclosing(Embeddings(embedder, MODEL, Calls(most_texts=10, in_flight=1))) as embeddings:
        asked = [asyncio.create_task(embeddings.embed(texts(str(number), 1))) for number in range(25)]
        await settled()
        embedder.free.set()
        await asyncio.gather(*asked)

    assert embedder.calls == [1, 10, 10, 4]


async def test_no_more_calls_are_out_than_allowed_and_no_small_ones_beside_the_first():
    embedder = Held()
    async with aclosing(Embeddings(embedder, MODEL, Calls(most_texts=10, in_flight=3))) as embeddings:
        asked = [asyncio.create_task(embeddings.embed(texts(str(number), 10))) for number in range(8)]
        await settled()
        assert embedder.most == 3
        embedder.free.set()
        await asyncio.gather(*asked)
        embedder.free.clear()
        embedder.most = 0
        few = [asyncio.create_task(embeddings.embed(texts(str(number), 2))) for number in range(3)]
        await settled()
        assert embedder.most == 1
        embedder.free.set()
        await asyncio.gather(*few)


async def test_an_overloaded_model_is_asked_again_after_a_pause():
    embedder, pauses = FakeEmbedder(), Pauses()
    embedder.failures = [Overloaded("full"), Overloaded("full", retry_after=0.7), Unavailable("away")]
    async with aclosing(Embeddings(embedder, MODEL, Calls(), pauses)) as embeddings:
        assert await embeddings.embed(texts("a", 2)) == rows("a", 2)

    assert pauses.seconds == [0.1, 0.7, 0.4]


async def test_an_overloaded_model_is_waited_for_as_long_as_it_takes():
    embedder, pauses = FakeEmbedder(), Pauses()
    embedder.failures = [Overloaded("full")] * 50
    async with aclosing(Embeddings(embedder, MODEL, Calls(attempts=3), pauses)) as embeddings:
        assert await embeddings.embed(texts("a", 2)) == rows("a", 2)

    assert max(pauses.seconds) == 2.0


async def test_a_model_that_stays_away_is_given_up():
    embedder = FakeEmbedder()
    embedder.failures = [Unavailable("away")] * 3
    async with aclosing(Embeddings(embedder, MODEL, Calls(attempts=3), Pauses())) as embeddings:
        with pytest.raises(Unavailable):
            await embeddings.embed(["a"])


async def test_a_text_at_fault_fails_its_document_alone():
    embedder = FakeEmbedder(poison=Internal("no"))
    async with aclosing(Embeddings(embedder, MODEL, Calls())) as embeddings:
        asked = [["good"], ["poison"], ["fine"]]
        found = await asyncio.gather(*map(embeddings.embed, asked), return_exceptions=True)

    assert [type(one) for one in found] == [list, Internal, list]


async def test_another_model_is_refused():
    embedder = FakeEmbedder()
    async with aclosing(Embeddings(embedder, FakeEmbedder().serving, Calls())) as embeddings:
        embedder.serving = type(MODEL)(role="embedding", name="embedding-int8", version="1", dimension=8)
        with pytest.raises(FailedPrecondition, match="embedding-int8 1 serves now"):
            await embeddings.embed(["a"])


async def test_who_goes_away_leaves_nothing_to_embed():
    embedder = Held()
    async with aclosing(Embeddings(embedder, MODEL, Calls(most_texts=10, in_flight=1))) as embeddings:
        first = asyncio.create_task(embeddings.embed(texts("a", 1)))
        gone = asyncio.create_task(embeddings.embed(texts("b", 10)))
        await settled()
        gone.cancel()
        await settled()
        embedder.free.set()
        await first

    assert embedder.calls == [1]
