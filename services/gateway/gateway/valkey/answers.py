"""Answers and questions in Valkey, shared by all gateways.

| key | what |
|---|---|
| `forebay:corpus-version:T:C`, `forebay:corpus-withdrawal:T:C` | a corpus's state, as ingestion leaves it |
| `forebay:cache-purges:T`, `forebay:cache-purges:T:C` | how often was purged |
| `forebay:answer:T:C:…` | an answer, after the state that it belongs to |
| `forebay:answer-turn:T:C:…` | which gateway makes an answer at this moment, at which state |
| `forebay:near:T:C:…` | the newest questions of a scope, each after its state |
| `forebay:answers:T`, `forebay:answer-sizes:T` | what the tenant has here, by expiry, and its bytes |
| `forebay:answer-makers:T` | which prompt and models made the tenant's newest answer |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from valkey.asyncio import Valkey

from gateway.cache.words import Key, Looked, Scope, Stamp
from gateway.valkey.answer_scripts import CLAIM, FORGET, KEEP, LOOK, RELEASE
from gateway.valkey.connecting import asked

BUCKET_BYTES: Final = 40_960
"""What a full list of questions takes: 32 of about 1.2 kB."""

_STEP: Final = 500


class ValkeyAnswers:
    """Keeps at most `share` bytes a tenant; every call takes at most `seconds`."""

    def __init__(self, client: Valkey, share: int, seconds: float) -> None:
        self._client = client
        self._share = share
        self._seconds = seconds
        self._look = client.register_script(LOOK)
        self._keep = client.register_script(KEEP)
        self._claim = client.register_script(CLAIM)
        self._release = client.register_script(RELEASE)
        self._forget = client.register_script(FORGET)

    async def look(self, key: Key) -> Looked:
        """Return the corpus's state, and what is kept of the key at that state."""
        async with asked("look", self._seconds):
            state, value, made = await self._look(keys=_keys(key.scope, _answer(key)))
        return Looked(stamp=_stamp(state), value=value, made=_pairs(made))

    async def keep(self, key: Key, stamp: Stamp, value: bytes, made: Mapping[str, str], seconds: float) -> bool:
        """Keep a value, if the corpus's state is still that one; tell whether it was. `made` is noted in any case."""
        roles = [text for pair in made.items() for text in pair]
        return await self._kept(key.scope, _answer(key), [str(stamp), value, _milliseconds(seconds), 0, *roles])

    async def claim(self, key: Key, stamp: Stamp, holder: str, seconds: float) -> str:
        """Take the turn to make the answer at that state, or keep it, for so many seconds; return who has it."""
        async with asked("claim", self._seconds):
            by: bytes = await self._claim(keys=[_turn(key, stamp)], args=[holder, _milliseconds(seconds)])
        return by.decode()

    async def release(self, key: Key, stamp: Stamp, holder: str) -> None:
        """Give the turn back, if that holder has it."""
        async with asked("release", self._seconds):
            await self._release(keys=[_turn(key, stamp)], args=[holder])

    async def others(self, scope: Scope, stamp: Stamp) -> list[bytes]:
        """Return what was noted of that scope at that state, newest first."""
        async with asked("lrange", self._seconds):
            noted: list[bytes] = await self._client.lrange(_near(scope), 0, -1)  # type: ignore[misc]
        head = f"{stamp}\n".encode()
        return [note[len(head) :] for note in noted if note.startswith(head)]

    async def note(self, scope: Scope, stamp: Stamp, note: bytes, seconds: float) -> None:
        """Note a question; the oldest goes when there are too many."""
        await self._kept(scope, _near(scope), [str(stamp), note, _milliseconds(seconds), BUCKET_BYTES])

    async def purge(self, tenant: str, corpus: str) -> int:
        """Forget what is kept for the tenant, of one corpus or of all; return how many answers.

        The count of purges rises first: what is kept cannot be found from then on, nor can what is being made be kept.
        """
        async with asked("incr", self._seconds):
            await self._client.incr(_purges(tenant, corpus))
        place = f"{tenant}:{corpus}:" if corpus else f"{tenant}:"
        gone, at, left = 0, 0, 1
        while at < left:
            async with asked("purge", self._seconds):
                some, removed, left = await self._forget(
                    keys=[f"forebay:answers:{tenant}", f"forebay:answer-sizes:{tenant}"],
                    args=[at, f"forebay:answer:{place}", f"forebay:near:{place}"],
                )
            gone, at = gone + some, at + _STEP - removed
        return gone

    async def _kept(self, scope: Scope, name: str, args: list[Any]) -> bool:
        tenant = scope.tenant
        keys = [*_keys(scope, name), f"forebay:answers:{tenant}", f"forebay:answer-sizes:{tenant}"]
        async with asked("keep", self._seconds):
            return bool(await self._keep(keys=keys, args=[*args[:3], self._share, *args[3:]]))


def _keys(scope: Scope, name: str) -> list[str]:
    place = f"{scope.tenant}:{scope.corpus}"
    return [
        f"forebay:corpus-version:{place}",
        f"forebay:corpus-withdrawal:{place}",
        _purges(scope.tenant, ""),
        _purges(scope.tenant, scope.corpus),
        name,
        f"forebay:answer-makers:{scope.tenant}",
    ]


def _answer(key: Key) -> str:
    return f"forebay:answer:{key.scope.tenant}:{key.scope.corpus}:{key.digest}"


def _turn(key: Key, stamp: Stamp) -> str:
    return f"forebay:answer-turn:{key.scope.tenant}:{key.scope.corpus}:{key.digest}:{stamp}"


def _near(scope: Scope) -> str:
    return f"forebay:near:{scope.tenant}:{scope.corpus}:{scope.digest}"


def _purges(tenant: str, corpus: str) -> str:
    return f"forebay:cache-purges:{tenant}:{corpus}" if corpus else f"forebay:cache-purges:{tenant}"


def _stamp(state: bytes | None) -> Stamp | None:
    if not state:
        return None
    version, mark = state.decode().split(" ", maxsplit=1)
    return Stamp(int(version), mark)


def _pairs(flat: list[bytes]) -> dict[str, str]:
    texts = [text.decode() for text in flat]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def _milliseconds(seconds: float) -> int:
    return max(int(seconds * 1000), 1)
