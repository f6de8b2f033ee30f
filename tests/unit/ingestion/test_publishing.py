"""Nobody is ever shown an old version of a corpus."""

from __future__ import annotations

import asyncio

import pytest

from chassis.errors import Unavailable
from fakes.shelf import FakeShelf
from ingestion.committing.publishing import Versions
from rigs.drafts import CORPUS


class Gate:
    """A pause that ends when it is let."""

    def __init__(self):
        self.open = asyncio.Event()

    async def __call__(self, _seconds):
        await self.open.wait()
        self.open.clear()


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def shelf():
    return FakeShelf()


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
async def versions(shelf, gate):
    made = Versions(shelf, pause=gate)
    yield made
    await made.aclose()


async def test_a_version_is_absent_between_withdrawal_and_publication(versions, shelf):
    await versions.publish([CORPUS], {CORPUS.id: 1})
    await versions.withdraw([CORPUS])
    assert shelf.versions == {}

    await versions.publish([CORPUS], {CORPUS.id: 2})

    assert shelf.versions == {"library": 2}


async def test_without_the_shelf_nothing_can_be_withdrawn(versions, shelf):
    shelf.away = True

    with pytest.raises(Unavailable):
        await versions.withdraw([CORPUS])


async def test_what_could_not_be_published_is_published_later(versions, shelf, gate):
    shelf.away = True
    await versions.publish([CORPUS], {CORPUS.id: 4})
    gate.open.set()
    await settled()
    assert shelf.versions == {}

    shelf.away = False
    gate.open.set()
    await settled()

    assert shelf.versions == {"library": 4}


async def test_a_late_version_never_comes_after_a_newer_withdrawal(versions, shelf, gate):
    shelf.away = True
    await versions.publish([CORPUS], {CORPUS.id: 4})
    shelf.away = False

    await versions.withdraw([CORPUS])
    gate.open.set()
    await settled()

    assert shelf.versions == {}
