"""How a corpus is to be kept in step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chassis.readers import EVERYONE
from forebay_client.mirroring.globs import Globs


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the caller asked for."""

    globs: Globs = field(default_factory=Globs)

    prefix: str = ""
    """Stands before each name in the document's id, so that several sources fit into one corpus."""

    groups: Sequence[str] = ()
    """Who may read the documents; empty is everyone of the tenant."""

    delete: bool = True
    """Delete what this source once brought and has no more."""

    most_deleted: int = 20
    """Per cent of the source's documents that may be deleted in one run; a handful always may."""

    force: bool = False
    """Delete more than that, too."""

    adopt: bool = False
    """Take over documents that have the same id and were written by somebody else."""

    dry_run: bool = False
    """Tell what would be done, and do nothing."""

    @property
    def readers(self) -> frozenset[str]:
        """The groups as the corpus holds them."""
        return frozenset(self.groups) or frozenset({EVERYONE})
