"""The reference: what everybody was told and shown, held against the one list of what was committed when.

acknowledged    a write that was acknowledged was committed before, after it was asked for
seen            what a reader is shown of a document is one state that it had while the reader looked
in the end      all that was committed last is there, whole, and nothing else is
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from ingestion.committing.words import Batch
from ingestion.writing.words import Incoming, Written
from retrieval.records import Chunk, Document, Reader
from sim.world.text import digest


class Wrong(AssertionError):
    """A promise was broken."""


@dataclass(frozen=True, slots=True)
class State:
    """What a document was from a moment on."""

    since: float
    version: int
    document: Incoming | None
    """None when it was deleted, or not there yet."""


Key = tuple[str, str]
"""Tenant and the caller's id of the document; each tenant has one corpus."""

BEGINNING = State(0.0, 0, None)


class Model:
    """Remembers every commit."""

    def __init__(self) -> None:
        self.documents: defaultdict[Key, list[State]] = defaultdict(lambda: [BEGINNING])
        self.versions: defaultdict[str, list[tuple[float, int]]] = defaultdict(lambda: [(0.0, 0)])
        self.gone: dict[Key, float] = {}
        """Tenant and digest of originals that were erased, and when that was asked for."""
        self._sent: dict[str, dict[tuple[str, tuple[str, ...]], Incoming]] = {}

    def sends(self, document: Incoming) -> None:
        """Note a document before it is put."""
        known = self._sent.setdefault(digest(document.content), {})
        known[document.source_id, document.groups] = document

    def committed(self, now: float, batch: Batch, versions: Mapping[UUID, int]) -> None:
        """Note what became visible, or ceased to be, in this moment."""
        for draft in (draft for draft in batch.drafts if not draft.rebuilds):
            document = self._sent[draft.sha256][draft.source_id, draft.groups]
            state = State(now, versions[draft.corpus.id], document)
            self.documents[draft.corpus.tenant, draft.source_id].append(state)
        for gone in batch.removals:
            self.documents[gone.corpus.tenant, gone.source_id].append(State(now, versions[gone.corpus.id], None))
        for corpus in batch.corpora:
            self.versions[corpus.tenant].append((now, versions[corpus.id]))

    def switched(self, now: float, tenant: str, version: int) -> None:
        """Note that readers of a corpus are led to another index from this moment on."""
        self.versions[tenant].append((now, version))

    def acknowledged(self, tenant: str, document: Incoming, told: Written, asked: float, now: float) -> None:
        """Hold an acknowledgement against what was committed."""
        for state in self._between((tenant, document.source_id), asked, now):
            if state.document == document and (told.unchanged or state.version == told.corpus_version):
                return
        raise Wrong(f"{tenant}/{document.source_id} was acknowledged and is not committed")

    def deleted(self, tenant: str, source: str, asked: float, now: float) -> None:
        """Hold the acknowledgement of a deletion against what was committed."""
        if all(state.document for state in self._between((tenant, source), asked, now)):
            raise Wrong(f"{tenant}/{source} was told to be deleted and is visible")

    def erased(self, tenant: str, source: str, asked: float, now: float) -> None:
        """Hold the acknowledgement of an erasure against what was committed; remember what must be gone."""
        self.deleted(tenant, source, asked, now)
        before = [state.document for state in self.documents[tenant, source] if state.since <= asked]
        gone = {(tenant, digest(document.content)) for document in before if document}
        self.gone.update(dict.fromkeys(gone, asked))

    def shown(self, reader: Reader, chunks: Sequence[Chunk], most: int, began: float, now: float) -> None:
        """Hold the chunks that a search returned against what was visible while it ran."""
        by_document = groupby(sorted(chunks, key=lambda chunk: (chunk.document_id, chunk.ordinal)), _document)
        seen = {source: [chunk.text for chunk in theirs] for source, theirs in by_document}
        whole = len(chunks) < most
        for source in {*seen, *self._sources(reader.tenant)}:
            wanted = [_visible(state, reader) for state in self._between((reader.tenant, source), began, now)]
            if not any(_fits(seen.get(source, []), text, whole=whole) for text in wanted):
                raise Wrong(f"{reader.tenant}/{source}: a reader in {sorted(reader.groups)} sees {seen.get(source)}")

    def opened(self, reader: Reader, source: str, found: Document | None, began: float, now: float) -> None:
        """Hold one document, or that there is none, against what was visible while it was asked for."""
        for state in self._between((reader.tenant, source), began, now):
            text = _visible(state, reader)
            if found is None and not text:
                return
            if found and text and found.sha256 == digest(state.document.content):
                return
        raise Wrong(f"{reader.tenant}/{source} is read as {found}")

    def counted(self, tenant: str, version: int, began: float, now: float) -> None:
        """Hold a corpus version that somebody was shown against those that were current while they looked."""
        versions = self.versions[tenant]
        first = max(at for at, (since, _) in enumerate(versions) if since <= began)
        if version not in [shown for since, shown in versions[first:] if since <= now]:
            raise Wrong(f"version {version} of {tenant} is shown, of {versions}")

    def last(self, key: Key) -> Incoming | None:
        """Return what the document is now."""
        return self.documents[key][-1].document

    def _between(self, key: Key, began: float, now: float) -> list[State]:
        states = self.documents[key]
        first = max(at for at, state in enumerate(states) if state.since <= began)
        return [state for state in states[first:] if state.since <= now]

    def _sources(self, tenant: str) -> Iterable[str]:
        return [source for owner, source in self.documents if owner == tenant]


def _visible(state: State, reader: Reader) -> str:
    """Return what the reader sees of the document in this state: its text, which is never empty, or nothing."""
    readable = state.document is not None and reader.groups.intersection(state.document.groups)
    return state.document.content.decode() if readable else ""


def _fits(chunks: list[str], text: str, *, whole: bool) -> bool:
    """Tell whether the chunks are the text, however it was cut; all of it, unless the list of them was cut off."""
    if whole:
        return "\n\n".join(chunks) == text
    return all(chunk in text for chunk in chunks) and len(set(chunks)) == len(chunks)


def _document(chunk: Chunk) -> str:
    return chunk.document_id
