"""Whom a token proves: the issuers of the newest snapshot, their keys, and the tokens that were checked lately."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from chassis.errors import Unauthenticated
from chassis.identity import Identity
from chassis.snapshot import Issuer
from gateway.access.oidc.claims import check_audience, expiry, identity
from gateway.access.oidc.keyset import Fetch, KeySet
from gateway.access.oidc.signing import check_signature
from gateway.access.oidc.tokens import Token, parsed

KEPT: Final = 60.0
"""Seconds that a good token is believed without another look at its signature."""

MOST_KEPT: Final = 4096

Clock = Callable[[], float]


class Issuers:
    """Knows the issuers; `clock` gives seconds since the epoch."""

    def __init__(self, issuers: Sequence[Issuer], fetch: Fetch, clock: Clock = time.time) -> None:
        self._fetch = fetch
        self._clock = clock
        self._sets: dict[str, KeySet] = {}
        self.replace(issuers)

    def replace(self, issuers: Sequence[Issuer]) -> None:
        """Believe these issuers from now on, and no others; keys that were fetched are kept."""
        self._issuers = tuple(issuers)
        urls = {issuer.jwks_url for issuer in issuers}
        self._sets = {url: self._sets.get(url) or KeySet(url, self._fetch) for url in urls}
        self._known: OrderedDict[bytes, tuple[Identity, float]] = OrderedDict()

    async def identity(self, text: str) -> Identity:
        """Return whom the token proves.

        Raises `Unauthenticated` when it proves nobody, `PermissionDenied` when whom it proves has no place here, and
        `Unavailable` when its issuer's keys cannot be had.
        """
        token = parsed(text)
        known = self._known.get(token.digest)
        if known is not None and self._clock() < known[1]:
            return known[0]
        return await self._checked(token)

    async def _checked(self, token: Token) -> Identity:
        issuer, known = self._issuer(token), self._known
        if token.algorithm not in issuer.algorithms:
            allowed = ", ".join(issuer.algorithms)
            raise Unauthenticated(f"the token must be signed with {allowed}", reason="WRONG_ALGORITHM")
        expires = expiry(token.claims, issuer, self._clock())
        check_audience(token.claims, issuer)
        check_signature(token, await self._sets[issuer.jwks_url].fitting(token))
        who = identity(token.claims, issuer)
        # Into what was known when it began: what is believed may have changed while its keys were fetched.
        known[token.digest] = (who, min(expires + issuer.leeway, self._clock() + KEPT))
        if len(known) > MOST_KEPT:
            known.popitem(last=False)
        return who

    def _issuer(self, token: Token) -> Issuer:
        """Return the issuer that the token names. One issuer may be listed once an audience."""
        name = token.claims.get("iss")
        named = [issuer for issuer in self._issuers if issuer.issuer == name]
        if not named:
            raise Unauthenticated("the token is of an issuer that is not trusted here", reason="UNKNOWN_ISSUER")
        said = token.claims.get("aud")
        audiences = said if isinstance(said, list) else [said]
        return next((issuer for issuer in named if issuer.audience in audiences), named[0])
