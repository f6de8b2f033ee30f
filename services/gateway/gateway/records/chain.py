"""The chain that a process appends to: each hash holds the one before, so that nothing can be changed in between."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from gateway.records.words import Head, Link, Record, beginning, linked


class Chain:
    """Gives records their places. A restart begins another one, as does a write whose end is not known."""

    def __init__(self, writer: str = "") -> None:
        name = writer or uuid.uuid4().hex
        self._head = Head(writer=name, sequence=0, hash=beginning(name))

    @property
    def head(self) -> Head:
        """Return the place of the newest record."""
        return self._head

    def links(self, records: Iterable[Record]) -> list[Link]:
        """Return the records at the next places; nothing moves before `moved`."""
        writer, sequence, before = self._head.writer, self._head.sequence, self._head.hash
        made = []
        for record in records:
            sequence += 1
            before = linked(before, writer, sequence, record.body)
            made.append(Link(writer=writer, sequence=sequence, hash=before, record=record))
        return made

    def moved(self, last: Link) -> None:
        """Go on after this link, which was written."""
        self._head = Head(writer=last.writer, sequence=last.sequence, hash=last.hash)
