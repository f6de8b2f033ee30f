import asyncio

import pytest

from chassis.errors import Unauthenticated, Unavailable
from fakes.clock import FakeClock
from gateway.access.oidc.keyset import COOLDOWN, FRESH, STALE, KeySet
from gateway.access.oidc.tokens import parsed
from rigs.issuing import Provider


class Setting:
    def __init__(self):
        self.provider = Provider()
        self.clock = FakeClock()
        self.keys = KeySet("https://id.example/keys", self.provider.fetch, self.clock)

    async def known(self, token):
        return len(await self.keys.fitting(parsed(token)))

    async def settled(self):
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            await task


@pytest.fixture
def setting():
    return Setting()


async def test_a_key_that_was_rotated_in_is_fetched_when_a_token_names_it(setting):
    assert await setting.known(setting.provider.token()) == 1
    setting.provider.rotate("second")
    setting.clock.advance(COOLDOWN + 1)

    assert await setting.known(setting.provider.token()) == 1
    assert setting.provider.fetched == 2


async def test_made_up_names_do_not_flood_the_issuer(setting):
    await setting.known(setting.provider.token())
    setting.clock.advance(COOLDOWN + 1)

    for number in range(50):
        with pytest.raises(Unauthenticated, match="does not have"):
            await setting.known(setting.provider.token(header={"kid": f"made-up-{number}"}))

    assert setting.provider.fetched == 2


async def test_calls_at_the_same_time_wait_for_one_fetch(setting):
    token = setting.provider.token()

    assert await asyncio.gather(*(setting.known(token) for _ in range(20))) == [1] * 20
    assert setting.provider.fetched == 1


async def test_keys_that_are_no_longer_fresh_are_used_while_new_ones_are_fetched(setting):
    token = setting.provider.token()
    await setting.known(token)
    setting.clock.advance(FRESH + 1)

    assert await setting.known(token) == 1
    await setting.settled()
    assert setting.provider.fetched == 2


async def test_a_key_that_was_withdrawn_is_gone_with_the_next_fetch(setting):
    old = setting.provider.token()
    await setting.known(old)
    setting.provider.rotate("second", keep=False)
    setting.clock.advance(FRESH + 1)
    await setting.known(old)
    await setting.settled()

    with pytest.raises(Unauthenticated):
        await setting.known(old)


async def test_while_the_issuer_is_away_its_keys_are_good_for_a_while_and_then_no_more(setting):
    token = setting.provider.token()
    await setting.known(token)
    setting.provider.away = True

    setting.clock.advance(STALE - 1)
    assert await setting.known(token) == 1
    await setting.settled()
    setting.clock.advance(2)
    with pytest.raises(Unavailable):
        await setting.known(token)

    setting.provider.away = False
    setting.clock.advance(COOLDOWN + 1)
    assert await setting.known(token) == 1


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 7}', b'{"keys": ' + b"[" * 9000, b"\xff"])
async def test_what_is_no_set_of_keys_leaves_the_old_ones(setting, document):
    token = setting.provider.token()
    await setting.known(token)
    setting.provider.document = lambda: document
    setting.clock.advance(FRESH + 1)
    await setting.known(token)
    await setting.settled()

    assert await setting.known(token) == 1


async def test_only_keys_that_are_fit_to_check_signatures_are_taken(setting):
    good = setting.provider.published[0]
    setting.provider.published = [
        {**good, "use": "enc"},
        {**good, "key_ops": ["encrypt"]},
        {**good, "alg": "ES384"},
        {**good, "x": "!"},
        {**good, "crv": "P-384"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "first"},
        {"kty": "quantum", "kid": "first"},
        "not an object",
    ]

    with pytest.raises(Unauthenticated):
        await setting.known(setting.provider.token())
