"""Which role each call needs, and of what kind it is: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from chassis.errors import PermissionDenied
from chassis.identity import Identity

READ: Final = "read"
WRITE: Final = "write"
ADMIN: Final = "admin"
"""Keys, records and usage of one tenant."""

OPERATOR: Final = "operator"
"""All that administrators do, for every tenant, and everything that the control plane says."""


class Kind(Enum):
    """What a call costs: how long it may take, and which slots it takes up."""

    ANSWER = "answer"
    """A language model works for it."""

    PUT = "put"
    """A stream of documents, as long as there are some."""

    SEARCH = "search"
    """Embedding and searching: models and indexes work for it."""

    QUICK = "quick"
    """Everything else."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for one call."""

    role: str
    kind: Kind


RULES: Final[Mapping[str, Rule]] = {
    "Answer": Rule(READ, Kind.ANSWER),
    "Search": Rule(READ, Kind.SEARCH),
    "Embed": Rule(READ, Kind.SEARCH),
    "CreateCorpus": Rule(WRITE, Kind.QUICK),
    "GetCorpus": Rule(READ, Kind.QUICK),
    "ListCorpora": Rule(READ, Kind.QUICK),
    "PutDocuments": Rule(WRITE, Kind.PUT),
    "GetDocument": Rule(READ, Kind.QUICK),
    "ListDocuments": Rule(READ, Kind.QUICK),
    "DeleteDocument": Rule(WRITE, Kind.QUICK),
    "CreateJob": Rule(WRITE, Kind.QUICK),
    "TakeShard": Rule(WRITE, Kind.QUICK),
    "ReportShard": Rule(WRITE, Kind.QUICK),
    "GetJob": Rule(WRITE, Kind.QUICK),
    "ListJobs": Rule(WRITE, Kind.QUICK),
    "ListJobRefusals": Rule(WRITE, Kind.QUICK),
    "CancelJob": Rule(WRITE, Kind.QUICK),
    "ReadOriginal": Rule(READ, Kind.QUICK),
    "GetLineage": Rule(READ, Kind.QUICK),
    "SetContract": Rule(WRITE, Kind.QUICK),
    "GetContract": Rule(WRITE, Kind.QUICK),
    "ListQuarantine": Rule(WRITE, Kind.QUICK),
    "ReplayQuarantine": Rule(WRITE, Kind.PUT),
    "DiscardQuarantined": Rule(WRITE, Kind.QUICK),
    "UpdateCorpus": Rule(WRITE, Kind.QUICK),
    "DeleteCorpus": Rule(WRITE, Kind.QUICK),
    "DeleteDocuments": Rule(WRITE, Kind.PUT),
    "EraseDocument": Rule(WRITE, Kind.PUT),
    "ListErasures": Rule(WRITE, Kind.QUICK),
    "ListIndexes": Rule(READ, Kind.QUICK),
    "BeginIndex": Rule(WRITE, Kind.QUICK),
    "SwitchIndex": Rule(WRITE, Kind.QUICK),
    "DropIndex": Rule(WRITE, Kind.QUICK),
    "GetUsage": Rule(ADMIN, Kind.QUICK),
    "GetRecord": Rule(ADMIN, Kind.QUICK),
    "VerifyRecords": Rule(OPERATOR, Kind.PUT),
    "EraseTexts": Rule(ADMIN, Kind.QUICK),
    "Apply": Rule(OPERATOR, Kind.QUICK),
    "ListResources": Rule(OPERATOR, Kind.QUICK),
    "DeleteResource": Rule(OPERATOR, Kind.QUICK),
    "ListRevisions": Rule(OPERATOR, Kind.QUICK),
    "CreateKey": Rule(ADMIN, Kind.QUICK),
    "ListKeys": Rule(ADMIN, Kind.QUICK),
    "RotateKey": Rule(ADMIN, Kind.QUICK),
    "RevokeKey": Rule(ADMIN, Kind.QUICK),
    "PurgeCache": Rule(ADMIN, Kind.QUICK),
}
"""By the name of the RPC; a call that is not in the table is served to nobody."""


def permit(who: Identity, role: str) -> None:
    """Raise `PermissionDenied` when whoever asks lacks the role; an operator administers every tenant."""
    if role not in who.roles and not (role == ADMIN and OPERATOR in who.roles):
        raise PermissionDenied(
            f"this API key or token lacks the role {role!r}; ask whoever gave it to you for one that has it",
            reason="MISSING_ROLE",
        )
