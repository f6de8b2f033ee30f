"""The rules of embedding: text to tokens, tokens to batches, batches to vectors in the order of the texts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Protocol

from embedding.batching.lane import Lane, LaneLimits
from embedding.batching.pending import Ids
from embedding.batching.requested import Vectors
from embedding.memory import Memory


class Kind(StrEnum):
    """What texts are to the search that they will take part in."""

    PASSAGE = "passage"
    """What will be found: many at once, and nobody waits for one alone."""

    QUERY = "query"
    """What finds: somebody waits for it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text as the model reads it."""

    ids: Ids
    """Token numbers, special tokens included."""

    truncated: bool
    """Whether the text was longer than the model's window."""


class Tokeniser(Protocol):
    """Whatever cuts texts into the model's tokens."""

    async def tokens(self, texts: Sequence[str]) -> Sequence[Tokens]:
        """Return the tokens of each text, cut to the model's window."""
        ...


class Engine(Protocol):
    """Whatever runs the model."""

    def place(self, role: str) -> Hashable:
        """Return who plays the role for this request; raise `NotFound` when nobody does."""
        ...

    async def run(self, place: Hashable, rows: Sequence[Ids], width: int, *, urgent: bool) -> Vectors:
        """Return one vector a row, in order; rows are padded to the width."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """The vectors of one request, and what they cost."""

    vectors: Vectors
    tokens: int
    """Tokens that the model reads for them, padding not included."""

    remembered: bool = False
    """Whether they were known from an earlier request, so that the model was asked for nothing."""

    truncated: int
    """Texts that were longer than the window."""


class Embedder:
    """Embeds texts; requests of the same model and urgency share batches, and single queries are remembered."""

    def __init__(
        self, tokeniser: Tokeniser, engine: Engine, limits: LaneLimits, memory: Memory[Embedded] | None = None
    ) -> None:
        self._tokeniser = tokeniser
        self._engine = engine
        self._limits = limits
        self._memory = memory or Memory(most=0, seconds=0)
        self._lanes: dict[tuple[Hashable, Kind], Lane] = {}

    async def embed(self, texts: Sequence[str], kind: Kind, role: str, tenant: str = "") -> Embedded:
        """Return one vector a text, in order; raise `Overloaded`, `Unavailable`, `DeadlineExceeded`, `NotFound`."""
        place = self._engine.place(role)
        if kind is Kind.QUERY and len(texts) == 1:
            return await self._remembered((place, tenant), place, texts[0])
        return await self._embedded(place, texts, kind)

    async def _remembered(self, owner: Hashable, place: Hashable, text: str) -> Embedded:
        known = self._memory.get(owner, text)
        if known is not None:
            return replace(known, remembered=True)
        embedded = await self._embedded(place, [text], Kind.QUERY)
        self._memory.put(owner, text, embedded.vectors.model, embedded)
        return embedded

    async def _embedded(self, place: Hashable, texts: Sequence[str], kind: Kind) -> Embedded:
        tokenised = await self._tokeniser.tokens(texts)
        vectors = await self._lane(place, kind).embed([tokens.ids for tokens in tokenised])
        return Embedded(
            vectors=vectors,
            tokens=sum(len(tokens.ids) for tokens in tokenised),
            truncated=sum(tokens.truncated for tokens in tokenised),
        )

    def _lane(self, place: Hashable, kind: Kind) -> Lane:
        lane = self._lanes.get((place, kind))
        if lane is None:
            run = partial(self._engine.run, place, urgent=kind is Kind.QUERY)
            lane = self._lanes[place, kind] = Lane(run, self._limits)
        return lane
