"""Valkey: the shelf of corpus versions. The only file that knows its client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Final
from uuid import UUID

from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from chassis import names
from chassis.errors import Unavailable
from chassis.telemetry import client_span
from ingestion.corpora.words import Corpus

__all__ = ["ValkeyShelf", "shelf"]

SECONDS = 2.0
"""For one call: it is a look into memory, and a commit waits for it."""


SHOW: Final = """
if redis.call('get', KEYS[2]) == ARGV[2] then return redis.call('set', KEYS[1], ARGV[1]) end
"""
"""Sets a version if nobody has withdrawn it since."""

WITHDRAW: Final = """
local run = string.match(redis.call('info', 'server'), 'run_id:(%x+)')
for at = 1, #KEYS, 2 do
  redis.call('set', KEYS[at], run .. '.' .. ARGV[1])
  redis.call('del', KEYS[at + 1])
end
return run .. '.' .. ARGV[1]
"""
"""Leaves a token and shows no version; the token begins with the run of the server that was told."""


FRESH: Final = """
local run = string.match(redis.call('info', 'server'), 'run_id:(%x+)')
if redis.call('get', KEYS[1]) == run then return '' end
return run
"""
"""Returns the run of the server unless it is the one that is noted."""

LOST: Final = """
local run, lost = string.match(redis.call('info', 'server'), 'run_id:(%x+)'), {}
for at = 1, #KEYS, 2 do
  local token = redis.call('get', KEYS[at])
  if not token or string.sub(token, 1, #run + 1) ~= run .. '.' or redis.call('exists', KEYS[at + 1]) == 0 then
    lost[#lost + 1] = (at - 1) / 2
  end
end
return lost
"""
"""Returns the places of those that show no version of this run."""

_SETTLED: Final = "forebay:corpus-versions-settled"


class ValkeyShelf:
    """Shows each corpus's version under `forebay:corpus-version:<tenant>:<name>`.

    A call that was given up may still be carried out, and after one that was made later. So every withdrawal leaves a
    token of its own, and a version is shown only while the token of its own withdrawal is there. A server that is
    restarted, or takes over, may have forgotten a withdrawal: so a token says which run of a server was told, and
    whoever trusts a version checks that it is the one that answers.
    """

    def __init__(self, client: Valkey) -> None:
        self._client = client
        self._show = client.register_script(SHOW)
        self._withdraw = client.register_script(WITHDRAW)
        self._fresh = client.register_script(FRESH)
        self._lost = client.register_script(LOST)
        self._tokens: dict[UUID, str] = {}

    async def put(self, corpus: Corpus, version: int) -> None:
        """Show the version."""
        async with _call("set"):
            token = self._tokens.get(corpus.id, "")
            await self._show(keys=[_key(corpus), _token_key(corpus)], args=[version, token])

    async def fresh(self) -> str:
        """Return the name of the server's run, or nothing when `settled` was told of this run."""
        async with _call("fresh"):
            run: bytes = await self._fresh(keys=[_SETTLED])
        return run.decode()

    async def settled(self, run: str) -> None:
        """Note that the server has been told all in that run; the note is lost with all that is lost."""
        async with _call("set"):
            await self._client.set(_SETTLED, run)

    async def lost(self, corpora: Sequence[Corpus]) -> Sequence[Corpus]:
        """Return those of which no version is shown that is believed in this run."""
        async with _call("lost"):
            places: list[int] = await self._lost(keys=_keys(corpora))
        return [corpora[place] for place in places]

    async def drop(self, corpora: Sequence[Corpus]) -> None:
        """Show none for these corpora."""
        for corpus in corpora:
            self._tokens.pop(
                corpus.id, None
            )  # what fails here may still arrive: nothing is shown until one is heard of
        async with _call("del"):
            token = (await self._withdraw(keys=_keys(corpora), args=[token_hex(16)])).decode()
        self._tokens.update({corpus.id: token for corpus in corpora})

    async def ping(self) -> None:
        """Raise `Unavailable` when it does not answer."""
        async with _call("ping"):
            await self._client.ping()


@asynccontextmanager
async def shelf(url: str) -> AsyncIterator[ValkeyShelf]:
    """Open it for as long as the block lasts; it connects when it is first needed."""
    client = Valkey.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
    try:
        yield ValkeyShelf(client)
    finally:
        await client.aclose()


@asynccontextmanager
async def _call(operation: str) -> AsyncIterator[None]:
    with client_span(f"valkey {operation}", "valkey", {names.DB_SYSTEM: "valkey", names.DB_OPERATION: operation}):
        try:
            yield
        except (ValkeyError, OSError, TimeoutError) as failure:
            raise Unavailable("the shelf of versions is away", retry_after=1.0) from failure


def _keys(corpora: Sequence[Corpus]) -> list[str]:
    return [key for corpus in corpora for key in (_token_key(corpus), _key(corpus))]


def _token_key(corpus: Corpus) -> str:
    return f"forebay:corpus-withdrawal:{corpus.tenant}:{corpus.name}"


def _key(corpus: Corpus) -> str:
    return f"forebay:corpus-version:{corpus.tenant}:{corpus.name}"
