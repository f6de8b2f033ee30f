"""The keys of identity providers, fetched over HTTPS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

import aiohttp

from chassis.errors import Unavailable
from gateway.access.oidc.keyset import Fetch

SECONDS: Final = 5.0
"""For a whole answer: a provider that takes longer is away."""

LARGEST: Final = 256 * 1024
"""Bytes of an answer; sixty-four keys with certificates fit in."""

_PLAIN: Final = {"accept": "application/jwk-set+json, application/json", "accept-encoding": "identity"}


@asynccontextmanager
async def fetching() -> AsyncIterator[Fetch]:
    """Yield what fetches a JWKS; proxies are those of the environment, and nothing is followed elsewhere."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, headers=_PLAIN, auto_decompress=False, trust_env=True) as session:

        async def fetch(url: str) -> bytes:
            try:
                async with session.get(url, allow_redirects=False) as response:
                    if response.status != HTTPStatus.OK:
                        raise Unavailable(f"the issuer answered {response.status}")
                    return await _bounded(response.content)
            except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
                raise Unavailable(f"the issuer cannot be reached: {type(failure).__name__}") from None

        yield fetch


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    document = bytearray()
    async for chunk in content.iter_any():
        document += chunk
        if len(document) > LARGEST:
            raise Unavailable(f"the issuer's keys take more than {LARGEST} bytes")
    return bytes(document)
