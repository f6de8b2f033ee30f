"""Public keys of an issuer, and whether one of them made a signature.

A key is only ever used for what it is good for: its kind must fit the algorithm, and the algorithm must be one of the
issuer's. A shared secret among published keys is no key.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from chassis.errors import Unauthenticated, Unavailable
from gateway.access.oidc.tokens import Token

MOST_KEYS: Final = 64
_SMALLEST_RSA: Final = 2048
_KINDS: Final[dict[str, type[RSAKey | ECKey | OKPKey]]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_KIND_OF: Final = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_CURVES: Final = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "Ed25519": "Ed25519"}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that an issuer published."""

    id: str | None
    kind: str
    algorithm: str | None
    """What it is for, if it says so."""

    curve: str | None
    key: RSAKey | ECKey | OKPKey

    def fits(self, token: Token) -> bool:
        """Tell whether the key may have signed the token."""
        return (
            token.key in (None, self.id)
            and self.algorithm in (None, token.algorithm)
            and self.kind == _KIND_OF.get(token.algorithm[:2])
            and self.curve == _CURVES.get(token.algorithm)
        )


def public_keys(document: bytes) -> tuple[PublicKey, ...]:
    """Return the keys of a JWKS that are fit to check signatures; raise `Unavailable` when it is none."""
    try:
        listed = json.loads(document)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unavailable("the issuer's keys are not a JWKS") from None
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise Unavailable("the issuer's keys are not a JWKS of a reasonable size")
    return tuple(key for entry in listed if isinstance(entry, dict) and (key := _public_key(entry)) is not None)


def check_signature(token: Token, keys: Sequence[PublicKey]) -> None:
    """Raise `Unauthenticated` unless one of the keys that fit signed the token."""
    for public in keys:
        try:
            jws.deserialize_compact(token.text, public.key, algorithms=[token.algorithm])
        except (JoseError, ValueError, TypeError):
            continue
        return
    raise Unauthenticated("the token's signature does not hold", reason="WRONG_SIGNATURE")


def _public_key(entry: dict[str, Any]) -> PublicKey | None:
    kind = _KINDS.get(str(entry.get("kty")))
    if kind is None or entry.get("use", "sig") != "sig" or "verify" not in entry.get("key_ops", ["verify"]):
        return None
    try:
        key = kind.import_key({name: entry[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in entry})
        if isinstance(key, RSAKey) and key.public_key.key_size < _SMALLEST_RSA:
            return None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    identifier, algorithm, curve = (_text(entry.get(name)) for name in ("kid", "alg", "crv"))
    return PublicKey(identifier, str(entry["kty"]), algorithm, curve, key)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
