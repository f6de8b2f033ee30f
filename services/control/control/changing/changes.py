"""Makes changes: each is checked as a whole and becomes the next version, or is refused and leaves no trace."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from chassis.errors import Aborted, InvalidArgument
from control.changing.planning import check_operable, planned
from control.manifests.reading import Manifest, read
from control.ports import Store
from control.resources.building import Misfit, built
from control.resources.words import Author, Book, Change, Ref, Step

ATTEMPTS: Final = 8
"""Times that a change is planned again when another replica was faster, and nobody said what it must start from."""

PAUSE: Final = 0.02
"""Seconds, drawn at random up to that, before it is planned again; as much more each time."""

Plan = Callable[[Book], Sequence[Change]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be applied, and how."""

    manifest: bytes
    file: str
    dry_run: bool = False
    prune: bool = False
    expected: int = 0
    """The version that the whole must have; 0: any."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What changed."""

    version: int
    changes: Sequence[Change]


class Changes:
    """Changes resources."""

    def __init__(self, store: Store, draw: Callable[[], float] = random.random) -> None:
        self._store = store
        self._draw = draw
        self._turn = asyncio.Lock()  # only replicas are in each other's way

    async def apply(self, wish: Wish, author: Author) -> Outcome:
        """Make what the manifest declares true, or only say what that would change."""
        manifest = await asyncio.to_thread(read, wish.manifest, wish.file)

        def plan(book: Book) -> Sequence[Change]:
            return planned(book, manifest, prune=wish.prune)

        try:
            return await self.make(plan, author, expected=wish.expected, dry_run=wish.dry_run)
        except Misfit as failure:
            raise _refused(manifest, failure) from None

    async def delete(self, ref: Ref, author: Author) -> Outcome:
        """Delete one resource; when it is not there, nothing changes."""

        def plan(book: Book) -> Sequence[Change]:
            now = book.resources.get(ref)
            return [] if now is None else [Change(ref, now.spec, None)]

        try:
            return await self.make(plan, author)
        except Misfit as failure:
            raise InvalidArgument(f"{ref} is needed: {failure.why}", reason="MISFIT") from None

    async def make(self, plan: Plan, author: Author, *, expected: int = 0, dry_run: bool = False) -> Outcome:
        """Make the changes that are planned for the newest book; raise `Aborted` or `Misfit`."""
        async with self._turn:
            for attempt in range(ATTEMPTS):
                await asyncio.sleep(attempt * PAUSE * self._draw())
                book = await self._store.book()
                if expected and book.version != expected:
                    break
                outcome, written = await self._made(book, plan(book), author, dry_run=dry_run)
                if written:
                    return outcome
        raise Aborted("somebody else changed something at the same time; read again", reason="OTHER_VERSION")

    async def _made(
        self, book: Book, changes: Sequence[Change], author: Author, *, dry_run: bool
    ) -> tuple[Outcome, bool]:
        """Return what changes, and whether it holds or need not."""
        if not changes:
            return Outcome(book.version, ()), True
        step = await asyncio.to_thread(_step, book, changes, author)
        if dry_run:
            return Outcome(book.version, changes), True
        return Outcome(step.version, changes), await self._store.commit(step)


def _step(book: Book, changes: Sequence[Change], author: Author) -> Step:
    version = book.version + 1
    after = book.after(changes, version)
    check_operable(book, after)
    return Step(base=book.version, version=version, changes=changes, document=built(after), author=author)


def _refused(manifest: Manifest, failure: Misfit) -> InvalidArgument:
    """Blame the line of the resource, or the whole file where the resource is not in it."""
    for one in manifest.declared:
        if one.ref == failure.ref:
            return manifest.refuse(one.line("spec", *failure.path), failure.why)
    return manifest.refuse(1, f"does not fit {failure.ref}, which is not in it: {failure.why}")
