"""Turns to make an answer: the same cases on the fake and on a real Valkey."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio

from gateway.valkey.answers import ValkeyAnswers
from gateway.valkey.connecting import valkey as connected
from ingestion.valkey import shelf as versions
from rigs.answer_shelves import Fake, Real, key
from rigs.drafts import CORPUS
from rigs.valkey import valkey

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("gateway answers")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url():
    async with valkey() as url:
        yield url


@pytest_asyncio.fixture(params=["fake", "real"], loop_scope="module")
async def there(request, url):
    if request.param == "fake":
        yield Fake()
        return
    async with connected(url) as client, versions(url) as ingestion:
        yield Real(ValkeyAnswers(client, 2**20, 5.0), ingestion)


@pytest.fixture
def corpus():
    return replace(CORPUS, id=uuid4(), tenant=f"t{uuid4().hex[:8]}")


async def turn(there, corpus, holder, *, seconds=60.0, question="why?"):
    """Return who has the turn after that holder asked for it."""
    stamp = (await there.shelf.look(key(corpus))).stamp
    return await there.shelf.claim(key(corpus, question), stamp, holder, seconds)


async def test_a_turn_has_one_holder_until_it_is_given_back(there, corpus):
    await there.show(corpus, 1)
    stamp = (await there.shelf.look(key(corpus))).stamp
    first = [await turn(there, corpus, holder) for holder in ("one", "two", "one")]
    await there.shelf.release(key(corpus), stamp, "two")
    still = await turn(there, corpus, "two")
    await there.shelf.release(key(corpus), stamp, "one")

    assert (first, still, await turn(there, corpus, "two")) == (["one"] * 3, "one", "two")


async def test_another_question_and_another_state_have_turns_of_their_own(there, corpus):
    await there.show(corpus, 1)
    holders = [await turn(there, corpus, "one"), await turn(there, corpus, "two", question="how?")]
    await there.show(corpus, 2)

    assert (*holders, await turn(there, corpus, "three")) == ("one", "two", "three")


async def test_a_turn_that_nobody_keeps_ends_by_itself(there, corpus):
    await there.show(corpus, 1)
    await turn(there, corpus, "one", seconds=60)
    assert await turn(there, corpus, "one", seconds=0.1) == "one"
    while await turn(there, corpus, "two") != "two":  # noqa: ASYNC110 - it is Valkey's clock that is waited for
        await asyncio.sleep(0.01)
