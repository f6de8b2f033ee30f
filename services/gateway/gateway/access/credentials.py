"""Whom a call's credential proves: an API key, or a token of an identity provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chassis.identity import Identity
from chassis.snapshot import Snapshot
from gateway.access.keyring import Keyring
from gateway.access.oidc.issuers import Issuers
from gateway.access.oidc.tokens import looks_like_token

_SCHEME: Final = "bearer "


class Credentials:
    """Knows keys and issuers."""

    def __init__(self, keyring: Keyring, issuers: Issuers) -> None:
        self._keyring = keyring
        self._issuers = issuers

    def replace(self, snapshot: Snapshot) -> None:
        """Believe what this snapshot lists from now on, and nothing else."""
        self._keyring.replace(snapshot)
        self._issuers.replace(snapshot.issuers)

    async def identity(self, authorization: Sequence[str]) -> Identity:
        """Return whom the `authorization` metadata proves.

        Raises `Unauthenticated` when it proves nobody, and `Unavailable` when the keys of a token's issuer cannot be
        had.
        """
        token = _token(authorization)
        return self._keyring.identity(authorization) if token is None else await self._issuers.identity(token)


def _token(authorization: Sequence[str]) -> str | None:
    if len(authorization) != 1 or authorization[0][: len(_SCHEME)].lower() != _SCHEME:
        return None
    text = authorization[0][len(_SCHEME) :].strip()
    return text if looks_like_token(text) else None
