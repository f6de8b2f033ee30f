"""Finds who says nearly the same: among the visible documents, and among those that are on their way.

Documents come in streams, and twins often in the same one; the store knows neither of two that are still on their way.
A twin is named to its author only if the author may read it, or wrote it too: to others it does not exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from ingestion.checking.ports import Candidate, Signatures
from ingestion.checking.together import Together
from ingestion.checking.words import Author, Twin
from ingestion.quality.likeness import Likeness
from ingestion.quality.signatures import NEAR, likeness

__all__ = ["Coming", "Twins"]

MOST = 128
"""Documents in one question to the store."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coming:
    """A document on its way."""

    corpus: UUID
    source_id: str
    groups: frozenset[str]
    author: Author
    likeness: Likeness

    def candidate(self) -> Candidate:
        """Return it as others see it."""
        return Candidate(self.source_id, self.likeness.signature, self.groups, self.author.by)


class Twins:
    """Remembers who is on the way, and asks the store for the rest."""

    def __init__(self, signatures: Signatures) -> None:
        self._visible: Together[Sequence[int], Sequence[Candidate]] = Together(signatures.alike, MOST)
        self._coming: defaultdict[int, list[Coming]] = defaultdict(list)

    @contextmanager
    def coming(self, one: Coming) -> Iterator[list[Candidate]]:
        """Let later ones see this one inside; yield those on the way that came before."""
        before = {id(other): other for band in one.likeness.bands for other in self._coming[band]}
        for band in one.likeness.bands:
            self._coming[band].append(one)
        try:
            yield [other.candidate() for other in before.values()]
        finally:
            for band in one.likeness.bands:
                self._coming[band].remove(one)
                if not self._coming[band]:
                    del self._coming[band]

    async def nearest(self, one: Coming, before: Iterable[Candidate]) -> Twin | None:
        """Return the likest document that the author may know of, or None; the document's own last version is none."""
        visible = await self._visible.ask(one.likeness.bands)
        known = [other for other in (*before, *visible) if _is_known(other, one)]
        found = [Twin(other.source_id, likeness(one.likeness.signature, other.signature)) for other in known]
        return max((twin for twin in found if twin.likeness >= NEAR), key=_rank, default=None)


def _is_known(other: Candidate, one: Coming) -> bool:
    author = one.author
    may = bool(other.groups & author.groups) or (other.by == author.by != "")
    return may and other.source_id != one.source_id


def _rank(twin: Twin) -> tuple[float, str]:
    # The same documents name the same twin, in whatever order they are found.
    return twin.likeness, twin.source_id
