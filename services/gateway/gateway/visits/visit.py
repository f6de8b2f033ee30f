"""A request that was let in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chassis.identity import Identity
from chassis.snapshot import Policy, Priority
from gateway.access.roles import Kind
from gateway.visits.account import SERVED, Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks for, as far as the gateway has to know."""

    corpus: str = ""
    """Empty when the call concerns none."""

    text: str = ""
    """The question or query; empty when there is none."""

    texts: int = 0
    """Texts to embed."""

    output_tokens: int = 0
    """The most that may be written for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who asks, what for, what holds for them; and an account of what was done."""

    call: str
    """The name of the RPC; calls by HTTP bear the name of the RPC that does the same."""

    kind: Kind
    who: Identity
    policy: Policy
    priority: Priority
    table: int
    """The version of the snapshot that all of this was read from."""

    asked: Asked = Asked()
    account: Account = field(default_factory=Account)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def work(self) -> float:
        """How much was done behind the gateway, in units that take about the same time; 0 when nothing can be said."""
        if self.kind is Kind.ANSWER:
            return float(self.account.output_tokens)
        return float(self.account.cache not in SERVED)
