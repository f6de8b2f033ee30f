"""Counts what happens to documents. Names are in `chassis.names`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from opentelemetry import metrics

from chassis import names
from chassis.errors import ServiceError
from chassis.telemetry.buckets import SECONDS
from ingestion.checking.words import Checked
from ingestion.committing.words import Batch
from ingestion.writing.words import Outcome, Quarantined, Refused, Written

__all__ = ["Measures"]

_log = structlog.get_logger("ingestion")


class Measures:
    """Counts, and logs what should not have happened."""

    def __init__(self) -> None:
        meter = metrics.get_meter(names.SCOPE)
        self._documents = meter.create_counter(names.INGESTION_DOCUMENTS, description="Documents by how they ended")
        self._findings = meter.create_counter(names.INGESTION_FINDINGS, description="Findings about documents by rule")
        self._lineage = meter.create_counter(names.INGESTION_LINEAGE, description="Events of lineage by what became")
        self._chunks = meter.create_counter(names.INGESTION_CHUNKS, description="Chunks that became visible")
        self._in_flight = meter.create_up_down_counter(names.INGESTION_IN_FLIGHT, description="Documents in a stage")
        self._stage = meter.create_histogram(
            names.INGESTION_STAGE, "s", "Time in a stage", explicit_bucket_boundaries_advisory=SECONDS
        )

    def outcome(self, outcome: Outcome) -> None:
        """Note how one document ended."""
        match outcome:
            case Refused():
                self._documents.add(1, {names.OUTCOME: "refused", names.REASON: outcome.word})
            case Quarantined():
                self._documents.add(1, {names.OUTCOME: "quarantined"})
                self._found(outcome.checked)
            case Written():
                self._documents.add(1, {names.OUTCOME: "unchanged" if outcome.unchanged else "committed"})
                self._found(outcome.checked)

    def _found(self, checked: Checked) -> None:
        for finding in checked.findings:
            action = "quarantined" if finding.holds_back else "reported"
            self._findings.add(1, {names.RULE: finding.rule.value, names.OUTCOME: action})

    def committed(self, batch: Batch, seconds: float) -> None:
        """Note a batch that became visible."""
        self._chunks.add(batch.chunks)
        self._stage.record(seconds, {names.STAGE: "commit"})

    def told(self, outcome: str, failure: Exception | None = None) -> None:
        """Note an event of lineage that was sent, failed or was dropped."""
        self._lineage.add(1, {names.OUTCOME: outcome})
        if failure is not None:
            _log.warning("event of lineage not sent", kind=type(failure).__name__)

    def failed(self, failure: Exception) -> None:
        """Log what a caller is only told the kind of."""
        _log.error("document failed", exc_info=failure)

    def put_off(self, work: str, failure: ServiceError) -> None:
        """Log that work in the background was given up, to be tried again later."""
        _log.warning("work put off", work=work, reason=failure.reason)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a document's time in a stage."""
        started = time.perf_counter()
        self._in_flight.add(1, {names.STAGE: name})
        try:
            yield
        finally:
            self._in_flight.add(-1, {names.STAGE: name})
            self._stage.record(time.perf_counter() - started, {names.STAGE: name})
