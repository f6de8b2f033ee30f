"""What really happened, held against what limits promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.world.model import Wrong


@dataclass
class Truth:
    """Requests that gateways let in because the shared counts said so."""

    concurrent: int
    per_minute: int
    budget: int
    under_way: set[str] = field(default_factory=set)
    used: dict[str, int] = field(default_factory=dict)
    """Tokens that each request has really used so far."""

    due: dict[str, int] = field(default_factory=dict)
    """Tokens that have to be counted for each at last: what it reserved, until it was settled."""

    settlements: dict[str, int] = field(default_factory=dict)
    """Tokens that the first settlement of each said; a request that was served by a share is settled there."""

    _level: float = 0.0
    _at: float = 0.0

    def reserved(self, identifier: str, tokens: int, at: float) -> None:
        """Note what the counts granted, in the moment in which they did."""
        self.due[identifier] = tokens
        self._level = max(0.0, self._level - (at - self._at) * self.per_minute / 60) + 1
        self._at = at
        if self._level > self.per_minute + 1e-6:
            raise Wrong(f"{self._level} requests are let in within a minute")

    def settled(self, identifier: str, tokens: int) -> None:
        """Note the first settlement that found its reservation."""
        self.due[identifier] = self.settlements[identifier] = tokens

    def answered(self, identifier: str, recorded: Mapping[str, int]) -> None:
        """Note that somebody has been given an answer."""
        if identifier not in recorded:
            raise Wrong(f"{identifier} is answered, and there is no record of it")

    def begins(self, identifier: str) -> None:
        self.under_way.add(identifier)
        self.used[identifier] = 0
        if len(self.under_way) > self.concurrent:
            raise Wrong(f"{len(self.under_way)} requests are under way at once")

    def uses(self, identifier: str, tokens: int) -> None:
        self.used[identifier] += tokens
        if (spent := sum(self.used.values())) > self.budget:
            raise Wrong(f"{spent} tokens are used of {self.budget}")

    def ends(self, identifier: str) -> None:
        self.under_way.discard(identifier)

    def counted(self, tokens: int) -> None:
        """Hold what was counted at last against what was used."""
        used, due = sum(self.used.values()), sum(self.due.values())
        if tokens != due or tokens < used:
            raise Wrong(f"{tokens} tokens are counted, {due} were to be, and {used} were used")

    def recorded(self, tokens: Mapping[str, int], ended: Mapping[str, int]) -> None:
        """Hold the records at last against what was settled, and against what ended in gateways that lived on."""
        if lost := ended.keys() - tokens.keys():
            raise Wrong(f"{lost} have ended, and there are no records of them")
        settled = {one: used for one, used in self.settlements.items() if one in self.used}
        for known in (ended, settled):
            if wrong := {one: (known[one], tokens[one]) for one in known.keys() & tokens if known[one] != tokens[one]}:
                raise Wrong(f"tokens were used, and others recorded: {wrong}")
