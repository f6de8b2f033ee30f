"""What an answer depends on. Whatever differs in any of it shares nothing."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Final

FORMAT: Final = 1
"""Of keys and values together; a newer one finds nothing of an older one."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Everything but the question, its corpus's version, and what was made by which models."""

    tenant: str
    groups: frozenset[str]
    """The reader's, `everyone` included."""

    corpus: str
    filter: str
    max_sources: int
    max_output_tokens: int
    temperature: float
    seed: int
    routes: str
    """A digest of the table of routes."""

    guard: str = ""
    """The policy of what may go in and come out, as name@version; empty while there is none."""

    @cached_property
    def digest(self) -> str:
        """Return 64 hexadecimal digits that no other scope has."""
        parts = asdict(self) | {"groups": sorted(self.groups), "format": FORMAT}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Key:
    """A question in its scope."""

    scope: Scope
    question: str

    @cached_property
    def digest(self) -> str:
        """Return 64 hexadecimal digits; questions that differ only in white space and composition share them."""
        text = " ".join(unicodedata.normalize("NFC", self.question).split())
        return hashlib.sha256(f"{self.scope.digest}\n{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Stamp:
    """One state of a corpus, of which there is never a second: what is kept under it holds as long as it is shown."""

    version: int
    """The corpus's version."""

    mark: str
    """What tells it from every other state: the withdrawal before it was shown, and the purges."""

    def __str__(self) -> str:
        """Return the text that is compared."""
        return f"{self.version} {self.mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the cache knows of a key."""

    stamp: Stamp | None = None
    """The corpus's state; None when none is shown: a commit is under way, or the cache is away."""

    value: bytes | None = None
    """What was kept at that state."""

    made: Mapping[str, str]
    """Which prompt and models made the tenant's newest answer, by their roles."""


NOTHING: Final = Looked(made={})
"""What is known when nothing can be known."""
