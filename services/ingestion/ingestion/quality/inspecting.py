"""Looks at one document with all rules that its corpus has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ingestion.contracts.findings import Finding, Rule
from ingestion.contracts.metadata import MARKS, broken
from ingestion.contracts.words import Contract, Policy
from ingestion.parsing.document import Parsed
from ingestion.quality.encoding import damaged
from ingestion.quality.language import Detector, foreign
from ingestion.quality.personal import personal
from ingestion.quality.sizes import Sizes, outlying

__all__ = ["Inspected", "inspect", "under"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What is looked at."""

    parsed: Parsed
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """As the caller wrote them."""

    now: datetime
    usual: Sizes = field(default_factory=Sizes)
    """How long the corpus's documents are."""


def inspect(one: Inspected, contract: Contract, detector: Detector) -> tuple[Finding, ...]:
    """Return what does not keep to the contract, and what looks wrong."""
    text = one.parsed.text
    return (
        *broken(contract, one.metadata, one.parsed.metadata, one.now),
        *_too_short_or_long(len(text), contract),
        *foreign(one.parsed, contract.languages, detector),
        *under(contract.encoding, lambda: damaged(text)),
        *under(contract.size_outliers, lambda: outlying(len(text), one.usual)),
        *under(contract.personal_data, lambda: personal(_texts(one), contract.personal_kinds)),
    )


def under(policy: Policy, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Yield what is found, as the policy has it; do not even look when it says so."""
    if policy is not Policy.IGNORE:
        for finding in look():
            yield replace(finding, holds_back=policy is Policy.QUARANTINE)


def _too_short_or_long(characters: int, contract: Contract) -> Iterator[Finding]:
    if characters < contract.minimum_characters:
        why = f"has {characters} characters, and at least {contract.minimum_characters} are asked for"
        yield Finding(Rule.LENGTH, "content", why)
    if 0 < contract.maximum_characters < characters:
        why = f"has {characters} characters, and at most {contract.maximum_characters} are asked for"
        yield Finding(Rule.LENGTH, "content", why)


def _texts(one: Inspected) -> Iterator[tuple[str, str]]:
    yield "content", one.parsed.text
    yield "title", one.title
    for name in sorted(one.metadata.keys() - MARKS):  # an address such as git@host:team/book is nobody's
        yield f"metadata.{name}", one.metadata[name]
