"""Checks one document: what is in it, and who says nearly the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from ingestion.checking.ports import Signatures
from ingestion.checking.twins import Coming, Twins
from ingestion.checking.usual import Usual
from ingestion.checking.words import Checked, Looked, Subject, Twin
from ingestion.contracts.findings import Finding, Rule
from ingestion.contracts.words import Contract, Policy
from ingestion.corpora.words import Corpus
from ingestion.parsing.document import Parsed
from ingestion.quality.inspecting import Inspected, inspect, under
from ingestion.quality.language import Detector
from ingestion.quality.likeness import Likeness
from ingestion.quality.signatures import bands_of, signature_of
from ingestion.quality.sizes import Sizes

__all__ = ["Checker", "Look"]

Look = Callable[[Parsed], Looked]


def _now() -> datetime:
    return datetime.now(UTC)


class Checker:
    """Checks documents of any corpus by its contract."""

    def __init__(self, signatures: Signatures, detector: Detector, now: Callable[[], datetime] = _now) -> None:
        self._twins = Twins(signatures)
        self._usual = Usual(signatures)
        self._detector = detector
        self._now = now

    async def look(self, corpus: Corpus, document: Subject) -> Look:
        """Return what looks at the document once it is parsed; it may be called in a thread."""
        contract, usual = corpus.settings.contract, Sizes()
        if contract.size_outliers is not Policy.IGNORE:
            usual = await self._usual.of(corpus.id)

        def look(parsed: Parsed) -> Looked:
            one = Inspected(
                parsed=parsed, title=document.title, metadata=document.metadata, now=self._now(), usual=usual
            )
            return Looked(inspect(one, contract, self._detector), _likeness(corpus, contract, parsed))

        return look

    @asynccontextmanager
    async def checked(self, corpus: Corpus, document: Subject, looked: Looked) -> AsyncIterator[Checked]:
        """Yield all that was found; until the block ends, later documents are compared with this one."""
        policy = corpus.settings.contract.near_duplicates
        if looked.likeness is None or policy is Policy.IGNORE:
            yield Checked(looked.findings)
            return
        one = Coming(
            corpus=corpus.id,
            source_id=document.source_id,
            groups=frozenset(document.groups),
            author=document.author,
            likeness=looked.likeness,
        )
        with self._twins.coming(one) as before:
            twin = await self._twins.nearest(one, before)
            yield Checked((*looked.findings, *under(policy, lambda: _told(twin))), twin)


def _likeness(corpus: Corpus, contract: Contract, parsed: Parsed) -> Likeness | None:
    if contract.near_duplicates is contract.size_outliers is Policy.IGNORE:
        return None
    signature = signature_of(parsed.text)
    return Likeness(signature=signature, bands=bands_of(signature, corpus.id), characters=len(parsed.text))


def _told(twin: Twin | None) -> tuple[Finding, ...]:
    if twin is None:
        return ()
    # Whose twin it is stands beside the findings: not everybody who reads these may know of it.
    return (Finding(Rule.NEAR_DUPLICATE, "content", "says nearly the same as another document"),)
