"""Records in memory."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace

from gateway.records.reading import Kept, Part, Row
from gateway.records.words import Head, Link, Record, canonical


class FakeRecords:
    """Keeps chains, heads, anchors and texts; `failure` is raised by every call, `hold` keeps writes waiting."""

    def __init__(self):
        self.chains: dict[str, list[Link]] = defaultdict(list)
        self.latest: dict[str, Head] = {}
        self.anchored: list[Head] = []
        self.texts = {}
        self.failure = None
        self.failure_after = None
        """Raised once a write is done, whose end its caller does not know then."""
        self.hold = None
        self.writes: list[int] = []

    @property
    def bodies(self):
        """Every record's body, in the order in which they were written."""
        return [link.record.body for links in self.chains.values() for link in links]

    def body(self, call):
        """Return the one record of a call."""
        [found] = [body for body in self.bodies if body["call"] == call]
        return found

    async def begin(self, head):
        self._fail()
        self.latest[head.writer] = head
        self.anchored.append(head)

    async def append(self, links):
        if self.hold is not None:
            await self.hold.wait()
        self._fail()
        self.writes.append(len(links))
        for link in links:
            body = json.loads(canonical(link.record.body))
            self.chains[link.writer].append(replace(link, record=Record(id=link.record.id, body=body)))
            if link.record.texts is not None:
                self.texts[link.record.id] = link.record.texts
        last = links[-1]
        self.latest[last.writer] = Head(writer=last.writer, sequence=last.sequence, hash=last.hash)
        if self.failure_after is not None:
            failure, self.failure_after = self.failure_after, None
            raise failure

    async def known(self, ids):
        self._fail()
        return frozenset(ids) & {link.record.id for links in self.chains.values() for link in links}

    async def anchor(self, head):
        self._fail()
        self.anchored.append(head)

    async def heads(self):
        return list(self.latest.values())

    async def anchors(self):
        return list(self.anchored)

    async def writers(self):
        return sorted(writer for writer, links in self.chains.items() if links)

    async def links(self, writer):
        for link in sorted(self.chains[writer], key=lambda link: link.sequence):
            yield link

    async def find(self, id_, tenant):
        found = []
        for links in self.chains.values():
            for link in links:
                body = link.record.body
                if id_ in (body["id"], body["trace"]) and tenant in ("", body["tenant"]):
                    texts = self.texts.get(link.record.id)
                    found.append(Kept(link=link, question=texts and texts.question, answer=texts and texts.answer))
        return sorted(found, key=lambda kept: -kept.link.record.body["begun"])

    async def erase(self, tenant, ids):
        mine = {body["id"] for body in self.bodies if body["tenant"] == tenant}
        return sum(self.texts.pop(id_, None) is not None for id_ in set(ids) & mine)

    async def erase_key(self, tenant, key):
        mine = {body["id"] for body in self.bodies if (body["tenant"], body["key"]) == (tenant, key)}
        return sum(self.texts.pop(id_, None) is not None for id_ in mine)

    async def usage(self, question):
        self.asked = question
        return [
            Row(
                parts=tuple("acme" if part is Part.TENANT else "" for part in question.by),
                requests=2,
                failed=1,
                cached=0,
                inferences=3,
                input_tokens=4,
                output_tokens=5,
                cost="0.5",
                saved="0",
                currency="EUR",
            )
        ]

    def _fail(self):
        if self.failure is not None:
            raise self.failure
