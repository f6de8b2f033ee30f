"""A request that was let in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from chassis.identity import Identity
from chassis.snapshot import Policy, PriceList, Priority
from gateway.access.roles import Kind
from gateway.visits.account import SERVED, Account

_RANDOM: Final = 10
"""Bytes of an id besides its time."""


def new_id() -> str:
    """Return 32 hexadecimal digits that begin with the time in milliseconds, so that later ids are greater."""
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(_RANDOM).hex()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks for, as far as the gateway has to know."""

    corpus: str = ""
    """Empty when the call concerns none."""

    subject: str = ""
    """What of the corpus: a document, a job, the number of an index; empty when it is the whole."""

    text: str = ""
    """The question or query; empty when there is none."""

    texts: int = 0
    """Texts to embed."""

    output_tokens: int = 0
    """The most that may be written for it; 0 is the default of whoever writes."""


@dataclass(slots=True, kw_only=True)
class Visit:
    """Who asks, what for, what holds for them; and an account of what was done.

    How much time is left is said by `chassis.deadline`.
    """

    call: str
    """The name of the RPC; calls by HTTP bear the name of the RPC that does the same."""

    kind: Kind
    who: Identity
    policy: Policy
    priority: Priority
    table: int
    """The version of the snapshot that all of this was read from."""

    prices: PriceList
    tell: Callable[[str, str], None]
    """Sends a value back beside the answer, by its name."""

    trace_id: str = ""
    """32 hexadecimal digits; empty when there is no trace."""

    asked: Asked = Asked()
    """Known once the request was checked."""

    account: Account = field(default_factory=Account)
    id: str = field(default_factory=new_id)
    begun: float = field(default_factory=time.time)
    """Seconds since the epoch."""

    started: float = field(default_factory=time.monotonic)
    """Seconds on the monotonic clock."""

    @property
    def work(self) -> float:
        """How much was done behind the gateway, in units that take about the same time; 0 when nothing can be said."""
        if self.kind is Kind.ANSWER:
            return float(self.account.output_tokens)
        return float(self.account.cache not in SERVED)
