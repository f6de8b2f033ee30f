"""Who writes: the one place where ingestion looks at a caller's roles."""

from __future__ import annotations

from typing import Final

from chassis.errors import PermissionDenied
from chassis.identity import Identity, current

ROLE: Final = "write"


def writer() -> Identity:
    """Return who asks; raise `PermissionDenied` when they may not write."""
    identity = current()
    if ROLE not in identity.roles:
        raise PermissionDenied(f'this needs the role "{ROLE}"')
    return identity
