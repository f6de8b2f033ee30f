"""Whom a call's credential proves: an API key, or a token of an identity provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chassis.errors import PermissionDenied
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

    async def identity(self, authorization: Sequence[str], role: str) -> Identity:
        """Return whom the `authorization` metadata proves, if they have the role.

        Raises `Unauthenticated` when it proves nobody, `PermissionDenied` when the role is missing, and `Unavailable`
        when the keys of a token's issuer cannot be had.
        """
        token = _token(authorization)
        if token is None:
            return self._keyring.identity(authorization, role)
        identity = await self._issuers.identity(token)
        if role not in identity.roles:
            raise PermissionDenied(
                f"this token gives no role {role!r}; ask whoever keeps your identity provider for one that does",
                reason="MISSING_ROLE",
            )
        return identity


def _token(authorization: Sequence[str]) -> str | None:
    if len(authorization) != 1 or authorization[0][: len(_SCHEME)].lower() != _SCHEME:
        return None
    text = authorization[0][len(_SCHEME) :].strip()
    return text if looks_like_token(text) else None
