"""From the text of an API key to an identity.

Only digests are known here. A wrong secret and an unknown key get the same answer in the same time, so that nobody can
find out which keys exist.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from chassis.errors import Unauthenticated
from chassis.identity import Identity
from chassis.snapshot import Key, Snapshot, parse_key

_SCHEME: Final = "bearer "
_NOBODY: Final = Key(id="nobody", tenant="nobody", sha256="0" * 64)
"""Compared with when there is no such key, so that it takes as long."""

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Keyring:
    """Knows the keys of the newest snapshot; what has expired is no key any more."""

    def __init__(self, snapshot: Snapshot, clock: Clock = _now) -> None:
        self._clock = clock
        self.replace(snapshot)

    def replace(self, snapshot: Snapshot) -> None:
        """Know these keys from now on, and no others."""
        self._keys = {key.id: (key, _identity(key)) for key in snapshot.keys}

    def identity(self, authorization: Sequence[str]) -> Identity:
        """Return whom the `authorization` metadata proves; raise `Unauthenticated` when it proves nobody."""
        if len(authorization) != 1:
            raise Unauthenticated(
                "send one metadata entry `authorization: Bearer <API key>`",
                reason="MISSING_KEY" if not authorization else "SEVERAL_KEYS",
            )
        return self._proved(authorization[0])

    def _proved(self, authorization: str) -> Identity:
        text = authorization[len(_SCHEME) :].strip() if authorization[: len(_SCHEME)].lower() == _SCHEME else ""
        parsed = parse_key(text)
        if parsed is None:
            raise Unauthenticated(
                "`authorization` must be `Bearer fb_<id>_<secret>`, an API key as it was given out",
                reason="MALFORMED_KEY",
            )
        key, identity = self._keys.get(parsed.id, (_NOBODY, None))
        if not key.accepts(parsed.secret, self._clock()) or identity is None:
            raise Unauthenticated(
                "this API key is not known, or not any more; check it, or ask for a new one", reason="WRONG_KEY"
            )
        return identity


def _identity(key: Key) -> Identity:
    return Identity(tenant=key.tenant, groups=key.groups, roles=key.roles, key_id=key.id)
