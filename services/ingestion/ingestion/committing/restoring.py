"""Shows versions again that nobody is shown any more: after a restart of the shelf, or a commit that failed half way.

It is a commit of nothing: withdrawn, read from the ledger, and shown, while nothing else is committed. So whatever
holds of a version after a commit holds of it; in particular, one that arrives late is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol
from uuid import UUID

from ingestion.committing.order import Publishing
from ingestion.corpora.words import Corpus

__all__ = ["Restorer"]

PORTION: Final = 100
"""Corpora that are restored together; commits wait meanwhile."""

_FIRST: Final = UUID(int=0)


class Restored(Publishing, Protocol):
    """Knows what it has withdrawn."""

    def hidden(self) -> Sequence[Corpus]:
        """Return the corpora that were withdrawn and not published since."""
        ...


class Shelf(Protocol):
    """Shows versions, and knows what it may have forgotten. All raise `Unavailable` when it is away."""

    async def fresh(self) -> str:
        """Return the name of the shelf's run, or nothing when `settled` was told of this run."""
        ...

    async def settled(self, run: str) -> None:
        """Note that the shelf has been told all in that run."""
        ...

    async def lost(self, corpora: Sequence[Corpus]) -> Sequence[Corpus]:
        """Return those of which the shelf shows no version that is believed in this run."""
        ...


class Truth(Protocol):
    """Knows the corpora and their versions. Both raise `Unavailable` when it is away."""

    async def page(self, after: UUID, most: int) -> Sequence[Corpus]:
        """Return the corpora with the next ids."""
        ...

    async def versions(self, corpora: Collection[UUID]) -> Mapping[UUID, int]:
        """Return the versions of those that there are, once whatever was begun by this writer has ended."""
        ...


class Restorer:
    """Restores versions; `still` has nothing committed for as long as its block lasts."""

    def __init__(
        self,
        shelf: Shelf,
        truth: Truth,
        publishing: Restored,
        still: Callable[[], AbstractAsyncContextManager[None]],
    ) -> None:
        self._shelf = shelf
        self._truth = truth
        self._publishing = publishing
        self._still = still

    async def restore(self) -> None:
        """Show what is not shown; raise `Unavailable` when that cannot be done, to be called again."""
        if self._publishing.hidden():
            async with self._still():
                await self._shown(self._publishing.hidden())
        run = await self._shelf.fresh()
        if not run:
            return
        after = _FIRST
        while some := await self._truth.page(after, PORTION):
            after = some[-1].id
            async with self._still():
                await self._shown(await self._shelf.lost(some))
        await self._shelf.settled(run)

    async def _shown(self, corpora: Sequence[Corpus]) -> None:
        if corpora:
            await self._publishing.withdraw(corpora)
            versions = await self._truth.versions([corpus.id for corpus in corpora])
            await self._publishing.publish(corpora, versions)
