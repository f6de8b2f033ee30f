"""A reader: searches, gets and lists, and holds what it sees against what was acknowledged before it asked."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from chassis.errors import NotFound
from rigs.faults.ground import SILENT, Ground, counting
from rigs.faults.papers import PARTS, mark, marks, name, number

MODES = {
    "lexical": pb.SEARCH_MODE_LEXICAL,
    "dense": pb.SEARCH_MODE_DENSE,
    "hybrid": pb.SEARCH_MODE_HYBRID,
}
PAUSE = 0.02


@dataclass
class Reader:
    """One of several."""

    ground: Ground
    draws: random.Random
    turns: int = field(default=0, init=False)
    """Reads that were answered."""

    async def work(self, stopped: asyncio.Event) -> None:
        """Read until told to stop."""
        kinds = {**dict.fromkeys(MODES, self._search), "get": self._get, "chunks": self._chunks, "list": self._list}
        while not stopped.is_set():
            floors = self.ground.memory.floors()
            kind = self.draws.choice(tuple(kinds))
            document = self.draws.choice(tuple(floors) or (0,))
            with counting(self.ground.tally.failures):
                async with asyncio.timeout(SILENT):
                    await kinds[kind](kind, document, floors)
                self.ground.tally.reads[kind] += 1
                self.turns += 1
            await asyncio.sleep(PAUSE)

    async def _search(self, mode: str, document: int, floors: Mapping[int, int]) -> None:
        memory, floor = self.ground.memory, floors.get(document, 0)
        asked = (document, floor, self.draws.randrange(PARTS))
        response = await self.ground.client.search(mark(*asked), corpus=self.ground.corpus, mode=MODES[mode])
        seen = marks(hit.chunk for hit in response.hits)
        for found, operation, _ in seen:
            memory.check(found, floors.get(found, 0), operation, f"{mode} search")
        memory.expect(max(seen.values(), default=1) == 1, f"{mode} search: a chunk twice")
        settled = floor == memory.histories[document].sent and floor not in memory.histories[document].deletions | {0}
        if mode == "lexical" and settled:
            memory.expect(asked in seen, f"lexical search: {mark(*asked)} is acknowledged and not found")

    async def _get(self, kind: str, document: int, floors: Mapping[int, int]) -> None:
        try:
            found = await self.ground.client.document(name(document), corpus=self.ground.corpus)
            seen = int(found.metadata["operation"])
        except NotFound:
            seen = None
        self.ground.memory.check(document, floors.get(document, 0), seen, kind)

    async def _chunks(self, kind: str, document: int, floors: Mapping[int, int]) -> None:
        seen = whole(self.ground, document, await self.ground.chunks(document), kind)
        self.ground.memory.check(document, floors.get(document, 0), seen, kind)

    async def _list(self, kind: str, _: int, floors: Mapping[int, int]) -> None:
        listed = [document async for document in self.ground.client.documents(corpus=self.ground.corpus)]
        seen = {number(document.id): int(document.metadata["operation"]) for document in listed}
        self.ground.memory.expect(len(seen) == len(listed), "list: a document twice")
        for document in floors.keys() | seen.keys():
            self.ground.memory.check(document, floors.get(document, 0), seen.get(document), kind)


def whole(ground: Ground, document: int, chunks: Sequence[pb.Chunk], where: str) -> int | None:
    """Return the operation that all chunks of a document are of; note it when they are not one whole."""
    seen = marks(chunks)
    operations = {operation for _, operation, _ in seen}
    operation = max(operations, default=None)
    wanted = Counter((document, operation, part) for part in range(PARTS)) if operations else Counter()
    one = len({chunk.generation for chunk in chunks}) <= 1 and len(chunks) == wanted.total()
    ground.memory.expect(seen == wanted and one, f"{where}: document {document} is not whole: {dict(seen)}")
    return operation
