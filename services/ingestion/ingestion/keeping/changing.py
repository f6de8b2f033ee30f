"""Changes and removes corpora, between two commits: a commit that comes after finds the change.

Whoever caches by a corpus's version must not use what was true before. So the version is withdrawn first, and no commit
can publish another meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

from chassis.errors import Aborted, FailedPrecondition
from ingestion.committing.gathering import Gatherer
from ingestion.committing.order import Publishing
from ingestion.contracts.words import Contract
from ingestion.corpora.creating import CorpusBook, found, unknown
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Corpus

__all__ = ["Changes"]


class Changes:
    """Changes and removes corpora."""

    def __init__(self, book: CorpusBook, gatherer: Gatherer, publishing: Publishing) -> None:
        self._book = book
        self._gatherer = gatherer
        self._publishing = publishing

    async def change(
        self, tenant: str, name: str, settings: CorpusSettings, expected: CorpusSettings | None = None
    ) -> Corpus:
        """Return the corpus with its new settings; its contract stays.

        Raises `Aborted` when the settings are not what is expected, `NotFound` when there is no such corpus,
        `FailedPrecondition` when something would change that is decided at creation.
        """

        def replaced(now: CorpusSettings) -> CorpusSettings:
            contract = {"contract": now.contract}
            if expected is not None and expected.model_copy(update=contract) != now:
                raise Aborted("the settings of the corpus are not what is expected; read them again")
            if settings.own_collection != now.own_collection:
                raise FailedPrecondition("own_collection is decided when a corpus is created")
            return settings.model_copy(update=contract)

        return await self._changed(tenant, name, replaced)

    async def demand(self, tenant: str, name: str, contract: Contract) -> Corpus:
        """Return the corpus with its new contract, and its other settings as they were; raise `NotFound`."""
        return await self._changed(tenant, name, lambda now: now.model_copy(update={"contract": contract}))

    async def delete(self, tenant: str, name: str) -> bool:
        """Remove the corpus with all of its documents; return whether there was one."""
        async with self._gatherer.still():
            corpus = await self._book.find(tenant, name)
            if corpus is None:
                return False
            await self._publishing.withdraw([corpus])
            return await self._book.delete(corpus.id)

    async def _changed(self, tenant: str, name: str, changed: Callable[[CorpusSettings], CorpusSettings]) -> Corpus:
        async with self._gatherer.still():
            corpus = await found(self._book, tenant, name)
            settings = changed(corpus.settings)
            await self._publishing.withdraw([corpus])
            version = await self._book.change(corpus.id, settings)
            if version is None:
                raise unknown(name)
            await self._publishing.publish([corpus], {corpus.id: version})
            return await found(self._book, tenant, name)
