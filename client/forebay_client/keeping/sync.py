"""The same for programs without an event loop."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

from forebay.ingestion.v1alpha1 import keeping_pb2 as ingestion
from forebay.retrieval.v1alpha1 import corpora_pb2 as corpora
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from forebay_client.keeping.calls import Keeping

T = TypeVar("T")


class Run(Protocol):
    """Runs work on the client's loop."""

    def __call__(self, work: Coroutine[Any, Any, T], /) -> T:
        """Return what the work returns."""
        ...


class SyncKeeping:
    """The methods are those of `Keeping`."""

    def __init__(self, keeping: Keeping, run: Run) -> None:
        self._keeping = keeping
        self._run = run

    def update_corpus(
        self, name: str, settings: corpora.CorpusSettings, *, expected: corpora.CorpusSettings | None = None
    ) -> retrieval.Corpus:
        """Replace all settings of a corpus."""
        return self._run(self._keeping.update_corpus(name, settings, expected=expected))

    def delete_corpus(self, name: str) -> bool:
        """Delete a corpus with all of its documents; say whether it was there."""
        return self._run(self._keeping.delete_corpus(name))

    def delete_documents(self, filter_: str, *, corpus: str) -> int:
        """Delete the documents that a filter matches; return how many that were."""
        return self._run(self._keeping.delete_documents(filter_, corpus=corpus))

    def erase_document(self, document_id: str, *, corpus: str) -> ingestion.Erasure:
        """Erase a document with all traces of it; return the record of what was looked for afterwards."""
        return self._run(self._keeping.erase_document(document_id, corpus=corpus))

    def erasures(self, *, corpus: str, document_id: str = "") -> list[ingestion.Erasure]:
        """Return the records of erasures in a corpus, or of one document, the newest first; the corpus may be gone."""

        async def all_of_them() -> list[ingestion.Erasure]:
            return [one async for one in self._keeping.erasures(corpus=corpus, document_id=document_id)]

        return self._run(all_of_them())
