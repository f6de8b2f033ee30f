"""Whose records somebody may see."""

from __future__ import annotations

from chassis.errors import PermissionDenied
from chassis.identity import Identity
from gateway.access.roles import OPERATOR


def seen(who: Identity, asked: str) -> str:
    """Return the tenant whose records are meant: the caller's own, or for an operator any, where empty is all."""
    if OPERATOR in who.roles:
        return asked
    if asked not in ("", who.tenant):
        raise PermissionDenied("records of another tenant need the role 'operator'", reason="MISSING_ROLE")
    return who.tenant
