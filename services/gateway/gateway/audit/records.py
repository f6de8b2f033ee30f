"""All that has to do with records, put together once."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.audit.servicer import Audit
from gateway.records.committing import Committer
from gateway.usage.servicer import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What writes records, and what reads them."""

    committer: Committer
    audit: Audit
    usage: Usage
