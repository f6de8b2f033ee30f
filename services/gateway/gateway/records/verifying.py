"""Computes chains anew and finds what was changed, removed, inserted, put in another order or cut off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from gateway.records.words import Head, Link, beginning, linked

MOST_FAULTS: Final = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not agree."""

    writer: str
    sequence: int
    what: str


@dataclass(slots=True)
class Findings:
    """What was looked at, and what does not agree."""

    chains: int = 0
    records: int = 0
    anchors: int = 0
    faults: list[Fault] = field(default_factory=list)

    def fault(self, writer: str, sequence: int, what: str) -> None:
        """Note a fault, if there is room for it."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(writer, sequence, what))


class Shelf(Protocol):
    """Holds chains."""

    async def heads(self) -> Sequence[Head]:
        """Return the newest head of each chain."""
        ...

    async def anchors(self) -> Sequence[Head]:
        """Return every anchor."""
        ...

    async def writers(self) -> Sequence[str]:
        """Return the chains that have records."""
        ...

    def links(self, writer: str) -> AsyncIterator[Link]:
        """Yield the records of a chain by their place."""
        ...


async def verified(shelf: Shelf, kept: Iterable[Head] = ()) -> Findings:
    """Compare all chains with their heads and anchors, and with anchors that were kept elsewhere."""
    # What is written meanwhile is newer than heads and anchors, so these are read first.
    heads = {head.writer: head for head in await shelf.heads()}
    anchors = [*await shelf.anchors(), *kept]
    findings = Findings(anchors=len(anchors))
    expected: dict[str, dict[int, str]] = {}
    for head in (*heads.values(), *anchors):
        known = expected.setdefault(head.writer, {})
        if known.setdefault(head.sequence, head.hash) != head.hash:
            findings.fault(head.writer, head.sequence, "head and anchors do not agree with each other")
    for writer in sorted({*expected, *await shelf.writers()}):
        findings.chains += 1
        if writer not in heads:
            findings.fault(writer, 0, "the chain has lost its head")
        await _walk(shelf, writer, expected.get(writer, {}), findings)
    return findings


async def _walk(shelf: Shelf, writer: str, expected: dict[int, str], findings: Findings) -> None:
    before, place = beginning(writer), 0
    _compare(writer, place, before, expected, findings)
    async for link in shelf.links(writer):
        findings.records += 1
        if link.sequence != place + 1:
            findings.fault(writer, place + 1, f"records are missing up to {link.sequence - 1}")
        place = link.sequence
        computed = linked(before, writer, place, link.record.body)
        if computed != link.hash:
            findings.fault(writer, place, "the record does not fit: it, or what is before it, was changed")
        if link.record.body.get("id") != link.record.id:
            findings.fault(writer, place, "the record is filed under the id of another request")
        before = link.hash
        _compare(writer, place, before, expected, findings)
    missing = [sequence for sequence in expected if sequence > place]
    if missing:
        findings.fault(writer, place + 1, f"records are missing at the end, up to {max(missing)}")


def _compare(writer: str, place: int, found: str, expected: dict[int, str], findings: Findings) -> None:
    if place in expected and expected[place] != found:
        findings.fault(writer, place, "the record is not the one that was anchored")
