"""The signed token that carries an identity from the gateway to every service behind it.

A JSON Web Token with an Ed25519 signature: the gateway alone holds the private key, the rest check with the public one.
It lives as long as the call that it serves, at least a minute, so a stolen one is soon worth nothing.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OKPKey

from chassis.errors import Unauthenticated
from chassis.identity.words import Identity

METADATA_KEY: Final = "forebay-identity"
ALGORITHM: Final = "Ed25519"
"""The one algorithm that is accepted, whatever a token's header says."""

AUDIENCE: Final = "forebay"
_SKEW: Final = 5.0
"""Seconds by which the clocks of two machines may differ."""

MOST_KEPT: Final = 4096
"""Tokens kept in memory, so that a flood of distinct ones cannot fill it."""

Clock = Callable[[], float]
K = TypeVar("K")
V = TypeVar("V")


class Signer:
    """Makes tokens; only the gateway has one.

    `ttl` is the least life of a token in seconds; `clock` gives seconds since the epoch; `keep` tokens are used again.
    """

    def __init__(
        self, private_key_pem: bytes | str, ttl: float = 60.0, clock: Clock = time.time, keep: int = MOST_KEPT
    ) -> None:
        self._key = OKPKey.import_key(private_key_pem)
        if not self._key.is_private:
            raise ValueError("a signer needs the private key")
        self._ttl = ttl
        self._clock = clock
        self._keep = keep
        self._made: OrderedDict[Identity, tuple[str, float]] = OrderedDict()

    def token(self, identity: Identity, lasting: float = 0.0) -> str:
        """Return a token that is good for at least `lasting` seconds.

        A token that was made for the same identity is used again while enough of its life is left: signing costs more
        than a small call.
        """
        now = self._clock()
        kept = self._made.get(identity)
        if kept is not None and kept[1] - now >= max(lasting, self._ttl / 2):
            return kept[0]
        expires = now + max(self._ttl, lasting + self._ttl / 2)
        token = jwt.encode({"alg": ALGORITHM}, _claims(identity, now, expires), self._key, algorithms=[ALGORITHM])
        _put(self._made, identity, (token, expires), self._keep)
        return token


class Verifier:
    """Checks tokens by one of its keys, and remembers the good ones until they expire."""

    def __init__(self, *public_keys_pem: bytes | str, clock: Clock = time.time, keep: int = MOST_KEPT) -> None:
        self._keys = [OKPKey.import_key(pem) for pem in public_keys_pem]
        self._clock = clock
        self._keep = keep
        self._known: OrderedDict[str, tuple[Identity, float]] = OrderedDict()

    def identity(self, token: str) -> Identity:
        """Return whom the token proves; raise `Unauthenticated` when it proves nobody."""
        known = self._known.get(token)
        if known is None:
            known = self._checked(token)
        identity, expires = known
        if self._clock() > expires + _SKEW:
            self._known.pop(token, None)
            raise Unauthenticated("the identity token has expired", reason="EXPIRED_TOKEN")
        _put(self._known, token, known, self._keep)
        return identity

    def _checked(self, token: str) -> tuple[Identity, float]:
        try:
            claims = self._decoded(token)
            identity, expires = _identity(claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise Unauthenticated("the identity token is not valid", reason="INVALID_TOKEN") from None
        if claims.get("aud") != AUDIENCE:
            raise Unauthenticated("the identity token is for somebody else", reason="INVALID_TOKEN")
        if claims["iat"] > self._clock() + _SKEW:
            raise Unauthenticated("the identity token is not valid yet", reason="INVALID_TOKEN")
        return identity, expires

    def _decoded(self, token: str) -> Mapping[str, Any]:
        *others, last = self._keys
        for key in others:
            with suppress(BadSignatureError):
                return jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        return jwt.decode(token, last, algorithms=[ALGORITHM]).claims


def _claims(identity: Identity, now: float, expires: float) -> dict[str, Any]:
    return {
        "aud": AUDIENCE,
        "sub": identity.key_id,
        "tenant": identity.tenant,
        "groups": sorted(identity.groups),
        "roles": sorted(identity.roles),
        "iat": int(now),
        "exp": int(expires),
    }


def _identity(claims: Mapping[str, Any]) -> tuple[Identity, float]:
    identity = Identity(
        tenant=str(claims["tenant"]),
        groups=frozenset(claims["groups"]),
        roles=frozenset(claims["roles"]),
        key_id=str(claims["sub"]),
    )
    int(claims["iat"])
    return identity, float(claims["exp"])


def _put(kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)
