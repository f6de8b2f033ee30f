"""After the last fault: each acknowledged document is found whole, none half, none twice, none that was deleted."""

from __future__ import annotations

import hashlib

from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from rigs.faults.ground import Ground
from rigs.faults.papers import PARTS, mark, marks, number
from rigs.faults.reading import whole

EARLIER = 2
"""How many operations before the one that counts are looked for as well."""


async def audit(ground: Ground) -> None:
    """Look at every document by each way there is, and note what is not as it must be."""
    memory, client = ground.memory, ground.client
    listed = [document async for document in client.documents(corpus=ground.corpus)]
    seen = {number(document.id): int(document.metadata["operation"]) for document in listed}
    memory.expect(len(seen) == len(listed), "audit: a document is listed twice")
    for document, history in memory.histories.items():
        memory.check(document, history.acknowledged, seen.get(document), "audit: list")
        read = whole(ground, document, await ground.chunks(document), "audit: chunks")
        memory.expect(read == seen.get(document), f"audit: chunks of document {document} are of another operation")
        await _searched(ground, document, seen.get(document))
    for document in listed:
        memory.expect(_kept(ground, document), f"audit: the original of {document.id} is lost or another")
    books = await client.corpus(ground.corpus)
    counted = (books.documents, books.chunks)
    memory.expect(counted == (len(seen), PARTS * len(seen)), f"audit: counted {counted}, listed {len(seen)}")
    ground.tally.audited += len(memory.histories)


async def _searched(ground: Ground, document: int, operation: int | None) -> None:
    """Search each mark of the operation that counts, and of some before it."""
    last = operation or ground.memory.histories[document].sent
    for asked in range(max(1, last - EARLIER), last + 1):
        for part in range(PARTS):
            word = mark(document, asked, part)
            found = await ground.client.search(word, corpus=ground.corpus, mode=pb.SEARCH_MODE_LEXICAL)
            times = marks(hit.chunk for hit in found.hits)[document, asked, part]
            ground.memory.expect(times == (asked == operation), f"audit: {word} is found {times} times")


def _kept(ground: Ground, document: pb.Document) -> bool:
    path = ground.home / "data" / "objects" / "originals" / "demo" / document.sha256[:2] / document.sha256
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == document.sha256
