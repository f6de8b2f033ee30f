"""Brings a corpus in step with a source."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion

from chassis.errors import NotFound
from forebay_client.aio import AsyncClient
from forebay_client.documents import MOST_BYTES, Document
from forebay_client.mirroring.planning import Held, Inventory, Verdict, braked, judged, surplus
from forebay_client.mirroring.report import Report
from forebay_client.mirroring.wishes import Wishes
from forebay_client.mirroring.words import MARK, VERSION, Item, Source
from forebay_client.objects import Unreadable
from forebay_client.reading import mime_of
from forebay_client.uploading import patiently, uploaded

DELETIONS = 8
"""At the same time."""

Bar = Callable[[int, int], None]
"""Hears how many documents are done, of how many."""


async def mirrored(putting: AsyncClient, source: Source, corpus: str, wishes: Wishes, bar: Bar) -> Report:
    """Bring the corpus, which exists, in step; stopped at any point, the next run goes on from there."""
    report = Report(source=source.mark, corpus=corpus, dry_run=wishes.dry_run)
    held = await _held(putting, corpus)
    inventory = Inventory()
    async for entry in source.items():
        inventory.add(entry, wishes)
    gone = surplus(held, inventory, source.mark)
    if wishes.delete:
        braked(gone, held, inventory, source.mark, wishes)
    report.skipped, report.empty = inventory.skipped, inventory.empty
    run = _Run(putting, source, corpus, wishes, held, inventory, report, bar, len(gone))
    await run.put()
    await run.delete(gone)
    return report


async def _held(putting: AsyncClient, corpus: str) -> dict[str, Held]:
    try:
        return {document.id: Held.of(document) async for document in putting.documents(corpus=corpus)}
    except NotFound:  # a dry run creates no corpus
        return {}


@dataclass(slots=True)
class _Run:
    """One run, between its plan and its report."""

    putting: AsyncClient
    source: Source
    corpus: str
    wishes: Wishes
    held: Mapping[str, Held]
    inventory: Inventory
    report: Report
    bar: Bar
    gone: int

    async def put(self) -> None:
        """Send what is new or changed, after reading each item once."""
        if self.wishes.dry_run:
            async for document in self._changes():
                self._counted(document.id)
        else:
            await uploaded(self.putting, self.corpus, self._changes, self.report.tally, self._told)

    async def delete(self, gone: Sequence[str]) -> None:
        """Delete, at last: what moved is there under its new name before the old one goes."""
        if not self.wishes.delete:
            self.report.left = len(gone)
        elif self.wishes.dry_run:
            self.report.deleted = len(gone)
        else:
            for at in range(0, len(gone), DELETIONS):
                await asyncio.gather(*map(self._deleted, gone[at : at + DELETIONS]))

    async def _changes(self) -> AsyncIterator[Document]:
        settled = self.report.tally.settled
        for id_, item in self.inventory.items.items():
            if id_ in settled:
                continue
            try:
                content, verdict = await self._looked(item, self.held.get(id_))
            except Unreadable as failure:
                self.report.skipped[id_] = str(failure)
                self._done(id_)
                continue
            if verdict in {Verdict.new, Verdict.changed}:
                yield self._document(id_, item, content)
            elif verdict is Verdict.foreign:
                self.report.foreign.append(id_)
                self._done(id_)
            else:
                self.report.unchanged += 1
                self._done(id_)

    async def _looked(self, item: Item, held: Held | None) -> tuple[bytes, Verdict]:
        """Compare one item with the corpus, and read it if it must be."""
        verdict = judged(item, None, held, self.source.mark, self.wishes)
        if verdict is Verdict.unchanged:
            return b"", verdict
        content = await self.source.read(item)
        if len(content) > MOST_BYTES:
            raise Unreadable("has grown too large")
        return content, judged(item, content, held, self.source.mark, self.wishes)

    def _document(self, id_: str, item: Item, content: bytes) -> Document:
        metadata = {MARK: self.source.mark} | ({VERSION: item.version} if item.version else {})
        return Document(
            id=id_,
            content=content,
            mime_type=mime_of(item.name),
            uri=item.uri,
            groups=self.wishes.groups,
            metadata=metadata,
        )

    def _told(self, result: ingestion.PutDocumentsResponse) -> None:
        if result.WhichOneof("outcome") == "committed":
            self.report.unseen += result.committed.unchanged and result.document_id not in self.held
            if not result.committed.unchanged:
                self._counted(result.document_id)
        self._moved()

    def _counted(self, id_: str) -> None:
        if id_ in self.held:
            self.report.changed += 1
        else:
            self.report.added += 1

    def _done(self, id_: str) -> None:
        self.report.tally.settled.add(id_)
        self._moved()

    def _moved(self) -> None:
        done = len(self.report.tally.settled) + self.report.deleted
        self.bar(done, len(self.inventory.items) + (self.gone if self.wishes.delete else 0))

    async def _deleted(self, id_: str) -> None:
        """Delete one, unless somebody else has written it meanwhile."""
        try:
            now = await patiently(partial(self.putting.document, id_, corpus=self.corpus))
        except NotFound:
            return
        if now.metadata.get(MARK) == self.source.mark:
            await patiently(partial(self.putting.delete, id_, corpus=self.corpus))
            self.report.deleted += 1
            self._moved()
