"""Keys of an identity provider, fetched over real HTTP from providers that behave and from those that do not."""

import asyncio

import pytest
from aiohttp import web

from chassis.errors import Unavailable
from gateway import issuers
from rigs.issuing import Provider, published


async def fetched(answer):
    async with published(answer) as url, issuers.fetching() as fetch:
        return await fetch(url)


async def test_keys_are_fetched_as_they_are_published():
    provider = Provider()

    async def answer(_request):
        return web.Response(body=provider.document())

    assert await fetched(answer) == provider.document()


@pytest.mark.parametrize(
    "refusal",
    [
        web.Response(status=500),
        web.Response(status=302, headers={"location": "http://127.0.0.1:1/elsewhere"}),
        web.Response(body=b"x" * (issuers.LARGEST + 1)),
    ],
    ids=["broken", "elsewhere", "huge"],
)
async def test_what_is_no_answer_is_an_issuer_that_is_away(refusal):
    async def answer(_request):
        return refusal

    with pytest.raises(Unavailable):
        await fetched(answer)


async def test_an_endless_answer_is_given_up_when_it_is_too_large():
    async def answer(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    with pytest.raises(Unavailable, match="more than"):
        await asyncio.wait_for(fetched(answer), 4)


async def test_nobody_there_is_an_issuer_that_is_away():
    async with issuers.fetching() as fetch:
        with pytest.raises(Unavailable):
            await fetch("http://127.0.0.1:1/keys")
