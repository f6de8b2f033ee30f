"""Who reads: the one place where a reader is made, from the credential alone."""

from __future__ import annotations

from chassis.identity import current
from chassis.readers import EVERYONE
from retrieval.records import Reader


def reader() -> Reader:
    """Return who asks."""
    identity = current()
    return Reader(tenant=identity.tenant, groups=identity.groups | {EVERYONE})
