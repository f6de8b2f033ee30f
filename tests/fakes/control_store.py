"""Control's store and bell in memory."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from chassis.errors import Unavailable
from control.ports import Held
from control.resources.words import Book, Ref, Resource, Revision, Step


class FakeStore:
    """Keeps everything in dictionaries; `away` makes it fail."""

    def __init__(self) -> None:
        self.now = Book(0, {})
        self.held = Held(0, b"")
        self.written: list[Revision] = []
        self.away = False
        self.rung = asyncio.Event()

    async def book(self) -> Book:
        self._check()
        return self.now

    async def commit(self, step: Step) -> bool:
        self._check()
        await asyncio.sleep(0)
        if step.base != self.now.version:
            return False
        at = datetime.now(UTC)
        after = self.now.after(step.changes, step.version)
        changed = {change.ref for change in step.changes}
        resources = {
            ref: Resource(ref=ref, spec=one.spec, version=one.version, changed=at) if ref in changed else one
            for ref, one in after.resources.items()
        }
        self.now = Book(step.version, resources)
        self.held = Held(step.version, step.document)
        changes = sorted(step.changes, key=lambda change: change.ref)
        self.written.insert(0, Revision(version=step.version, at=at, author=step.author, changes=changes))
        self.rung.set()
        return True

    async def newest(self) -> Held:
        self._check()
        return self.held

    async def revisions(self, ref: Ref, before: int, limit: int) -> list[Revision]:
        self._check()
        found = []
        for one in self.written:
            kept = [
                change
                for change in one.changes
                if ref.kind in {"", change.ref.kind} and ref.name in {"", change.ref.name}
            ]
            if kept and (not before or one.version < before):
                found.append(Revision(version=one.version, at=one.at, author=one.author, changes=kept))
        return found[:limit]

    async def rings(self):
        while True:
            self.rung.clear()
            self._check()
            yield
            await self.rung.wait()

    def _check(self) -> None:
        if self.away:
            raise Unavailable("the store of the configuration is away")
