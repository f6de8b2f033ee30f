"""What is to be done: the source beside the corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import FailedPrecondition
from forebay_client.documents import MOST_BYTES
from forebay_client.mirroring.wishes import Wishes
from forebay_client.mirroring.words import MARK, VERSION, Item, Skipped

HANDFUL = 5
"""Deletions that need no force, however few documents there are."""


class TooManyDeletions(FailedPrecondition):
    """The source lost more than a source loses; somebody should look before the corpus loses it too."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the corpus holds of one document."""

    sha256: str
    groups: frozenset[str]
    mark: str
    version: str

    @classmethod
    def of(cls, document: retrieval.Document) -> Held:
        """Keep what matters."""
        metadata = document.metadata
        return cls(document.sha256, frozenset(document.groups), metadata.get(MARK, ""), metadata.get(VERSION, ""))


class Verdict(Enum):
    """What an item is to the corpus."""

    new = auto()
    changed = auto()
    unchanged = auto()
    foreign = auto()
    """Somebody else wrote another document with this id."""
    unread = auto()
    """Only its content tells."""


@dataclass(slots=True)
class Inventory:
    """What the source has, by the id that it has in the corpus."""

    items: dict[str, Item] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    below: set[str] = field(default_factory=set)
    """Folders nobody could look into, with `/` at the end."""
    empty: int = 0
    """Files that say nothing; the corpus goes without them."""

    def add(self, entry: Item | Skipped, wishes: Wishes) -> None:
        """Take in what is wanted, and what is in the way of it."""
        id_ = wishes.prefix + entry.name
        if isinstance(entry, Skipped):
            if not wishes.globs.left_out(entry.name) if entry.folder else wishes.globs.wanted(entry.name):
                self.skipped[id_] = entry.why
                self.below |= {f"{id_}/"} if entry.folder else set()
        elif not wishes.globs.wanted(entry.name):
            return
        elif entry.size > MOST_BYTES:
            self.skipped[id_] = f"is larger than {MOST_BYTES // 2**20} MiB"
        elif entry.size == 0:
            self.empty += 1
        else:
            self.items[id_] = entry

    def spares(self, id_: str) -> bool:
        """Say whether a document stays, because the source has it or may have it."""
        return id_ in self.items or id_ in self.skipped or any(id_.startswith(folder) for folder in self.below)


def judged(item: Item, content: bytes | None, held: Held | None, mark: str, wishes: Wishes) -> Verdict:
    """Compare one item with what the corpus holds; without content as far as that goes."""
    if held is None:
        return Verdict.new
    ours = held.mark == mark
    if ours and wishes.readers == held.groups and item.version and item.version == held.version:
        return Verdict.unchanged
    if content is None:
        return Verdict.unread
    same = hashlib.sha256(content).hexdigest() == held.sha256
    if not ours and not wishes.adopt:
        return Verdict.unchanged if same else Verdict.foreign
    return Verdict.unchanged if same and ours and wishes.readers == held.groups else Verdict.changed


def surplus(held: Mapping[str, Held], inventory: Inventory, mark: str) -> list[str]:
    """List what this source once brought and has no more."""
    return sorted(id_ for id_, one in held.items() if one.mark == mark and not inventory.spares(id_))


def braked(gone: Sequence[str], held: Mapping[str, Held], inventory: Inventory, mark: str, wishes: Wishes) -> None:
    """Raise `TooManyDeletions` when an accident is likelier than an intention."""
    ours = sum(one.mark == mark for one in held.values())
    allowed = 0 if not inventory.items else max(HANDFUL, ours * wishes.most_deleted // 100)
    if len(gone) > allowed and not wishes.force:
        raise TooManyDeletions(
            f"{len(gone)} of {ours} documents would be deleted, {allowed} may be; nothing was changed. "
            "Look at the source, then run it with --force, with --no-delete, or with a higher --most-deleted"
        )
