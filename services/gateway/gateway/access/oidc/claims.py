"""From the claims of a token whose signature holds to an identity, or to what is wrong with it."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from chassis.errors import PermissionDenied, Unauthenticated
from chassis.fields import Group
from chassis.identity import Identity
from chassis.snapshot import Issuer

MOST_GROUPS: Final = 256
"""Groups of one user: they travel with each call. A provider can be told to send only those of this system."""

_LONGEST_SUBJECT: Final = 256
_MOST_AUDIENCES: Final = 32
_LATEST: Final = 2**53
_GROUP: Final = TypeAdapter(Group)


def expiry(claims: Mapping[str, Any], issuer: Issuer, now: float) -> float:
    """Return when the token ends, in seconds since the epoch; raise `Unauthenticated` when now is not its time."""
    expires = _time(claims, "exp")
    if expires is None:
        raise Unauthenticated("the token never ends (it has no `exp`), so it is not taken", reason="INVALID_TOKEN")
    if expires + issuer.leeway <= now:
        raise Unauthenticated(
            "the token has expired; get a new one from your identity provider", reason="EXPIRED_TOKEN"
        )
    for claim in ("nbf", "iat"):
        begins = _time(claims, claim)
        if begins is not None and begins - issuer.leeway > now:
            raise Unauthenticated(f"the token is not valid yet (`{claim}`); check the clocks", reason="FUTURE_TOKEN")
    return expires


def check_audience(claims: Mapping[str, Any], issuer: Issuer) -> None:
    """Raise `Unauthenticated` unless the token is meant for this system."""
    said = claims.get("aud")
    audiences = [said] if isinstance(said, str) else said
    if not (isinstance(audiences, list) and len(audiences) <= _MOST_AUDIENCES):
        raise Unauthenticated("the token must say in `aud` for whom it is", reason="WRONG_AUDIENCE")
    if not all(isinstance(audience, str) for audience in audiences) or issuer.audience not in audiences:
        raise Unauthenticated("the token is for somebody else (`aud`)", reason="WRONG_AUDIENCE")
    if issuer.parties and claims.get("azp", claims.get("client_id")) not in issuer.parties:
        raise Unauthenticated("the token was made for another application (`azp`)", reason="WRONG_PARTY")


def identity(claims: Mapping[str, Any], issuer: Issuer) -> Identity:
    """Return whom the claims describe; raise `Unauthenticated` or `PermissionDenied`."""
    subject = claims.get("sub")
    if not (isinstance(subject, str) and 0 < len(subject) <= _LONGEST_SUBJECT):
        raise Unauthenticated("the token must say in `sub` whose it is", reason="INVALID_TOKEN")
    return Identity(
        tenant=_tenant(claims, issuer),
        groups=_groups(claims, issuer),
        roles=_roles(claims, issuer),
        key_id=user_id(issuer, subject),
    )


def user_id(issuer: Issuer, subject: str) -> str:
    """Return what a user is called in logs and records: the same each time, and no name or address of a person."""
    digest = hashlib.sha256(f"{issuer.issuer}\n{subject}".encode()).digest()
    return f"{issuer.name}:{b32encode(digest[:15]).decode().lower()}"


def _tenant(claims: Mapping[str, Any], issuer: Issuer) -> str:
    if issuer.tenant is not None:
        return issuer.tenant
    said = _claim(claims, issuer.tenant_claim)
    if not isinstance(said, str) or said not in issuer.tenants:
        raise PermissionDenied(
            f"the token names no tenant (`{issuer.tenant_claim}`) that its issuer may speak for", reason="WRONG_TENANT"
        )
    return said


def _groups(claims: Mapping[str, Any], issuer: Issuer) -> frozenset[str]:
    said = _words(claims, issuer.groups_claim)
    groups = {issuer.groups[word] for word in said if word in issuer.groups} if issuer.groups else _names(said)
    if len(groups) > MOST_GROUPS:
        raise PermissionDenied(
            f"the token lists more than {MOST_GROUPS} groups; have the provider send those that matter here",
            reason="TOO_MANY_GROUPS",
        )
    return frozenset(groups)


def _names(words: list[str]) -> set[str]:
    return {word for word in words if _is_group(word)}


def _is_group(word: str) -> bool:
    try:
        _GROUP.validate_python(word)
    except ValidationError:
        return False
    return True


def _roles(claims: Mapping[str, Any], issuer: Issuer) -> frozenset[str]:
    granted = (issuer.roles.get(word, frozenset()) for word in _words(claims, issuer.roles_claim))
    return issuer.everyone.union(*granted)


def _words(claims: Mapping[str, Any], name: str | None) -> list[str]:
    """Return what a claim lists: a list, or words between spaces as `scope` has them."""
    said = _claim(claims, name)
    words = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
    return [word for word in words if isinstance(word, str)]


def _claim(claims: Mapping[str, Any], name: str | None) -> Any:
    """Return a claim by its name, or by the path to it: some providers' names hold dots, others' claims lie deep."""
    if name is None or name in claims:
        return None if name is None else claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        raise Unauthenticated(f"the token's `{name}` is no time", reason="INVALID_TOKEN")
    return float(value)
