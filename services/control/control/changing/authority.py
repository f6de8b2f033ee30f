"""Who may change what: one place. The gateway has looked already; here it is looked again, with the tenant in view."""

from __future__ import annotations

from chassis.errors import PermissionDenied
from chassis.identity import Identity
from control.resources.words import Author

ADMIN = "admin"
OPERATOR = "operator"
GIVEN_BY_ADMINS = frozenset({"read", "write", ADMIN})
"""Roles that an admin may give; whoever operates may give any."""


def author(who: Identity) -> Author:
    """Return who is written down."""
    return Author(who.key_id, who.tenant)


def check_operator(who: Identity) -> None:
    """Raise `PermissionDenied` unless they operate the whole."""
    if OPERATOR not in who.roles:
        raise PermissionDenied(f"this needs the role {OPERATOR!r}", reason="MISSING_ROLE")


def check_admin(who: Identity) -> None:
    """Raise `PermissionDenied` unless they may change keys of some tenant."""
    if not who.roles & {ADMIN, OPERATOR}:
        raise PermissionDenied(f"this needs the role {ADMIN!r} or {OPERATOR!r}", reason="MISSING_ROLE")


def sees(who: Identity, tenant: str) -> bool:
    """Tell whether they may know of that tenant's keys."""
    return OPERATOR in who.roles or (ADMIN in who.roles and who.tenant == tenant)


def check_roles(who: Identity, roles: frozenset[str]) -> None:
    """Raise `PermissionDenied` when a key has, or is to have, roles that are not theirs to give or take."""
    if OPERATOR not in who.roles and (others := sorted(roles - GIVEN_BY_ADMINS)):
        raise PermissionDenied(f"keys with the role {others[0]!r} are for operators alone", reason="MISSING_ROLE")
