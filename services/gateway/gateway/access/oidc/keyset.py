"""The keys of one issuer, fetched when they are needed and kept.

Keys are used for `FRESH` seconds, then asked for again beside the calls. When the issuer is away they are used on for
`STALE` seconds: whoever has a token stays in, and a key that was withdrawn meanwhile stays good until then.

A token that names an unknown key has the keys fetched at once, for they may have been rotated, but at most once in
`COOLDOWN` seconds, so that made-up names cannot be used to flood the issuer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from chassis.errors import ServiceError, Unauthenticated, Unavailable
from gateway.access.oidc.signing import PublicKey, public_keys
from gateway.access.oidc.tokens import Token

FRESH: Final = 600.0
STALE: Final = 6 * 3600.0
COOLDOWN: Final = 30.0
"""Seconds, as said above."""

Fetch = Callable[[str], Awaitable[bytes]]
"""Returns what is at an address, bounded in size and time; raises `Unavailable`."""

_log = structlog.get_logger("gateway.access")


class KeySet:
    """Knows the keys at one address."""

    def __init__(self, url: str, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._keys: tuple[PublicKey, ...] = ()
        self._fetched = self._tried = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def fitting(self, token: Token) -> tuple[PublicKey, ...]:
        """Return the keys that may have signed the token; there is at least one.

        Raises `Unauthenticated` when there is none, and `Unavailable` when the issuer's keys cannot be had.
        """
        age = self._clock() - self._fetched
        if age > STALE:
            await self._refetched()
        elif age > FRESH and self._may_try():
            self._begin()
        fitting = self._fitting(token)
        if not fitting and self._may_try():
            await self._refetched()
            fitting = self._fitting(token)
        if not fitting:
            raise Unauthenticated("the token is signed with a key that its issuer does not have", reason="UNKNOWN_KEY")
        return fitting

    def _fitting(self, token: Token) -> tuple[PublicKey, ...]:
        return tuple(key for key in self._keys if key.fits(token))

    def _may_try(self) -> bool:
        return self._fetching is not None or self._clock() - self._tried > COOLDOWN

    async def _refetched(self) -> None:
        """Wait for new keys; whoever waits at the same time waits for the same ones."""
        if self._may_try():
            await asyncio.shield(self._begin())
        if self._clock() - self._fetched > STALE:
            raise Unavailable(
                "the issuer of the token cannot be asked for its keys", retry_after=COOLDOWN, reason="ISSUER_AWAY"
            )

    def _begin(self) -> asyncio.Task[None]:
        if self._fetching is None:
            self._tried = self._clock()
            self._fetching = asyncio.create_task(self._renew(), name="issuer keys")
        return self._fetching

    async def _renew(self) -> None:
        """Fetch; what goes wrong is logged, and the keys that there are stay."""
        try:
            self._keys = public_keys(await self._fetch(self._url))
            self._fetched = self._clock()
        except ServiceError as failure:
            _log.warning("an issuer's keys cannot be had", url=self._url, failure=failure.message)
        finally:
            self._fetching = None
