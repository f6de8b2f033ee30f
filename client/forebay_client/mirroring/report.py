"""What a sync did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from forebay_client.uploading import Tally


@dataclass(slots=True, kw_only=True)
class Report:
    """Counts of documents, and the names of those that are not in step."""

    source: str
    corpus: str
    dry_run: bool
    tally: Tally = field(default_factory=Tally)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    left: int = 0
    """Documents that the source has no more and that were not to be deleted."""
    empty: int = 0
    unseen: int = 0
    """Sent and found there already: the key may write them and not read them."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Why an item could not be sent, by its id."""
    foreign: list[str] = field(default_factory=list)
    """Ids of documents that somebody else wrote, and that differ."""
    seconds: float = 0.0

    @property
    def in_step(self) -> bool:
        """Say whether the corpus mirrors all of the source now."""
        return not (self.skipped or self.foreign or self.tally.refused or self.tally.others)

    def to_json(self) -> dict[str, Any]:
        """Return it for programs."""
        names = ("added", "changed", "unchanged", "deleted", "left", "empty", "unseen", "skipped", "foreign")
        return {
            "source": self.source,
            "corpus": self.corpus,
            "dry_run": self.dry_run,
            "in_step": self.in_step,
            **{name: getattr(self, name) for name in names},
            "refused": self.tally.refused,
            "others": dict(self.tally.others),
            "chunks": self.tally.chunks,
            "seconds": round(self.seconds, 3),
        }
